//! The chain of hashes over the trail, as rows.

use cloakroom_engine::audit::chain::{ChainHead, Link, LinkedEntry, Seal};
use cloakroom_engine::audit::store::{ExportWindow, NewLinks, Unsealed};
use cloakroom_engine::error::StoreError;

use super::row::{Conditions, entry, entry_columns, unindexed_conditions};
use crate::driver::{Connection, DriverError, Param, Row, query_all, query_one};
use crate::params;
use crate::sessions::snapshot::bytes;

macro_rules! select_links {
    ($($tail:expr),+) => {
        concat!(
            "SELECT c.position, c.sequence, c.salt, c.commitment, c.hash, c.voucher, ",
            entry_columns!(),
            "FROM audit_chain c LEFT JOIN audit_log l ON l.sequence = c.sequence LEFT JOIN tenants n ON n.number = l.tenant_number ",
            $($tail),+
        )
    };
}

/// Where the entry's columns begin.
const ENTRY: usize = 6;

fn link(row: &dyn Row) -> Result<Link, DriverError> {
    let sequence = row.int(1).unwrap_or_default();
    let found = match row.opt_int(ENTRY) {
        Ok(None) => LinkedEntry::Missing,
        Ok(Some(_)) => entry(row, ENTRY).map_or(LinkedEntry::Unreadable, |entry| LinkedEntry::Found(Box::new(entry))),
        Err(_) => LinkedEntry::Unreadable,
    };
    Ok(Link { position: row.int(0)?, sequence, seal: seal(row).ok(), entry: found })
}

fn seal(row: &dyn Row) -> Result<Seal, DriverError> {
    Ok(Seal {
        salt: row.opt_blob(2)?.map(bytes).transpose()?,
        commitment: row.opt_blob(3)?.map(bytes).transpose()?,
        hash: bytes(row.blob(4)?)?,
        voucher: row.opt_blob(5)?.map(bytes).transpose()?,
    })
}

/// The last link.
pub(crate) async fn head(conn: &mut dyn Connection) -> Result<Option<ChainHead>, DriverError> {
    let sql = "SELECT position, sequence, hash, voucher FROM audit_chain ORDER BY position DESC LIMIT 1";
    query_one(conn, sql, params![], |row| {
        let voucher = row.opt_blob(3)?.map(bytes).transpose()?;
        Ok(ChainHead { position: row.int(0)?, sequence: row.int(1)?, hash: bytes(row.blob(2)?)?, voucher })
    })
    .await
}

/// The last link, and the oldest entries behind it. There is one writer at a time: the sequence is the order of commits.
pub(super) async fn unsealed(conn: &mut dyn Connection, limit: usize) -> Result<Unsealed, StoreError> {
    let sql = concat!(
        "SELECT ",
        entry_columns!(),
        "FROM audit_log l LEFT JOIN tenants n ON n.number = l.tenant_number WHERE l.sequence > $1 ORDER BY l.sequence LIMIT $2"
    );
    let head = head(conn).await?;
    let sealed = head.map_or(i64::MIN, |head| head.sequence);
    let entries = query_all(conn, sql, params![sealed, limit as i64], |row| entry(row, 0)).await?;
    Ok(Unsealed { head, entries })
}

/// Appends links if nobody else did since they were made.
pub(super) async fn append_links(conn: &mut dyn Connection, links: &NewLinks) -> Result<bool, StoreError> {
    let last = head(conn).await?.map_or(0, |head| head.position);
    if last != links.after {
        return Ok(false);
    }
    let sql = "INSERT INTO audit_chain (position, sequence, salt, commitment, hash, voucher) VALUES ($1, $2, $3, $4, $5, $6)";
    for (position, (sequence, seal)) in (last + 1..).zip(&links.seals) {
        let Seal { salt, commitment, hash, voucher } = seal;
        conn.change(sql, params![position, *sequence, salt.as_ref(), commitment.as_ref(), hash, voucher.as_ref()]).await?;
    }
    Ok(true)
}

/// The links of a window whose entries meet the conditions.
pub(super) async fn within(conn: &mut dyn Connection, window: ExportWindow) -> Result<Vec<Link>, StoreError> {
    let sql = select_links!(
        "WHERE c.position > $13 AND c.position <= $14
           AND ($1 IS NULL OR l.tenant_number = $1)
           AND ($2 IS NULL OR l.tenant_number IN (SELECT o.number FROM tenants o WHERE o.partner_number = $2))
           AND ($3 IS NULL OR l.actor_id = $3) AND ($6 IS NULL OR l.resource_id = $6) ",
        unindexed_conditions!(),
        "ORDER BY c.position"
    );
    let conditions = Conditions::new(window.scope, window.filter);
    let ends = [Param::Int(window.after), Param::Int(window.through)];
    let params: Vec<Param<'_>> = conditions.params().into_iter().chain(ends).collect();
    Ok(query_all(conn, sql, &params, link).await?)
}

/// The next links, and the sequences of all entries from behind `sequence` to the last of these links; of the latter no more than
/// show whether one is too many.
pub(crate) async fn next(
    conn: &mut dyn Connection,
    position: i64,
    sequence: i64,
    limit: usize,
) -> Result<(Vec<Link>, Vec<i64>), StoreError> {
    let sql = select_links!("WHERE c.position > $1 ORDER BY c.position LIMIT $2");
    let links = query_all(conn, sql, params![position, limit as i64], link).await?;
    let Some(last) = links.iter().map(|link| link.sequence).max() else { return Ok((links, Vec::new())) };
    let sql = "SELECT sequence FROM audit_log WHERE sequence > $1 AND sequence <= $2 ORDER BY sequence LIMIT $3";
    let standing = query_all(conn, sql, params![sequence, last, links.len() as i64 + 1], |row| row.int(0)).await?;
    Ok((links, standing))
}

/// How many entries stand behind `sequence`.
pub(crate) async fn count_behind(conn: &mut dyn Connection, sequence: i64) -> Result<i64, StoreError> {
    let sql = "SELECT count(*) FROM audit_log WHERE sequence > $1";
    Ok(query_one(conn, sql, params![sequence], |row| row.int(0)).await?.unwrap_or(0))
}
