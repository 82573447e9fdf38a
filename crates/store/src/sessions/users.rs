//! Users who have live sessions within a scope, by username, in pages with exact totals.
//!
//! Within tenants, who they are is found out by one walk of an index (`live_users.rs`). Of everybody, going through all sessions with the
//! condition of `live.rs` would read all that each stands on. It is asked of few:
//! an open row is due no earlier than in the second in which its stored expiry ends, touches only move that expiry later, and what
//! takes a user or an email out of service ends the sessions in the same transaction. So an open row that is not due lives, unless
//! the epoch of its tenant was moved (until what that ended is stamped) or something above all tenants was.
//!
//! Those on the page are read by one statement with the number of their sessions.

use std::collections::HashSet;
use std::ops::ControlFlow;

use cloakroom_engine::clock::Timestamp;
use cloakroom_engine::cursor::Place;
use cloakroom_engine::error::StoreError;
use cloakroom_engine::ids::UserUid;
use cloakroom_engine::page::{ListPage, Paged};
use cloakroom_engine::sessions::pages::{ListUsers, UserWithSessions};
use cloakroom_engine::sessions::scope::SessionScope;
use const_format::{concatcp, str_replace};

use super::live::LIVE;
use super::snapshot::FROM_SESSIONS;
use super::{counts, live_users};
use crate::driver::{Connection, DriverError, Param, Record, all, each, one, record};
use crate::epochs::EpochScope;
use crate::paging::{Rows, counted};
use crate::params;

/// How many sessions of the user `w` live at `$3` within the tenant `$1` and the partner `$2`.
const LIVE_SESSIONS: &str = concatcp!(
    "(SELECT count(*)",
    FROM_SESSIONS,
    "WHERE s.user_number = w.number AND ($1 IS NULL OR s.tenant_number = $1) AND ($2 IS NULL OR n.partner_number = $2) AND ",
    str_replace!(LIVE, "{now}", "$3"),
    ") AS live"
);

record! {
    /// A user on a page.
    struct ListedUser as w { number: i64, uid: UserUid, username: String, is_operator: bool, live: i64 = LIVE_SESSIONS }
}

