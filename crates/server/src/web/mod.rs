//! What a browser sees: signing in, the own account, signing out, as server-rendered pages that need no script; and what a proxy asks before
//! it lets a browser through (docs/contracts/browser.md).

mod account;
mod asset_file;
mod assets;
pub mod authorize;
mod console;
mod cookies;
mod door;
mod elsewhere;
mod envelope;
mod error;
mod flow;
mod form;
mod forward_auth;
mod home;
mod language;
mod login;
mod logout;
pub mod mailed;
mod pages;
mod password;
mod provider;
mod return_to;
mod rp_logout;
mod sealed;
mod surface;
mod visitor;
mod words;

use axum::Router;
use axum::extract::Request;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;

pub use self::door::{Door, DoorSettings};
use self::envelope::Framed;
pub use self::surface::{FrontDoor, Health};
use crate::http::operations::{Operations, operations};
use crate::http::surface::Serving;

/// What the surface serves.
pub fn operations() -> Operations<FrontDoor> {
    use forward_auth::verify;
    let pages = operations![
        home::show,
        account::show,
        account::end,
        account::end_others,
        account::name,
        account::withdraw,
        login::show,
        login::sign_in,
        provider::go,
        provider::come_back,
        provider::end_by_provider,
        elsewhere::tell,
        password::show,
        password::choose,
        logout::ask,
        logout::leave,
        mailed::show_reset,
        mailed::reset,
        mailed::reset_done,
        mailed::show_verification,
        mailed::verify,
        mailed::verified,
        authorize::authorize,
        authorize::authorize_by_form,
        authorize::settle_consent,
        rp_logout::leave_for,
        rp_logout::leave_for_by_form,
        rp_logout::confirm,
        verify::verify,
        asset_file::file,
    ];
    console::with_console(pages).by_any_method(forward_auth::PATH, verify::verify)
}

/// Its routes.
pub fn routes(serving: &Serving, surface: FrontDoor) -> Router {
    let framed = Framed(surface.0.clone());
    operations().mount_all(serving, surface, framed, || operations().document())
}

/// Whether a browser goes there by itself, for somebody who will look at the answer.
#[must_use]
pub fn is_navigation(headers: &HeaderMap) -> bool {
    let says = |name: &str, word: &str| headers.get(name).is_some_and(|value| value.as_bytes() == word.as_bytes());
    says("sec-fetch-mode", "navigate") && says("sec-fetch-dest", "document")
}

/// That there is nothing, as a page.
#[must_use]
pub fn nothing_there(door: &Door, request: &Request) -> Response {
    envelope::dressed(door, error::problem_page(door, language::of(request.headers()), StatusCode::NOT_FOUND, "problem-not-found"))
}
