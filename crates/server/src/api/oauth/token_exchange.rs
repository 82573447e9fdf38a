//! Token exchange (RFC 8693): a live session's credential for tokens of the client within that session.

use axum::response::Response;
use cloakroom_engine::ids::parse_guid;
use cloakroom_engine::secret::SessionSecret;
use cloakroom_engine::tokens::exchange::{ExchangeRefusal, SubjectCredential};
use zeroize::Zeroizing;

use super::Oauth;
use super::client::{ClientCall, Form};
use super::error::OauthError;
use super::token::handed_over;

pub const GRANT_TYPE: &str = "urn:ietf:params:oauth:grant-type:token-exchange";

/// The bearer guid of a USM session. Ours: no register has a name for it.
const SESSION_GUID: &str = "urn:cloakroom:params:oauth:token-type:session_guid";
const ACCESS_TOKEN: &str = "urn:ietf:params:oauth:token-type:access_token";
const JWT: &str = "urn:ietf:params:oauth:token-type:jwt";

/// Tokens for the client within the session that the subject token stands for.
pub async fn grant(oauth: &Oauth, call: ClientCall) -> Result<Response, OauthError> {
    let issued_token_type = issued_token_type(&call.form)?;
    let credential = subject(&call.form)?;
    if call.form.one("actor_token")?.is_some() || call.form.one("actor_token_type")?.is_some() {
        return Err(OauthError::invalid_request("there are no actor tokens here; the client itself is the actor"));
    }
    within_reach(oauth, &call)?;
    let wished = call.form.one("scope")?.map(str::to_owned);
    let engine = oauth.engine.clone();
    let exchange = async move { engine.exchange_token(&call.client, credential, wished.as_deref(), &call.origin).await };
    let tokens = oauth.detached.run(exchange).await???;
    Ok(handed_over(&tokens, Some(issued_token_type)))
}

fn issued_token_type(form: &Form) -> Result<&'static str, OauthError> {
    match form.one("requested_token_type")? {
        None | Some(ACCESS_TOKEN) => Ok(ACCESS_TOKEN),
        Some(JWT) => Ok(JWT),
        Some(_) => Err(OauthError::invalid_request("only access tokens are given in exchange")),
    }
}

fn subject(form: &Form) -> Result<SubjectCredential, OauthError> {
    let (token, kind) = (form.required("subject_token")?, form.required("subject_token_type")?);
    match kind {
        ACCESS_TOKEN | JWT => Ok(SubjectCredential::AccessToken(Zeroizing::new(token.to_owned()))),
        SESSION_GUID => {
            let guid = parse_guid(token).ok_or(ExchangeRefusal::Subject)?;
            Ok(SubjectCredential::SessionSecret(SessionSecret::from_bytes(guid)))
        }
        _ => Err(OauthError::invalid_request("the subject token is of no type that is taken")),
    }
}

/// Tokens have one audience; naming it, the client itself or the issuer changes nothing, naming anything else is refused
/// (RFC 8693 section 2.2.2, RFC 8707 section 2).
fn within_reach(oauth: &Oauth, call: &ClientCall) -> Result<(), OauthError> {
    let is_ours = |audience: &str| audience == oauth.audience || audience == oauth.issuer || call.client.is_called(audience);
    let audiences = call.form.all("audience").all(is_ours);
    let resources = call.form.all("resource").all(|resource| resource == oauth.issuer);
    if audiences && resources { Ok(()) } else { Err(OauthError::invalid_target()) }
}
