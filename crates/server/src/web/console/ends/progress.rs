//! How far one is.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use cloakroom_engine::ids::MassEndUid;

use super::{PATH, ShownEnd};
use crate::web::console::frame::{ConsoleFrame, console_page};
use crate::web::console::guard::AtConsole;
use crate::web::error::{PageError, PageRefusals};
use crate::web::surface::FrontDesk;

/// What changes while somebody looks.
#[derive(Template)]
#[template(path = "web/console/progress.html")]
struct ProgressPart {
    frame: ConsoleFrame,
    end: ShownEnd,
}

#[derive(Template)]
#[template(path = "web/console/end.html")]
struct EndPage {
    frame: ConsoleFrame,
    part: ProgressPart,
    list: String,
}

/// How far a mass end is.
#[utoipa::path(get, path = "/console/ends/{mass_end_id}", operation_id = "showMassEnd", tag = "console",
    params(("mass_end_id" = String, Path, description = "Its id.", example = "end_01J8ZQ4N6WQ3V0R5T7Y9B1D3F5")),
    responses(
        (status = 200, description = "How many have ended. To the page's script that part of the page alone.", body = str, content_type = "text/html"),
        (status = 303, description = "On to `/login`, which leads back; or to choosing a password where that has to come first."),
        (status = 403, description = "It is for operators and administrators.", body = str, content_type = "text/html"),
        (status = 404, description = "The visitor asked for none of this id.", body = str, content_type = "text/html"),
        PageRefusals,
    ),
    security(()),
    extensions(("x-effect" = json!("reads")))
)]
pub async fn show(State(desk): State<FrontDesk>, at: AtConsole, Path(uid): Path<String>) -> Result<Response, PageError> {
    let uid = MassEndUid::parse(&uid).ok_or(PageError::NOT_FOUND)?;
    let end = desk.engine.mass_end_of(&at.sessions(), uid).await?.map_err(|_| PageError::NOT_FOUND)?;
    let (door, frame) = (&desk.surface.0, || ConsoleFrame::of(&at, &desk, PATH));
    let part = ProgressPart { frame: frame(), end: ShownEnd::of(door, at.coming.language, &end, desk.clock.now()) };
    if at.is_partial {
        return Ok(console_page(&at, &desk, StatusCode::OK, &part));
    }
    Ok(console_page(&at, &desk, StatusCode::OK, &EndPage { frame: frame(), part, list: door.at(PATH) }))
}
