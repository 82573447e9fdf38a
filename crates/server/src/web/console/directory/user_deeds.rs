//! What is done with a user beside their form: status, password, locks and addresses.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use cloakroom_engine::directory::admin::passwords::PasswordReset;
use cloakroom_engine::directory::changes::{EmailChange, SparedSessions};
use cloakroom_engine::directory::{EmailStatus, SoughtEmail, UserStatus};
use cloakroom_engine::ids::UserUid;
use cloakroom_engine::secret::Passcode;

use super::at_directory::AtDirectory;
use super::changing::{Asking, DeedForm, refused_form};
use super::noun::Noun;
use super::nouns::users::NEW_PASSWORD;
use super::sheet::problem;
use crate::http::declared::names::Email;
use crate::http::declared::parameters::{Params, PathId, parameters};
use crate::http::declared::words::Canonical as _;
use crate::web::error::{PageError, PageRefusals};
use crate::web::form::{Filled, Typed};
use crate::web::pages::Problem;
use crate::web::surface::FrontDesk;

parameters! {
    /// Which user.
    in Path pub struct OneUserEntry {
        /// `usr_…`
        user_id: PathId<UserUid>,
    }

    /// The status that a user is to have.
    in Form pub struct StatusForm {
        /// `verified`, `unverified` or `suspended`.
        status: Typed = "suspended",
        /// Made for this session by the page.
        form_token: Typed,
    }

    /// A user's new password.
    in Form pub struct PasswordForm {
        /// What it is to be.
        password: Typed = "correct horse battery staple",
        /// Made for this session by the page.
        form_token: Typed,
    }

    /// What is to happen with an address of a user.
    in Form pub struct EmailForm {
        /// The address.
        email: Typed = "ada@example.com",
        /// `add`, `primary`, `verified`, `unverified` or `doomed`.
        deed: Typed = "add",
        /// Made for this session by the page.
        form_token: Typed,
    }
}

/// Where the page of the user is.
fn page_of(desk: &FrontDesk, user: UserUid) -> String {
    desk.surface.0.at(&Noun::Users.entry(user))
}

/// Suspend a user, which ends every session of theirs, or let them in again.
#[utoipa::path(post, path = "/console/directory/users/{user_id}/status", operation_id = "settleUserStatus", tag = "console",
    params(OneUserEntry),
    request_body(content = StatusForm, content_type = "application/x-www-form-urlencoded"),
    responses(
        (status = 303, description = "Back to the user's page, which says what became of it; or on to `/login`."),
        (status = 403, description = "The form is not ours, or its sender may not do this.", body = str, content_type = "text/html"),
        (status = 404, description = "There is none of this id within reach.", body = str, content_type = "text/html"),
        (status = 422, description = "There is no such status.", body = str, content_type = "text/html"),
        PageRefusals,
    ),
    security(()),
    extensions(("x-effect" = json!("ends")))
)]
pub async fn settle_status(
    State(desk): State<FrontDesk>,
    visitor: AtDirectory,
    Params(one): Params<OneUserEntry>,
    Filled(form): Filled<StatusForm>,
) -> Result<Response, PageError> {
    visitor.at.sent(&desk, &form.form_token)?;
    let user = one.user_id.or(PageError::NOT_FOUND)?;
    // Removing one is asked for elsewhere, and wants a proof first.
    let status = UserStatus::parse(&form.status).filter(|status| *status != UserStatus::Doomed);
    let status = status.ok_or(PageError::new(StatusCode::UNPROCESSABLE_ENTITY, "problem-unreadable"))?;
    let outcome = desk.engine.change_user_status(&visitor.admin, user, status, &visitor.at.coming.origin).await;
    visitor.done(&desk, &page_of(&desk, user), outcome, "saved")
}

