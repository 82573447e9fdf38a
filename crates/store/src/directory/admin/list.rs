//! Numbered pages of the directory, newest first, with exact totals. A search is for the beginning of a name, so that it reads a
//! range of an index and never a whole table.

use cloakroom_engine::callers::Reach;
use cloakroom_engine::directory::records::{ApplicationRecord, PartnerRecord, TenantRecord, UserRecord};
use cloakroom_engine::directory::store::{DirectoryPage, ListDirectory};
use cloakroom_engine::error::StoreError;
use cloakroom_engine::ids::{PartnerNumber, TenantNumber};

use super::read::{self, select_application, select_partner, select_tenant, select_user};
use crate::driver::{Connection, DriverError, Param, Row, query_all, query_one};

/// The four statements of one noun within one reach: a page and its count, searched or not.
struct Statements {
    page: &'static str,
    count: &'static str,
    searched_page: &'static str,
    searched_count: &'static str,
}

/// Statements over `$1` whose, `$2` status, `$3` and `$4` the bounds of the search. `$number` orders: rows get theirs as they are
/// made.
macro_rules! statements {
    ($select:ident, $from:literal, $number:literal, $status:literal, $within:literal, $searched:expr) => {
        Statements {
            page: $select!("WHERE ", $within, $status, "AND $3 IS NULL AND $4 IS NULL ORDER BY ", $number, " DESC LIMIT $5 OFFSET $6"),
            count: concat!("SELECT count(*) FROM ", $from, " WHERE ", $within, $status, "AND $3 IS NULL AND $4 IS NULL"),
            searched_page: $select!("WHERE ", $within, $status, $searched, " ORDER BY ", $number, " DESC LIMIT $5 OFFSET $6"),
            searched_count: concat!("SELECT count(*) FROM ", $from, " WHERE ", $within, $status, $searched),
        }
    };
}

macro_rules! partner_statements {
    ($within:literal) => {
        statements!(
            select_partner,
            "partners p",
            "p.number",
            "AND ((($2 IS NULL) AND p.status <> 'doomed') OR p.status = $2) ",
            $within,
            "AND p.number IN (SELECT number FROM partners WHERE lower(code) >= $3 AND lower(code) < $4
                              UNION SELECT number FROM partners WHERE lower(name) >= $3 AND lower(name) < $4)"
        )
    };
}

macro_rules! tenant_statements {
    ($within:literal) => {
        statements!(
            select_tenant,
            "tenants n",
            "n.number",
            "AND ((($2 IS NULL) AND n.status <> 'doomed') OR n.status = $2) ",
            $within,
            "AND n.number IN (SELECT number FROM tenants WHERE lower(code) >= $3 AND lower(code) < $4
                              UNION SELECT number FROM tenants WHERE lower(name) >= $3 AND lower(name) < $4)"
        )
    };
}

macro_rules! user_statements {
    ($within:literal) => {
        statements!(
            select_user,
            "users u",
            "u.number",
            "AND ((($2 IS NULL) AND u.status <> 'doomed') OR u.status = $2) ",
            $within,
            "AND u.number IN (SELECT number FROM users WHERE username >= $3 AND username < $4
                              UNION SELECT user_number FROM emails WHERE address >= $3 AND address < $4
                              UNION SELECT number FROM users WHERE lower(display_name) >= $3 AND lower(display_name) < $4)"
        )
    };
}

macro_rules! application_statements {
    ($within:literal) => {
        statements!(
            select_application,
            "applications a",
            "a.number",
            "AND (($2 IS NULL) OR a.status = $2) ",
            $within,
            "AND a.number IN (SELECT number FROM applications WHERE lower(client_id) >= $3 AND lower(client_id) < $4
                              UNION SELECT number FROM applications WHERE lower(name) >= $3 AND lower(name) < $4)"
        )
    };
}

/// The statements of one noun: everything, a partner's, a tenant's.
struct Noun {
    all: Statements,
    of_partner: Statements,
    of_tenant: Statements,
}

