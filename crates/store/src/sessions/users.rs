//! Users who have live sessions within a scope, by username, in numbered pages with exact totals.
//!
//! Within tenants, who they are is found out by one walk of an index (`live_users.rs`). Of everybody, going through all sessions with the
//! condition of `live.rs` would read all that each stands on. It is asked of few:
//! an open row is due no earlier than in the second in which its stored expiry ends, touches only move that expiry later, and what
//! takes a user or an email out of service ends the sessions in the same transaction. So an open row that is not due lives, unless
//! the epoch of its tenant was moved (until what that ended is stamped) or something above all tenants was.

use std::collections::HashSet;
use std::ops::ControlFlow;

use cloakroom_engine::clock::Timestamp;
use cloakroom_engine::error::StoreError;
use cloakroom_engine::ids::UserNumber;
use cloakroom_engine::sessions::pages::{ListUsers, PageOfUsers, UserWithSessions};
use cloakroom_engine::sessions::scope::SessionScope;
use const_format::{concatcp, str_replace};

use super::live::LIVE;
use super::snapshot::FROM_SESSIONS;
use super::{counts, live_users};
use crate::driver::{Connection, DriverError, Param, Record, all, each, one, record};
use crate::epochs::EpochScope;
use crate::params;

/// Users with an open row, except those whose open rows may all be dead. Two indexes answer for all others.
/// Over `$1` the second through which rows are due, `$2` now.
const OF_ALL: &str = concatcp!(
    " FROM users w
      WHERE EXISTS (SELECT 1 FROM sessions o WHERE o.user_number = w.number AND o.state = 0)
        AND w.number NOT IN (SELECT d.user_number FROM (
            SELECT x.user_number FROM sessions x WHERE x.state = 0 AND x.due <= $1
            UNION SELECT y.user_number FROM sessions y WHERE y.state = 0 AND y.tenant_number IN
                (SELECT m.scope_number FROM epoch_moves m WHERE m.is_stamped = 0 AND m.scope = ",
    EpochScope::TENANT,
    ")
        ) d WHERE NOT EXISTS (SELECT 1",
    FROM_SESSIONS,
    "WHERE s.user_number = d.user_number AND ",
    str_replace!(LIVE, "{now}", "$2"),
    ")) "
);
const COUNT: &str = concatcp!("SELECT count(*)", OF_ALL);
const BY_NAME: &str = concatcp!("SELECT w.number", OF_ALL, "ORDER BY w.username LIMIT $3 OFFSET $4");

record! { for UserWithSessions { uid, username, is_operator; live: 0 } }

const USER: &str = concatcp!(UserWithSessions::SELECT, " FROM users WHERE number = $1");

/// A page and the total, from one snapshot of the database.
pub(crate) async fn page(conn: &mut dyn Connection, list: &ListUsers) -> Result<PageOfUsers, StoreError> {
    let (numbers, total) = match list.scope {
        SessionScope { tenant: None, partner: None, .. } => of_all(conn, list).await?,
        _ => within_tenants(conn, list).await?,
    };
    let mut page = PageOfUsers { users: Vec::with_capacity(numbers.len()), total };
    for number in numbers {
        if let Some(user) = one::<UserWithSessions>(conn, USER, params![number]).await? {
            page.users.push(UserWithSessions { live: live_of(conn, UserNumber(number), list).await?, ..user });
        }
    }
    Ok(page)
}

/// Who is on the page, by username, and how many there are in all.
async fn of_all(conn: &mut dyn Connection, list: &ListUsers) -> Result<(Vec<i64>, u64), DriverError> {
    let (due, now) = (due_through(conn, list.now).await?, list.now.as_millis());
    let total = one::<i64>(conn, COUNT, params![due, now]).await?.unwrap_or(0);
    let before = i64::try_from(list.page.before()).unwrap_or(i64::MAX);
    let total_users = u64::try_from(total).unwrap_or(0);
    if before >= total {
        return Ok((Vec::new(), total_users));
    }
    Ok((all(conn, BY_NAME, params![due, now, list.page.per_page, before]).await?, total_users))
}

/// Users up to which the names of all are read and sorted. More are met soon enough by walking the names of everybody.
const NAMED_AT_MOST: usize = 10_000;

/// As [`of_all`], within a tenant or a partner.
async fn within_tenants(conn: &mut dyn Connection, list: &ListUsers) -> Result<(Vec<i64>, u64), DriverError> {
    let users = live_users::within(conn, &list.scope, list.now).await?;
    let total = users.len() as u64;
    let before = usize::try_from(list.page.before()).unwrap_or(usize::MAX);
    let numbers = if before >= users.len() {
        Vec::new()
    } else if users.len() <= NAMED_AT_MOST {
        by_name(conn, users).await?.into_iter().skip(before).take(list.page.per_page as usize).collect()
    } else {
        met_by_name(conn, &users, before, list.page.per_page as usize).await?
    };
    Ok((numbers, total))
}

async fn by_name(conn: &mut dyn Connection, users: HashSet<i64>) -> Result<Vec<i64>, DriverError> {
    let mut named = Vec::with_capacity(users.len());
    for number in users {
        let sql = "SELECT username FROM users WHERE number = $1";
        let username = one::<String>(conn, sql, params![number]).await?;
        named.extend(username.map(|username| (username, number)));
    }
    named.sort_unstable();
    Ok(named.into_iter().map(|(_, number)| number).collect())
}

async fn met_by_name(conn: &mut dyn Connection, users: &HashSet<i64>, before: usize, most: usize) -> Result<Vec<i64>, DriverError> {
    let (mut met, mut numbers) = (0, Vec::with_capacity(most));
    let visit = |number: i64| {
        if users.contains(&number) {
            met += 1;
            if met > before {
                numbers.push(number);
            }
        }
        Ok(if numbers.len() >= most { ControlFlow::Break(()) } else { ControlFlow::Continue(()) })
    };
    each(conn, "SELECT number FROM users ORDER BY username", params![], visit).await?;
    Ok(numbers)
}

/// The second through which an open row may be dead. All may be when something wider than a tenant was moved and is not stamped.
async fn due_through(conn: &mut dyn Connection, now: Timestamp) -> Result<i64, DriverError> {
    const WIDER: &str = concatcp!("SELECT count(*) FROM epoch_moves WHERE is_stamped = 0 AND scope <> ", EpochScope::TENANT);
    let unstamped = one::<i64>(conn, WIDER, params![]).await?.unwrap_or(0);
    Ok(if unstamped > 0 { i64::MAX } else { counts::due_through(now) })
}

const LIVE_OF_USER: &str = concatcp!(
    "SELECT count(*)",
    FROM_SESSIONS,
    "WHERE s.user_number = $1 AND ($2 IS NULL OR s.tenant_number = $2) AND ($3 IS NULL OR n.partner_number = $3) AND ",
    str_replace!(LIVE, "{now}", "$4")
);

/// How many sessions of a user live within the scope.
async fn live_of(conn: &mut dyn Connection, user: UserNumber, list: &ListUsers) -> Result<u64, DriverError> {
    let [tenant, partner] = counts::within(&list.scope);
    let counted = [user.0.into(), tenant, partner, Param::Int(list.now.as_millis())];
    Ok(u64::try_from(one::<i64>(conn, LIVE_OF_USER, &counted).await?.unwrap_or(0)).unwrap_or(0))
}
