//! `/login/idp/{code}`: sending a browser to a provider.

use axum::extract::{Path, State};
use axum::response::Response;
use cloakroom_engine::federation::start::ProviderWish;

use super::redirect_uri;
use crate::http::declared::parameters::{Params, parameters};
use crate::web::door::{Door, with_query};
use crate::web::error::{PageError, PageRefusals};
use crate::web::form::Typed;
use crate::web::surface::FrontDesk;
use crate::web::visitor::{Coming, sent_on};

/// Bytes of a name that is passed on to a provider.
const LONGEST_HINT: usize = 255;

parameters! {
    /// How somebody wants to sign in at a provider.
    in Query pub struct WhereFrom {
        /// Where to go afterwards: an address of this origin or of a configured host. Any other is ignored.
        return_to: Typed = "/",
        /// The name to sign in with at the provider.
        login_hint: Typed = "ada@example.com",
        /// `true` for somebody who is to prove anew who they are.
        again: Typed = "true",
    }
}

/// A name that is passed on; one that is too long is left out.
fn hint(name: &str) -> Option<&str> {
    Some(name).filter(|name| !name.is_empty() && name.len() <= LONGEST_HINT)
}

/// The address of a provider's button: what the page of sign-in was asked with goes along.
pub fn address(door: &Door, code: &str, return_to: Option<&str>, login_hint: &str, is_anew: bool) -> String {
    let pairs = [("return_to", return_to), ("login_hint", hint(login_hint)), ("again", is_anew.then_some("true"))];
    let said: Vec<_> = pairs.into_iter().filter_map(|(name, value)| Some((name, value?))).collect();
    let path = door.at(&format!("/login/idp/{code}"));
    if said.is_empty() { path } else { with_query(&path, said) }
}

/// Sign in through an identity provider: on to it.
#[utoipa::path(get, path = "/login/idp/{code}", operation_id = "startProviderSignIn", tag = "pages",
    params(("code" = String, Path, description = "The provider's code.", example = "acme"), WhereFrom),
    responses(
        (status = 303, description = "On to the provider, with a cookie that binds its answer to this browser. Nothing is kept here."),
        (status = 404, description = "There is no such provider, or it serves nobody.", body = str, content_type = "text/html"),
        PageRefusals,
    ),
    security(()),
    extensions(("x-effect" = json!("reads")), ("x-rate" = json!("sign-ins")))
)]
pub async fn go(
    State(desk): State<FrontDesk>,
    coming: Coming,
    Path(code): Path<String>,
    Params(from): Params<WhereFrom>,
) -> Result<Response, PageError> {
    let door = &desk.surface.0;
    let redirect_uri = redirect_uri(door, &code);
    let (login_hint, is_anew) = (hint(&from.login_hint), *from.again == "true");
    let wish = ProviderWish { provider: &code, redirect_uri: &redirect_uri, login_hint, is_anew };
    let (address, attempt) = desk.engine.start_at_provider(wish, &coming.origin).await??;
    let return_to = door.destinations.allowed(&from.return_to);
    Ok(sent_on(&address, [coming.sent_to_provider(&desk, return_to, attempt)?]))
}
