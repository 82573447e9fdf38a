//! The page's forms. Each leads back to the page, which says what became of it; a form that is sent twice does no more than once.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use cloakroom_engine::ids::{ApplicationUid, SessionUid};
use cloakroom_engine::sessions::naming::NamingRefusal;

use super::{Sender, address};
use crate::http::declared::parameters::parameters;
use crate::web::error::{PageError, PageRefusals};
use crate::web::form::{Filled, Typed};
use crate::web::surface::FrontDesk;
use crate::web::visitor::{Coming, sent_on};

parameters! {
    /// Which session is to end.
    in Form pub struct EndForm {
        /// One of the user's.
        session: Typed = "ses_01J8ZQ4N6WQ3V0R5T7Y9B1D3F5",
        /// Where the page began.
        cursor: Typed,
        /// Made for this session by the page.
        form_token: Typed,
    }

    /// That all others are to end.
    in Form pub struct EndOthersForm {
        /// Made for this session by the page.
        form_token: Typed,
    }

    /// What a session is called.
    in Form pub struct NameForm {
        /// One of the user's that no application keeps.
        session: Typed = "ses_01J8ZQ4N6WQ3V0R5T7Y9B1D3F5",
        /// At most 256 characters, none of them a control character; empty takes the name away.
        caption: Typed = "At work",
        /// Where the page began.
        cursor: Typed,
        /// Made for this session by the page.
        form_token: Typed,
    }

    /// From whom access is taken back.
    in Form pub struct WithdrawForm {
        /// An application that the user let in.
        application: Typed = "app_01J8ZQ4N6WQ3V0R5T7Y9B1D3F5",
        /// Made for this session by the page.
        form_token: Typed,
    }
}

/// End one of the user's sessions. One that is not there, or is somebody else's, is told as one that ended before.
#[utoipa::path(post, path = "/account/sessions/end", operation_id = "endDevice", tag = "account",
    request_body(content = EndForm, content_type = "application/x-www-form-urlencoded"),
    responses(
        (status = 303, description = "Back to `/account`, which says whether it ended now; or on to `/login`: nobody is signed in."),
        (status = 403, description = "The form is not ours.", body = str, content_type = "text/html"),
        PageRefusals,
    ),
    security(()),
    extensions(("x-effect" = json!("ends")))
)]
pub async fn end(State(desk): State<FrontDesk>, coming: Coming, Filled(form): Filled<EndForm>) -> Result<Response, PageError> {
    let sender = match Sender::of(&desk, &coming, &form.form_token).await? {
        Ok(sender) => sender,
        Err(led) => return Ok(led),
    };
    let Some(session) = SessionUid::parse(&form.session) else {
        return Ok(sent_on(&address(&desk.surface.0, "no-session", &form.cursor), [sender.cookie]));
    };
    let outcome = desk.engine.end_own_session(&sender.caller, session, &coming.origin).await;
    sender.led_back(&desk, outcome, ("ended", "no-session"), &form.cursor)
}

/// End all sessions of the user but the one of this browser.
#[utoipa::path(post, path = "/account/sessions/end-others", operation_id = "endOtherDevices", tag = "account",
    request_body(content = EndOthersForm, content_type = "application/x-www-form-urlencoded"),
    responses(
        (status = 303, description = "They ended, or there were none; back to `/account`. Or on to `/login`: nobody is signed in."),
        (status = 403, description = "The form is not ours.", body = str, content_type = "text/html"),
        PageRefusals,
    ),
    security(()),
    extensions(("x-effect" = json!("ends")))
)]
pub async fn end_others(State(desk): State<FrontDesk>, coming: Coming, Filled(form): Filled<EndOthersForm>) -> Result<Response, PageError> {
    let sender = match Sender::of(&desk, &coming, &form.form_token).await? {
        Ok(sender) => sender,
        Err(led) => return Ok(led),
    };
    let outcome = desk.engine.end_own_other_sessions(&sender.caller, &coming.origin).await;
    sender.led_back(&desk, outcome.map(Ok::<_, ()>), ("others-ended", ""), "")
}

/// Name one of the user's sessions, or take its name away.
#[utoipa::path(post, path = "/account/sessions/name", operation_id = "nameDevice", tag = "account",
    request_body(content = NameForm, content_type = "application/x-www-form-urlencoded"),
    responses(
        (status = 303, description = "Back to `/account`, which says whether there was such a session; or on to `/login`: nobody is signed in."),
        (status = 403, description = "The form is not ours.", body = str, content_type = "text/html"),
        (status = 422, description = "Nothing is called so: it is too long, or has control characters.", body = str, content_type = "text/html"),
        PageRefusals,
    ),
    security(()),
    extensions(("x-effect" = json!("changes")))
)]
pub async fn name(State(desk): State<FrontDesk>, coming: Coming, Filled(form): Filled<NameForm>) -> Result<Response, PageError> {
    let sender = match Sender::of(&desk, &coming, &form.form_token).await? {
        Ok(sender) => sender,
        Err(led) => return Ok(led),
    };
    let Some(session) = SessionUid::parse(&form.session) else {
        return Ok(sent_on(&address(&desk.surface.0, "no-session", &form.cursor), [sender.cookie]));
    };
    let outcome = desk.engine.name_own_session(&sender.caller, session, &form.caption, &coming.origin).await;
    if matches!(outcome, Ok(Err(NamingRefusal::NoCaption))) {
        return Err(PageError::new(StatusCode::UNPROCESSABLE_ENTITY, "problem-caption"));
    }
    sender.led_back(&desk, outcome, ("named", "no-session"), &form.cursor)
}

/// Take back what the user let an application have. What it has of that within all of the user's sessions ends.
#[utoipa::path(post, path = "/account/consents/withdraw", operation_id = "withdrawConsent", tag = "account",
    request_body(content = WithdrawForm, content_type = "application/x-www-form-urlencoded"),
    responses(
        (status = 303, description = "Back to `/account`, which says whether it was let in; or on to `/login`: nobody is signed in."),
        (status = 403, description = "The form is not ours.", body = str, content_type = "text/html"),
        PageRefusals,
    ),
    security(()),
    extensions(("x-effect" = json!("ends")))
)]
pub async fn withdraw(State(desk): State<FrontDesk>, coming: Coming, Filled(form): Filled<WithdrawForm>) -> Result<Response, PageError> {
    let sender = match Sender::of(&desk, &coming, &form.form_token).await? {
        Ok(sender) => sender,
        Err(led) => return Ok(led),
    };
    let Some(application) = ApplicationUid::parse(&form.application) else {
        return Ok(sent_on(&address(&desk.surface.0, "no-consent", ""), [sender.cookie]));
    };
    let outcome = desk.engine.withdraw_own_consent(&sender.caller, application, &coming.origin).await;
    sender.led_back(&desk, outcome, ("withdrawn", "no-consent"), "")
}
