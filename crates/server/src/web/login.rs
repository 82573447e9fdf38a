//! `/login`: signing in.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use cloakroom_engine::secret::Passcode;
use cloakroom_engine::sessions::browser::visit::Visit;
use cloakroom_engine::sessions::open::OpenedSession;
use cloakroom_engine::sessions::sign_in::SignInRefusal;

use super::error::{PageError, PageRefusals};
use super::flow::Flow;
use super::form::{Filled, Holder, Typed};
use super::home::home_page;
use super::pages::{Frame, LoginPage, Problem, page};
use super::surface::FrontDesk;
use super::visitor::{Begun, Coming, renewed, seconds_left, sent_on, with_cookies};
use crate::http::declared::parameters::{Params, parameters};

/// Bytes that a name to sign in with may have.
const LONGEST_NAME: usize = 1024;

parameters! {
    /// What the page is asked for with.
    in Query pub struct Whereto {
        /// Where to go afterwards: an address of this origin or of a configured host. Any other is ignored.
        return_to: Typed = "/",
    }

    /// Who signs in.
    in Form pub struct LoginForm {
        /// Username or address.
        username: Typed = "ada",
        /// Password.
        password: Typed = "Correct-horse-7",
        /// Made for this browser by the page.
        form_token: Typed,
    }
}

/// The page to sign in on.
#[utoipa::path(get, path = "/login", operation_id = "showLogin", tag = "pages",
    params(Whereto),
    responses(
        (status = 200, description = "The form; or, for somebody who is signed in and cannot be sent on, who that is.", body = str, content_type = "text/html"),
        (status = 303, description = "On, for somebody who is signed in."),
        PageRefusals,
    ),
    security(()),
    extensions(("x-effect" = json!("reads")))
)]
pub async fn show(
    State(desk): State<FrontDesk>,
    coming: Coming,
    Params(Whereto { return_to }): Params<Whereto>,
) -> Result<Response, PageError> {
    let door = &desk.surface.0;
    let allowed = door.destinations.allowed(&return_to);
    Ok(match (coming.visit(&desk).await?, &coming.secret) {
        (Visit::SignedIn(visitor), Some(secret)) => match allowed {
            Some(address) => sent_on(&address, [renewed(&desk, Some(secret), &visitor)]),
            None if return_to.is_empty() => sent_on(&door.at("/"), [renewed(&desk, Some(secret), &visitor)]),
            None => home_page(&desk, coming.language, (&visitor, secret), Some("notice-elsewhere")),
        },
        (Visit::PasswordDue(_), _) => {
            let flow = coming.begun(&desk, allowed)?;
            sent_on(&door.at("/login/password"), [flow.1])
        }
        (Visit::SignedIn(_) | Visit::Nobody, _) => {
            login_page(&desk, &coming, StatusCode::OK, coming.begun(&desk, allowed)?, Asked::default())
        }
    })
}

/// Sign in with the page's form.
#[utoipa::path(post, path = "/login", operation_id = "signIn", tag = "pages",
    request_body(content = LoginForm, content_type = "application/x-www-form-urlencoded"),
    responses(
        (status = 303, description = "Signed in, with the cookie; on to where the sign-in began, or to `/`."),
        (status = 403, description = "Not signed in: unknown, wrong, locked or not entitled, one page for all; or the form is not ours or too old.", body = str, content_type = "text/html"),
        (status = 409, description = "The user has as many sessions as allowed.", body = str, content_type = "text/html"),
        (status = 422, description = "A field is empty or too long.", body = str, content_type = "text/html"),
        PageRefusals,
    ),
    security(()),
    extensions(("x-effect" = json!("changes")), ("x-rate" = json!("sign-ins")))
)]
pub async fn sign_in(State(desk): State<FrontDesk>, coming: Coming, Filled(form): Filled<LoginForm>) -> Result<Response, PageError> {
    let Some(flow) = coming.flow.as_ref().filter(|flow| is_ours(&desk, &coming, flow, &form)) else {
        return forged(&desk, &coming);
    };
    if let Some(problems) = incomplete(&coming, &form) {
        return again(&desk, &coming, StatusCode::UNPROCESSABLE_ENTITY, &form, problems);
    }
    let passcode = Passcode::new(form.password.as_bytes().to_vec());
    match desk.engine.sign_in_at_browser(form.username.to_string(), passcode, coming.origin.clone()).await? {
        Ok(opened) => Ok(signed_in(&desk, flow, &opened)),
        Err(refusal) => refused(&desk, &coming, &form, refusal),
    }
}

