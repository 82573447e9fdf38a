//! The client credentials grant (RFC 6749 section 4.4).

use axum::response::Response;

use super::Oauth;
use super::client::ClientCall;
use super::error::OauthError;
use super::token::handed_over;

pub const GRANT_TYPE: &str = "client_credentials";

/// A token for the client itself. Nothing is stored for it.
pub fn grant(oauth: &Oauth, call: &ClientCall) -> Result<Response, OauthError> {
    let tokens = oauth.engine.issue_machine_token(&call.client, call.form.one("scope")?)??;
    Ok(handed_over(&tokens, None))
}
