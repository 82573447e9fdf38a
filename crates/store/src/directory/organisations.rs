//! Partners and tenants.

use cloakroom_engine::audit::{Action, ResourceKind};
use cloakroom_engine::callers::Deed;
use cloakroom_engine::directory::document::{PartnerEntry, TenantEntry};
use cloakroom_engine::directory::plan::{Planned, status_change};
use cloakroom_engine::directory::{TenantPolicy, TenantStatus};
use cloakroom_engine::ids::{PartnerNumber, PartnerUid, TenantNumber, TenantUid};
use cloakroom_engine::sessions::{End, EndReason};
use const_format::concatcp;

use super::{ApplyError, Applying, tell};
use crate::driver::{Connection, DriverError, Record, all, inserted, one, record};
use crate::epochs::{EpochScope, move_epoch};
use crate::{audit, params};

record! { struct Partner { number: i64, uid: PartnerUid, name: String } }

const PARTNER: &str = concatcp!(Partner::SELECT, " FROM partners WHERE code = $1");

pub(super) async fn partner(
    conn: &mut dyn Connection,
    applying: &mut Applying<'_>,
    planned: &Planned<PartnerEntry, PartnerUid>,
) -> Result<(), ApplyError> {
    let (entry, now) = (&planned.entry, applying.now());
    let existing = one(conn, PARTNER, params![&entry.code]).await?;
    let Some(Partner { number, uid, name }) = existing else {
        let sql = "INSERT INTO partners (uid, code, name, created_at, updated_at) VALUES ($1, $2, $3, $4, $4)";
        conn.execute(sql, params![planned.uid.as_bytes(), &entry.code, entry.name.as_ref().unwrap_or(&entry.code), now]).await?;
        applying.report.created += 1;
        return tell(conn, applying.entry(Action::PartnerCreated, ResourceKind::Partner, planned.uid)).await;
    };
    let changed = entry.name.as_ref().is_some_and(|wanted| *wanted != name);
    if changed {
        let sql = "UPDATE partners SET name = $2, updated_at = $3 WHERE number = $1";
        conn.execute(sql, params![number, entry.name.as_ref(), now]).await?;
        tell(conn, applying.entry(Action::PartnerChanged, ResourceKind::Partner, uid)).await?;
    }
    applying.count_existing(changed);
    Ok(())
}

record! {
    /// A tenant as it stands.
    struct Existing { number: i64, uid: TenantUid, status: TenantStatus }
}

const TENANT: &str = concatcp!(Existing::SELECT, " FROM tenants WHERE code = $1");

pub(super) async fn tenant(
    conn: &mut dyn Connection,
    applying: &mut Applying<'_>,
    planned: &Planned<TenantEntry, TenantUid>,
) -> Result<(), ApplyError> {
    let entry = &planned.entry;
    let partner = match &entry.partner {
        Some(code) => Some(applying.partner_number(conn, code).await?),
        None => None,
    };
    let existing = one::<Existing>(conn, TENANT, params![&entry.code]).await?;
    let Some(existing) = existing else {
        let number = insert_tenant(conn, applying, planned, partner).await?;
        applying.report.created += 1;
        return tell(conn, applying.entry(Action::TenantCreated, ResourceKind::Tenant, planned.uid).within(Some(number))).await;
    };
    let judged = status_change(existing.status, entry.status, applying.overwrite, TenantStatus::may_become, TenantStatus::as_str);
    let status = applying.judged(judged)?;
    let changed = update_tenant(conn, applying, &existing, entry, partner).await?;
    if changed {
        let told = applying.entry(Action::TenantChanged, ResourceKind::Tenant, existing.uid);
        tell(conn, told.within(Some(TenantNumber(existing.number)))).await?;
    }
    if let Some(status) = status {
        let tenant = TenantNumber(existing.number);
        change_status(conn, &applying.deed, (tenant, existing.uid), (existing.status, status)).await?;
    }
    applying.count_existing(changed || status.is_some());
    Ok(())
}

