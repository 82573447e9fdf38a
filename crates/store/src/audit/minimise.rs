//! Reducing addresses to networks, in the order of the chain.

use cloakroom_engine::audit::AuditEntry;
use cloakroom_engine::audit::recorded::{address_bytes, network_of};
use cloakroom_engine::audit::store::MinimiseDue;
use cloakroom_engine::error::StoreError;
use const_format::concatcp;

use super::append;
use crate::driver::{Connection, Record, all, one, record};
use crate::params;

record! {
    /// A sealed entry, as far as it matters here.
    struct Sealed as l {
        position: i64 = "c.position",
        sequence: i64,
        at: i64,
        address: Option<String>,
        has_user_agent: bool = "CASE WHEN l.user_agent IS NULL THEN 0 ELSE 1 END",
    }
}

const NEXT: &str = concatcp!(
    Sealed::SELECT,
    " FROM audit_chain c JOIN audit_log l ON l.sequence = c.sequence WHERE c.position > $1 ORDER BY c.position LIMIT $2"
);

/// Looks at the next sealed entries up to the first that is not due.
pub(crate) async fn minimise(
    conn: &mut dyn Connection,
    due: MinimiseDue,
    limit: usize,
    entry: &AuditEntry,
) -> Result<(usize, bool), StoreError> {
    let sql = "SELECT through FROM audit_minimised WHERE only_row = 1";
    let through = one::<i64>(conn, sql, params![]).await?.unwrap_or(0);
    let next = all::<Sealed>(conn, NEXT, params![through, limit as i64]).await?;
    let is_due = |sealed: &&Sealed| sealed.at < due.before.as_millis() || sealed.at > due.after.as_millis();
    let looked_at: Vec<&Sealed> = next.iter().take_while(is_due).collect();
    let Some(last) = looked_at.last() else { return Ok((0, false)) };
    let mut minimised = 0;
    for sealed in looked_at.iter().filter(|sealed| sealed.address.is_some() || sealed.has_user_agent) {
        let network = sealed.address.as_deref().map(network_of);
        let sortable = network.as_deref().and_then(address_bytes);
        let sql = "UPDATE audit_log SET address = $2, address_bytes = $3, user_agent = NULL WHERE sequence = $1";
        conn.change(sql, params![sealed.sequence, network.as_deref(), sortable.as_ref()]).await?;
        conn.change("UPDATE audit_chain SET salt = NULL WHERE position = $1", params![sealed.position]).await?;
        minimised += 1;
    }
    conn.change("UPDATE audit_minimised SET through = $1 WHERE only_row = 1", params![last.position]).await?;
    if minimised > 0 {
        append(conn, &entry.clone().with("count", minimised.to_string()).with("through_link", last.position.to_string())).await?;
    }
    Ok((looked_at.len(), looked_at.len() == limit))
}
