//! Reducing addresses to networks, in the order of the chain.

use cloakroom_engine::audit::AuditEntry;
use cloakroom_engine::audit::minimised::{MinimisedRange, ToldRange};
use cloakroom_engine::audit::recorded::{address_bytes, network_of};
use cloakroom_engine::audit::store::{AuditDue, MinimisableLinks, ToldRanges};
use cloakroom_engine::clock::Timestamp;
use cloakroom_engine::error::StoreError;
use const_format::concatcp;

use super::append;
use crate::driver::{Connection, DriverError, Record, all, one, record};
use crate::params;

record! {
    /// A sealed entry, as far as it matters for whether it is due.
    struct Next as l {
        position: i64 = "c.position",
        at: i64,
        hash: [u8; 32] = "c.hash",
        lacks_its_salt: bool = "CASE WHEN c.commitment IS NOT NULL AND c.salt IS NULL THEN 1 ELSE 0 END",
    }
}

record! {
    /// What an entry has of its origin.
    struct Sealed as l {
        position: i64 = "c.position",
        sequence: i64,
        address: Option<String>,
        has_user_agent: bool = "CASE WHEN l.user_agent IS NULL THEN 0 ELSE 1 END",
    }
}

record! {
    struct Telling { sequence: i64, detail: String }
}

const NEXT: &str = concatcp!(
    Next::SELECT,
    " FROM audit_chain c JOIN audit_log l ON l.sequence = c.sequence WHERE c.position > $1 ORDER BY c.position LIMIT $2"
);
const WITHIN: &str = concatcp!(
    Sealed::SELECT,
    " FROM audit_chain c JOIN audit_log l ON l.sequence = c.sequence WHERE c.position >= $1 AND c.position <= $2 ORDER BY c.position"
);
const TOLD: &str =
    concatcp!(Telling::SELECT, " FROM audit_log WHERE action = 'audit.minimised' AND sequence > $1 ORDER BY sequence LIMIT $2");

async fn through(conn: &mut dyn Connection) -> Result<i64, DriverError> {
    Ok(one::<i64>(conn, "SELECT through FROM audit_minimised WHERE only_row = 1", params![]).await?.unwrap_or(0))
}

/// The next sealed entries up to the first that is not due.
pub(crate) async fn minimisable(conn: &mut dyn Connection, due: AuditDue, limit: usize) -> Result<Option<MinimisableLinks>, StoreError> {
    let through = through(conn).await?;
    let next = all::<Next>(conn, NEXT, params![through, limit as i64]).await?;
    let is_due = |next: &&Next| due.includes(Timestamp::from_millis(next.at));
    let due: Vec<&Next> = next.iter().take_while(is_due).collect();
    let Some((first, last)) = due.first().zip(due.last()) else { return Ok(None) };
    let without_salt = due.iter().filter(|next| next.lacks_its_salt).count();
    Ok(Some(MinimisableLinks { first: first.position, last: last.position, hash: last.hash, looked_at: due.len(), without_salt }))
}

/// Minimises the entries of the range, if nothing of it was looked at before.
pub(crate) async fn minimise(conn: &mut dyn Connection, range: MinimisedRange, entry: &AuditEntry) -> Result<bool, StoreError> {
    if through(conn).await? >= range.first {
        return Ok(false);
    }
    let mut minimised = 0;
    for sealed in all::<Sealed>(conn, WITHIN, params![range.first, range.last]).await? {
        if sealed.address.is_none() && !sealed.has_user_agent {
            continue;
        }
        let network = sealed.address.as_deref().map(network_of);
        let sortable = network.as_deref().and_then(address_bytes);
        let sql = "UPDATE audit_log SET address = $2, address_bytes = $3, user_agent = NULL WHERE sequence = $1";
        conn.change(sql, params![sealed.sequence, network.as_deref(), sortable.as_ref()]).await?;
        conn.change("UPDATE audit_chain SET salt = NULL WHERE position = $1", params![sealed.position]).await?;
        minimised += 1;
    }
    conn.change("UPDATE audit_minimised SET through = $1 WHERE only_row = 1", params![range.last]).await?;
    if minimised > 0 {
        append(conn, &entry.clone().with("count", minimised.to_string())).await?;
    }
    Ok(true)
}

/// What the trail tells behind an entry of ranges that were minimised.
pub(crate) async fn told(conn: &mut dyn Connection, after: i64, limit: usize) -> Result<ToldRanges, StoreError> {
    let told = all::<Telling>(conn, TOLD, params![after, limit as i64]).await?;
    let through = told.last().filter(|_| told.len() >= limit).map(|last| last.sequence);
    let ranges = told.iter().filter_map(|told| {
        let facts = serde_json::from_str::<serde_json::Map<String, serde_json::Value>>(&told.detail).ok()?;
        ToldRange::read(|name| facts.get(name).and_then(serde_json::Value::as_str))
    });
    Ok(ToldRanges { ranges: ranges.collect(), through })
}
