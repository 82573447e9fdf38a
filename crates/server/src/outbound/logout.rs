//! Telling an application that a session is over (OpenID Connect Back-Channel Logout 1.0 section 2.5).

use async_trait::async_trait;
use axum::http::{Request, StatusCode, header};
use cloakroom_engine::openid::logout::deliver::{LogoutDelivery, NotTold};
use form_urlencoded::Serializer;

use super::client::Outbound;

#[async_trait]
impl LogoutDelivery for Outbound {
    async fn tell(&self, uri: &str, logout_token: &str) -> Result<(), NotTold> {
        let form = Serializer::new(String::new()).append_pair("logout_token", logout_token).finish();
        let request = Request::post(uri).header(header::CONTENT_TYPE, "application/x-www-form-urlencoded").body(form.into_bytes());
        let request = request.map_err(|_| NotTold("the address cannot be asked".to_owned()))?;
        let answer = self.ask(request).await.map_err(|unreached| NotTold(unreached.to_string()))?;
        match answer.status() {
            // Section 2.8, and what frameworks make of an empty answer.
            StatusCode::OK | StatusCode::NO_CONTENT => Ok(()),
            status => Err(NotTold(format!("it answered {}", status.as_u16()))),
        }
    }
}
