//! `/console/keys`: the keys that sign tokens. They take turns by themselves; whoever has a shell on the server can make them.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use cloakroom_engine::tokens::SigningKeyState;
use cloakroom_engine::tokens::signing_keys::PublishedKey;

use super::cells::ShownId;
use super::frame::{ConsoleFrame, console_page};
use super::guard::{AtConsole, forbidden};
use super::paths::KEYS;
use crate::web::error::{PageError, PageRefusals};
use crate::web::language::Language;
use crate::web::surface::FrontDesk;
use crate::web::words::Moment;

struct KeyRow {
    id: ShownId,
    algorithm: &'static str,
    purpose: &'static str,
    state: String,
    is_retired: bool,
    since: Moment,
    created_at: Moment,
}

#[derive(Template)]
#[template(path = "web/console/keys.html")]
struct KeysPage {
    frame: ConsoleFrame,
    rows: Vec<KeyRow>,
}

/// The keys that sign tokens, with what each does now. Their secrets are never shown.
#[utoipa::path(get, path = "/console/keys", operation_id = "showSigningKeys", tag = "console",
    responses(
        (status = 200, description = "The keys, the oldest first.", body = str, content_type = "text/html"),
        (status = 303, description = "On to `/login`, which leads back; or to choosing a password where that has to come first."),
        (status = 403, description = "It is for administrators of the platform.", body = str, content_type = "text/html"),
        PageRefusals,
    ),
    security(()),
    extensions(("x-effect" = json!("reads")))
)]
pub async fn show(State(desk): State<FrontDesk>, at: AtConsole) -> Result<Response, PageError> {
    if !at.is_of_platform() {
        return Err(forbidden());
    }
    let (language, now) = (at.coming.language, desk.clock.now());
    let row = |key: &PublishedKey| KeyRow {
        id: ShownId::of(&key.kid),
        algorithm: key.algorithm.as_str(),
        purpose: key.purpose.as_str(),
        state: stated(language, key.state),
        is_retired: key.state == SigningKeyState::Retired,
        since: Moment::of(language, key.state_since, now),
        created_at: Moment::of(language, key.created_at, now),
    };
    let rows = desk.engine.published_keys().await?.iter().map(row).collect();
    Ok(console_page(&at, &desk, StatusCode::OK, &KeysPage { frame: ConsoleFrame::of(&at, &desk, KEYS), rows }))
}

fn stated(language: Language, state: SigningKeyState) -> String {
    language.say(match state {
        SigningKeyState::Next => "key-next",
        SigningKeyState::Active => "key-active",
        SigningKeyState::Retired => "key-retired",
    })
}
