//! `POST /oauth/token`

use serde_json::{Value, json};

use super::{INACTIVE, SECRET, form_of, introspect, log_in, peopled, revoke};
use crate::support::{ADA_PASSCODE, Answer, Server, call};

mod client_credentials;
mod exchange;
mod hostile;
mod refresh;
mod resources;
mod session_claims;

pub const EXCHANGE: &str = "urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Atoken-exchange";
pub const ACCESS: &str = "urn:ietf:params:oauth:token-type:access_token";
pub const GUID: &str = "urn:cloakroom:params:oauth:token-type:session_guid";

pub async fn ask(server: &Server, client_id: &str, form: &str) -> Answer {
    server.send(form_of(client_id, "/oauth/token", form)).await
}

/// The tokens of a success.
pub fn tokens(answer: &Answer) -> (String, String) {
    assert_eq!((answer.status, answer.header("cache-control")), (200, Some("no-store")), "{}", answer.text);
    assert_eq!((answer.header("pragma"), &answer.body["token_type"]), (Some("no-cache"), &json!("Bearer")));
    let text = |name: &str| answer.body[name].as_str().unwrap_or_default().to_owned();
    (text("access_token"), text("refresh_token"))
}

#[track_caller]
pub fn refused(answer: &Answer, status: u16, error: &str) {
    assert_eq!((answer.status, answer.body["error"].as_str()), (status, Some(error)), "{}", answer.text);
    assert_eq!(answer.header("cache-control"), Some("no-store"));
}

pub async fn exchange_of(server: &Server, client_id: &str, token: &str, kind: &str, rest: &str) -> Answer {
    ask(server, client_id, &format!("grant_type={EXCHANGE}&subject_token={token}&subject_token_type={kind}{rest}")).await
}

/// Tokens of an application within the session of an access token.
pub async fn exchanged(server: &Server, client_id: &str, access: &str) -> (String, String) {
    tokens(&exchange_of(server, client_id, access, ACCESS, "").await)
}

pub async fn refresh_of(server: &Server, client_id: &str, refresh: &str, rest: &str) -> Answer {
    ask(server, client_id, &format!("grant_type=refresh_token&refresh_token={refresh}{rest}")).await
}

/// The bearer guid of a new USM session.
pub async fn guid_of(server: &Server, email: &str) -> String {
    let opened = server.opened(json!({ "email": email, "passcode": ADA_PASSCODE })).await;
    opened["session_guid"].as_str().unwrap().to_owned()
}

pub async fn active(server: &Server, client_id: &str, token: &str) -> Value {
    introspect(server, client_id, token).await.body
}

pub async fn with_bearer(server: &Server, method: &str, path: &str, token: &str) -> Answer {
    let mut request = call(method, path, "{}");
    request.headers_mut().insert("authorization", format!("Bearer {token}").parse().unwrap());
    server.send(request).await
}
