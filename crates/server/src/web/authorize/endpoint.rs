//! `/oauth/authorize`.

use axum::extract::{RawQuery, State};
use axum::response::Response;
use cloakroom_engine::openid::authorize::AuthorizationRefusal;
use cloakroom_engine::sessions::browser::visit::Visit;
use cloakroom_engine::tokens::audience::TargetRefused;
use cloakroom_engine::tokens::scope::ScopeRefused;

use super::answer::Refusal;
use super::consent::consent_page;
use super::parameters::AuthorizationParameters;
use super::request::{Asking, read};
use crate::web::door::with_query;
use crate::web::error::{PageError, PageRefusals};
use crate::web::form::Sent;
use crate::web::surface::FrontDesk;
use crate::web::visitor::{Coming, renewed, sent_on, with_cookies};

/// Let an application into the session of this browser, once somebody has signed in and said yes.
#[utoipa::path(get, path = "/oauth/authorize", operation_id = "requestAuthorization", tag = "openid",
    params(AuthorizationParameters),
    responses(
        (status = 200, description = "The question whether the application may have what it asks for.", body = str, content_type = "text/html"),
        (status = 303, description = "To the application, with a code or an error; or to signing in."),
        (status = 400, description = "There is no such application, or it has no such address.", body = str, content_type = "text/html"),
        PageRefusals,
    ),
    security(()),
    extensions(("x-effect" = json!("changes")))
)]
pub async fn authorize(State(desk): State<FrontDesk>, coming: Coming, RawQuery(query): RawQuery) -> Result<Response, PageError> {
    match read(&desk, &query.unwrap_or_default()).await? {
        Ok(asking) => answered(&desk, &coming, &asking).await,
        Err(refused) => Ok(refused),
    }
}

/// The same by a form: browsers keep their cookies from forms of other sites, so that it goes on by GET.
#[utoipa::path(post, path = "/oauth/authorize", operation_id = "requestAuthorizationByForm", tag = "openid",
    request_body(content = AuthorizationParameters, content_type = "application/x-www-form-urlencoded"),
    responses((status = 303, description = "To the same by GET."), PageRefusals),
    security(()),
    extensions(("x-effect" = json!("reads")))
)]
pub async fn authorize_by_form(State(desk): State<FrontDesk>, Sent(pairs): Sent) -> Result<Response, PageError> {
    Ok(asked_again(&desk, pairs))
}

/// Sends the browser to the endpoint with these parameters, whatever they are made of.
pub(super) fn asked_again(desk: &FrontDesk, pairs: impl IntoIterator<Item = (impl AsRef<str>, impl AsRef<str>)>) -> Response {
    sent_on(&with_query(&desk.surface.0.at(super::PATH), pairs), [])
}

async fn answered(desk: &FrontDesk, coming: &Coming, asking: &Asking) -> Result<Response, PageError> {
    let visitor = match coming.visit(desk).await? {
        Visit::SignedIn(visitor) => visitor,
        Visit::PasswordDue(_) if asking.is_silent => {
            return Ok(asking.to.refused(desk, Refusal::InteractionRequired, "the user has to choose a password first"));
        }
        Visit::PasswordDue(_) | Visit::Nobody => return Ok(sent_to_login(desk, asking, false)),
    };
    let Asking { to, authorization, .. } = asking;
    let outcome = if asking.asks_login {
        Err(AuthorizationRefusal::AuthenticationDue)
    } else {
        desk.engine.authorize(&to.asker, authorization, (&visitor, false), &coming.origin).await?
    };
    let response = match outcome {
        Ok(code) => to.let_in(desk, &code),
        Err(AuthorizationRefusal::AuthenticationDue) => sent_to_login(desk, asking, true),
        Err(AuthorizationRefusal::ConsentDue(_)) if asking.is_silent => {
            to.refused(desk, Refusal::ConsentRequired, "the user has not let the application have this")
        }
        Err(AuthorizationRefusal::ConsentDue(scope)) => consent_page(desk, coming, asking, (&visitor, &scope))?,
        Err(AuthorizationRefusal::NotAdmitted) => to.refused(desk, Refusal::AccessDenied, "the application is not for this user"),
        Err(AuthorizationRefusal::Scope(ScopeRefused)) => {
            to.refused(desk, Refusal::InvalidScope, "a scope is asked for that the application may not have")
        }
        Err(AuthorizationRefusal::Target(TargetRefused)) => {
            to.refused(desk, Refusal::InvalidTarget, "a resource is asked for that the application may not have")
        }
        Err(AuthorizationRefusal::Lapsed) => asked_again(desk, form_urlencoded::parse(asking.query.as_bytes())),
    };
    Ok(with_cookies(response, [renewed(desk, coming.secret.as_ref(), &visitor)]))
}

/// Sends the browser to sign in, and back here afterwards. What `prompt` asked for is asked once: from then on the sign-in has to be
/// younger than this moment.
fn sent_to_login(desk: &FrontDesk, asking: &Asking, is_signed_in: bool) -> Response {
    if asking.is_silent {
        return asking.to.refused(desk, Refusal::LoginRequired, "the user has to sign in");
    }
    let mut back: Vec<(String, String)> = form_urlencoded::parse(asking.query.as_bytes()).into_owned().collect();
    if asking.asks_login {
        back.retain(|(name, _)| name != "authenticated_since");
        for (_, prompt) in back.iter_mut().filter(|(name, _)| name == "prompt") {
            let rest: Vec<&str> = prompt.split(' ').filter(|word| *word == "consent").collect();
            *prompt = rest.join(" ");
        }
        back.push(("authenticated_since".to_owned(), desk.clock.now().as_millis().to_string()));
    }
    let door = &desk.surface.0;
    let mut login = vec![("return_to", with_query(&door.at(super::PATH), back))];
    if is_signed_in {
        login.push(("again", "true".to_owned()));
    }
    if let Some(hint) = &asking.login_hint {
        login.push(("login_hint", hint.clone()));
    }
    sent_on(&with_query(&door.at("/login"), login), [])
}
