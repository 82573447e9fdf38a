//! The chain of hashes over the trail, as rows.

use std::cell::LazyCell;

use cloakroom_engine::audit::Action;
use cloakroom_engine::audit::chain::{ChainHead, Link, LinkedEntry, Seal};
use cloakroom_engine::audit::recorded::RecordedEntry;
use cloakroom_engine::audit::store::{ExportWindow, NewLinks, Unsealed};
use cloakroom_engine::clock::Timestamp;
use cloakroom_engine::error::StoreError;
use cloakroom_engine::ids::TenantNumber;
use cloakroom_engine::sessions::activity::Counted;
use const_format::concatcp;

use super::checkpoint::checkpoint;
use super::row::{Conditions, UNINDEXED};
use crate::driver::{Connection, DriverError, Param, Record, Row, all, one, record};
use crate::params;
use crate::sessions::activity::{self, Tally};

/// The columns of a seal, which may be damaged: that is then told of the link, and nothing else of it.
struct Readable<T>(Option<T>);

impl<T: Record> Record for Readable<T> {
    const WIDTH: usize = T::WIDTH;

    fn read_opt(row: &dyn Row, at: usize) -> Result<Option<Self>, DriverError> {
        Ok(Some(Self(T::read(row, at).ok())))
    }
}

record! {
    struct LinkRow as c {
        position: i64,
        sequence: Readable<i64>,
        seal: Readable<Seal> = "c.hash, c.salt, c.commitment, c.voucher",
        entry: Readable<Option<RecordedEntry>> = RecordedEntry::COLUMNS,
    }
}

record! { for Seal { hash, salt, commitment, voucher } }

record! { for ChainHead { position, sequence, hash, voucher } }

impl From<LinkRow> for Link {
    fn from(LinkRow { position, sequence, seal, entry }: LinkRow) -> Self {
        let entry = match entry.0 {
            Some(Some(entry)) => LinkedEntry::Found(Box::new(entry)),
            Some(None) => LinkedEntry::Missing,
            None => LinkedEntry::Unreadable,
        };
        Self { position, sequence: sequence.0.unwrap_or_default(), seal: seal.0, entry }
    }
}

const SELECT_LINKS: &str = concatcp!(
    LinkRow::SELECT,
    " FROM audit_chain c LEFT JOIN audit_log l ON l.sequence = c.sequence LEFT JOIN tenants n ON n.number = l.tenant_number "
);
const WITHIN: &str = concatcp!(
    SELECT_LINKS,
    "WHERE c.position > $13 AND c.position <= $14
       AND ($1 IS NULL OR l.tenant_number = $1)
       AND ($2 IS NULL OR l.tenant_number IN (SELECT o.number FROM tenants o WHERE o.partner_number = $2))
       AND ($3 IS NULL OR l.actor_id = $3) AND ($6 IS NULL OR l.resource_id = $6)",
    UNINDEXED,
    "ORDER BY c.position"
);
const NEXT: &str = concatcp!(SELECT_LINKS, "WHERE c.position > $1 ORDER BY c.position LIMIT $2");
const HEAD: &str = concatcp!(ChainHead::SELECT, " FROM audit_chain ORDER BY position DESC LIMIT 1");
const UNSEALED: &str = concatcp!(
    RecordedEntry::SELECT,
    " FROM audit_log l LEFT JOIN tenants n ON n.number = l.tenant_number WHERE l.sequence > $1 ORDER BY l.sequence LIMIT $2"
);

async fn links(conn: &mut dyn Connection, sql: &'static str, params: &[Param<'_>]) -> Result<Vec<Link>, DriverError> {
    Ok(all::<LinkRow>(conn, sql, params).await?.into_iter().map(Link::from).collect())
}

/// The last link.
pub(crate) async fn head(conn: &mut dyn Connection) -> Result<Option<ChainHead>, DriverError> {
    one(conn, HEAD, params![]).await
}

