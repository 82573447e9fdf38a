//! `/logout`: GET asks, so that no link and no picture signs anybody out; POST ends the session everywhere.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use super::error::{PageError, PageRefusals};
use super::form::{Filled, Holder, Typed};
use super::pages::{Frame, LogoutPage, page};
use super::surface::FrontDesk;
use super::visitor::{Coming, sent_on};
use crate::http::declared::parameters::parameters;

parameters! {
    /// That somebody wants to sign out.
    in Form pub struct LogoutForm {
        /// Made for this session by the page.
        form_token: Typed,
    }
}

/// The page that asks whether to sign out.
#[utoipa::path(get, path = "/logout", operation_id = "askLogout", tag = "pages",
    responses(
        (status = 200, description = "The question.", body = str, content_type = "text/html"),
        (status = 303, description = "On to `/login`: nobody is signed in."),
        PageRefusals,
    ),
    security(()),
    extensions(("x-effect" = json!("reads")))
)]
pub async fn ask(State(desk): State<FrontDesk>, coming: Coming) -> Result<Response, PageError> {
    let door = &desk.surface.0;
    let Some(secret) = &coming.secret else { return Ok(sent_on(&door.at("/login"), [])) };
    let form_token = Holder::Session(secret).token(desk.engine.keys());
    let frame = Frame::of(door, coming.language);
    let logout = LogoutPage { frame, action: door.at("/logout"), form_token, named: None, hidden: Vec::new() };
    Ok(page(StatusCode::OK, &logout))
}

/// End the session of this browser, and every token of it.
#[utoipa::path(post, path = "/logout", operation_id = "signOut", tag = "pages",
    request_body(content = LogoutForm, content_type = "application/x-www-form-urlencoded"),
    responses(
        (status = 303, description = "It ended, or there was none; on to `/login`, without the cookie."),
        (status = 403, description = "The form is not ours.", body = str, content_type = "text/html"),
        PageRefusals,
    ),
    security(()),
    extensions(("x-effect" = json!("ends")))
)]
pub async fn leave(State(desk): State<FrontDesk>, coming: Coming, Filled(form): Filled<LogoutForm>) -> Result<Response, PageError> {
    let door = &desk.surface.0;
    if let Some(secret) = &coming.secret {
        if !coming.is_ours(&desk, Holder::Session(secret), &form.form_token) {
            return Err(PageError::FORGED);
        }
        desk.engine.leave_browser(secret, &coming.origin).await?;
    }
    Ok(sent_on(&door.at("/login"), [door.cookies.forget(), door.cookies.finish()]))
}
