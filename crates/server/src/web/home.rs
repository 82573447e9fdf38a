//! `/`: who is signed in.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use cloakroom_engine::secret::SessionSecret;
use cloakroom_engine::sessions::browser::visit::{Visit, Visitor};

use super::error::{PageError, PageRefusals};
use super::form::Holder;
use super::language::Language;
use super::pages::{Frame, HomePage, page};
use super::surface::FrontDesk;
use super::visitor::{Coming, renewed, sent_on, with_cookies};
use crate::http::time;

/// Who is signed in at this browser; or on to signing in.
#[utoipa::path(get, path = "/", operation_id = "showHome", tag = "pages",
    responses(
        (status = 200, description = "Who is signed in, until when, and how to sign out.", body = str, content_type = "text/html"),
        (status = 303, description = "On to `/login`, or to choosing a password where that has to come first."),
        PageRefusals,
    ),
    security(()),
    extensions(("x-effect" = json!("reads")))
)]
pub async fn show(State(desk): State<FrontDesk>, coming: Coming) -> Result<Response, PageError> {
    let door = &desk.surface.0;
    Ok(match (coming.visit(&desk).await?, &coming.secret) {
        (Visit::SignedIn(visitor), Some(secret)) => home_page(&desk, coming.language, (&visitor, secret), None),
        (Visit::PasswordDue(_), _) => sent_on(&door.at("/login/password"), []),
        (Visit::SignedIn(_) | Visit::Nobody, _) => sent_on(&door.at("/login"), []),
    })
}

/// The page of somebody who is signed in; `notice` names a text that says why.
pub fn home_page(desk: &FrontDesk, language: Language, (visitor, secret): (&Visitor, &SessionSecret), notice: Option<&str>) -> Response {
    let door = &desk.surface.0;
    let session = &visitor.session;
    let ends_at = time::seconds(session.ends_at().as_millis());
    let shown = ends_at.replace('T', " ").replace('Z', " UTC");
    let home = HomePage {
        frame: Frame::of(door, language),
        username: visitor.account.username.clone(),
        display_name: visitor.account.display_name.clone(),
        ends_at: (ends_at, shown),
        leave: door.at("/logout"),
        form_token: Holder::Session(secret).token(desk.engine.keys()),
        notice: notice.map(|text| language.say(text)),
    };
    with_cookies(page(StatusCode::OK, &home), [renewed(desk, Some(secret), visitor)])
}
