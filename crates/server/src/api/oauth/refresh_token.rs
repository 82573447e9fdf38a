//! The refresh token grant (RFC 6749 section 6), for tokens that were issued to the client that asks.

use axum::response::Response;

use super::Oauth;
use super::client::ClientCall;
use super::error::OauthError;
use super::token::handed_over;

pub const GRANT_TYPE: &str = "refresh_token";

/// The successor of a refresh token, with an access token.
pub async fn grant(oauth: &Oauth, call: ClientCall) -> Result<Response, OauthError> {
    let refresh = call.form.required("refresh_token")?.to_owned();
    let wished = call.form.one("scope")?.map(str::to_owned);
    let engine = oauth.engine.clone();
    let redeem = async move { engine.refresh_as_application(&call.client, &refresh, wished.as_deref(), &call.origin).await };
    let tokens = oauth.detached.run(redeem).await???;
    Ok(handed_over(&tokens, None))
}
