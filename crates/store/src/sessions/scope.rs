//! Pages of sessions within a scope, newest first, with exact totals.
//!
//! The total is counted first (`counts.rs`). It tells how many rows the page has, so that the walk along an index ends with the
//! last of them and never looks for more among what died and is not recorded yet.

use std::cmp::Reverse;

use cloakroom_engine::clock::Timestamp;
use cloakroom_engine::cursor::Place;
use cloakroom_engine::error::StoreError;
use cloakroom_engine::ids::{PartnerNumber, SessionNumber, TenantNumber, UserNumber};
use cloakroom_engine::page::ListPage;
use cloakroom_engine::sessions::detail::DetailedSnapshot;
use cloakroom_engine::sessions::pages::ListScope;
use cloakroom_engine::sessions::scope::SessionScope;
use cloakroom_engine::sessions::touches::PendingTouches;
use cloakroom_engine::sessions::verdict::SessionSnapshot;
use const_format::{concatcp, str_replace};

use super::counts::Counted;
use super::live::LIVE;
use super::snapshot::{FROM_SESSIONS, SELECT_SNAPSHOT};
use super::{counts, detail, snapshot};
use crate::driver::{Connection, DriverError, Param, Record, all, one, record};
use crate::paging::{Rows, counted};
use crate::params;

/// The conditions of a scope over `$1` user, `$2` tenant, `$3` partner, each written so that its index is used.
const OF_USER: &str = "s.user_number = $1 AND ($2 IS NULL OR s.tenant_number = $2) AND ($3 IS NULL OR n.partner_number = $3)";
const OF_TENANT: &str = "$1 IS NULL AND s.tenant_number = $2 AND ($3 IS NULL OR n.partner_number = $3)";
const OF_PARTNER: &str = "$1 IS NULL AND $2 IS NULL AND s.tenant_number IN (SELECT o.number FROM tenants o WHERE o.partner_number = $3)";
const OF_ALL: &str = "$1 IS NULL AND $2 IS NULL AND $3 IS NULL";

/// The pages of one scope, of `$4` rows after the first `$5` behind the place `$6`, `$7`: of what lives at `$8`, and of all.
struct Statements {
    live: &'static str,
    any: &'static str,
}

const NEWEST_FIRST: &str = " ORDER BY s.created_at DESC, s.number DESC";
const BEHIND: &str = " AND (s.created_at, s.number) < ($6, $7)";
const PAGED: &str = concatcp!(BEHIND, NEWEST_FIRST, " LIMIT $4 OFFSET $5");
const LIVE_PAGE: &str = concatcp!(SELECT_SNAPSHOT, "WHERE {scope} AND ", str_replace!(LIVE, "{now}", "$8"), PAGED);

/// The numbers of a scope's sessions in one recorded state, which an index has in order.
const IN_STATE: &str = concatcp!(
    "SELECT * FROM (SELECT s.created_at AS created_at, s.number AS number
     FROM sessions s LEFT JOIN tenants n ON n.number = s.tenant_number WHERE s.state = {state} AND {scope}",
    BEHIND,
    NEWEST_FIRST,
    ") AS in_state"
);

/// Recorded states are merged as they are read, each in its order.
const MERGED_PAGE: &str = concatcp!(
    SELECT_SNAPSHOT,
    "WHERE s.number IN (SELECT number FROM (",
    str_replace!(IN_STATE, "{state}", "0"),
    " UNION ALL ",
    str_replace!(IN_STATE, "{state}", "1"),
    " UNION ALL ",
    str_replace!(IN_STATE, "{state}", "2"),
    " ORDER BY created_at DESC, number DESC LIMIT $4 OFFSET $5) AS paged)",
    NEWEST_FIRST
);

/// No surface asks for pages of all that is recorded beyond one tenant: they are sorted.
const SORTED_PAGE: &str = concatcp!(SELECT_SNAPSHOT, "WHERE {scope}", PAGED);

const USER: Statements =
    Statements { live: str_replace!(LIVE_PAGE, "{scope}", OF_USER), any: str_replace!(MERGED_PAGE, "{scope}", OF_USER) };
const TENANT: Statements =
    Statements { live: str_replace!(LIVE_PAGE, "{scope}", OF_TENANT), any: str_replace!(MERGED_PAGE, "{scope}", OF_TENANT) };
const PARTNER: Statements =
    Statements { live: str_replace!(LIVE_PAGE, "{scope}", OF_PARTNER), any: str_replace!(SORTED_PAGE, "{scope}", OF_PARTNER) };
const ALL: Statements = Statements { live: str_replace!(LIVE_PAGE, "{scope}", OF_ALL), any: str_replace!(SORTED_PAGE, "{scope}", OF_ALL) };

const fn statements(scope: &SessionScope) -> &'static Statements {
    match scope {
        SessionScope { user: Some(_), .. } => &USER,
        SessionScope { tenant: Some(_), .. } => &TENANT,
        SessionScope { partner: Some(_), .. } => &PARTNER,
        SessionScope { user: None, tenant: None, partner: None } => &ALL,
    }
}

