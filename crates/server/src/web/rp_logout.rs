//! `/oauth/logout`: an application sends a browser to sign out (OpenID Connect RP-Initiated Logout 1.0). Where an ID token of this very
//! session comes along, it ends; else somebody is asked, so that no link of anybody's signs people out.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use cloakroom_engine::sessions::browser::leave_for::{AskedToLeave, LogoutWish};
use url::Url;
use zeroize::Zeroizing;

use super::door::with_query;
use super::error::{PageError, PageRefusals};
use super::form::{Filled, Holder, Typed};
use super::pages::{Frame, LeftPage, LogoutPage, page};
use super::surface::FrontDesk;
use super::visitor::{Coming, sent_on, with_cookies};
use crate::http::declared::parameters::{Flat, Params, parameters};

/// Where the endpoint is.
pub const PATH: &str = "/oauth/logout";

/// Where the page's form goes.
const CONFIRM: &str = "/oauth/logout/confirm";

parameters! {
    /// What an application sends along.
    in Query pub struct LogoutRequest {
        /// An ID token that the application was given within the session; an expired one is good, too.
        id_token_hint: Typed,
        /// Which application asks. Not needed beside a hint, which it must agree with.
        client_id: Typed = "web-shop",
        /// Where to go afterwards: one of the application's `post_logout_redirect_uris`, to the letter.
        post_logout_redirect_uri: Typed = "https://shop.example.com/goodbye",
        /// Comes back with that.
        state: Typed = "af0ifjsldkj",
    }

    /// That somebody says yes to it.
    in Form pub struct ConfirmedRequest {
        request: Flat<LogoutRequest>,
        /// Made for this session by the page.
        form_token: Typed,
    }
}

impl LogoutRequest {
    fn wish(&self, is_confirmed: bool) -> LogoutWish {
        let said = |text: &Zeroizing<String>| (!text.is_empty()).then(|| text.to_string());
        LogoutWish {
            id_token_hint: said(&self.id_token_hint),
            client_id: said(&self.client_id),
            redirect_uri: said(&self.post_logout_redirect_uri),
            is_confirmed,
        }
    }

    fn pairs(&self) -> [(&'static str, &str); 4] {
        [
            ("id_token_hint", &*self.id_token_hint),
            ("client_id", &*self.client_id),
            ("post_logout_redirect_uri", &*self.post_logout_redirect_uri),
            ("state", &*self.state),
        ]
    }

    /// Where the application wants the browser afterwards, with its `state`.
    fn goal(&self, address: &str) -> Option<String> {
        if self.state.is_empty() {
            return Some(address.to_owned());
        }
        let mut goal = Url::parse(address).ok()?;
        goal.query_pairs_mut().append_pair("state", &self.state);
        Some(goal.into())
    }
}

/// Sign out where the ID token that comes along is of this browser's session; else ask.
#[utoipa::path(get, path = "/oauth/logout", operation_id = "logOutForApplication", tag = "openid",
    params(LogoutRequest),
    responses(
        (status = 200, description = "The question, or that it is done.", body = str, content_type = "text/html"),
        (status = 303, description = "Done; on to where the application wants."),
        (status = 400, description = "There is no such application, or it has no such address. Nothing ended.", body = str, content_type = "text/html"),
        PageRefusals,
    ),
    security(()),
    extensions(("x-effect" = json!("ends")))
)]
pub async fn leave_for(State(desk): State<FrontDesk>, coming: Coming, Params(asked): Params<LogoutRequest>) -> Result<Response, PageError> {
    let left = desk.engine.leave_for_application(coming.secret.as_ref(), &asked.wish(false), &coming.origin).await?;
    match left {
        AskedToLeave::Refused => Err(PageError::NO_SUCH_APPLICATION),
        AskedToLeave::Ask { application } => question(&desk, &coming, &asked, application.as_deref()),
        AskedToLeave::Left { redirect_uri: Some(address) } => {
            let goal = asked.goal(&address).ok_or(PageError::NO_SUCH_APPLICATION)?;
            Ok(sent_on(&goal, [desk.surface.0.cookies.forget(), desk.surface.0.cookies.finish()]))
        }
        AskedToLeave::Left { redirect_uri: None } => Ok(left_page(&desk, &coming, None)),
    }
}

