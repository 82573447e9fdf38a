//! Reading what a browser reads: the cookies that an answer sets, and the token of a page's form.

#![allow(dead_code, reason = "made for more suites than one")]

use axum::body::Body;
use axum::http::{HeaderMap, Request, header};
use cloakroom_engine::Engine;
use cloakroom_engine::ids::parse_guid;
use cloakroom_engine::sessions::get::SessionPointer;
use cloakroom_engine::tokens::TokenAlgorithm;
use cloakroom_engine::tokens::id_token::IdTokenClaims;

/// The cookies that an answer sets, as a browser sends them back.
pub fn cookies(headers: &HeaderMap) -> String {
    let set = headers.get_all(header::SET_COOKIE).iter().map(|set| set.to_str().unwrap());
    let kept = set.filter(|set| !set.contains("Max-Age=0;")).map(|set| set.split(';').next().unwrap());
    kept.collect::<Vec<_>>().join("; ")
}

/// The secret of the session in these cookies.
pub fn session_guid(cookies: &str) -> String {
    let value = cookies.split_once("cloakroom=").unwrap().1.split(';').next().unwrap();
    cloakroom_engine::ids::render_guid(cloakroom_engine::secret::SessionSecret::of_cookie(value).unwrap().expose())
}

/// The token of the page's form.
pub fn form_token(page: &str) -> String {
    let rest = page.split_once("name=\"form_token\" value=\"").unwrap_or_else(|| panic!("no form: {page}")).1;
    rest.split('"').next().unwrap().to_owned()
}

/// A browser that asks for a page.
pub fn visit(path: &str, cookies: &str) -> Request<Body> {
    Request::get(path).header(header::COOKIE, cookies).body(Body::empty()).unwrap()
}

/// A browser that sends a form of the page that it shows.
pub fn filled(path: &str, cookies: &str, fields: &[(&str, &str)]) -> Request<Body> {
    let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
    let request = Request::post(path).header(header::COOKIE, cookies).header("sec-fetch-site", "same-origin");
    request.header(header::CONTENT_TYPE, "application/x-www-form-urlencoded").body(Body::from(body)).unwrap()
}

/// An ID token of the session in these cookies, as an application holds it, whose ID tokens are signed with EdDSA.
pub async fn id_token(engine: &Engine, client_id: &str, cookies: &str) -> String {
    let pointer = SessionPointer::from_guid(parse_guid(&session_guid(cookies)).unwrap());
    let session = engine.get_session(&pointer, true).await.unwrap().unwrap().view.session;
    let claims = IdTokenClaims {
        client_id: client_id.to_owned(),
        user: session.user_uid,
        session: session.uid,
        issued_at: engine.now(),
        expires_at: engine.now(),
        nonce: None,
        authentication: session.authentication.unwrap(),
        access_token: String::new(),
        profile: None,
        email: None,
    };
    engine.sign_id_token(&claims, TokenAlgorithm::EdDsa).await.unwrap()
}