fn is_ours(desk: &FrontDesk, coming: &Coming, flow: &Flow, form: &LoginForm) -> bool {
    coming.is_from_us && Holder::Flow(flow).made(desk.engine.keys(), &form.form_token)
}

/// A form that was made for nobody here is not looked at, and nothing of it is shown again; whoever did fill it in begins anew.
fn forged(desk: &FrontDesk, coming: &Coming) -> Result<Response, PageError> {
    if !coming.is_from_us {
        return Err(PageError::FORGED);
    }
    let begun = coming.begun(desk, coming.return_to())?;
    let problems = vec![Problem { field: "username", text: coming.language.say("login-too-old") }];
    Ok(login_page(desk, coming, StatusCode::FORBIDDEN, begun, Asked { username: String::new(), problems }))
}

fn incomplete(coming: &Coming, form: &LoginForm) -> Option<Vec<Problem>> {
    let problem = |field, text| Problem { field, text: coming.language.say(text) };
    let name = match form.username.trim().len() {
        0 => Some(problem("username", "login-name-missing")),
        1..=LONGEST_NAME => None,
        _ => Some(problem("username", "login-name-too-long")),
    };
    let password = match form.password.len() {
        0 => Some(problem("password", "login-password-missing")),
        1..=Passcode::MAX_BYTES => None,
        _ => Some(problem("password", "login-password-too-long")),
    };
    let problems: Vec<_> = name.into_iter().chain(password).collect();
    (!problems.is_empty()).then_some(problems)
}

fn signed_in(desk: &FrontDesk, flow: &Flow, opened: &OpenedSession) -> Response {
    let door = &desk.surface.0;
    let to = flow.return_to.clone().unwrap_or_else(|| door.at("/"));
    let held = door.cookies.hold(&opened.secret, seconds_left(&opened.view.session, desk.clock.now()));
    // Somebody who has to choose a password first comes by here again, with the same sign-in in progress.
    sent_on(&to, [held, flow.return_to.is_none().then(|| door.cookies.finish()).flatten()])
}

/// Unknown, wrong, locked, disabled, unverified: one page (P5). Only somebody whose password is right is told more.
fn refused(desk: &FrontDesk, coming: &Coming, form: &LoginForm, refusal: SignInRefusal) -> Result<Response, PageError> {
    let (status, text) = match refusal {
        SignInRefusal::InvalidPasscode
        | SignInRefusal::UserNotVerified
        | SignInRefusal::EmailNotVerified
        | SignInRefusal::Locked { .. } => (StatusCode::FORBIDDEN, "login-refused"),
        SignInRefusal::AtCap => (StatusCode::CONFLICT, "login-at-cap"),
        SignInRefusal::CapInvalid => return Err(PageError::INTERNAL),
    };
    again(desk, coming, status, form, vec![Problem { field: "password", text: coming.language.say(text) }])
}

fn again(desk: &FrontDesk, coming: &Coming, status: StatusCode, form: &LoginForm, problems: Vec<Problem>) -> Result<Response, PageError> {
    let begun = coming.begun(desk, coming.return_to())?;
    Ok(login_page(desk, coming, status, begun, Asked { username: form.username.to_string(), problems }))
}

/// What was typed before, and what is wrong with it.
#[derive(Default)]
struct Asked {
    username: String,
    problems: Vec<Problem>,
}

fn login_page(
    desk: &FrontDesk,
    coming: &Coming,
    status: StatusCode,
    (flow, cookie): Begun,
    Asked { username, problems }: Asked,
) -> Response {
    let door = &desk.surface.0;
    let login = LoginPage {
        frame: Frame::of(door, coming.language),
        action: door.at("/login"),
        form_token: Holder::Flow(&flow).token(desk.engine.keys()),
        username,
        problems,
    };
    with_cookies(page(status, &login), [cookie])
}
