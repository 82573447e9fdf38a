//! Rows of identity providers as records.

use cloakroom_engine::directory::identity_provider::store::{MOST_LOGIN_PROVIDERS, SoughtProviders};
use cloakroom_engine::directory::identity_provider::{
    GroupMembership, IdentityProviderRecord, LoginProvider, ProviderSettings, StoredIdentityProvider,
};
use cloakroom_engine::directory::{MembershipRole, TenantPlace};
use cloakroom_engine::error::StoreError;
use cloakroom_engine::ids::{IdentityProviderNumber, IdentityProviderUid, TenantNumber};
use const_format::concatcp;

use crate::driver::{Connection, DriverError, Param, Record, all, one, record};
use crate::params;

record! {
    // Without the lists, which [`whole`] adds.

    for IdentityProviderRecord as i {
        number, uid, code, settings = ProviderSettings::COLUMNS, has_secret = "i.sealed_secret IS NOT NULL", status, status_since, created_at,
        updated_at, tenant = TenantPlace::COLUMNS;
        approved_domains: Vec::new(), group_memberships: Vec::new(),
    }
}

record! {
    for ProviderSettings as i {
        name, issuer, client_id, scopes, username_claim, name_claim, groups_claim, create_users, link_by_verified_email, trust_amr;
        domains: Vec::new(), exchange_audiences: Vec::new(),
    }
}

record! {
    for StoredIdentityProvider as i {
        provider = IdentityProviderRecord::COLUMNS, tenant_status = "n.status", sealed_secret,
    }
}

record! { struct Domain { domain: String, is_approved: bool } }

record! { struct Mapping as g { group_name: String, tenant: TenantPlace = TenantPlace::COLUMNS, role: MembershipRole } }

record! { struct LoginRow as i { number: IdentityProviderNumber, code: String, name: String, tenant_number: Option<TenantNumber> } }

const FROM: &str = " FROM identity_providers i LEFT JOIN tenants n ON n.number = i.tenant_number ";
pub(in crate::directory) const SELECT: &str = concatcp!(IdentityProviderRecord::SELECT, FROM);
const PROVIDER: &str = concatcp!(SELECT, "WHERE i.uid = $1");
const CALLED: &str = concatcp!(StoredIdentityProvider::SELECT, FROM, "WHERE i.code = $1");
const OF_ISSUER: &str = concatcp!(
    StoredIdentityProvider::SELECT,
    FROM,
    "WHERE i.issuer = $1
       AND (i.client_id = $2
         OR EXISTS (SELECT 1 FROM identity_provider_audiences a WHERE a.audience = $2 AND a.provider_number = i.number))
     ORDER BY i.number"
);
const DOMAINS: &str = concatcp!(Domain::SELECT, " FROM identity_provider_domains WHERE provider_number = $1 ORDER BY domain");
const AUDIENCES: &str = "SELECT audience FROM identity_provider_audiences WHERE provider_number = $1 ORDER BY audience";
const GROUPS: &str = concatcp!(
    Mapping::SELECT,
    " FROM identity_provider_groups g JOIN tenants n ON n.number = g.tenant_number
     WHERE g.provider_number = $1 ORDER BY g.group_name, g.tenant_number"
);

/// Those through which somebody signs in now.
const SERVING: &str = concatcp!(
    LoginRow::SELECT,
    FROM,
    "WHERE i.status = 'active' AND (n.status IS NULL OR n.status IN ('unverified', 'verified', 'parked')) "
);
const BY_NAME: &str = " ORDER BY i.name, i.code LIMIT $2";
const SERVING_PLATFORM: &str = concatcp!(SERVING, "AND i.tenant_number IS NULL AND $1 IS NULL", BY_NAME);
const SERVING_TENANT: &str = concatcp!(SERVING, "AND i.tenant_number = $1", BY_NAME);
const SERVING_DOMAIN: &str = concatcp!(
    SERVING,
    "AND i.number IN (SELECT provider_number FROM identity_provider_domains WHERE domain = $1 AND is_approved = 1)",
    BY_NAME
);

pub(crate) async fn provider(conn: &mut dyn Connection, uid: IdentityProviderUid) -> Result<Option<IdentityProviderRecord>, StoreError> {
    let Some(found) = one(conn, PROVIDER, params![uid.as_bytes()]).await? else { return Ok(None) };
    Ok(Some(whole(conn, found).await?))
}

pub(crate) async fn called(conn: &mut dyn Connection, code: &str) -> Result<Option<StoredIdentityProvider>, DriverError> {
    let Some(found) = one(conn, CALLED, params![code]).await? else { return Ok(None) };
    Ok(Some(whole_stored(conn, found).await?))
}

pub(crate) async fn of_issuer(conn: &mut dyn Connection, issuer: &str, audience: &str) -> Result<Vec<StoredIdentityProvider>, DriverError> {
    let mut found = Vec::new();
    for row in all(conn, OF_ISSUER, params![issuer, audience]).await? {
        found.push(whole_stored(conn, row).await?);
    }
    Ok(found)
}

pub(crate) async fn at_login(conn: &mut dyn Connection, sought: &SoughtProviders) -> Result<Vec<LoginProvider>, DriverError> {
    let (sql, whose): (_, Param<'_>) = match sought {
        SoughtProviders::OfPlatform => (SERVING_PLATFORM, None::<i64>.into()),
        SoughtProviders::OfTenant(tenant) => (SERVING_TENANT, tenant.0.into()),
        SoughtProviders::OfDomain(domain) => (SERVING_DOMAIN, domain.into()),
    };
    let mut found = Vec::new();
    for LoginRow { number, code, name, tenant_number } in all(conn, sql, &[whose, (MOST_LOGIN_PROVIDERS as i64).into()]).await? {
        let domains = domains(conn, number).await?.into_iter().filter(|known| known.is_approved).map(|known| known.domain).collect();
        found.push(LoginProvider { code, name, tenant: tenant_number, domains });
    }
    Ok(found)
}

async fn domains(conn: &mut dyn Connection, provider: IdentityProviderNumber) -> Result<Vec<Domain>, DriverError> {
    all(conn, DOMAINS, params![provider.0]).await
}

async fn whole_stored(conn: &mut dyn Connection, mut stored: StoredIdentityProvider) -> Result<StoredIdentityProvider, DriverError> {
    stored.provider = whole(conn, stored.provider).await?;
    Ok(stored)
}

/// The provider with its lists.
pub(in crate::directory) async fn whole(
    conn: &mut dyn Connection,
    mut provider: IdentityProviderRecord,
) -> Result<IdentityProviderRecord, DriverError> {
    for Domain { domain, is_approved } in domains(conn, provider.number).await? {
        if is_approved {
            provider.approved_domains.push(domain.clone());
        }
        provider.settings.domains.push(domain);
    }
    provider.settings.exchange_audiences = all(conn, AUDIENCES, params![provider.number.0]).await?;
    let groups: Vec<Mapping> = all(conn, GROUPS, params![provider.number.0]).await?;
    let mapped = |Mapping { group_name, tenant, role }| GroupMembership { group: group_name, tenant, role };
    provider.group_memberships = groups.into_iter().map(mapped).collect();
    Ok(provider)
}
