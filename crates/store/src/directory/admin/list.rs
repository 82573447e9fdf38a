//! Pages of the directory, newest first, with exact totals. A search is for the beginning of a name, so that it reads a
//! range of an index and never a whole table.

use cloakroom_engine::callers::Reach;
use cloakroom_engine::cursor::Place;
use cloakroom_engine::directory::canonical_email;
use cloakroom_engine::directory::identity_provider::IdentityProviderRecord;
use cloakroom_engine::directory::records::{ApplicationRecord, PartnerRecord, TenantRecord, UserRecord};
use cloakroom_engine::directory::store::{DirectoryPage, ListDirectory};
use cloakroom_engine::error::StoreError;
use cloakroom_engine::ids::{PartnerNumber, TenantNumber};
use const_format::concatcp;

use crate::directory::identity_providers::read::{self as providers, SELECT as SELECT_IDENTITY_PROVIDER};
use crate::directory::read::{self, SELECT_APPLICATION, SELECT_PARTNER, SELECT_TENANT, SELECT_USER};
use crate::driver::{Connection, Param, Record, all, one};
use crate::paging::{Rows, counted};

/// The four statements of one noun within one reach: a page and its count, searched or not.
struct Statements {
    page: &'static str,
    count: &'static str,
    searched_page: &'static str,
    searched_count: &'static str,
}

/// The statements of one noun: everything, a partner's, a tenant's.
struct Noun {
    all: Statements,
    of_partner: Statements,
    of_tenant: Statements,
}

/// The statements over `$1` whose, `$2` status, `$3` and `$4` the bounds of the search, `$5` and `$6` those of the address that it
/// begins, `$7` the number behind which a page begins. The number orders: rows get theirs as they are made.
macro_rules! noun {
    (
        $select:ident from $from:literal order by $number:literal, $status:literal, $searched:literal,
        [$all:literal, $of_partner:literal, $of_tenant:literal]
    ) => {
        Noun {
            all: noun!(@within $select, $from, $number, $status, $searched, $all),
            of_partner: noun!(@within $select, $from, $number, $status, $searched, $of_partner),
            of_tenant: noun!(@within $select, $from, $number, $status, $searched, $of_tenant),
        }
    };
    (@within $select:ident, $from:literal, $number:literal, $status:literal, $searched:literal, $within:literal) => {
        Statements {
            page: concatcp!($select, "WHERE ", $within, $status, NOT_SEARCHED, " AND ", $number, " < $7 ORDER BY ", $number, PAGED),
            count: concatcp!("SELECT count(*) FROM ", $from, " WHERE ", $within, $status, NOT_SEARCHED),
            searched_page: concatcp!($select, "WHERE ", $within, $status, $searched, " AND ", $number, " < $7 ORDER BY ", $number, PAGED),
            searched_count: concatcp!("SELECT count(*) FROM ", $from, " WHERE ", $within, $status, $searched),
        }
    };
}

const NOT_SEARCHED: &str = " AND $3 IS NULL AND $4 IS NULL AND $5 IS NULL AND $6 IS NULL";
const PAGED: &str = " DESC LIMIT $8 OFFSET $9";

const PARTNERS: Noun = noun!(
    SELECT_PARTNER from "partners p" order by "p.number",
    " AND ((($2 IS NULL) AND p.status <> 'doomed') OR p.status = $2)",
    " AND p.number IN (SELECT number FROM partners WHERE lower(code) >= $3 AND lower(code) < $4
                       UNION SELECT number FROM partners WHERE lower(name) >= $3 AND lower(name) < $4) AND $5 IS NOT NULL AND $6 IS NOT NULL",
    ["($1 IS NULL)", "p.number = $1", "p.number = (SELECT partner_number FROM tenants WHERE number = $1)"]
);
const TENANTS: Noun = noun!(
    SELECT_TENANT from "tenants n" order by "n.number",
    " AND ((($2 IS NULL) AND n.status <> 'doomed') OR n.status = $2)",
    " AND n.number IN (SELECT number FROM tenants WHERE lower(code) >= $3 AND lower(code) < $4
                       UNION SELECT number FROM tenants WHERE lower(name) >= $3 AND lower(name) < $4) AND $5 IS NOT NULL AND $6 IS NOT NULL",
    ["($1 IS NULL)", "n.partner_number = $1", "n.number = $1"]
);
const USERS: Noun = noun!(
    SELECT_USER from "users u" order by "u.number",
    " AND ((($2 IS NULL) AND u.status <> 'doomed') OR u.status = $2)",
    " AND u.number IN (SELECT number FROM users WHERE username >= $3 AND username < $4
                       UNION SELECT user_number FROM emails WHERE address >= $3 AND address < $4
                       UNION SELECT user_number FROM emails WHERE address >= $5 AND address < $6
                       UNION SELECT number FROM users WHERE lower(display_name) >= $3 AND lower(display_name) < $4)",
    ["($1 IS NULL)", "u.tenant_number IN (SELECT number FROM tenants WHERE partner_number = $1)", "u.tenant_number = $1"]
);
const APPLICATIONS: Noun = noun!(
    SELECT_APPLICATION from "applications a" order by "a.number",
    " AND (($2 IS NULL) OR a.status = $2)",
    " AND a.number IN (SELECT number FROM applications WHERE lower(client_id) >= $3 AND lower(client_id) < $4
                       UNION SELECT number FROM applications WHERE lower(name) >= $3 AND lower(name) < $4)
      AND $5 IS NOT NULL AND $6 IS NOT NULL",
    ["($1 IS NULL)", "a.tenant_number IN (SELECT number FROM tenants WHERE partner_number = $1)", "a.tenant_number = $1"]
);

