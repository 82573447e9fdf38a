//! `/login/elsewhere`: for whoever comes from an address that nobody can be sent back to.

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;

use super::error::PageRefusals;
use super::language;
use super::pages::{ElsewherePage, Frame, page};
use super::surface::FrontDesk;

/// That signing in here opens nothing at the address that somebody comes from. Proxies lead here instead of to `/login`, from where they would be
/// asked again, without end.
#[utoipa::path(get, path = "/login/elsewhere", operation_id = "showElsewhere", tag = "pages",
    responses(
        (status = 200, description = "What has to be set up.", body = str, content_type = "text/html"),
        PageRefusals,
    ),
    security(()),
    extensions(("x-effect" = json!("reads")))
)]
pub async fn tell(State(desk): State<FrontDesk>, headers: HeaderMap) -> Response {
    page(StatusCode::OK, &ElsewherePage { frame: Frame::of(&desk.surface.0, language::of(&headers)) })
}