/// A page and the total, from one snapshot of the database.
pub(crate) async fn page(
    conn: &mut dyn Connection,
    list: &ListScope,
    touches: &PendingTouches,
) -> Result<ListPage<DetailedSnapshot, Place>, StoreError> {
    let total = counted(Some(total(conn, list).await?));
    let rows = Rows::of(&list.page, total);
    let snapshots = if rows.are_any() { rows_of_page(conn, list, &rows, touches).await? } else { Vec::new() };
    let sessions = detail::detailed(conn, snapshots).await?;
    Ok(list.page.filled(sessions, total, |shown| Place::of(&shown.snapshot.session)))
}

async fn total(conn: &mut dyn Connection, list: &ListScope) -> Result<i64, DriverError> {
    let live_at = list.active_only.then_some(list.now);
    let Some(UserNumber(user)) = list.scope.user else { return counts::total(conn, &list.scope, live_at).await };
    let (tenant, partner) = (list.scope.tenant.map(|tenant| tenant.0), list.scope.partner.map(|partner| partner.0));
    // The open ones of a user are as few as the cap lets them be.
    let counted = match live_at.map(Timestamp::as_millis) {
        Some(now) => one::<i64>(conn, LIVE_OF_USER, params![user, tenant, partner, now]).await?,
        None => one::<i64>(conn, ANY_OF_USER, params![user, tenant, partner]).await?,
    };
    Ok(counted.unwrap_or(0))
}

const LIVE_OF_USER: &str = concatcp!("SELECT count(*)", FROM_SESSIONS, "WHERE ", OF_USER, " AND ", str_replace!(LIVE, "{now}", "$4"));
const ANY_OF_USER: &str = concatcp!("SELECT count(*) FROM sessions s LEFT JOIN tenants n ON n.number = s.tenant_number WHERE ", OF_USER);

async fn rows_of_page(
    conn: &mut dyn Connection,
    list: &ListScope,
    rows: &Rows,
    touches: &PendingTouches,
) -> Result<Vec<SessionSnapshot>, DriverError> {
    if let (SessionScope { user: None, tenant: None, partner: Some(partner) }, true) = (list.scope, list.active_only)
        && rows.through() <= MERGED_AT_MOST
    {
        return merged_of_partner(conn, partner, list.now, rows, touches).await;
    }
    let statements = statements(&list.scope);
    let scope: [Param<'_>; 3] = [
        list.scope.user.map(|UserNumber(user)| user).into(),
        list.scope.tenant.map(|TenantNumber(tenant)| tenant).into(),
        list.scope.partner.map(|PartnerNumber(partner)| partner).into(),
    ];
    let now = list.active_only.then(|| Param::from(list.now.as_millis()));
    let paged = [rows.limit(), rows.offset(), Param::Int(rows.after.at.as_millis()), Param::Int(rows.after.number)];
    let params: Vec<Param<'_>> = scope.into_iter().chain(paged).chain(now).collect();
    snapshot::many(conn, if list.active_only { statements.live } else { statements.any }, &params, touches).await
}

/// Places up to which the tenants of a partner are merged; a page beyond them is sorted.
const MERGED_AT_MOST: i64 = 2000;

record! {
    /// Where a session stands in a page.
    #[derive(PartialEq, Eq, PartialOrd, Ord, Clone, Copy)]
    struct PageRow as s { created_at: i64, number: SessionNumber }
}

/// Places of a tenant's newest `$3` behind a place that live at `$2`.
const NEWEST_LIVE: &str = concatcp!(
    PageRow::SELECT,
    FROM_SESSIONS,
    "WHERE s.tenant_number = $1 AND ",
    str_replace!(LIVE, "{now}", "$2"),
    " AND (s.created_at, s.number) < ($4, $5)",
    NEWEST_FIRST,
    " LIMIT $3"
);

/// The newest of each tenant, merged: no index has the sessions of a partner in order.
async fn merged_of_partner(
    conn: &mut dyn Connection,
    partner: PartnerNumber,
    now: Timestamp,
    rows: &Rows,
    touches: &PendingTouches,
) -> Result<Vec<SessionSnapshot>, DriverError> {
    let (mut newest, through) = (Vec::new(), rows.through());
    let scope = SessionScope { partner: Some(partner), ..SessionScope::default() };
    for Counted { tenant, standing, .. } in counts::by_tenant(conn, &scope).await?.into_iter().filter(|counted| counted.standing > 0) {
        let behind = params![tenant, now.as_millis(), standing.min(through), rows.after.at.as_millis(), rows.after.number];
        newest.extend(all::<PageRow>(conn, NEWEST_LIVE, behind).await?);
        newest.sort_unstable_by_key(|place| Reverse(*place));
        newest.truncate(usize::try_from(through).unwrap_or(usize::MAX));
    }
    let mut page = Vec::new();
    for PageRow { number, .. } in rows.of_read(newest) {
        page.extend(snapshot::by_number(conn, number, touches).await?);
    }
    Ok(page)
}

#[cfg(test)]
pub(super) mod tests {
    use std::sync::Arc;

    use cloakroom_engine::error::StoreError;
    use cloakroom_engine::sessions::touches::PendingTouches;

