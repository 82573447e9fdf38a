//! `/`: on to where whoever comes belongs.

use axum::extract::State;
use axum::response::Response;
use cloakroom_engine::sessions::browser::visit::Visit;

use super::account;
use super::console;
use super::error::{PageError, PageRefusals};
use super::surface::FrontDesk;
use super::visitor::{Coming, renewed, sent_on};

/// On to the console of operators and administrators, to the account of whoever else is signed in, or to signing in.
#[utoipa::path(get, path = "/", operation_id = "showHome", tag = "pages",
    responses(
        (status = 303, description = "On to `/console` for operators and administrators, to `/account` for others; to `/login` where nobody is signed in; or to choosing a password where that has to come first."),
        PageRefusals,
    ),
    security(()),
    extensions(("x-effect" = json!("reads")))
)]
pub async fn show(State(desk): State<FrontDesk>, coming: Coming) -> Result<Response, PageError> {
    let door = &desk.surface.0;
    Ok(match coming.visit(&desk).await? {
        Visit::SignedIn(visitor) => {
            let to = if visitor.caller().operator().is_some() { console::CONSOLE } else { account::PATH };
            sent_on(&door.at(to), [renewed(&desk, coming.secret.as_ref(), &visitor)])
        }
        Visit::PasswordDue(_) => sent_on(&door.at("/login/password"), []),
        Visit::Nobody => sent_on(&door.at("/login"), []),
    })
}