const IDENTITY_PROVIDERS: Noun = noun!(
    SELECT_IDENTITY_PROVIDER from "identity_providers i" order by "i.number",
    " AND (($2 IS NULL) OR i.status = $2)",
    " AND i.number IN (SELECT number FROM identity_providers WHERE lower(code) >= $3 AND lower(code) < $4
                       UNION SELECT number FROM identity_providers WHERE lower(name) >= $3 AND lower(name) < $4)
      AND $5 IS NOT NULL AND $6 IS NOT NULL",
    ["($1 IS NULL)", "i.tenant_number IN (SELECT number FROM tenants WHERE partner_number = $1)", "i.tenant_number = $1"]
);

/// A page and the total, from one snapshot of the database.
async fn page<R: Record + Send>(
    conn: &mut dyn Connection,
    noun: &Noun,
    list: &ListDirectory,
    number: impl Fn(&R) -> i64,
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
    let beyond = |text: &String| format!("{text}\u{10ffff}");
    let address = list.search.as_ref().map(|text| canonical_email(text).unwrap_or_else(|| text.clone()));
    let (beyond_text, beyond_address) = (list.search.as_ref().map(beyond), address.as_ref().map(beyond));
    let asked: [Param<'_>; 6] = [
        whose.into(),
        list.status.into(),
        list.search.as_ref().into(),
        beyond_text.as_ref().into(),
        address.as_ref().into(),
        beyond_address.as_ref().into(),
    ];
    let total = counted(one::<i64>(conn, count_sql, &asked).await?);
    let rows = Rows::of(&list.page, total);
    let paged: Vec<Param<'_>> = asked.into_iter().chain([Param::Int(rows.after.number), rows.limit(), rows.offset()]).collect();
    let found = if rows.are_any() { all(conn, page_sql, &paged).await? } else { Vec::new() };
    Ok(list.page.filled(found, total, |record| Place::numbered(number(record))))
}

pub(crate) async fn partners(conn: &mut dyn Connection, list: &ListDirectory) -> Result<DirectoryPage<PartnerRecord>, StoreError> {
    page(conn, &PARTNERS, list, |partner: &PartnerRecord| partner.number.0).await
}

pub(crate) async fn tenants(conn: &mut dyn Connection, list: &ListDirectory) -> Result<DirectoryPage<TenantRecord>, StoreError> {
    page(conn, &TENANTS, list, |tenant: &TenantRecord| tenant.number.0).await
}

pub(crate) async fn users(conn: &mut dyn Connection, list: &ListDirectory) -> Result<DirectoryPage<UserRecord>, StoreError> {
    let mut found = page(conn, &USERS, list, |user: &UserRecord| user.number.0).await?;
    for user in &mut found.rows {
        *user = read::whole_user(conn, user.clone()).await?;
    }
    Ok(found)
}

pub(crate) async fn applications(conn: &mut dyn Connection, list: &ListDirectory) -> Result<DirectoryPage<ApplicationRecord>, StoreError> {
    page(conn, &APPLICATIONS, list, |application: &ApplicationRecord| application.number.0).await
}

pub(crate) async fn identity_providers(
    conn: &mut dyn Connection,
    list: &ListDirectory,
) -> Result<DirectoryPage<IdentityProviderRecord>, StoreError> {
    let mut found = page(conn, &IDENTITY_PROVIDERS, list, |provider: &IdentityProviderRecord| provider.number.0).await?;
    for provider in &mut found.rows {
        *provider = providers::whole(conn, provider.clone()).await?;
    }
    Ok(found)
}
