//! Those that run, and those that ran lately.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use super::{PATH, ShownEnd};
use crate::web::console::frame::{ConsoleFrame, console_page};
use crate::web::console::guard::AtConsole;
use crate::web::console::sessions;
use crate::web::error::{PageError, PageRefusals};
use crate::web::surface::FrontDesk;

#[derive(Template)]
#[template(path = "web/console/ends.html")]
struct EndsPage {
    frame: ConsoleFrame,
    ends: Vec<ShownEnd>,
    search: String,
}

/// The mass ends that the visitor asked for, the newest first; of everybody, for those who reach everything.
#[utoipa::path(get, path = "/console/ends", operation_id = "listMassEnds", tag = "console",
    responses(
        (status = 200, description = "The newest fifty, with how far each is.", body = str, content_type = "text/html"),
        (status = 303, description = "On to `/login`, which leads back; or to choosing a password where that has to come first."),
        (status = 403, description = "It is for operators and administrators.", body = str, content_type = "text/html"),
        PageRefusals,
    ),
    security(()),
    extensions(("x-effect" = json!("reads")))
)]
pub async fn show(State(desk): State<FrontDesk>, at: AtConsole) -> Result<Response, PageError> {
    let ends = desk.engine.mass_ends_of(&at.sessions()).await?;
    let (door, language, now) = (&desk.surface.0, at.coming.language, desk.clock.now());
    let page = EndsPage {
        frame: ConsoleFrame::of(&at, &desk, PATH),
        ends: ends.iter().map(|end| ShownEnd::of(door, language, end, now)).collect(),
        search: door.at(sessions::PATH),
    };
    Ok(console_page(&at, &desk, StatusCode::OK, &page))
}
