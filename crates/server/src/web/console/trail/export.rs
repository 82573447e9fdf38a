//! The trail as a file, in the order of commits; that it was taken away is an entry itself.

use axum::extract::State;
use axum::response::Response;
use cloakroom_engine::audit::chain::{Link, LinkedEntry};
use cloakroom_engine::hex::hex;
use futures_util::stream;
use serde_json::{Value, json};

use super::filter::TrailFilter;
use crate::http::declared::parameters::{Flat, Params, parameters};
use crate::http::time;
use crate::web::console::export::{Format, Row, download};
use crate::web::console::guard::{AtConsole, forbidden};
use crate::web::error::{PageError, PageRefusals};
use crate::web::form::{Filled, Typed};
use crate::web::surface::FrontDesk;

parameters! {
    /// Which entries.
    in Query pub struct ExportedEntries {
        filter: Flat<TrailFilter>,
    }

    /// In which form.
    in Form pub struct ExportForm {
        /// `csv` or `jsonl`.
        format: Typed = "csv",
        /// Made for this session by the page.
        form_token: Typed,
    }
}

const COLUMNS: &[&str] = &[
    "position",
    "at",
    "action",
    "result",
    "actor_kind",
    "actor_id",
    "tenant_id",
    "resource_type",
    "resource_id",
    "ip_address",
    "user_agent",
    "request_id",
    "detail",
    "hash",
];

fn row(link: &Link) -> Row {
    let hash = link.seal.map(|seal| hex(&seal.hash));
    let LinkedEntry::Found(entry) = &link.entry else {
        // Nothing is left of it, or nothing that can be read: its place stays.
        let gap = std::iter::repeat_n(Value::Null, COLUMNS.len() - 2);
        return std::iter::once(json!(link.position)).chain(gap).chain([json!(hash)]).collect();
    };
    let entry = entry.as_ref();
    vec![
        json!(link.position),
        json!(time::millis(entry.at.as_millis())),
        json!(entry.action),
        json!(entry.result),
        json!(entry.actor_kind),
        json!(entry.actor_id),
        json!(entry.tenant.map(|tenant| tenant.to_string())),
        json!(entry.resource_kind),
        json!(entry.resource_id),
        json!(entry.address),
        json!(entry.user_agent),
        json!(entry.request_id),
        json!(entry.detail),
        json!(hash),
    ]
}

/// Export what was committed before this, as far as the filter selects it. The export is an entry of the trail itself.
#[utoipa::path(post, path = "/console/audit/export", operation_id = "takeAuditTrail", tag = "console",
    params(ExportedEntries),
    request_body(content = ExportForm, content_type = "application/x-www-form-urlencoded"),
    responses(
        (status = 200, description = "The entries, in the order of commits. A file that breaks off was not finished.",
            content((String = "text/csv"), (String = "application/x-ndjson"))),
        (status = 303, description = "On to `/login`: nobody is signed in."),
        (status = 403, description = "The form is not ours, or its sender is no administrator.", body = str, content_type = "text/html"),
        (status = 404, description = "There is no such tenant or partner within reach, or no such form.", body = str, content_type = "text/html"),
        PageRefusals,
    ),
    security(()),
    extensions(("x-effect" = json!("changes")), ("x-stream" = json!(true)))
)]
pub async fn export(
    State(desk): State<FrontDesk>,
    at: AtConsole,
    Params(ExportedEntries { filter }): Params<ExportedEntries>,
    Filled(form): Filled<ExportForm>,
) -> Result<Response, PageError> {
    at.sent(&desk, &form.form_token)?;
    let admin = at.trail().ok_or_else(forbidden)?;
    let (Ok(query), Some(format)) = (filter.query(), Format::parse(&form.format)) else { return Err(PageError::NOT_FOUND) };
    let outcome = desk.engine.export_audit(&admin, query, 0, &at.coming.origin).await;
    let export = match at.settled(&desk, outcome)? {
        Ok(begun) => begun.map_err(|_| PageError::NOT_FOUND)?,
        Err(led) => return Ok(led),
    };
    let windows = stream::try_unfold(export, |mut export| async move {
        let links = export.next().await?;
        Ok(links.map(|links| (links.iter().map(row).collect(), export)))
    });
    Ok(download(format, "audit", COLUMNS, windows))
}
