//! Searching among sessions. An index has the rows in order; what it cannot tell apart is looked for in a window of them, so that no search
//! reads more rows than that, however many there are.

use cloakroom_engine::clock::Timestamp;
use cloakroom_engine::cursor::Place;
use cloakroom_engine::error::StoreError;
use cloakroom_engine::ids::SessionNumber;
use cloakroom_engine::sessions::searching::{SearchSessions, SearchedSessions, SearchedState, SessionFilter};
use cloakroom_engine::sessions::touches::PendingTouches;
use const_format::{concatcp, str_replace};

use super::live::LIVE;
use super::snapshot::FROM_SESSIONS;
use super::{detail, snapshot};
use crate::driver::{Connection, Param, Record, all, one, record};

/// Rows that one search looks at, at most.
const WINDOW: i64 = 20_000;

/// Those of one recorded state behind the place `$10`, `$11`, in the order of an index, as many as `$12`. `{at}` orders them.
const IN_STATE: &str = "SELECT s.{at} AS place_at, s.number AS number, s.user_number AS user_number, s.tenant_number AS tenant_number,
         s.application_number AS application_number, s.address AS address, s.device_type AS device_type, s.end_reason AS end_reason,
         s.created_at AS created_at
     FROM sessions s
     WHERE {drive}s.state = {state} AND (s.{at}, s.number) < ($10, $11){age}
     ORDER BY s.{at} DESC, s.number DESC LIMIT $12";
const OPEN: &str = str_replace!(IN_STATE, "{state}", "0");
/// Ended and archived ones, merged as they are read.
const DEAD: &str = concatcp!(
    "SELECT * FROM (SELECT * FROM (",
    str_replace!(IN_STATE, "{state}", "1"),
    ") AS ended UNION ALL SELECT * FROM (",
    str_replace!(IN_STATE, "{state}", "2"),
    ") AS archived) AS of_both ORDER BY place_at DESC, number DESC LIMIT $12"
);

/// What an index by creation is held to, too, so that a search for what is young ends where the old begins.
const OF_AGE: &str = " AND s.created_at >= $7 AND s.created_at < $8";

/// The conditions of a filter on a row of a window: `$1` user, `$2` tenant, `$3` partner, `$4` application, `$5` the beginning of an
/// address, `$6` device, `$7` and `$8` bounds of the creation, `$9` end reason.
const MEANT: &str = "($1 IS NULL OR w.user_number = $1) AND ($2 IS NULL OR w.tenant_number = $2)
     AND ($3 IS NULL OR w.tenant_number IN (SELECT o.number FROM tenants o WHERE o.partner_number = $3))
     AND ($4 IS NULL OR w.application_number = $4
         OR EXISTS (SELECT 1 FROM session_grants g WHERE g.session_number = w.number AND g.application_number = $4))
     AND ($5 IS NULL OR substr(w.address, 1, length($5)) = $5)
     AND ($6 IS NULL OR coalesce(w.device_type, 'unknown') = $6)
     AND w.created_at >= $7 AND w.created_at < $8
     AND ($9 IS NULL OR w.end_reason = $9)";

record! {
    /// Where a session stands that was found, and whether it is what was sought.
    struct FoundRow { at: i64 = "s.{at} AS place_at", number: i64 = "s.number", is_meant: bool = "{meant} AS is_meant" }
}

/// The first `$13` that the filter selects, with whether each lives at `$14` where it must.
const FOUND: &str = concatcp!(
    FoundRow::SELECT,
    FROM_SESSIONS,
    "WHERE s.number IN (SELECT w.number FROM ({window}) AS w WHERE ",
    MEANT,
    " ORDER BY w.place_at DESC, w.number DESC LIMIT $13) ORDER BY s.{at} DESC, s.number DESC"
);

record! { struct WindowRow { at: i64 = "w.place_at", number: i64 = "w.number" } }

/// The last row of a window that is full: the one behind the first `$13`. The conditions stand here, without effect, so that both statements
/// have the same parameters.
const LAST: &str = concatcp!(
    WindowRow::SELECT,
    " FROM ({window}) AS w WHERE 1 = 1 OR (",
    MEANT,
    ") ORDER BY w.place_at DESC, w.number DESC LIMIT 1 OFFSET $13"
);

struct Statements {
    found: &'static str,
    last: &'static str,
}

const LIVES: &str = concatcp!("CASE WHEN ", str_replace!(LIVE, "{now}", "$14"), " THEN 1 ELSE 0 END");
/// Their end is recorded, whatever the time.
const IS_DEAD: &str = "CASE WHEN $14 IS NULL THEN 0 ELSE 1 END";

macro_rules! statements {
    ($window:expr, $meant:expr, $drive:literal, $at:literal, $age:expr) => {{
        const WINDOW: &str = str_replace!(str_replace!(str_replace!($window, "{drive}", $drive), "{at}", $at), "{age}", $age);
        Statements {
            found: str_replace!(str_replace!(str_replace!(FOUND, "{window}", WINDOW), "{meant}", $meant), "{at}", $at),
            last: str_replace!(LAST, "{window}", WINDOW),
        }
    }};
}

const LIVE_OF_USER: Statements = statements!(OPEN, LIVES, "s.user_number = $1 AND ", "created_at", OF_AGE);
const LIVE_OF_TENANT: Statements = statements!(OPEN, LIVES, "s.tenant_number = $2 AND ", "created_at", OF_AGE);
const LIVE_OF_ALL: Statements = statements!(OPEN, LIVES, "", "created_at", OF_AGE);
const DEAD_OF_USER: Statements = statements!(DEAD, IS_DEAD, "s.user_number = $1 AND ", "created_at", OF_AGE);
const DEAD_OF_TENANT: Statements = statements!(DEAD, IS_DEAD, "s.tenant_number = $2 AND ", "created_at", OF_AGE);
/// No index has those of all tenants by creation; one has them by the second of their end.
const DEAD_OF_ALL: Statements = statements!(DEAD, IS_DEAD, "", "due", "");

