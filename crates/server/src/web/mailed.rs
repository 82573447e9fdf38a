//! The pages that links in mails lead to. Programs that look through mails follow links, so opening one redeems nothing and asks nothing: it
//! shows a form, and what that sends redeems.
//!
//! A link has its token in the query, since the pages need no script, which alone could read a fragment. They tell no other page where they
//! stand (`Referrer-Policy`); who sees all requests, as a proxy's log does, sees a token that is used up by then, or soon is not good any more.

use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use cloakroom_engine::account::MailPurpose;
use cloakroom_engine::account::mail_token::MailToken;
use cloakroom_engine::account::redeem::ResetRefusal;
use cloakroom_engine::secret::Passcode;

use super::error::{PageError, PageRefusals};
use super::form::{Filled, Holder, Typed};
use super::pages::{ConfirmAddressPage, Frame, Problem, RedeemedPage, ResetPasswordPage, page};
use super::surface::FrontDesk;
use super::visitor::{Coming, sent_on, with_cookies};
use crate::http::declared::parameters::{Params, parameters};

/// Where a new password is chosen.
pub const RESET: &str = "/password/reset";
/// Where an address is confirmed.
pub const VERIFY: &str = "/email/verify";

parameters! {
    /// What a link of a mail has.
    in Query pub struct Mailed {
        /// The token of the mail.
        token: Typed = "clp_…",
    }

    /// A new password, and what a mail proves.
    in Form pub struct ResetForm {
        /// The token of the mail.
        token: Typed = "clp_…",
        /// The password from now on.
        new_password: Typed = "Battery-staple-8",
        /// Made for this browser by the page.
        form_token: Typed,
    }

    /// What a mail proves.
    in Form pub struct VerifyForm {
        /// The token of the mail.
        token: Typed = "clv_…",
        /// Made for this browser by the page.
        form_token: Typed,
    }
}

/// The page that the link of a mail to reset a password leads to.
#[utoipa::path(get, path = "/password/reset", operation_id = "showPasswordReset", tag = "pages",
    params(Mailed),
    responses(
        (status = 200, description = "The form. Nothing was looked up, and nothing redeemed.", body = str, content_type = "text/html"),
        (status = 422, description = "This is no token of such a mail.", body = str, content_type = "text/html"),
        PageRefusals,
    ),
    security(()),
    extensions(("x-effect" = json!("reads")))
)]
pub async fn show_reset(
    State(desk): State<FrontDesk>,
    coming: Coming,
    Params(Mailed { token }): Params<Mailed>,
) -> Result<Response, PageError> {
    reset_page(&desk, &coming, &token, StatusCode::OK, Vec::new())
}

/// Choose a new password with the page's form. All sessions of the user end.
#[utoipa::path(post, path = "/password/reset", operation_id = "choosePasswordByMail", tag = "pages",
    request_body(content = ResetForm, content_type = "application/x-www-form-urlencoded"),
    responses(
        (status = 303, description = "Chosen; on to a page that says so."),
        (status = 403, description = "The form is not ours, or too old.", body = str, content_type = "text/html"),
        (status = 422, description = "The new password may not be one; or the token redeems nothing, one page for all reasons.", body = str, content_type = "text/html"),
        PageRefusals,
    ),
    security(()),
    extensions(("x-effect" = json!("changes")), ("x-rate" = json!("resets")))
)]
pub async fn reset(State(desk): State<FrontDesk>, coming: Coming, Filled(form): Filled<ResetForm>) -> Result<Response, PageError> {
    is_ours(&desk, &coming, &form.form_token)?;
    let door = &desk.surface.0;
    let password = Passcode::new(form.new_password.as_bytes().to_vec());
    match desk.engine.redeem_password_reset(&form.token, password, &coming.origin).await? {
        // Every session has ended, that of this browser among them.
        Ok(()) => Ok(sent_on(&door.at("/password/reset/done"), [door.cookies.forget(), door.cookies.finish()])),
        Err(ResetRefusal::NotRedeemed(_)) => Err(PageError::VOID),
        Err(ResetRefusal::Weak(_)) => {
            let problem = Problem { field: "new_password", text: coming.language.say("password-weak") };
            reset_page(&desk, &coming, &form.token, StatusCode::UNPROCESSABLE_ENTITY, vec![problem])
        }
    }
}

/// That a new password is chosen.
#[utoipa::path(get, path = "/password/reset/done", operation_id = "showPasswordResetDone", tag = "pages",
    responses((status = 200, description = "What to do now.", body = str, content_type = "text/html"), PageRefusals),
    security(()),
    extensions(("x-effect" = json!("reads")))
)]
pub async fn reset_done(State(desk): State<FrontDesk>, coming: Coming) -> Response {
    redeemed_page(&desk, &coming, "reset-done")
}

