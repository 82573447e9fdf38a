//! Saving what was found.

use axum::extract::State;
use axum::response::Response;
use cloakroom_engine::error::EngineError;
use cloakroom_engine::sessions::detail::DetailedView;
use futures_util::stream;
use serde_json::{Value, json};

use super::query::SessionsSought;
use crate::http::declared::parameters::{Flat, Params, parameters};
use crate::http::time;
use crate::web::console::export::{Columns, Format, Row, download};
use crate::web::console::guard::AtConsole;
use crate::web::error::{PageError, PageRefusals};
use crate::web::form::Typed;
use crate::web::surface::FrontDesk;

/// Where it is.
pub const PATH: &str = "/console/sessions/export";

parameters! {
    /// Which sessions, and in what form.
    in Query pub struct SessionsExportQuery {
        /// Which sessions.
        sought: Flat<SessionsSought>,
        /// `csv` or `jsonl`.
        format: Typed = "csv",
    }
}

const COLUMNS: Columns = &[
    "session_id",
    "user_id",
    "username",
    "email",
    "tenant_id",
    "caption",
    "birth",
    "device_type",
    "application",
    "operating_system",
    "ip_address",
    "country",
    "city",
    "created_at",
    "last_active_at",
    "expires_at",
    "ended_at",
    "end_reason",
];

/// Save what a search finds, from the first to the last, as CSV or as lines of JSON.
#[utoipa::path(get, path = "/console/sessions/export", operation_id = "exportSessions", tag = "console",
    params(SessionsExportQuery),
    responses(
        (status = 200, description = "A session on each line. One that breaks off was not finished.", content((String = "text/csv"), (String = "application/x-ndjson"))),
        (status = 303, description = "On to `/login`, which leads back; or to choosing a password where that has to come first."),
        (status = 403, description = "It is for operators and administrators.", body = str, content_type = "text/html"),
        (status = 404, description = "No such user or tenant within reach, or no such form.", body = str, content_type = "text/html"),
        PageRefusals,
    ),
    security(()),
    extensions(("x-effect" = json!("reads")), ("x-stream" = json!(true)))
)]
pub async fn export(
    State(desk): State<FrontDesk>,
    at: AtConsole,
    Params(query): Params<SessionsExportQuery>,
) -> Result<Response, PageError> {
    let format = Format::parse(&query.format).ok_or(PageError::NOT_FOUND)?;
    let export = desk.engine.export_sessions(at.sessions().admin(), &query.sought.query()).await?.map_err(|_| PageError::NOT_FOUND)?;
    let windows = stream::try_unfold(export, |mut export| async move {
        let window = export.next().await?;
        Ok::<_, EngineError>(window.map(|sessions| (sessions.iter().map(row).collect(), export)))
    });
    Ok(download(format, "sessions", COLUMNS, windows))
}

fn row(shown: &DetailedView) -> Row {
    let (session, surroundings) = (&shown.view.session, &shown.surroundings);
    let moment = |at: cloakroom_engine::clock::Timestamp| Value::String(time::seconds(at.as_millis()));
    let location = surroundings.whence.location.as_ref();
    vec![
        json!(session.uid.to_string()),
        json!(session.user_uid.to_string()),
        json!(surroundings.username),
        json!(surroundings.user_email),
        json!(surroundings.tenant.map(|tenant| tenant.uid.to_string())),
        json!(session.caption.as_deref()),
        json!(session.birth.as_str()),
        json!(surroundings.whence.agent.device_type.as_str()),
        json!(surroundings.whence.agent.application.as_ref().map(|product| &product.family)),
        json!(surroundings.whence.agent.operating_system.as_ref().map(|product| &product.family)),
        json!(session.address.as_deref()),
        json!(location.and_then(|location| location.country.as_ref())),
        json!(location.and_then(|location| location.city.as_ref())),
        moment(session.created_at),
        moment(session.activity.last_active_at),
        moment(session.ends_at()),
        shown.view.end.map_or(Value::Null, |end| moment(end.at)),
        json!(shown.view.end.map(|end| end.reason.as_str())),
    ]
}