const fn statements(filter: &SessionFilter) -> &'static Statements {
    match (filter.state, filter.scope.user, filter.scope.tenant) {
        (SearchedState::Live, Some(_), _) => &LIVE_OF_USER,
        (SearchedState::Live, None, Some(_)) => &LIVE_OF_TENANT,
        (SearchedState::Live, None, None) => &LIVE_OF_ALL,
        (SearchedState::Dead(_), Some(_), _) => &DEAD_OF_USER,
        (SearchedState::Dead(_), None, Some(_)) => &DEAD_OF_TENANT,
        (SearchedState::Dead(_), None, None) => &DEAD_OF_ALL,
    }
}

/// Whether places are by creation.
const fn is_by_creation(filter: &SessionFilter) -> bool {
    matches!(filter.state, SearchedState::Live) || filter.scope.user.is_some() || filter.scope.tenant.is_some()
}

fn params<'a>(search: &'a SearchSessions, window: i64, last: i64) -> Vec<Param<'a>> {
    let SearchSessions { filter, after, now, .. } = search;
    let SessionFilter { scope, state, application, address, device, created_from, created_to } = filter;
    let to = created_to.map_or(i64::MAX, |to| to.as_millis());
    // Whatever is too young is not even looked at, where rows are in that order.
    let begin = after.unwrap_or(Place::NEWEST);
    let (at, number) = (begin.at.as_millis(), begin.number);
    let (at, number) = if is_by_creation(filter) { (at, number).min((to, i64::MIN)) } else { (at, number) };
    let reason = match state {
        SearchedState::Dead(reason) => *reason,
        SearchedState::Live => None,
    };
    vec![
        scope.user.map(|user| user.0).into(),
        scope.tenant.map(|tenant| tenant.0).into(),
        scope.partner.map(|partner| partner.0).into(),
        application.map(|application| application.0).into(),
        address.as_ref().into(),
        device.map(|device| device.as_str()).into(),
        created_from.map_or(i64::MIN, |from| from.as_millis()).into(),
        to.into(),
        reason.map(|reason| reason.as_str()).into(),
        at.into(),
        number.into(),
        window.into(),
        last.into(),
        now.as_millis().into(),
    ]
}

/// Some of the sessions that the filter selects.
pub(crate) async fn search(
    conn: &mut dyn Connection,
    search: &SearchSessions,
    touches: &PendingTouches,
) -> Result<SearchedSessions, StoreError> {
    let statements = statements(&search.filter);
    let most = i64::try_from(search.counted.max(search.limit)).unwrap_or(i64::MAX - 1) + 1;
    // Where every row is meant, no more of them are looked at than are counted.
    let window = if search.filter.passes_over() { WINDOW.max(most) } else { most };
    let mut found = all::<FoundRow>(conn, statements.found, &params(search, window, most)).await?;
    let is_cut = found.len() as i64 >= most;
    found.truncate(most as usize - 1);
    let behind = if is_cut {
        found.last().map(|row| place(row.at, row.number))
    } else {
        let last = params(search, window, window - 1);
        one::<WindowRow>(conn, statements.last, &last[..13]).await?.map(|row| place(row.at, row.number))
    };
    let meant: Vec<_> = found.into_iter().filter(|row| row.is_meant).collect();
    let shown = &meant[..meant.len().min(search.limit)];
    let mut snapshots = Vec::with_capacity(shown.len());
    for row in shown {
        snapshots.extend(snapshot::by_number(conn, SessionNumber(row.number), touches).await?);
    }
    let next = match shown.last() {
        Some(last) if meant.len() > search.limit => Some(place(last.at, last.number)),
        _ => behind,
    };
    Ok(SearchedSessions { sessions: detail::detailed(conn, snapshots).await?, count: meant.len() as u64, is_all: behind.is_none(), next })
}

fn place(at: i64, number: i64) -> Place {
    Place { at: Timestamp::from_millis(at), number }
}

#[cfg(test)]
mod tests {
    use super::super::scope::tests::plan;
    use super::*;

    #[test]
    fn a_window_is_read_along_an_index_and_ends_with_its_last_row() {
        for (statements, index, states) in [
            (&LIVE_OF_USER, "sessions_of_user (user_number=? AND state=? AND created_at", 1),
            (&LIVE_OF_TENANT, "sessions_of_tenant (tenant_number=? AND state=? AND created_at", 1),
            (&LIVE_OF_ALL, "sessions_open (state=? AND created_at", 1),
            (&DEAD_OF_USER, "sessions_of_user (user_number=? AND state=? AND created_at", 2),
            (&DEAD_OF_TENANT, "sessions_of_tenant (tenant_number=? AND state=? AND created_at", 2),
            (&DEAD_OF_ALL, "sessions_due (state=? AND ", 2),
        ] {
            for (sql, parameters) in [(statements.found, 14), (statements.last, 13)] {
                let steps = plan(sql, parameters);
                let walks = |step: &str| step.starts_with("SEARCH s USING INDEX ") && step.contains(index);
                assert_eq!(steps.iter().filter(|step| walks(step)).count(), states, "one for each state: {steps:#?}");
                assert!(!steps.iter().any(|step| step == "SCAN s"), "{steps:#?}");
                // What a walk ended with is sorted: to merge two of them, and for the page. What it walks along is in order.
                let is_sorted = |pair: &[String]| walks(&pair[0]) && pair[1].contains("TEMP B-TREE");
                assert!(!steps.windows(2).any(is_sorted), "{steps:#?}");
            }
        }
    }
}
