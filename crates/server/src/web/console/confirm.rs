//! `/console/confirm`: proving once more who one is, before what weighs much: secrets, roles, policies, and ending many sessions.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use cloakroom_engine::secret::Passcode;
use cloakroom_engine::sessions::browser::confirm::ConfirmRefusal;
use cloakroom_engine::sessions::sign_in::SignInRefusal;

use super::frame::{ConsoleFrame, console_page};
use super::guard::AtConsole;
use super::paths::{CONFIRM, CONSOLE};
use crate::http::declared::parameters::{Params, parameters};
use crate::web::door::{Door, with_query};
use crate::web::error::{PageError, PageRefusals};
use crate::web::form::{Filled, Typed};
use crate::web::pages::{Problem, of_field};
use crate::web::surface::FrontDesk;
use crate::web::visitor::{seconds_left, sent_on};

parameters! {
    /// Where it leads.
    in Query pub struct ConfirmQuery {
        /// A page of the console, to which it leads on. Any other address is ignored.
        return_to: Typed = "/console/sessions",
    }

    /// The proof.
    in Form pub struct ConfirmForm {
        /// The password.
        password: Typed = "Correct-horse-7",
        /// A page of the console, to which it leads on.
        return_to: Typed = "/console/sessions",
        /// Made for this session by the page.
        form_token: Typed,
    }
}

#[derive(Template)]
#[template(path = "web/console/confirm.html")]
struct ConfirmPage {
    frame: ConsoleFrame,
    action: String,
    return_to: String,
    /// Where whoever has no password proves it.
    elsewhere: String,
    problems: Vec<Problem>,
}

/// The page of the console that is meant; its start where that is none.
fn destination(door: &Door, asked: &str) -> String {
    let console = door.at(CONSOLE);
    let is_ours = |address: &String| address.strip_prefix(&console).is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '?']));
    door.destinations.allowed(asked).filter(is_ours).unwrap_or_else(|| with_query(&console, [("notice", "confirmed")]))
}

/// The page on which somebody who is signed in proves once more who they are.
#[utoipa::path(get, path = "/console/confirm", operation_id = "showConfirmation", tag = "console",
    params(ConfirmQuery),
    responses(
        (status = 200, description = "The form.", body = str, content_type = "text/html"),
        (status = 303, description = "On to `/login`, which leads back; or to choosing a password where that has to come first."),
        (status = 403, description = "It is for operators and administrators.", body = str, content_type = "text/html"),
        PageRefusals,
    ),
    security(()),
    extensions(("x-effect" = json!("reads")))
)]
pub async fn show(State(desk): State<FrontDesk>, at: AtConsole, Params(query): Params<ConfirmQuery>) -> Result<Response, PageError> {
    let return_to = destination(&desk.surface.0, &query.return_to);
    Ok(confirm_page(&desk, &at, StatusCode::OK, return_to, Vec::new()))
}

/// Prove with the page's form who one is. The session goes on under a new secret.
#[utoipa::path(post, path = "/console/confirm", operation_id = "confirmIdentity", tag = "console",
    request_body(content = ConfirmForm, content_type = "application/x-www-form-urlencoded"),
    responses(
        (status = 303, description = "Proven, with the cookie; on to the page of the console that asked for it. Or on to `/login`: nobody is signed in."),
        (status = 403, description = "The password is another, or locked; or the form is not ours, or the console is not for its sender.", body = str, content_type = "text/html"),
        PageRefusals,
    ),
    security(()),
    extensions(("x-effect" = json!("changes")), ("x-rate" = json!("sign-ins")))
)]
pub async fn confirm(State(desk): State<FrontDesk>, at: AtConsole, Filled(form): Filled<ConfirmForm>) -> Result<Response, PageError> {
    at.sent(&desk, &form.form_token)?;
    let (door, return_to) = (&desk.surface.0, destination(&desk.surface.0, &form.return_to));
    let wrong = |text| vec![Problem { field: "password", text: at.coming.language.say(text) }];
    if form.password.len() > Passcode::MAX_BYTES {
        return Ok(confirm_page(&desk, &at, StatusCode::FORBIDDEN, return_to, wrong("confirm-wrong")));
    }
    let passcode = Passcode::new(form.password.as_bytes().to_vec());
    match desk.engine.confirm_at_browser(&at.secret, passcode, &at.coming.origin).await? {
        Ok((session, secret)) => Ok(sent_on(&return_to, [door.cookies.hold(&secret, seconds_left(&session, desk.clock.now()))])),
        Err(ConfirmRefusal::SignedOut) => Ok(sent_on(&with_query(&door.at("/login"), [("return_to", return_to)]), [])),
        Err(ConfirmRefusal::Refused(SignInRefusal::Locked { .. })) => {
            Ok(confirm_page(&desk, &at, StatusCode::FORBIDDEN, return_to, wrong("password-locked")))
        }
        Err(ConfirmRefusal::Refused(_)) => Ok(confirm_page(&desk, &at, StatusCode::FORBIDDEN, return_to, wrong("confirm-wrong"))),
    }
}

fn confirm_page(desk: &FrontDesk, at: &AtConsole, status: StatusCode, return_to: String, problems: Vec<Problem>) -> Response {
    let door = &desk.surface.0;
    let elsewhere = with_query(&door.at("/login"), [("again", "true"), ("return_to", return_to.as_str())]);
    let frame = ConsoleFrame::of(at, desk, CONFIRM);
    console_page(at, desk, status, &ConfirmPage { frame, action: door.at(CONFIRM), return_to, elsewhere, problems })
}
