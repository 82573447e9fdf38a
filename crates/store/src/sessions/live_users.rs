//! Finds who has a live session within tenants by one walk of an index, reading only rows that the counts do not answer for.

use std::collections::HashSet;
use std::ops::ControlFlow;

use cloakroom_engine::clock::Timestamp;
use cloakroom_engine::sessions::scope::SessionScope;
use const_format::concatcp;

use super::counts::{self, Counted};
use super::live;
use super::snapshot::FROM_SESSIONS;
use crate::driver::{Connection, DriverError, Record, each, record};
use crate::params;

record! { struct OpenRow as s { number: i64, user: i64 = "s.user_number" } }

/// Open rows of the tenant `$1`, from the index alone.
const OPEN: &str = concatcp!(OpenRow::SELECT, " FROM sessions s WHERE s.tenant_number = $1 AND s.state = 0");

/// Those that stand, where not all do: the newest, whose number `$2` is known, so that the walk ends before what an epoch ended.
const STANDING: &str = concatcp!(
    OpenRow::SELECT,
    FROM_SESSIONS,
    "WHERE s.tenant_number = $1 AND s.state = 0 AND ",
    live::STANDING,
    " ORDER BY s.created_at DESC, s.number DESC LIMIT $2"
);

/// The numbers of all users who have a session that lives at `now` within a scope of a tenant or a partner.
pub(crate) async fn within(conn: &mut dyn Connection, scope: &SessionScope, now: Timestamp) -> Result<HashSet<i64>, DriverError> {
    let dead: HashSet<i64> = counts::dead_numbers(conn, scope, now).await?.into_iter().collect();
    let mut users = HashSet::new();
    let mut visit = |row: OpenRow| {
        if dead.is_empty() || !dead.contains(&row.number) {
            users.insert(row.user);
        }
        Ok(ControlFlow::Continue(()))
    };
    for Counted { tenant, open, standing, .. } in counts::by_tenant(conn, scope).await? {
        if standing == open {
            each(conn, OPEN, params![tenant], &mut visit).await?;
        } else if standing > 0 {
            each(conn, STANDING, params![tenant, standing], &mut visit).await?;
        }
    }
    Ok(users)
}

/// Its statements, for a test of how they look at rows.
#[cfg(test)]
pub(crate) const fn walks() -> [&'static str; 2] {
    [OPEN, STANDING]
}
