//! `/login/password`: choosing a password, which is the first thing that whoever got one to be used once has to do.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use cloakroom_engine::account::change_password::PasswordChangeRefusal;
use cloakroom_engine::secret::{Passcode, SessionSecret};
use cloakroom_engine::sessions::Session;
use cloakroom_engine::sessions::browser::change_password::BrowserPasswordRefusal;
use cloakroom_engine::sessions::browser::visit::Visit;

use super::authorize::{asking, leading};
use super::error::{PageError, PageRefusals};
use super::form::{Filled, Holder, Typed};
use super::pages::{Frame, PasswordPage, Problem, page};
use super::surface::FrontDesk;
use super::visitor::{Coming, renewed, seconds_left, sent_on, with_cookies};
use crate::http::declared::parameters::parameters;

parameters! {
    /// The passwords.
    in Form pub struct PasswordForm {
        /// Whose, for the browser's own list of passwords; shown again where something is to be corrected.
        username: Typed = "ada",
        /// The password until now.
        password: Typed = "Correct-horse-7",
        /// The password from now on.
        new_password: Typed = "Battery-staple-8",
        /// Made for this session by the page.
        form_token: Typed,
    }
}

/// The page to choose a password on.
#[utoipa::path(get, path = "/login/password", operation_id = "showPassword", tag = "pages",
    responses(
        (status = 200, description = "The form.", body = str, content_type = "text/html"),
        (status = 303, description = "On to `/login`: nobody is signed in."),
        PageRefusals,
    ),
    security(()),
    extensions(("x-effect" = json!("reads")))
)]
pub async fn show(State(desk): State<FrontDesk>, coming: Coming) -> Result<Response, PageError> {
    let (visitor, is_due) = match coming.visit(&desk).await? {
        Visit::Nobody => return Ok(sent_on(&desk.surface.0.at("/login"), [])),
        Visit::SignedIn(visitor) => (visitor, false),
        Visit::PasswordDue(visitor) => (visitor, true),
    };
    let cookie = renewed(&desk, coming.secret.as_ref(), &visitor);
    let asked = Asked { username: visitor.account.username.clone(), is_due, problems: Vec::new() };
    Ok(with_cookies(password_page(&desk, &coming, StatusCode::OK, asked).await?, [cookie]))
}

/// Choose a password with the page's form. All other sessions of the user end, and this one goes on under a new secret.
#[utoipa::path(post, path = "/login/password", operation_id = "choosePassword", tag = "pages",
    request_body(content = PasswordForm, content_type = "application/x-www-form-urlencoded"),
    responses(
        (status = 303, description = "Chosen; on to where the sign-in began, or to `/`. Or on to `/login`: nobody is signed in."),
        (status = 403, description = "The password until now is another, or locked; or the form is not ours.", body = str, content_type = "text/html"),
        (status = 422, description = "The new password may not be one.", body = str, content_type = "text/html"),
        PageRefusals,
    ),
    security(()),
    extensions(("x-effect" = json!("changes")), ("x-rate" = json!("sign-ins")))
)]
pub async fn choose(State(desk): State<FrontDesk>, coming: Coming, Filled(form): Filled<PasswordForm>) -> Result<Response, PageError> {
    let Some(secret) = &coming.secret else { return Ok(sent_on(&desk.surface.0.at("/login"), [])) };
    if !coming.is_ours(&desk, Holder::Session(secret), &form.form_token) {
        return Err(PageError::FORGED);
    }
    if form.password.len() > Passcode::MAX_BYTES {
        return refused(&desk, &coming, &form, PasswordChangeRefusal::WrongPassword).await;
    }
    let passcodes = [&form.password, &form.new_password].map(|typed| Passcode::new(typed.as_bytes().to_vec()));
    match desk.engine.change_password_at_browser(secret, passcodes.into(), &coming.origin).await? {
        Ok((session, next)) => Ok(chosen(&desk, &coming, &session, &next)),
        Err(BrowserPasswordRefusal::SignedOut) => Ok(sent_on(&desk.surface.0.at("/login"), [])),
        Err(BrowserPasswordRefusal::Refused(refusal)) => refused(&desk, &coming, &form, refusal).await,
    }
}

fn chosen(desk: &FrontDesk, coming: &Coming, session: &Session, next: &SessionSecret) -> Response {
    let door = &desk.surface.0;
    let to = coming.return_to().unwrap_or_else(|| door.at("/"));
    sent_on(&to, [door.cookies.hold(next, seconds_left(session, desk.clock.now())), door.cookies.finish()])
}

async fn refused(desk: &FrontDesk, coming: &Coming, form: &PasswordForm, refusal: PasswordChangeRefusal) -> Result<Response, PageError> {
    let (status, field, text) = match refusal {
        PasswordChangeRefusal::WrongPassword => (StatusCode::FORBIDDEN, "password", coming.language.say("password-wrong")),
        PasswordChangeRefusal::Locked { .. } => (StatusCode::FORBIDDEN, "password", coming.language.say("password-locked")),
        PasswordChangeRefusal::Weak(_) => (StatusCode::UNPROCESSABLE_ENTITY, "new_password", coming.language.say("password-weak")),
    };
    let asked = Asked { username: form.username.to_string(), is_due: true, problems: vec![Problem { field, text }] };
    password_page(desk, coming, status, asked).await
}

struct Asked {
    username: String,
    is_due: bool,
    problems: Vec<Problem>,
}

async fn password_page(desk: &FrontDesk, coming: &Coming, status: StatusCode, asked: Asked) -> Result<Response, PageError> {
    let (door, Asked { username, is_due, problems }) = (&desk.surface.0, asked);
    let secret = coming.secret.as_ref().ok_or(PageError::FORGED)?;
    let shortest = desk.engine.policy().passwords.min_length;
    let password = PasswordPage {
        frame: Frame::of(door, coming.language),
        action: door.at("/login/password"),
        leave: door.at("/logout"),
        form_token: Holder::Session(secret).token(desk.engine.keys()),
        username,
        rule: coming.language.say_with("password-rule", &[("length", shortest.into())]),
        is_due,
        problems,
    };
    let asker = asking(desk, coming.return_to().as_deref()).await?;
    Ok(leading(asker.as_ref(), page(status, &password)))
}
