//! What becomes of identity providers: each change with its line in the trail, whoever asks for it.

use cloakroom_engine::audit::{Action, AuditEntry, ResourceKind};
use cloakroom_engine::callers::Deed;
use cloakroom_engine::directory::identity_provider::{IdentityProviderRecord, IdentityProviderStatus, SealedSecret};

use crate::driver::{Connection, DriverError, inserted};
use crate::{audit, params};

/// Makes a provider; the number that `new` has is of no meaning.
pub(in crate::directory) async fn create(
    conn: &mut dyn Connection,
    deed: &Deed,
    new: &IdentityProviderRecord,
    secret: Option<&SealedSecret>,
) -> Result<(), DriverError> {
    let sql = "INSERT INTO identity_providers (uid, code, tenant_number, name, issuer, client_id, scopes, username_claim, name_claim,
                   groups_claim, create_users, link_by_verified_email, trust_amr, sealed_secret, status, status_since, created_at,
                   updated_at)
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $16, $16) RETURNING number";
    let (settings, scopes) = (&new.settings, new.settings.scopes.join(" "));
    let params = params![
        new.uid.as_bytes(),
        &new.code,
        new.tenant_number().map(|tenant| tenant.0),
        &settings.name,
        &settings.issuer,
        &settings.client_id,
        &scopes,
        &settings.username_claim,
        &settings.name_claim,
        settings.groups_claim.as_ref(),
        settings.create_users,
        settings.link_by_verified_email,
        settings.trust_amr,
        secret.map(SealedSecret::as_bytes),
        new.status.as_str(),
        deed.at.as_millis(),
    ];
    let number = inserted(conn, sql, params).await?;
    write_lists(conn, number, new).await?;
    audit::append(conn, &told(deed, Action::IdentityProviderCreated, new)).await
}

/// Writes what differs, and tells which fields that was; whether there were any.
pub(in crate::directory) async fn change(
    conn: &mut dyn Connection,
    deed: &Deed,
    before: &IdentityProviderRecord,
    after: &IdentityProviderRecord,
) -> Result<bool, DriverError> {
    let Some(changed) = before.changed(after) else { return Ok(false) };
    let sql = "UPDATE identity_providers
               SET name = $2, issuer = $3, client_id = $4, scopes = $5, username_claim = $6, name_claim = $7, groups_claim = $8,
                   create_users = $9, link_by_verified_email = $10, trust_amr = $11, updated_at = $12
               WHERE number = $1";
    let (settings, scopes) = (&after.settings, after.settings.scopes.join(" "));
    let params = params![
        before.number.0,
        &settings.name,
        &settings.issuer,
        &settings.client_id,
        &scopes,
        &settings.username_claim,
        &settings.name_claim,
        settings.groups_claim.as_ref(),
        settings.create_users,
        settings.link_by_verified_email,
        settings.trust_amr,
        deed.at.as_millis(),
    ];
    conn.execute(sql, params).await?;
    replace_lists(conn, before.number.0, after).await?;
    audit::append(conn, &told(deed, Action::IdentityProviderChanged, before).with("changed", changed)).await?;
    Ok(true)
}

/// Says which of its domains count.
pub(in crate::directory) async fn approve_domains(
    conn: &mut dyn Connection,
    deed: &Deed,
    after: &IdentityProviderRecord,
) -> Result<(), DriverError> {
    touch(conn, deed, after).await?;
    replace_lists(conn, after.number.0, after).await?;
    let told = told(deed, Action::IdentityProviderDomainsApproved, after);
    audit::append(conn, &told.with("domains", after.approved_domains.join(" "))).await
}

async fn touch(conn: &mut dyn Connection, deed: &Deed, provider: &IdentityProviderRecord) -> Result<(), DriverError> {
    let sql = "UPDATE identity_providers SET updated_at = $2 WHERE number = $1";
    conn.execute(sql, params![provider.number.0, deed.at.as_millis()]).await.map(drop)
}

async fn replace_lists(conn: &mut dyn Connection, number: i64, after: &IdentityProviderRecord) -> Result<(), DriverError> {
    for sql in [
        "DELETE FROM identity_provider_domains WHERE provider_number = $1",
        "DELETE FROM identity_provider_audiences WHERE provider_number = $1",
        "DELETE FROM identity_provider_groups WHERE provider_number = $1",
    ] {
        conn.execute(sql, params![number]).await?;
    }
    write_lists(conn, number, after).await
}

async fn write_lists(conn: &mut dyn Connection, number: i64, provider: &IdentityProviderRecord) -> Result<(), DriverError> {
    for domain in &provider.settings.domains {
        let sql = "INSERT INTO identity_provider_domains (provider_number, domain, is_approved) VALUES ($1, $2, $3)";
        conn.execute(sql, params![number, domain, provider.speaks_for(domain)]).await?;
    }
    for audience in &provider.settings.exchange_audiences {
        let sql = "INSERT INTO identity_provider_audiences (provider_number, audience) VALUES ($1, $2)";
        conn.execute(sql, params![number, audience]).await?;
    }
    for mapped in &provider.group_memberships {
        let sql = "INSERT INTO identity_provider_groups (provider_number, group_name, tenant_number, role) VALUES ($1, $2, $3, $4)";
        conn.execute(sql, params![number, &mapped.group, mapped.tenant.number.0, mapped.role.as_str()]).await?;
    }
    Ok(())
}

/// Changes the status. Sessions stay: signing in through a disabled provider is all that ends.
pub(in crate::directory) async fn change_status(
    conn: &mut dyn Connection,
    deed: &Deed,
    provider: &IdentityProviderRecord,
    status: IdentityProviderStatus,
) -> Result<(), DriverError> {
    let sql = "UPDATE identity_providers SET status = $2, status_since = $3, updated_at = $3 WHERE number = $1";
    conn.execute(sql, params![provider.number.0, status.as_str(), deed.at.as_millis()]).await?;
    let told = told(deed, Action::IdentityProviderStatusChanged, provider);
    audit::append(conn, &told.with("from", provider.status.as_str()).with("to", status.as_str())).await
}

/// Makes this the secret that it knows this server by, or takes that away.
pub(in crate::directory) async fn set_secret(
    conn: &mut dyn Connection,
    deed: &Deed,
    provider: &IdentityProviderRecord,
    secret: Option<&SealedSecret>,
) -> Result<(), DriverError> {
    let sql = "UPDATE identity_providers SET sealed_secret = $2, updated_at = $3 WHERE number = $1";
    conn.execute(sql, params![provider.number.0, secret.map(SealedSecret::as_bytes), deed.at.as_millis()]).await?;
    let told = told(deed, Action::IdentityProviderSecretChanged, provider);
    audit::append(conn, &told.with("to", if secret.is_some() { "set" } else { "none" })).await
}

fn told(deed: &Deed, action: Action, provider: &IdentityProviderRecord) -> AuditEntry {
    deed.entry(action, ResourceKind::IdentityProvider, provider.uid).within(provider.tenant_number())
}
