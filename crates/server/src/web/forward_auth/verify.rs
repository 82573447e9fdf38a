//! The question of a proxy.

use axum::extract::{Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use axum::response::Response;
use cloakroom_engine::forward_auth::verify::Shown;

use super::super::door::Door;
use super::super::is_navigation;
use super::super::surface::FrontDesk;
use super::credential::{Malformed, shown};
use super::question::Question;
use super::refusal::Refusal;
use super::{answers, sign_in};
use crate::http::arrival::Arrival;
use crate::http::client_address::origin;
use crate::http::fault::IntoFault as _;

/// Who a request is from, and whether that is enough. Any method asks the same, and no body is looked at.
#[utoipa::path(get, path = "/auth/verify", operation_id = "verifyRequest", tag = "forward-auth",
    params(
        ("tenant" = Option<String>, Query, description = "Only whoever belongs to this tenant: its code or its id; or to one of several, separated by commas.", example = "ACME"),
        ("role" = Option<String>, Query, description = "Only whoever has this word among their groups; or one of several, separated by commas.", example = "ACME:owner"),
        ("scope" = Option<String>, Query, description = "Only applications that were given this scope; or one of several, separated by commas.", example = "admin:read"),
        ("redirect" = Option<String>, Query, description = "`1`: a browser that goes somewhere is answered 302 in place of 401.", example = "1"),
    ),
    responses(
        (status = 200, description = "Somebody who is let in.", headers(
            ("Remote-User" = String, description = "The username; of a service account or an application, its id."),
            ("Remote-Email" = String, description = "The primary address, if it is verified; else empty, as all that somebody does not have."),
            ("Remote-Name" = String, description = "The display name, UTF-8."),
            ("Remote-Groups" = String, description = "Roles across tenants, and within tenants as `ACME:owner`; separated by commas."),
            ("X-Session-Id" = String, description = "The session's public id."),
            ("X-Session-Expires" = String, description = "When it ends unless it is used."),
            ("Set-Cookie" = Option<String>, description = "The cookie, where it is due for renewal."),
        )),
        (status = 302, description = "Where it was asked for: a browser that has to sign in first.", body = str, content_type = "text/plain", headers(
            ("Location" = String, description = "Where to sign in."),
        )),
        (status = 401, description = "Nobody, or nobody any more; or somebody who has to choose a password first.", body = str, content_type = "text/plain", headers(
            ("Location" = Option<String>, description = "Where to sign in."),
            ("X-Auth-Refusal" = String, description = "Why, in a word."),
        )),
        (status = 403, description = "Somebody, and not enough; or the question cannot be meant so.", body = str, content_type = "text/plain", headers(
            ("X-Auth-Refusal" = String, description = "Why, in a word."),
        )),
        (status = 503, description = "Nobody can tell now; Retry-After says when to ask again.", body = str, content_type = "text/plain", headers(
            ("X-Auth-Refusal" = String, description = "`unavailable`."),
        )),
    ),
    security(("accessToken" = []), ("apiKey" = []), ("cookie" = []), ("sessionGuid" = [])),
    extensions(("x-effect" = json!("reads")))
)]
pub async fn verify(State(desk): State<FrontDesk>, request: Request) -> Response {
    let (parts, _) = request.into_parts();
    let asked = Asked { door: &desk.surface.0, parts: &parts, question: Question::read(parts.uri.query()) };
    let shown = match shown(&parts.headers, &asked.door.cookies) {
        Ok(Some(shown)) => shown,
        Ok(None) => return asked.refused(Refusal::NoCredential, true),
        Err(malformed) => return asked.refused(Refusal::BadCredential, malformed == Malformed::Cookie),
    };
    let by_browser = matches!(shown, Shown::Cookie(_));
    match desk.engine.verify(&shown, &asked.question.demands, &origin(&parts)).await {
        Ok(Ok(_)) if asked.question.is_bad => asked.refused(Refusal::BadQuery, by_browser),
        Ok(Ok(admitted)) => answers::admitted(&desk, &shown, &admitted),
        Ok(Err(why)) => asked.refused(Refusal::of(why, by_browser), by_browser),
        Err(error) => {
            // The operator is told what it was.
            error.into_fault();
            asked.refused(Refusal::Unavailable, by_browser)
        }
    }
}

/// A question, with the request that a proxy passes on.
struct Asked<'r> {
    door: &'r Door,
    parts: &'r Parts,
    question: Question,
}

impl Asked<'_> {
    /// `by_browser`: whoever shows nothing, or a cookie, may be a person, who can sign in. Programs are sent nowhere.
    fn refused(&self, why: Refusal, by_browser: bool) -> Response {
        if !why.is_mended_by_sign_in() {
            return answers::refused(why);
        }
        let Self { door, parts, question } = self;
        let is_vouched_for = Arrival::of(&parts.extensions).is_some_and(|arrival| arrival.client().by_proxy);
        let at = sign_in::address(door, &parts.headers, is_vouched_for);
        answers::sign_in_first(why, &at, question.redirects && by_browser && goes_somewhere(&parts.headers))
    }
}

/// Whether a browser asks that will show the answer. One that does not say so accepts pages.
fn goes_somewhere(headers: &HeaderMap) -> bool {
    let accepts_pages =
        || headers.get(header::ACCEPT).and_then(|value| value.to_str().ok()).is_some_and(|types| types.contains("text/html"));
    if headers.contains_key("sec-fetch-mode") { is_navigation(headers) } else { accepts_pages() }
}