/// The page that the link of a mail to confirm an address leads to.
#[utoipa::path(get, path = "/email/verify", operation_id = "showEmailVerification", tag = "pages",
    params(Mailed),
    responses(
        (status = 200, description = "The form. Nothing was looked up, and nothing redeemed.", body = str, content_type = "text/html"),
        (status = 422, description = "This is no token of such a mail.", body = str, content_type = "text/html"),
        PageRefusals,
    ),
    security(()),
    extensions(("x-effect" = json!("reads")))
)]
pub async fn show_verification(
    State(desk): State<FrontDesk>,
    coming: Coming,
    Params(Mailed { token }): Params<Mailed>,
) -> Result<Response, PageError> {
    let door = &desk.surface.0;
    let token = well_formed(MailPurpose::EmailVerification, &token)?;
    let (flow, cookie) = coming.begun(&desk, coming.return_to())?;
    let confirm = ConfirmAddressPage {
        frame: Frame::of(door, coming.language),
        action: door.at(VERIFY),
        form_token: Holder::Flow(&flow).token(desk.engine.keys()),
        token,
    };
    Ok(telling_nobody(with_cookies(page(StatusCode::OK, &confirm), [cookie])))
}

/// Confirm an address with the page's form.
#[utoipa::path(post, path = "/email/verify", operation_id = "confirmAddress", tag = "pages",
    request_body(content = VerifyForm, content_type = "application/x-www-form-urlencoded"),
    responses(
        (status = 303, description = "Confirmed; on to a page that says so."),
        (status = 403, description = "The form is not ours, or too old.", body = str, content_type = "text/html"),
        (status = 422, description = "The token redeems nothing, one page for all reasons.", body = str, content_type = "text/html"),
        PageRefusals,
    ),
    security(()),
    extensions(("x-effect" = json!("changes")), ("x-rate" = json!("resets")))
)]
pub async fn verify(State(desk): State<FrontDesk>, coming: Coming, Filled(form): Filled<VerifyForm>) -> Result<Response, PageError> {
    is_ours(&desk, &coming, &form.form_token)?;
    match desk.engine.verify_email(&form.token, &coming.origin).await? {
        Ok(()) => Ok(sent_on(&desk.surface.0.at("/email/verify/done"), [])),
        Err(_) => Err(PageError::VOID),
    }
}

/// That an address is confirmed.
#[utoipa::path(get, path = "/email/verify/done", operation_id = "showEmailVerificationDone", tag = "pages",
    responses((status = 200, description = "What to do now.", body = str, content_type = "text/html"), PageRefusals),
    security(()),
    extensions(("x-effect" = json!("reads")))
)]
pub async fn verified(State(desk): State<FrontDesk>, coming: Coming) -> Response {
    redeemed_page(&desk, &coming, "verify-done")
}

fn is_ours(desk: &FrontDesk, coming: &Coming, form_token: &str) -> Result<(), PageError> {
    let is_ours = coming.flow.as_ref().is_some_and(|flow| coming.is_ours(desk, Holder::Flow(flow), form_token));
    if is_ours { Ok(()) } else { Err(PageError::FORGED) }
}

/// A token as a mail of this purpose has one; whatever else was sent is not shown again.
fn well_formed(purpose: MailPurpose, token: &str) -> Result<String, PageError> {
    MailToken::parse(purpose, token).map(|_| token.to_owned()).ok_or(PageError::VOID)
}

fn reset_page(desk: &FrontDesk, coming: &Coming, token: &str, status: StatusCode, problems: Vec<Problem>) -> Result<Response, PageError> {
    let door = &desk.surface.0;
    let token = well_formed(MailPurpose::PasswordReset, token)?;
    let (flow, cookie) = coming.begun(desk, coming.return_to())?;
    let shortest = desk.engine.policy().passwords.min_length;
    let reset = ResetPasswordPage {
        frame: Frame::of(door, coming.language),
        action: door.at(RESET),
        form_token: Holder::Flow(&flow).token(desk.engine.keys()),
        token,
        rule: coming.language.say_with("password-rule", &[("length", shortest.into())]),
        problems,
    };
    Ok(telling_nobody(with_cookies(page(status, &reset), [cookie])))
}

/// Browsers name the origin alone to whatever the page loads or sends its form to: its address has the token. Without an origin forms would be
/// taken for another site's.
fn telling_nobody(mut response: Response) -> Response {
    response.headers_mut().insert(header::REFERRER_POLICY, HeaderValue::from_static("strict-origin"));
    response
}

fn redeemed_page(desk: &FrontDesk, coming: &Coming, text: &str) -> Response {
    let door = &desk.surface.0;
    let redeemed = RedeemedPage { frame: Frame::of(door, coming.language), text: coming.language.say(text), login: door.at("/login") };
    page(StatusCode::OK, &redeemed)
}