/// The same by a form: browsers keep their cookies from forms of other sites, so that it goes on by GET.
#[utoipa::path(post, path = "/oauth/logout", operation_id = "logOutForApplicationByForm", tag = "openid",
    request_body(content = LogoutRequest, content_type = "application/x-www-form-urlencoded"),
    responses((status = 303, description = "To the same by GET."), PageRefusals),
    security(()),
    extensions(("x-effect" = json!("reads")))
)]
pub async fn leave_for_by_form(State(desk): State<FrontDesk>, Filled(asked): Filled<LogoutRequest>) -> Result<Response, PageError> {
    let given = asked.pairs().into_iter().filter(|(_, value)| !value.is_empty());
    Ok(sent_on(&with_query(&desk.surface.0.at(PATH), given), []))
}

/// Sign out as the page asked.
#[utoipa::path(post, path = "/oauth/logout/confirm", operation_id = "confirmLogout", tag = "openid",
    request_body(content = ConfirmedRequest, content_type = "application/x-www-form-urlencoded"),
    responses(
        (status = 200, description = "It is done; the page leads on to where the application wants.", body = str, content_type = "text/html"),
        (status = 400, description = "There is no such application, or it has no such address. Nothing ended.", body = str, content_type = "text/html"),
        (status = 403, description = "The form is not ours.", body = str, content_type = "text/html"),
        PageRefusals,
    ),
    security(()),
    extensions(("x-effect" = json!("ends")))
)]
pub async fn confirm(State(desk): State<FrontDesk>, coming: Coming, Filled(sent): Filled<ConfirmedRequest>) -> Result<Response, PageError> {
    let ConfirmedRequest { request, form_token } = sent;
    let is_ours = |secret| coming.is_ours(&desk, Holder::Session(secret), &form_token);
    let is_confirmed = coming.secret.as_ref().is_some_and(is_ours);
    if coming.secret.is_some() && !is_confirmed {
        return Err(PageError::FORGED);
    }
    match desk.engine.leave_for_application(coming.secret.as_ref(), &request.wish(is_confirmed), &coming.origin).await? {
        AskedToLeave::Refused => Err(PageError::NO_SUCH_APPLICATION),
        AskedToLeave::Ask { .. } => Err(PageError::FORGED),
        AskedToLeave::Left { redirect_uri } => Ok(left_page(&desk, &coming, redirect_uri.and_then(|address| request.goal(&address)))),
    }
}

/// The page that asks.
fn question(desk: &FrontDesk, coming: &Coming, asked: &LogoutRequest, application: Option<&str>) -> Result<Response, PageError> {
    let (door, secret) = (&desk.surface.0, coming.secret.as_ref().ok_or(PageError::FORGED)?);
    let named = application.map(|name| coming.language.say_with("logout-asked-by", &[("application", name.into())]));
    let hidden = asked.pairs().into_iter().filter(|(_, value)| !value.is_empty());
    let logout = LogoutPage {
        frame: Frame::of(door, coming.language),
        action: door.at(CONFIRM),
        form_token: Holder::Session(secret).token(desk.engine.keys()),
        named,
        hidden: hidden.map(|(name, value)| (name, value.to_owned())).collect(),
    };
    Ok(page(StatusCode::OK, &logout))
}

/// That it is done. The page leads on, since browsers hold what a form leads to against the page's policy.
fn left_page(desk: &FrontDesk, coming: &Coming, goal: Option<String>) -> Response {
    let door = &desk.surface.0;
    let left = LeftPage { frame: Frame::of(door, coming.language), goal, login: door.at("/login") };
    with_cookies(page(StatusCode::OK, &left), [door.cookies.forget(), door.cookies.finish()])
}