/// The form that sets a user's password. Whoever proved too long ago who they are proves it first.
#[utoipa::path(get, path = "/console/directory/users/{user_id}/password", operation_id = "askForUserPassword", tag = "console",
    params(OneUserEntry),
    responses(
        (status = 200, description = "The form.", body = str, content_type = "text/html"),
        (status = 303, description = "On to `/login`, to choosing a password, or to `/console/confirm`; each leads back."),
        (status = 403, description = "It is for administrators.", body = str, content_type = "text/html"),
        (status = 404, description = "There is none of this id within reach.", body = str, content_type = "text/html"),
        PageRefusals,
    ),
    security(()),
    extensions(("x-effect" = json!("reads")))
)]
pub async fn ask_password(
    State(desk): State<FrontDesk>,
    visitor: AtDirectory,
    Params(one): Params<OneUserEntry>,
) -> Result<Response, PageError> {
    let user = one.user_id.or(PageError::NOT_FOUND)?;
    if let Some(proving) = visitor.at.to_prove(&desk, &visitor.at.asked) {
        return Ok(proving);
    }
    let found = desk.engine.user(&visitor.reader, user).await?.map_err(|_| PageError::NOT_FOUND)?;
    Ok(password_form(&desk, &visitor, user, &found.username, Vec::new()).page(&desk, &visitor, StatusCode::OK, |_| String::new()))
}

fn password_form<'a>(desk: &FrontDesk, visitor: &AtDirectory, user: UserUid, of: &str, problems: Vec<Problem>) -> Asking<'a> {
    let back = page_of(desk, user);
    let title = visitor.at.coming.language.say_with("password-of", &[("user", of.into())]);
    Asking { noun: Noun::Users, title, action: format!("{back}/password"), back, specs: NEW_PASSWORD, problems }
}

/// Set a user's password, which ends every session of theirs.
#[utoipa::path(post, path = "/console/directory/users/{user_id}/password", operation_id = "giveUserPassword", tag = "console",
    params(OneUserEntry),
    request_body(content = PasswordForm, content_type = "application/x-www-form-urlencoded"),
    responses(
        (status = 303, description = "Set; back to the user's page. Or on to `/login` or `/console/confirm`."),
        (status = 403, description = "The form is not ours, or its sender may not do this.", body = str, content_type = "text/html"),
        (status = 404, description = "There is none of this id within reach.", body = str, content_type = "text/html"),
        (status = 409, description = "It is one's own, or the user is removed. The form.", body = str, content_type = "text/html"),
        (status = 422, description = "It may not be a password. The form.", body = str, content_type = "text/html"),
        PageRefusals,
    ),
    security(()),
    extensions(("x-effect" = json!("ends")))
)]
pub async fn set_password(
    State(desk): State<FrontDesk>,
    visitor: AtDirectory,
    Params(one): Params<OneUserEntry>,
    Filled(form): Filled<PasswordForm>,
) -> Result<Response, PageError> {
    visitor.at.sent(&desk, &form.form_token)?;
    let user = one.user_id.or(PageError::NOT_FOUND)?;
    let (page, language) = (page_of(&desk, user), visitor.at.coming.language);
    if let Some(proving) = visitor.at.to_prove(&desk, &format!("{page}/password")) {
        return Ok(proving);
    }
    let again = |status, problems| password_form(&desk, &visitor, user, "", problems).page(&desk, &visitor, status, |_| String::new());
    if form.password.is_empty() || form.password.len() > Passcode::MAX_BYTES {
        return Ok(again(StatusCode::UNPROCESSABLE_ENTITY, vec![problem(language, &NEW_PASSWORD[0])]));
    }
    let reset = PasswordReset { user, password: Passcode::new(form.password.as_bytes().to_vec()), spared: SparedSessions::None };
    let outcome = desk.engine.reset_password(&visitor.admin, reset, &visitor.at.coming.origin).await;
    match visitor.at.settled(&desk, outcome)? {
        Ok(Err(refusal)) if !matches!(refusal, cloakroom_engine::callers::Refusal::OutOfReach) => {
            let (status, problems) = refused_form(language, NEW_PASSWORD, &refusal);
            Ok(again(status, problems))
        }
        Ok(done) => visitor.told(&desk, &page, &done.map(|_| ()), "password-set"),
        Err(led) => Ok(led),
    }
}