const PARTNERS: Noun = Noun {
    all: partner_statements!("($1 IS NULL) "),
    of_partner: partner_statements!("p.number = $1 "),
    of_tenant: partner_statements!("p.number = (SELECT partner_number FROM tenants WHERE number = $1) "),
};
const TENANTS: Noun = Noun {
    all: tenant_statements!("($1 IS NULL) "),
    of_partner: tenant_statements!("n.partner_number = $1 "),
    of_tenant: tenant_statements!("n.number = $1 "),
};
const USERS: Noun = Noun {
    all: user_statements!("($1 IS NULL) "),
    of_partner: user_statements!("u.tenant_number IN (SELECT number FROM tenants WHERE partner_number = $1) "),
    of_tenant: user_statements!("u.tenant_number = $1 "),
};
const APPLICATIONS: Noun = Noun {
    all: application_statements!("($1 IS NULL) "),
    of_partner: application_statements!("a.tenant_number IN (SELECT number FROM tenants WHERE partner_number = $1) "),
    of_tenant: application_statements!("a.tenant_number = $1 "),
};

/// A page and the total, from one snapshot of the database.
async fn page<R: Send>(
    conn: &mut dyn Connection,
    noun: &Noun,
    list: &ListDirectory,
    map: fn(&dyn Row) -> Result<R, DriverError>,
) -> Result<DirectoryPage<R>, StoreError> {
    let (statements, whose) = match list.within {
        Reach::Everything => (&noun.all, None),
        Reach::Partner(PartnerNumber(partner)) => (&noun.of_partner, Some(partner)),
        Reach::Tenant(TenantNumber(tenant)) => (&noun.of_tenant, Some(tenant)),
    };
    let (page_sql, count_sql) = match list.search {
        Some(_) => (statements.searched_page, statements.searched_count),
        None => (statements.page, statements.count),
    };
    // The greatest character there is: nothing that begins with the text lies beyond it.
    let beyond = list.search.as_ref().map(|text| format!("{text}\u{10ffff}"));
    let asked: [Param<'_>; 4] = [whose.into(), list.status.into(), list.search.as_ref().into(), beyond.as_ref().into()];
    let total = query_one(conn, count_sql, &asked, |row| row.int(0)).await?.unwrap_or(0);
    let per_page = i64::from(list.page.per_page);
    let before = i64::try_from(list.page.page.saturating_sub(1)).unwrap_or(i64::MAX).saturating_mul(per_page);
    let paged: Vec<Param<'_>> = asked.into_iter().chain([Param::Int(per_page), Param::Int(before)]).collect();
    let records = if before < total { query_all(conn, page_sql, &paged, map).await? } else { Vec::new() };
    Ok(DirectoryPage { records, total: u64::try_from(total).unwrap_or(0) })
}

pub(super) async fn partners(conn: &mut dyn Connection, list: &ListDirectory) -> Result<DirectoryPage<PartnerRecord>, StoreError> {
    page(conn, &PARTNERS, list, read::partner_row).await
}

pub(super) async fn tenants(conn: &mut dyn Connection, list: &ListDirectory) -> Result<DirectoryPage<TenantRecord>, StoreError> {
    page(conn, &TENANTS, list, read::tenant_row).await
}

pub(super) async fn users(conn: &mut dyn Connection, list: &ListDirectory) -> Result<DirectoryPage<UserRecord>, StoreError> {
    let DirectoryPage { records, total } = page(conn, &USERS, list, read::user_row).await?;
    let mut whole = Vec::with_capacity(records.len());
    for user in records {
        whole.push(read::whole_user(conn, user).await?);
    }
    Ok(DirectoryPage { records: whole, total })
}

pub(super) async fn applications(conn: &mut dyn Connection, list: &ListDirectory) -> Result<DirectoryPage<ApplicationRecord>, StoreError> {
    page(conn, &APPLICATIONS, list, read::application_row).await
}