    use super::super::{activity, live_users, statistics};
    use super::*;
    use crate::Database;
    use crate::driver::sqlite::{Location, Options};
    use crate::driver::{Kind, WriteClass, query_all};

    /// The steps of the plan of a statement with so many parameters, in order.
    pub(in crate::sessions) fn plan(sql: &str, parameters: usize) -> Vec<String> {
        let database = Database::open(&Location::Temporary, &Options::default(), Arc::new(PendingTouches::default())).unwrap();
        let explained: &'static str = Box::leak(format!("EXPLAIN QUERY PLAN {sql}").into_boxed_str());
        let steps = database.driver.write(WriteClass::Ordinary, move |conn| {
            Box::pin(async move {
                let unbound = [Param::Null(Kind::Int); 14];
                Ok::<_, StoreError>(query_all(conn, explained, &unbound[..parameters], |row| Ok(row.text(3)?.to_owned())).await?)
            })
        });
        tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(steps).unwrap()
    }

    #[test]
    fn a_page_walks_an_index_and_ends_at_its_last_row() {
        let of_user = "SEARCH s USING INDEX sessions_of_user (user_number=? AND state=? AND ";
        let of_tenant = "SEARCH s USING INDEX sessions_of_tenant (tenant_number=? AND state=? AND ";
        let open = "SEARCH s USING INDEX sessions_open (state=? AND ";
        // By the whole place, or by its time and then past the rows of that one moment.
        let bounds = ["created_at<?)", "(created_at,number)<(?,?))", "(created_at,rowid)<(?,?))"];
        for (sql, parameters, walk) in
            [(USER.live, 8, of_user), (TENANT.live, 8, of_tenant), (ALL.live, 8, open), (NEWEST_LIVE, 5, of_tenant)]
        {
            let steps = plan(sql, parameters);
            let begins = |step: &String| step.strip_prefix(walk).is_some_and(|bound| bounds.contains(&bound));
            assert!(steps.iter().any(begins), "{steps:#?}");
            assert!(!steps.iter().any(|step| step.contains("TEMP B-TREE")), "{steps:#?}");
        }
        for (sql, index) in [(USER.any, "sessions_of_user"), (TENANT.any, "sessions_of_tenant")] {
            let steps = plan(sql, 7);
            let walks = steps.iter().filter(|step| step.starts_with("SEARCH s USING") && step.contains(index)).count();
            assert_eq!(walks, 3, "one for each state: {steps:#?}");
            // The rows of the page itself are sorted once more: at most a hundred.
            assert!(steps.iter().filter(|step| step.contains("TEMP B-TREE")).count() <= 1, "{steps:#?}");
        }
    }

    #[test]
    fn who_has_live_sessions_is_told_by_an_index() {
        let [open, standing] = live_users::walks();
        let steps = plan(open, 1);
        assert_eq!(steps, ["SEARCH s USING COVERING INDEX sessions_of_tenant (tenant_number=? AND state=?)"]);
        let steps = plan(standing, 2);
        assert!(steps.iter().any(|step| step == "SEARCH s USING INDEX sessions_of_tenant (tenant_number=? AND state=?)"), "{steps:#?}");
        assert!(!steps.iter().any(|step| step.contains("TEMP B-TREE")), "{steps:#?}");
    }

    #[test]
    fn statistics_look_at_no_row_but_what_is_due_and_one_of_what_fell_together() {
        let [created, older, ended, unswept, fallen] = statistics::statements();
        let covering = "SEARCH sessions USING COVERING INDEX sessions_of_tenant (tenant_number=? AND state=? AND created_at";
        assert_eq!(plan(created, 3), [format!("{covering}>?)")]);
        assert!(plan(older, 4).contains(&format!("{covering}<?)")), "{:#?}", plan(older, 4));
        assert_eq!(plan(ended, 2), ["SEARCH sessions USING COVERING INDEX sessions_ended (tenant_number=?)"]);
        let steps = plan(unswept, 6);
        assert!(steps.iter().any(|step| step == "SEARCH s USING INDEX sessions_due (state=? AND due>? AND due<?)"), "{steps:#?}");
        let steps = plan(fallen, 8);
        assert!(steps.iter().any(|step| step == "SEARCH s USING INDEX sessions_of_tenant (tenant_number=? AND state=?)"), "{steps:#?}");
        assert!(!steps.iter().any(|step| step.contains("TEMP B-TREE")), "{steps:#?}");
    }

    #[test]
    fn charts_read_a_range_of_one_index() {
        let [numbers] = activity::statements();
        let key = "sqlite_autoindex_activity_1 (bucket_seconds=? AND scope=? AND scope_number=? AND starts_at>?)";
        assert_eq!(plan(numbers, 4), [format!("SEARCH activity USING INDEX {key}")]);
    }

    #[test]
    fn a_total_looks_at_due_rows_alone() {
        for sql in counts::looking_at_rows() {
            let steps = plan(sql, 4);
            let due = "(state=? AND due<?)";
            assert!(steps.iter().any(|step| step.starts_with("SEARCH s USING INDEX sessions_due") && step.ends_with(due)), "{steps:#?}");
        }
    }
}