/// Lift the locks that failed sign-ins put on a user's account.
#[utoipa::path(post, path = "/console/directory/users/{user_id}/locks/lift", operation_id = "forgiveUser", tag = "console",
    params(OneUserEntry),
    request_body(content = DeedForm, content_type = "application/x-www-form-urlencoded"),
    responses(
        (status = 303, description = "Back to the user's page, which says what became of it; or on to `/login`."),
        (status = 403, description = "The form is not ours, or its sender may not do this.", body = str, content_type = "text/html"),
        (status = 404, description = "There is none of this id within reach.", body = str, content_type = "text/html"),
        PageRefusals,
    ),
    security(()),
    extensions(("x-effect" = json!("changes")))
)]
pub async fn lift_locks(
    State(desk): State<FrontDesk>,
    visitor: AtDirectory,
    Params(one): Params<OneUserEntry>,
    Filled(form): Filled<DeedForm>,
) -> Result<Response, PageError> {
    visitor.at.sent(&desk, &form.form_token)?;
    let user = one.user_id.or(PageError::NOT_FOUND)?;
    let outcome = desk.engine.lift_sign_in_locks(&visitor.admin, user, &visitor.at.coming.origin).await;
    visitor.done(&desk, &page_of(&desk, user), outcome, "locks-lifted")
}

/// Add an address to a user, make it the primary one, or move it to another status. One that is not verified any more ends the sessions that were
/// opened with it.
#[utoipa::path(post, path = "/console/directory/users/{user_id}/emails", operation_id = "settleUserEmail", tag = "console",
    params(OneUserEntry),
    request_body(content = EmailForm, content_type = "application/x-www-form-urlencoded"),
    responses(
        (status = 303, description = "Back to the user's page, which says what became of it; or on to `/login` or `/console/confirm`."),
        (status = 403, description = "The form is not ours, or its sender may not do this.", body = str, content_type = "text/html"),
        (status = 404, description = "There is none of this id within reach.", body = str, content_type = "text/html"),
        PageRefusals,
    ),
    security(()),
    extensions(("x-effect" = json!("ends")))
)]
pub async fn settle_email(
    State(desk): State<FrontDesk>,
    visitor: AtDirectory,
    Params(one): Params<OneUserEntry>,
    Filled(form): Filled<EmailForm>,
) -> Result<Response, PageError> {
    visitor.at.sent(&desk, &form.form_token)?;
    let user = one.user_id.or(PageError::NOT_FOUND)?;
    let page = page_of(&desk, user);
    // Whoever gets a mail there can set the password.
    if let Some(proving) = visitor.at.to_prove(&desk, &page) {
        return Ok(proving);
    }
    let Some(change) = wanted(&form) else {
        let no_address = crate::web::door::with_query(&page, [("notice", "refused-value")]);
        return Ok(visitor.at.led_to(&desk, &no_address));
    };
    let outcome = desk.engine.change_emails(&visitor.admin, user, change, &visitor.at.coming.origin).await;
    visitor.done(&desk, &page, outcome, "saved")
}

fn wanted(form: &EmailForm) -> Option<EmailChange> {
    if &**form.deed == "add" {
        let address = Email::canonical(form.email.trim())?;
        return Some(EmailChange::Add { address, status: EmailStatus::Verified, is_primary: false });
    }
    let address = SoughtEmail::of(&form.email);
    if &**form.deed == "primary" {
        return Some(EmailChange::MakePrimary { address });
    }
    Some(EmailChange::Status { address, status: EmailStatus::parse(&form.deed)? })
}