async fn insert_tenant(
    conn: &mut dyn Connection,
    applying: &Applying<'_>,
    planned: &Planned<TenantEntry, TenantUid>,
    partner: Option<i64>,
) -> Result<TenantNumber, DriverError> {
    let entry = &planned.entry;
    let row = TenantRow {
        uid: planned.uid,
        code: &entry.code,
        name: entry.name.as_ref().unwrap_or(&entry.code),
        partner,
        status: entry.status.unwrap_or(TenantStatus::Verified),
        policy: TenantPolicy {
            ttl_seconds: entry.ttl_seconds,
            absolute_ttl_seconds: entry.absolute_ttl_seconds,
            slides: entry.slides,
            session_cap: entry.session_cap,
            api_key_max_age_days: entry.api_key_max_age_days,
        },
    };
    insert(conn, &row, applying.now()).await
}

/// A tenant to be inserted.
pub(super) struct TenantRow<'r> {
    pub uid: TenantUid,
    pub code: &'r str,
    pub name: &'r str,
    pub partner: Option<i64>,
    pub status: TenantStatus,
    pub policy: TenantPolicy,
}

pub(super) async fn insert(conn: &mut dyn Connection, row: &TenantRow<'_>, now: i64) -> Result<TenantNumber, DriverError> {
    let sql = "INSERT INTO tenants (uid, code, name, partner_number, status, status_since, ttl_seconds, absolute_ttl_seconds, slides,
                   session_cap, api_key_max_age_days, created_at, updated_at)
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $6, $6) RETURNING number";
    let policy = row.policy;
    let params = params![
        row.uid.as_bytes(),
        row.code,
        row.name,
        row.partner,
        row.status.as_str(),
        now,
        policy.ttl_seconds,
        policy.absolute_ttl_seconds,
        policy.slides,
        policy.session_cap,
        policy.api_key_max_age_days,
    ];
    inserted(conn, sql, params).await.map(TenantNumber)
}

/// Writes what the entry says and the row does not; whether that was anything.
async fn update_tenant(
    conn: &mut dyn Connection,
    applying: &Applying<'_>,
    existing: &Existing,
    entry: &TenantEntry,
    partner: Option<i64>,
) -> Result<bool, DriverError> {
    let sql = "UPDATE tenants
               SET name = coalesce($2, name), partner_number = coalesce($3, partner_number), ttl_seconds = coalesce($4, ttl_seconds),
                   absolute_ttl_seconds = coalesce($5, absolute_ttl_seconds), slides = coalesce($6, slides),
                   session_cap = coalesce($7, session_cap), api_key_max_age_days = coalesce($8, api_key_max_age_days), updated_at = $9
               WHERE number = $1
                 AND ((name <> $2) OR (coalesce(partner_number, -1) <> $3) OR (coalesce(ttl_seconds, -1) <> $4)
                   OR (coalesce(absolute_ttl_seconds, -1) <> $5) OR (coalesce(slides, -1) <> $6) OR (coalesce(session_cap, -1) <> $7)
                   OR (coalesce(api_key_max_age_days, -1) <> $8))";
    let params = params![
        existing.number,
        entry.name.as_ref(),
        partner,
        entry.ttl_seconds,
        entry.absolute_ttl_seconds,
        entry.slides,
        entry.session_cap,
        entry.api_key_max_age_days,
        applying.now(),
    ];
    Ok(conn.execute(sql, params).await? > 0)
}

/// Changes the status; one that lets no session live moves the tenant's epoch, which ends everything under it in this one row.
pub(super) async fn change_status(
    conn: &mut dyn Connection,
    deed: &Deed,
    (tenant, uid): (TenantNumber, TenantUid),
    (from, to): (TenantStatus, TenantStatus),
) -> Result<(), DriverError> {
    let sql = "UPDATE tenants SET status = $2, status_since = $3, updated_at = $3 WHERE number = $1";
    conn.execute(sql, params![tenant.0, to.as_str(), deed.at.as_millis()]).await?;
    if !to.lets_sessions_live() {
        move_epoch(conn, EpochScope::Tenant(tenant), End { at: deed.at, reason: EndReason::TenantClosed, by: deed.by }).await?;
    }
    let told = deed.entry(Action::TenantStatusChanged, ResourceKind::Tenant, uid).within(Some(tenant));
    audit::append(conn, &told.with("from", from.as_str()).with("to", to.as_str())).await
}

/// The tenants that belong to a partner.
pub(crate) async fn tenants_of(conn: &mut dyn Connection, partner: PartnerNumber) -> Result<Vec<TenantNumber>, DriverError> {
    all(conn, "SELECT number FROM tenants WHERE partner_number = $1", params![partner.0]).await
}
