//! Writes audit entries, in the transaction that they describe.

use cloakroom_engine::audit::AuditEntry;
use cloakroom_engine::audit::recorded::address_bytes;

use crate::driver::{Connection, DriverError};
use crate::params;

pub(crate) const APPEND: &str = "INSERT INTO audit_log (at, action, result, actor_kind, actor_id, tenant_number, resource_kind,
        resource_id, address, user_agent, request_id, detail, address_bytes)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)";

/// Appends one entry. There is one writer at a time, so the sequence is the order of commits.
pub(crate) async fn append(conn: &mut dyn Connection, entry: &AuditEntry) -> Result<(), DriverError> {
    let detail = detail_text(entry);
    let address = entry.origin.address.map(|address| address.to_string());
    let sortable = address.as_deref().and_then(address_bytes);
    let actor_id = entry.actor.public_id();
    conn.change(
        APPEND,
        params![
            entry.at.as_millis(),
            entry.action.as_str(),
            entry.result.as_str(),
            entry.actor.kind(),
            actor_id.as_deref(),
            entry.tenant.map(|tenant| tenant.0),
            entry.resource.as_str(),
            entry.resource_id.as_deref(),
            address.as_deref(),
            entry.origin.user_agent.as_deref(),
            entry.origin.request_id.as_deref(),
            detail.as_str(),
            sortable.as_ref(),
        ],
    )
    .await
}

/// Appends several.
pub(crate) async fn append_all(conn: &mut dyn Connection, entries: &[AuditEntry]) -> Result<(), DriverError> {
    for entry in entries {
        append(conn, entry).await?;
    }
    Ok(())
}

/// The further facts of an entry as a JSON object of texts.
pub(crate) fn detail_text(entry: &AuditEntry) -> String {
    let detail = entry.detail.iter().map(|(name, value)| ((*name).to_owned(), serde_json::Value::from(value.as_str()))).collect();
    serde_json::Value::Object(detail).to_string()
}
