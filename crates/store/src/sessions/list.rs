//! One page of a user's sessions, newest or oldest first.
//!
//! The index gives the order; the verdict decides on which side an open row stands. Ended rows come from up to three ordered
//! streams (open but dead, ended, archived) that are merged.

use std::ops::ControlFlow;

use cloakroom_engine::clock::Timestamp;
use cloakroom_engine::cursor::Place;
use cloakroom_engine::error::StoreError;
use cloakroom_engine::sessions::detail::{PlacedSnapshot, Whence};
use cloakroom_engine::sessions::pages::{ListOrder, ListSessions, SessionPage, Side};
use cloakroom_engine::sessions::touches::PendingTouches;
use cloakroom_engine::sessions::verdict::{Verdict, verdict};
use const_format::{concatcp, str_replace};

use super::snapshot::{self, ARCHIVED, ENDED, FROM_SESSIONS, OPEN, SnapshotRow};
use crate::driver::{Connection, Record, record, scan};
use crate::{doubtful, params};

record! {
    struct ListedRow {
        snapshot: SnapshotRow = SnapshotRow::COLUMNS,
        whence: Whence = Whence::COLUMNS,
    }
}

/// The rows of one recorded state that lie on one side of a place.
const PAGE: &str = concatcp!(
    ListedRow::SELECT,
    FROM_SESSIONS,
    "WHERE s.user_number = $1 AND s.state = $2 AND (s.created_at, s.number) {side} ($3, $4)
       AND ($5 IS NULL OR s.caption = $5) AND ($6 IS NULL OR s.label = $6)
       AND ($7 IS NULL OR s.archived_at >= $7) AND ($8 IS NULL OR s.archived_at < $8)
       AND ($9 IS NULL OR coalesce(s.tenant_number, 0) = $9)
     ORDER BY s.created_at {order}, s.number {order}"
);
const NEWEST_FIRST: &str = str_replace!(str_replace!(PAGE, "{side}", "<"), "{order}", "DESC");
const OLDEST_FIRST: &str = str_replace!(str_replace!(PAGE, "{side}", ">"), "{order}", "ASC");

/// A page of the caller's sessions on one side.
pub(crate) async fn page(conn: &mut dyn Connection, list: &ListSessions, touches: &PendingTouches) -> Result<SessionPage, StoreError> {
    let mut sessions = stream(conn, list, OPEN, touches).await?;
    if list.side == Side::Ended {
        sessions.extend(stream(conn, list, ENDED, touches).await?);
        if list.archived.include {
            sessions.extend(stream(conn, list, ARCHIVED, touches).await?);
        }
        sessions.sort_by_key(|placed| Place::of(&placed.snapshot.session));
        if list.order == ListOrder::NewestFirst {
            sessions.reverse();
        }
    }
    let more = sessions.len() > list.limit;
    sessions.truncate(list.limit);
    Ok(SessionPage { sessions, more })
}

/// The first `limit + 1` rows of one recorded state that stand on the side asked for.
async fn stream(
    conn: &mut dyn Connection,
    list: &ListSessions,
    state: i64,
    touches: &PendingTouches,
) -> Result<Vec<PlacedSnapshot>, StoreError> {
    let (beginning, sql) = match list.order {
        ListOrder::NewestFirst => (Place::NEWEST, NEWEST_FIRST),
        ListOrder::OldestFirst => (Place::OLDEST, OLDEST_FIRST),
    };
    let after = list.after.unwrap_or(beginning);
    let bounds = if state == ARCHIVED { (list.archived.from, list.archived.to) } else { (None, None) };
    let params = params![
        list.user.0,
        state,
        after.at.as_millis(),
        after.number,
        list.caption.as_deref(),
        list.label.as_deref(),
        bounds.0.map(Timestamp::as_millis),
        bounds.1.map(Timestamp::as_millis),
        // No tenant has the number 0.
        list.under.map(|tenant| tenant.map_or(0, |tenant| tenant.0)),
    ];
    let (mut kept, mut whences, mut doubt) = (Vec::new(), Vec::new(), None);
    let visit = |ListedRow { snapshot, whence }: ListedRow| {
        let loaded = snapshot.load(touches);
        match verdict(loaded.snapshot(), list.now) {
            Ok(judged) if matches!(judged, Verdict::Live) == (list.side == Side::Live) => {
                kept.push(loaded);
                whences.push(whence);
            }
            Ok(_) => {}
            Err(doubted) => doubt = Some(doubted),
        }
        Ok(if kept.len() > list.limit || doubt.is_some() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) })
    };
    scan(conn, sql, params, visit).await?;
    if let Some(doubt) = doubt {
        return Err(doubtful(doubt));
    }
    let snapshots = snapshot::complete(conn, kept).await?;
    Ok(snapshots.into_iter().zip(whences).map(|(snapshot, whence)| PlacedSnapshot { snapshot, whence }).collect())
}
