//! What the database tells of changed facts (migration 18): how far each stripe goes, and what was changed on the way.

use std::sync::Arc;
use std::time::Duration;

use const_format::concatcp;
use futures_util::future::join_all;

use super::connection::PgConnection;
use super::link::Link;
use crate::driver::{Connection as _, DriverError, Record as _, all, params, record};
use crate::live::Fact;

/// What is one user's, by the user's number, and in the last one what is nobody's own.
const STRIPES: usize = 17;

/// How far the changes of each stripe go.
pub(super) type Heads = [i64; STRIPES];

/// Where heads were read: the server's process at the other end, and the table as it was made. Whatever stands between may give a
/// connection another server, and whoever restores a backup makes the table anew.
pub(super) type Origin = (i64, i64);

/// More changes than that are not learnt one by one.
const CHANGES_AT_MOST: i64 = 4096;

/// Changes that are older go. Who has not asked for so long forgets everything.
const KEPT_FOR: Duration = Duration::from_secs(300);

/// Positions of a stripe that go at a time, about.
const TRIMMED_AT_MOST: i64 = 2000;

record! {
    struct Head {
        stripe: i64,
        position: i64,
        backend: i64 = "CAST(pg_backend_pid() AS BIGINT)",
        made: i64 = "CAST(tableoid AS BIGINT)",
    }
}

const HEADS: &str = concatcp!(Head::SELECT, " FROM fact_heads");

record! { struct Change { position: i64, kind: i64, number: i64 } }

const CHANGES: &str =
    concatcp!(Change::SELECT, " FROM fact_feed WHERE stripe = $1 AND position > $2 AND position <= $3 ORDER BY position LIMIT $4");

/// Whole positions, of which the last of a stripe stays.
const TRIM: &str = "DELETE FROM fact_feed f
     USING (SELECT h.stripe, max(o.position) AS through
            FROM fact_heads h,
                LATERAL (SELECT position, at FROM fact_feed WHERE stripe = h.stripe ORDER BY position LIMIT $2) o
            WHERE o.position < h.position AND o.at < CAST(extract(epoch FROM now()) * 1000 AS BIGINT) - $1
            GROUP BY h.stripe) old
     WHERE f.stripe = old.stripe AND f.position <= old.through";

/// Why there is no answer.
pub(super) struct NoAnswer {
    pub(super) error: DriverError,
    /// Its connection is gone.
    pub(super) lost: bool,
}

fn no_answer(error: DriverError, on: &PgConnection) -> NoAnswer {
    NoAnswer { error, lost: on.trouble().lost }
}

/// How far each stripe goes now.
pub(super) async fn heads(link: &Arc<Link>) -> Result<(Origin, Heads), NoAnswer> {
    let mut conn = PgConnection::new(link.clone());
    let rows = all::<Head>(&mut conn, HEADS, params![]).await.map_err(|error| no_answer(error, &conn))?;
    let mut heads = [None; STRIPES];
    for row in &rows {
        if let Some(head) = usize::try_from(row.stripe).ok().and_then(|stripe| heads.get_mut(stripe)) {
            *head = Some(row.position);
        }
    }
    let whole = heads.iter().copied().collect::<Option<Vec<_>>>().and_then(|heads| Heads::try_from(heads).ok());
    match (whole, rows.first()) {
        (Some(heads), Some(first)) => Ok(((first.backend, first.made), heads)),
        _ => Err(NoAnswer { error: DriverError::Corrupt("fact_heads lacks a stripe".into()), lost: false }),
    }
}

/// What was changed after `applied` and up to `heads`; `None` where the feed does not have all of it any more, or it is too much.
pub(super) async fn changes(link: &Arc<Link>, applied: &Heads, heads: &Heads) -> Result<Option<Vec<Fact>>, NoAnswer> {
    let ahead = (0..STRIPES).filter(|stripe| heads[*stripe] > applied[*stripe]);
    let asked = ahead.map(|stripe| changes_of(link, stripe as i64, applied[stripe], heads[stripe]));
    let mut facts = Vec::new();
    for answer in join_all(asked).await {
        let Some(of_stripe) = answer? else { return Ok(None) };
        facts.extend(of_stripe);
    }
    Ok(Some(facts))
}

async fn changes_of(link: &Arc<Link>, stripe: i64, applied: i64, head: i64) -> Result<Option<Vec<Fact>>, NoAnswer> {
    let mut conn = PgConnection::new(link.clone());
    let params = params![stripe, applied, head, CHANGES_AT_MOST];
    let changes = all::<Change>(&mut conn, CHANGES, params).await.map_err(|error| no_answer(error, &conn))?;
    // Every position has a row, and rows of one position go together.
    let mut reached = applied;
    for change in &changes {
        if change.position > reached + 1 {
            return Ok(None);
        }
        reached = change.position;
    }
    if reached < head || changes.len() as i64 == CHANGES_AT_MOST {
        return Ok(None);
    }
    Ok(Some(changes.iter().map(|change| Fact::told(change.kind, change.number)).collect()))
}

/// Lets old changes go.
pub(super) async fn trim(conn: &mut PgConnection) -> Result<(), DriverError> {
    conn.execute(TRIM, params![KEPT_FOR.as_millis() as i64, TRIMMED_AT_MOST]).await.map(drop)
}