/// Users with an open row, except those whose open rows may all be dead. Two indexes answer for all others.
/// Over `{due}`, the second through which rows are due, and `{now}`.
const OF_ALL: &str = concatcp!(
    " FROM users w
      WHERE EXISTS (SELECT 1 FROM sessions o WHERE o.user_number = w.number AND o.state = 0)
        AND w.number NOT IN (SELECT d.user_number FROM (
            SELECT x.user_number FROM sessions x WHERE x.state = 0 AND x.due <= {due}
            UNION SELECT y.user_number FROM sessions y WHERE y.state = 0 AND y.tenant_number IN
                (SELECT m.scope_number FROM epoch_moves m WHERE m.is_stamped = 0 AND m.scope = ",
    EpochScope::TENANT,
    ")
        ) d WHERE NOT EXISTS (SELECT 1",
    FROM_SESSIONS,
    "WHERE s.user_number = d.user_number AND ",
    LIVE,
    ")) "
);
const COUNT: &str = concatcp!("SELECT count(*)", str_replace!(str_replace!(OF_ALL, "{now}", "$1"), "{due}", "$2"));
const PAGE_OF_ALL: &str = concatcp!(
    ListedUser::SELECT,
    " FROM (SELECT w.number, w.uid, w.username, w.is_operator",
    str_replace!(str_replace!(OF_ALL, "{now}", "$3"), "{due}", "$4"),
    "AND w.username > $5 ORDER BY w.username LIMIT $6 OFFSET $7) w ORDER BY w.username"
);

/// Users with an open row of a tenant, or of the tenants of a partner: those with live ones are among them.
const OF_TENANT: &str =
    " FROM users w WHERE w.number IN (SELECT o.user_number FROM sessions o WHERE o.state = 0 AND o.tenant_number = {whose})";
const OF_PARTNER: &str = " FROM users w WHERE w.number IN (SELECT o.user_number FROM sessions o WHERE o.state = 0
    AND o.tenant_number IN (SELECT b.number FROM tenants b WHERE b.partner_number = {whose}))";

record! { struct NamedUser as w { number: i64, username: String } }

const NAMES: &str = concatcp!(NamedUser::SELECT, "{users} AND w.username > $2 ORDER BY w.username");
const NAMES_OF_TENANT: &str = str_replace!(str_replace!(NAMES, "{users}", OF_TENANT), "{whose}", "$1");
const NAMES_OF_PARTNER: &str = str_replace!(str_replace!(NAMES, "{users}", OF_PARTNER), "{whose}", "$1");

const PAGE: &str = concatcp!(ListedUser::SELECT, "{users} AND w.username >= $4 AND w.username <= $5 ORDER BY w.username");
const PAGE_OF_TENANT: &str = str_replace!(str_replace!(PAGE, "{users}", OF_TENANT), "{whose}", "$1");
const PAGE_OF_PARTNER: &str = str_replace!(str_replace!(PAGE, "{users}", OF_PARTNER), "{whose}", "$2");

/// A page and the total, from one snapshot of the database.
pub(crate) async fn page(conn: &mut dyn Connection, list: &ListUsers) -> Result<ListPage<UserWithSessions, Place>, StoreError> {
    let behind = behind(conn, list).await?;
    let (listed, total) = match list.scope {
        SessionScope { tenant: None, partner: None, .. } => of_all(conn, list, &behind).await?,
        _ => within_tenants(conn, list, &behind).await?,
    };
    let shown = |user: ListedUser| {
        let ListedUser { uid, username, is_operator, live, .. } = user;
        Ok(UserWithSessions { uid, username, is_operator, live: counted(Some(live)) })
    };
    list.page.filled(listed, total, |user| Place::numbered(user.number)).try_map(shown)
}

/// The username behind which the page begins. Users are never deleted, and their names stay.
async fn behind(conn: &mut dyn Connection, list: &ListUsers) -> Result<String, DriverError> {
    let Paged::After { place, .. } = list.page else { return Ok(String::new()) };
    let sql = "SELECT username FROM users WHERE number = $1";
    let gone = || DriverError::Corrupt(format!("there is no user {}", place.number));
    one(conn, sql, params![place.number]).await?.ok_or_else(gone)
}

/// Who is on the page, by username, and how many there are in all.
async fn of_all(conn: &mut dyn Connection, list: &ListUsers, behind: &str) -> Result<(Vec<ListedUser>, u64), DriverError> {
    let (due, now) = (due_through(conn, list.now).await?, list.now.as_millis());
    let total = counted(one::<i64>(conn, COUNT, params![now, due]).await?);
    let rows = Rows::of(&list.page, total);
    if !rows.are_any() {
        return Ok((Vec::new(), total));
    }
    let [tenant, partner] = counts::within(&list.scope);
    let params = [tenant, partner, Param::Int(now), Param::Int(due), Param::Text(behind), rows.limit(), rows.offset()];
    Ok((all(conn, PAGE_OF_ALL, &params).await?, total))
}

/// As [`of_all`], within a tenant or a partner.
async fn within_tenants(conn: &mut dyn Connection, list: &ListUsers, behind: &str) -> Result<(Vec<ListedUser>, u64), DriverError> {
    let users = live_users::within(conn, &list.scope, list.now).await?;
    let total = users.len() as u64;
    let rows = Rows::of(&list.page, total);
    if !rows.are_any() {
        return Ok((Vec::new(), total));
    }
    let [tenant, partner] = counts::within(&list.scope);
    let (names, page, whose) = match list.scope.tenant {
        Some(_) => (NAMES_OF_TENANT, PAGE_OF_TENANT, tenant),
        None => (NAMES_OF_PARTNER, PAGE_OF_PARTNER, partner),
    };
    let names = names_of(conn, (names, &[whose, Param::Text(behind)]), &users, rows.through()).await?;
    let names: Vec<_> = rows.of_read(names).collect();
    let (Some(first), Some(last)) = (names.first(), names.last()) else { return Ok((Vec::new(), total)) };
    let params = [tenant, partner, Param::Int(list.now.as_millis()), first.into(), last.into()];
    let mut listed = all::<ListedUser>(conn, page, &params).await?;
    // Between them stand users whose open rows are all dead.
    listed.retain(|user| user.live > 0);
    Ok((listed, total))
}

/// The first so many usernames of those users, in order.
async fn names_of(
    conn: &mut dyn Connection,
    (sql, params): (&'static str, &[Param<'_>]),
    users: &HashSet<i64>,
    most: i64,
) -> Result<Vec<String>, DriverError> {
    let (mut names, most) = (Vec::new(), usize::try_from(most).unwrap_or(usize::MAX));
    let visit = |NamedUser { number, username }: NamedUser| {
        if users.contains(&number) {
            names.push(username);
        }
        Ok(if names.len() < most { ControlFlow::Continue(()) } else { ControlFlow::Break(()) })
    };
    each(conn, sql, params, visit).await?;
    Ok(names)
}

/// The second through which an open row may be dead. All may be when something wider than a tenant was moved and is not stamped.
async fn due_through(conn: &mut dyn Connection, now: Timestamp) -> Result<i64, DriverError> {
    const WIDER: &str = concatcp!("SELECT count(*) FROM epoch_moves WHERE is_stamped = 0 AND scope <> ", EpochScope::TENANT);
    let unstamped = one::<i64>(conn, WIDER, params![]).await?.unwrap_or(0);
    Ok(if unstamped > 0 { i64::MAX } else { counts::due_through(now) })
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use cloakroom_engine::ids::TenantNumber;
    use cloakroom_engine::page::PageNumber;
    use cloakroom_engine::sessions::touches::PendingTouches;

    use super::*;
    use crate::Database;
    use crate::driver::sqlite::{Location, Options};
    use crate::driver::{Ready, Statement, Visit, WriteClass};

    /// Counts what is asked.
    struct Counting<'c> {
        inner: &'c mut dyn Connection,
        statements: usize,
    }

    impl Connection for Counting<'_> {
        fn execute<'a>(&'a mut self, sql: &'static str, params: &'a [Param<'a>]) -> Ready<'a, u64> {
            self.statements += 1;
            self.inner.execute(sql, params)
        }

        fn change<'a>(&'a mut self, sql: &'static str, params: &'a [Param<'a>]) -> Ready<'a, ()> {
            self.statements += 1;
            self.inner.change(sql, params)
        }

        fn query<'a>(&'a mut self, statement: Statement, params: &'a [Param<'a>], visit: Visit<'a>) -> Ready<'a, ()> {
            self.statements += 1;
            self.inner.query(statement, params, visit)
        }

        fn scan<'a>(&'a mut self, statement: Statement, params: &'a [Param<'a>], visit: Visit<'a>) -> Ready<'a, ()> {
            self.statements += 1;
            self.inner.scan(statement, params, visit)
        }
    }

    /// As many users of one tenant, each with a live session.
    async fn people(conn: &mut dyn Connection, users: i64) -> Result<(), StoreError> {
        let sql = "INSERT INTO tenants (number, uid, code, name, status, status_since, epoch, created_at, updated_at)
                   VALUES (1, $1, 'ACME', 'Acme', 'verified', 0, 0, 0, 0)";
        conn.execute(sql, params![&[1; 16]]).await?;
        for number in 1..=users {
            let (uid, name) = (number.to_be_bytes().repeat(2), format!("u{number:03}"));
            let sql = "INSERT INTO users (number, uid, username, status, status_since, role, is_operator, created_at, updated_at)
                       VALUES ($1, $2, $3, 'verified', 0, 'none', 0, 0, 0)";
            conn.execute(sql, params![number, &uid, &name]).await?;
            let sql = "INSERT INTO sessions (number, uid, user_number, tenant_number, tenant_epoch, server_epoch, birth, state, due,
                           created_at, ttl_millis, slides, absolute_expires_at)
                       VALUES ($1, $2, $1, 1, 0, 0, 'usm', 0, 9, 0, 1, 1, 9000)";
            conn.execute(sql, params![number, &uid]).await?;
            let sql = "INSERT INTO session_touches (session_number, last_active_at, expires_at) VALUES ($1, 0, 9000)";
            conn.execute(sql, params![number]).await?;
        }
        let sql = "INSERT INTO session_counts VALUES (1, 0, 0, -1, 0, -1, 0, '', '', $1, 0, 0, 0, 0)";
        conn.execute(sql, params![users]).await?;
        Ok(())
    }

    /// How many statements a page of a hundred takes, by what is on it.
    fn asked(users: i64, scope: SessionScope) -> (usize, usize) {
        let database = Database::open(&Location::Temporary, &Options::default(), Arc::new(PendingTouches::default())).unwrap();
        let page = Paged::Numbered(PageNumber { page: 1, per_page: 100 });
        let list = ListUsers { scope, page, now: Timestamp::from_millis(5) };
        let read = database.driver.write(WriteClass::Ordinary, move |conn| {
            Box::pin(async move {
                people(conn, users).await?;
                let mut counting = Counting { inner: conn, statements: 0 };
                let found = super::page(&mut counting, &list).await?;
                Ok::<_, StoreError>((found.rows.len(), counting.statements))
            })
        });
        tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(read).unwrap()
    }

    #[test]
    fn a_page_takes_as_many_statements_whatever_is_on_it() {
        for tenant in [None, Some(TenantNumber(1))] {
            let scope = SessionScope { tenant, ..SessionScope::default() };
            let [(one, few), (many, statements)] = [asked(1, scope), asked(60, scope)];
            assert_eq!((one, many, few), (1, 60, statements), "{scope:?}");
            assert!(statements <= 5, "{scope:?}: {statements}");
        }
    }
}
