//! What a browser sees: signing in, who is signed in, signing out. Server-rendered pages that need no script (docs/contracts/browser.md).

mod asset_file;
mod assets;
mod cookies;
mod door;
mod envelope;
mod error;
mod flow;
mod form;
mod home;
mod language;
mod login;
mod logout;
mod pages;
mod password;
mod return_to;
mod surface;
mod visitor;

use axum::Router;
use axum::extract::Request;
use axum::http::StatusCode;
use axum::response::Response;

pub use self::door::{Door, DoorSettings};
use self::envelope::Framed;
pub use self::surface::FrontDoor;
use crate::http::operations::{Operations, operations};
use crate::http::surface::Serving;

/// What the surface serves.
pub fn operations() -> Operations<FrontDoor> {
    operations![home::show, login::show, login::sign_in, password::show, password::choose, logout::ask, logout::leave, asset_file::file,]
}

/// Its routes.
pub fn routes(serving: &Serving, surface: FrontDoor) -> Router {
    let framed = Framed(surface.0.clone());
    operations().mount_all(serving, surface, framed, || operations().document())
}

/// Whether a browser goes there by itself, for somebody who will look at the answer.
#[must_use]
pub fn is_navigation(request: &Request) -> bool {
    let says = |name: &str, word: &str| request.headers().get(name).is_some_and(|value| value.as_bytes() == word.as_bytes());
    says("sec-fetch-mode", "navigate") && says("sec-fetch-dest", "document")
}

/// That there is nothing, as a page.
#[must_use]
pub fn nothing_there(door: &Door, request: &Request) -> Response {
    envelope::dressed(door, error::problem_page(door, language::of(request.headers()), StatusCode::NOT_FOUND, "problem-not-found"))
}
