//! The answers to proxies, as headers: few of them look at a body.

use std::fmt::Display;

use axum::body::Body;
use axum::http::header::InvalidHeaderValue;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use cloakroom_engine::account::store::Account;
use cloakroom_engine::directory::EmailStatus;
use cloakroom_engine::forward_auth::verify::{Admitted, Shown};
use cloakroom_engine::sessions::Session;

use super::super::error::PageError;
use super::super::surface::FrontDesk;
use super::super::visitor::renewed;
use super::refusal::Refusal;
use crate::http::fault::RETRY_AFTER_SECONDS;
use crate::http::time;

const REMOTE_USER: HeaderName = HeaderName::from_static("remote-user");
const REMOTE_EMAIL: HeaderName = HeaderName::from_static("remote-email");
const REMOTE_NAME: HeaderName = HeaderName::from_static("remote-name");
const REMOTE_GROUPS: HeaderName = HeaderName::from_static("remote-groups");
const SESSION_ID: HeaderName = HeaderName::from_static("x-session-id");
const SESSION_EXPIRES: HeaderName = HeaderName::from_static("x-session-expires");
const REFUSAL: HeaderName = HeaderName::from_static("x-auth-refusal");

/// More headers than an answer has, the kit's among them: the map is made once.
const ABOUT: usize = 12;

/// Who it is. What somebody does not have is an empty header: a proxy that hands on only what is there would leave what its client sent.
pub fn admitted(desk: &FrontDesk, shown: &Shown<'_>, admitted: &Admitted) -> Response {
    let mut response = Response::new(Body::empty());
    let headers = response.headers_mut();
    headers.reserve(ABOUT);
    let user = match admitted {
        Admitted::User(visitor) => {
            of_account(headers, &visitor.account);
            of_session(headers, &visitor.session);
            if let Shown::Cookie(secret) = shown
                && let Some(cookie) = renewed(desk, Some(secret), visitor)
            {
                headers.insert(header::SET_COOKIE, cookie);
            }
            HeaderValue::from_str(&visitor.account.username)
        }
        Admitted::ServiceAccount(key) => of_machine(headers, key.account),
        Admitted::Application(application) => of_machine(headers, application.uid()),
    };
    // A row that was damaged, or written by hand, is nobody.
    let (Ok(user), Ok(groups)) = (user, HeaderValue::from_str(admitted.groups().as_str())) else {
        return refused(Refusal::Unavailable);
    };
    headers.insert(REMOTE_USER, user);
    headers.insert(REMOTE_GROUPS, groups);
    response
}

const EMPTY: HeaderValue = HeaderValue::from_static("");

/// An address counts once it is known whose it is: applications find accounts by it.
fn of_account(headers: &mut HeaderMap, account: &Account) {
    let verified = account.emails.iter().find(|email| email.is_primary && email.status == EmailStatus::Verified);
    let email = verified.and_then(|email| HeaderValue::from_bytes(email.address.as_bytes()).ok());
    headers.insert(REMOTE_EMAIL, email.unwrap_or(EMPTY));
    headers.insert(REMOTE_NAME, account.display_name.as_deref().and_then(name).unwrap_or(EMPTY));
}

/// Its id, as the name: no user has such a one, since usernames begin with no id's prefix.
fn of_machine(headers: &mut HeaderMap, id: impl Display) -> Result<HeaderValue, InvalidHeaderValue> {
    for header in [REMOTE_EMAIL, REMOTE_NAME, SESSION_ID, SESSION_EXPIRES] {
        headers.insert(header, EMPTY);
    }
    HeaderValue::from_str(&id.to_string())
}

/// A display name in UTF-8, as the other servers that proxies ask write it (RFC 9110 section 5.5 has such bytes as opaque data). Whatever
/// ends or bends lines becomes a space.
fn name(text: &str) -> Option<HeaderValue> {
    let bends = |c: char| {
        c.is_control() || matches!(c, '\u{2028}' | '\u{2029}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    if !text.contains(bends) {
        return HeaderValue::from_bytes(text.trim().as_bytes()).ok();
    }
    let plain: String = text.chars().map(|c| if bends(c) { ' ' } else { c }).collect();
    HeaderValue::from_bytes(plain.trim().as_bytes()).ok()
}

fn of_session(headers: &mut HeaderMap, session: &Session) {
    let id = HeaderValue::from_str(&session.uid.to_string());
    let expires = HeaderValue::from_str(&time::seconds(session.ends_at().as_millis()));
    headers.insert(SESSION_ID, id.unwrap_or(EMPTY));
    headers.insert(SESSION_EXPIRES, expires.unwrap_or(EMPTY));
}

/// Nobody is let in.
pub fn refused(why: Refusal) -> Response {
    let mut response = (why.status(), [(REFUSAL, why.word())], why.text()).into_response();
    match why.status() {
        StatusCode::UNAUTHORIZED => response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer")),
        StatusCode::SERVICE_UNAVAILABLE => response.headers_mut().insert(header::RETRY_AFTER, RETRY_AFTER_SECONDS.into()),
        _ => None,
    };
    response
}

/// Nobody is signed in, and where that can be mended. `redirects`: for a browser that is to go there now.
pub fn sign_in_first(why: Refusal, at: &str, redirects: bool) -> Response {
    let mut response = refused(why);
    let Ok(at) = HeaderValue::from_str(at) else { return response };
    response.headers_mut().insert(header::LOCATION, at);
    if redirects {
        *response.status_mut() = StatusCode::FOUND;
    }
    response
}

/// An answer to a proxy, which has one of the statuses that it understands also where the kit refuses.
pub fn understood(mut response: Response) -> Response {
    let Some(error) = response.extensions_mut().remove::<PageError>() else { return response };
    let wait = response.headers_mut().remove(header::RETRY_AFTER);
    let mut response = refused(Refusal::of_kit(error));
    if let Some(wait) = wait {
        response.headers_mut().insert(header::RETRY_AFTER, wait);
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_stays_one_header() {
        let written = |text: &str| name(text).map(|value| String::from_utf8(value.as_bytes().to_vec()).unwrap());
        assert_eq!(written("Ada Lovelace").as_deref(), Some("Ada Lovelace"));
        assert_eq!(written("Zoë, Ångström “Ω”").as_deref(), Some("Zoë, Ångström “Ω”"));
        assert_eq!(written("Ada\r\nRemote-User: root").as_deref(), Some("Ada  Remote-User: root"));
        assert_eq!(written("a\u{85}b\u{2028}c\u{0}d\u{7f}e\tf").as_deref(), Some("a b c d e f"));
        assert_eq!(written("\u{202e}toor").as_deref(), Some("toor"));
        assert_eq!(written(" \n ").as_deref(), Some(""));
    }
}
