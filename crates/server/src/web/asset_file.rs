//! `/assets/…`: the files that pages load.

use axum::extract::{Path, State};
use axum::response::Response;

use super::error::{PageError, PageRefusals};
use super::surface::FrontDesk;

/// A style sheet, an icon or a script of the pages.
#[utoipa::path(get, path = "/assets/{file}", operation_id = "getPageAsset", tag = "pages",
    params(("file" = String, Path, description = "Its name, with the hash of its content.", example = "style.0123456789abcdef.css")),
    responses(
        (status = 200, description = "The file.", content((String = "text/css"), (String = "image/svg+xml"), (String = "text/javascript"))),
        (status = 404, description = "There is none of this name.", body = str, content_type = "text/html"),
        PageRefusals,
    ),
    security(()),
    extensions(("x-effect" = json!("reads")))
)]
pub async fn file(State(desk): State<FrontDesk>, Path(file): Path<String>) -> Result<Response, PageError> {
    let asset = desk.surface.0.assets.named(&file).ok_or(PageError::NOT_FOUND)?;
    Ok(asset.answer())
}
