//! `/login`: signing in.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use cloakroom_engine::directory::identity_provider::LoginProvider;
use cloakroom_engine::secret::Passcode;
use cloakroom_engine::sessions::browser::visit::Visit;
use cloakroom_engine::sessions::sign_in::SignInRefusal;

use super::account;
use super::authorize::{asking, leading};
use super::door::Door;
use super::error::{PageError, PageRefusals};
use super::form::{Filled, Holder, Typed};
use super::pages::{Frame, LoginPage, Problem, ProviderButton, page};
use super::provider;
use super::surface::FrontDesk;
use super::visitor::{Begun, Coming, renewed, sent_on, signed_in, with_cookies};
use crate::http::declared::parameters::{Params, parameters};

/// Bytes that a name to sign in with may have.
const LONGEST_NAME: usize = 1024;

parameters! {
    /// What the page is asked for with.
    in Query pub struct Whereto {
        /// Where to go afterwards: an address of this origin or of a configured host. Any other is ignored.
        return_to: Typed = "/",
        /// The name that is filled in already.
        login_hint: Typed = "ada",
        /// `true` for somebody who is signed in and is to prove it again.
        again: Typed = "true",
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
        (status = 200, description = "The form.", body = str, content_type = "text/html"),
        (status = 303, description = "On, for somebody who is signed in; to `/account`, which says so, where that may not be."),
        PageRefusals,
    ),
    security(()),
    extensions(("x-effect" = json!("reads")))
)]
pub async fn show(State(desk): State<FrontDesk>, coming: Coming, Params(whereto): Params<Whereto>) -> Result<Response, PageError> {
    let allowed = desk.surface.0.destinations.allowed(&whereto.return_to);
    match (coming.visit(&desk).await?, &coming.secret) {
        (Visit::SignedIn(visitor), secret) if *whereto.again != "true" => {
            let to = already(&desk.surface.0, allowed, whereto.return_to.is_empty());
            Ok(sent_on(&to, [renewed(&desk, secret.as_ref(), &visitor)]))
        }
        (Visit::PasswordDue(_), _) => Ok(sent_on(&desk.surface.0.at("/login/password"), [coming.begun(&desk, allowed)?.1])),
        (visit, _) => {
            let username = prefilled(&visit, &whereto.login_hint);
            let begun = coming.begun(&desk, allowed)?;
            let asked = Asked { username, hint: whereto.login_hint.to_string(), is_again: *whereto.again == "true", problems: Vec::new() };
            login_page(&desk, &coming, StatusCode::OK, begun, asked).await
        }
    }
}

/// Where somebody goes who is signed in: on, or to the page that says why not.
fn already(door: &Door, allowed: Option<String>, is_anywhere: bool) -> String {
    allowed.unwrap_or_else(|| if is_anywhere { door.at("/") } else { account::address(door, "elsewhere", "") })
}

/// The name to sign in with: that of somebody who is to prove it again, or the hint.
fn prefilled(visit: &Visit, hint: &str) -> String {
    match visit {
        Visit::SignedIn(visitor) | Visit::PasswordDue(visitor) => visitor.account.username.clone(),
        Visit::Nobody => if hint.len() <= LONGEST_NAME { hint } else { "" }.to_owned(),
    }
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
    let Some(flow) = coming.flow.as_ref().filter(|flow| coming.is_ours(&desk, Holder::Flow(flow), &form.form_token)) else {
        return forged(&desk, &coming).await;
    };
    if let Some(problems) = incomplete(&coming, &form) {
        return again(&desk, &coming, StatusCode::UNPROCESSABLE_ENTITY, &form, problems).await;
    }
    let passcode = Passcode::new(form.password.as_bytes().to_vec());
    let shown = (form.username.to_string(), passcode);
    match desk.engine.sign_in_at_browser(shown, coming.secret.as_ref(), coming.origin.clone()).await? {
        Ok(held) => Ok(signed_in(&desk, flow.return_to.clone(), &held)),
        Err(refusal) => refused(&desk, &coming, &form, refusal).await,
    }
}

/// A form that was made for nobody here is not looked at, and nothing of it is shown again; whoever did fill it in begins anew.
async fn forged(desk: &FrontDesk, coming: &Coming) -> Result<Response, PageError> {
    if !coming.is_from_us {
        return Err(PageError::FORGED);
    }
    let begun = coming.begun(desk, coming.return_to())?;
    let problems = vec![Problem { field: "username", text: coming.language.say("login-too-old") }];
    login_page(desk, coming, StatusCode::FORBIDDEN, begun, Asked { problems, ..Asked::default() }).await
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

/// Unknown, wrong, locked, disabled, unverified: one page (P5). Only somebody whose password is right is told more.
async fn refused(desk: &FrontDesk, coming: &Coming, form: &LoginForm, refusal: SignInRefusal) -> Result<Response, PageError> {
    let (status, text) = match refusal {
        SignInRefusal::InvalidPasscode
        | SignInRefusal::UserNotVerified
        | SignInRefusal::EmailNotVerified
        | SignInRefusal::Locked { .. } => (StatusCode::FORBIDDEN, "login-refused"),
        SignInRefusal::AtCap => (StatusCode::CONFLICT, "login-at-cap"),
        SignInRefusal::CapInvalid => return Err(PageError::INTERNAL),
    };
    again(desk, coming, status, form, vec![Problem { field: "password", text: coming.language.say(text) }]).await
}

async fn again(
    desk: &FrontDesk,
    coming: &Coming,
    status: StatusCode,
    form: &LoginForm,
    problems: Vec<Problem>,
) -> Result<Response, PageError> {
    let begun = coming.begun(desk, coming.return_to())?;
    login_page(desk, coming, status, begun, Asked { username: form.username.to_string(), problems, ..Asked::default() }).await
}

/// What was asked for or typed before, and what is wrong with it.
#[derive(Default)]
struct Asked {
    username: String,
    /// The name that whoever sent the browser here gave it along: it may go to a provider, and what was typed may not.
    hint: String,
    /// Whether somebody who is signed in is to prove it again.
    is_again: bool,
    problems: Vec<Problem>,
}

async fn login_page(
    desk: &FrontDesk,
    coming: &Coming,
    status: StatusCode,
    (flow, cookie): Begun,
    Asked { username, hint, is_again, problems }: Asked,
) -> Result<Response, PageError> {
    let door = &desk.surface.0;
    let asker = asking(desk, flow.return_to.as_deref()).await?;
    let offered = desk.engine.offered_providers(&username, asker.as_ref()).await?;
    let button = |provider: LoginProvider| ProviderButton {
        address: provider::address(door, &provider.code, flow.return_to.as_deref(), &hint, is_again),
        text: coming.language.say_with("login-through", &[("provider", provider.name.into())]),
    };
    let login = LoginPage {
        frame: Frame::of(door, coming.language),
        action: door.at("/login"),
        form_token: Holder::Flow(&flow).token(desk.engine.keys()),
        username,
        problems,
        providers: offered.into_iter().map(button).collect(),
    };
    Ok(with_cookies(leading(asker.as_ref(), page(status, &login)), [cookie]))
}