/// The last link, and the oldest entries behind it. There is one writer at a time: the sequence is the order of commits.
pub(crate) async fn unsealed(conn: &mut dyn Connection, limit: usize) -> Result<Unsealed, StoreError> {
    let head = head(conn).await?;
    let checkpoint = checkpoint(conn).await?;
    let sealed = head.map_or(i64::MIN, |head| head.sequence);
    Ok(Unsealed { head, checkpoint, entries: all(conn, UNSEALED, params![sealed, limit as i64]).await? })
}

/// Appends links if no other process has appended since they were made.
pub(crate) async fn append_links(conn: &mut dyn Connection, links: &NewLinks) -> Result<bool, StoreError> {
    let last = head(conn).await?.map_or(0, |head| head.position);
    if last != links.after {
        return Ok(false);
    }
    let sql = "INSERT INTO audit_chain (position, sequence, salt, commitment, hash, voucher) VALUES ($1, $2, $3, $4, $5, $6)";
    for (position, (sequence, seal)) in (last + 1..).zip(&links.seals) {
        let Seal { salt, commitment, hash, voucher } = seal;
        conn.change(sql, params![position, *sequence, salt.as_ref(), commitment.as_ref(), hash, voucher.as_ref()]).await?;
    }
    count(conn, links.after, last + links.seals.len() as i64, links.at).await?;
    Ok(true)
}

record! {
    /// An entry, as far as it is counted.
    struct Told as l { at: Timestamp, action: String, tenant: Option<TenantNumber> = "l.tenant_number", detail: String }
}

const COUNTED: &str =
    concatcp!(Told::SELECT, " FROM audit_chain c JOIN audit_log l ON l.sequence = c.sequence WHERE c.position > $1 AND c.position <= $2");

/// Counts what the entries of new links tell of sessions.
async fn count(conn: &mut dyn Connection, after: i64, through: i64, now: Timestamp) -> Result<(), DriverError> {
    let mut tally = Tally::default();
    for Told { at, action, tenant, detail } in all(conn, COUNTED, params![after, through]).await? {
        let Some(action) = Action::parse(&action) else { continue };
        // Read when a fact is asked for: most entries are not counted.
        let facts = LazyCell::new(|| serde_json::from_str::<serde_json::Map<String, serde_json::Value>>(&detail).unwrap_or_default());
        if let Some((counted, times)) = Counted::of(action, |name| facts.get(name).and_then(serde_json::Value::as_str)) {
            tally.add(tenant, at, counted, times);
        }
    }
    tally.store(conn).await?;
    activity::forget(conn, now).await
}

/// The links of a window whose entries match the filter.
pub(crate) async fn within(conn: &mut dyn Connection, window: ExportWindow) -> Result<Vec<Link>, StoreError> {
    let conditions = Conditions::new(window.scope, window.filter);
    let ends = [Param::Int(window.after), Param::Int(window.through)];
    let params: Vec<Param<'_>> = conditions.params().into_iter().chain(ends).collect();
    Ok(links(conn, WITHIN, &params).await?)
}

/// The next links, and the sequences of all entries from behind `sequence` to the last of these links; of the latter no more than
/// show whether one is too many.
pub(crate) async fn next(
    conn: &mut dyn Connection,
    position: i64,
    sequence: i64,
    limit: usize,
) -> Result<(Vec<Link>, Vec<i64>), StoreError> {
    let links = links(conn, NEXT, params![position, limit as i64]).await?;
    let Some(last) = links.iter().map(|link| link.sequence).max() else { return Ok((links, Vec::new())) };
    let sql = "SELECT sequence FROM audit_log WHERE sequence > $1 AND sequence <= $2 ORDER BY sequence LIMIT $3";
    let standing = all(conn, sql, params![sequence, last, links.len() as i64 + 1]).await?;
    Ok((links, standing))
}

/// How many entries stand behind `sequence`.
pub(crate) async fn count_behind(conn: &mut dyn Connection, sequence: i64) -> Result<i64, StoreError> {
    let sql = "SELECT count(*) FROM audit_log WHERE sequence > $1";
    Ok(one(conn, sql, params![sequence]).await?.unwrap_or(0))
}
