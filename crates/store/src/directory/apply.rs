//! Making the directory as a file says, all or nothing: each entry finds what has its name, and is created or changed like anything
//! else.

use cloakroom_engine::audit::{Action, ResourceKind};
use cloakroom_engine::callers::Deed;
use cloakroom_engine::directory::changes::{NewPartner, NewTenant, SparedSessions, TenantChange};
use cloakroom_engine::directory::document::ServiceAccountEntry;
use cloakroom_engine::directory::plan::{ApplyPlan, ApplyReport, Planned, PlannedApplication, PlannedUser, status_change};
use cloakroom_engine::directory::records::UserRecord;
use cloakroom_engine::directory::registration::RegistrationFault;
use cloakroom_engine::directory::{ApplicationStatus, EmailStatus, SoughtEmail, TenantStatus, UserStatus};
use cloakroom_engine::ids::{PartnerUid, ServiceAccountNumber, ServiceAccountUid, TenantUid};
use cloakroom_engine::machine::service_accounts::{ServiceAccount, ServiceAccountStatus};
use cloakroom_engine::machine::store::NewServiceAccount;
use cloakroom_engine::sessions::touches::PendingTouches;

use super::applying::{Applied, ApplyError, Applying};
use super::users::ExistingUser;
use super::{applications, emails, identity_providers, partners, read, tenants, users};
use crate::driver::Connection;
use crate::machine::service_accounts;

/// Makes the directory as the plan says. An error undoes all of it.
pub(crate) async fn apply(conn: &mut dyn Connection, plan: &ApplyPlan, touches: &PendingTouches) -> Result<ApplyReport, ApplyError> {
    let mut applying = Applying::new(Deed::of_system(plan.at, plan.actor), touches, plan.overwrite);
    for planned in &plan.partners {
        applying.enter("partners", planned.index, &planned.new.code);
        let applied = partner(conn, &mut applying, planned).await?;
        applying.count(applied);
    }
    for planned in &plan.tenants {
        applying.enter("tenants", planned.index, &planned.new.code);
        let applied = tenant(conn, &mut applying, planned).await?;
        applying.count(applied);
    }
    for user in &plan.users {
        applying.enter("users", user.planned.index, &user.planned.new.username);
        let applied = self::user(conn, &mut applying, user).await?;
        applying.count(applied);
    }
    for application in &plan.applications {
        applying.enter("applications", application.planned.index, &application.planned.new.client_id);
        let applied = self::application(conn, &mut applying, application).await?;
        applying.count(applied);
    }
    for provider in &plan.identity_providers {
        applying.enter("identity_providers", provider.planned.index, &provider.planned.new.code);
        let applied = identity_providers::apply(conn, &mut applying, provider).await?;
        applying.count(applied);
    }
    for planned in &plan.service_accounts {
        applying.enter("service_accounts", planned.index, &planned.new.caption);
        let applied = service_account(conn, &mut applying, planned).await?;
        applying.count(applied);
    }
    Ok(applying.report)
}

async fn partner(
    conn: &mut dyn Connection,
    applying: &mut Applying<'_>,
    Planned { uid, new, change, .. }: &Planned<PartnerUid, NewPartner, Option<String>>,
) -> Result<Applied, ApplyError> {
    let Some(before) = read::partner_called(conn, &new.code).await? else {
        partners::create(conn, &applying.deed, *uid, new).await?;
        return Ok(Applied::Created);
    };
    let changed = partners::rename(conn, &applying.deed, &before, change.as_ref()).await?;
    Ok(Applied::existing(changed))
}

async fn tenant(
    conn: &mut dyn Connection,
    applying: &mut Applying<'_>,
    Planned { uid, new, change, .. }: &Planned<TenantUid, NewTenant<String>, TenantChange<String>>,
) -> Result<Applied, ApplyError> {
    let partner = match &new.partner {
        Some(code) => Some(applying.partner(conn, code).await?),
        None => None,
    };
    let Some(before) = read::tenant_called(conn, &new.code).await? else {
        tenants::create(conn, &applying.deed, *uid, new, partner.map(|(number, _)| number)).await?;
        return Ok(Applied::Created);
    };
    let judged = status_change(before.status, change.status, applying.overwrite, TenantStatus::may_become, TenantStatus::as_str);
    let status = applying.judged(judged)?;
    let changed = tenants::change(conn, &applying.deed, &before, &change.over(&before, partner.or(before.partner))).await?;
    if let Some(status) = status {
        tenants::change_status(conn, &applying.deed, &before, status).await?;
    }
    Ok(Applied::existing(changed || status.is_some()))
}

async fn user(conn: &mut dyn Connection, applying: &mut Applying<'_>, user: &PlannedUser) -> Result<Applied, ApplyError> {
    let Planned { uid, new, change, .. } = &user.planned;
    let home = match &new.tenant {
        Some(code) => Some(applying.tenant(conn, code).await?),
        None => None,
    };
    let Some(before) = read::user_called(conn, &new.username).await? else {
        if let Some((address, _)) = &new.email {
            nobodys(conn, applying, address).await?;
        }
        let memberships = applying.memberships(conn, &new.memberships).await?;
        users::create(conn, &applying.deed, *uid, new, (home.map(|home| home.number), &memberships)).await?;
        return Ok(Applied::Created);
    };
    let judged = status_change(before.status, user.status, applying.overwrite, UserStatus::may_become, UserStatus::as_str);
    let status = applying.judged(judged)?;
    let memberships = match &change.memberships {
        Some(wanted) => applying.memberships(conn, wanted).await?,
        None => before.memberships.clone(),
    };
    let after = change.over(&before, home.or(before.home), memberships);
    let moved = users::change(conn, &applying.deed, applying.touches, &before, &after).await?;
    applying.report.sessions_ended += moved.unwrap_or(0);
    let mut changed = moved.is_some();
    // Under the tenant that was the home before the entry moves it.
    let standing = ExistingUser { tenant: before.home_number().or(after.home_number()), ..ExistingUser::from(&before) };
    if let Some((address, status)) = &new.email {
        changed |= email(conn, applying, (&before, &standing), (address, *status, user.email_status)).await?;
    }
    // Whoever came to be after the plan was made has a password of another's choice.
    if let Some(hash) = new.password.as_ref().filter(|_| applying.overwrite) {
        applying.report.sessions_ended +=
            users::password(conn, &applying.deed, applying.touches, &standing, hash, SparedSessions::None).await?;
        changed = true;
    }
    if let Some(status) = status {
        applying.report.sessions_ended += users::change_status(conn, &applying.deed, applying.touches, &standing, status).await?;
    }
    Ok(Applied::existing(changed || status.is_some()))
}

async fn nobodys(conn: &mut dyn Connection, applying: &Applying<'_>, address: &str) -> Result<(), ApplyError> {
    match emails::owner(conn, address).await? {
        Some(_) => Err(applying.wrong(format!("email {address} belongs to another user"))),
        None => Ok(()),
    }
}

/// Makes the address the primary one, with its status; whether anything changed.
async fn email(
    conn: &mut dyn Connection,
    applying: &mut Applying<'_>,
    (user, standing): (&UserRecord, &ExistingUser),
    (address, of_new, said): (&str, EmailStatus, Option<EmailStatus>),
) -> Result<bool, ApplyError> {
    let sought = SoughtEmail::of(address);
    let Some(found) = user.emails.iter().find(|email| sought.is(&email.address)) else {
        nobodys(conn, applying, address).await?;
        emails::add(conn, &applying.deed, standing, (address, of_new), true).await?;
        return Ok(true);
    };
    if !found.is_primary {
        emails::make_primary(conn, &applying.deed, standing, found).await?;
    }
    let judged = status_change(found.status, said, applying.overwrite, EmailStatus::may_become, EmailStatus::as_str);
    let Some(status) = applying.judged(judged)? else { return Ok(!found.is_primary) };
    applying.report.sessions_ended += emails::change_status(conn, &applying.deed, applying.touches, standing, found, status).await?;
    Ok(true)
}

async fn application(
    conn: &mut dyn Connection,
    applying: &mut Applying<'_>,
    application: &PlannedApplication,
) -> Result<Applied, ApplyError> {
    let (Planned { uid, new, change, .. }, secret) = (&application.planned, application.secret.as_ref());
    let tenant = match &new.tenant {
        Some(code) => Some(applying.tenant(conn, code).await?),
        None => None,
    };
    let owner = match &new.owner {
        Some(username) => Some(applying.owner(conn, username).await?),
        None => None,
    };
    let Some(before) = read::application_called(conn, &new.client_id).await? else {
        fits(applying, new.registration.judge(new.jwks.is_some()), new.registration.kind.is_public() && secret.is_some())?;
        let relations = (tenant.map(|tenant| tenant.number), owner.map(|owner| owner.number));
        applications::create(conn, &applying.deed, *uid, new, relations, secret).await?;
        return Ok(Applied::Created);
    };
    let judged = status_change(before.status, change.status, applying.overwrite, |_, _| true, ApplicationStatus::as_str);
    let status = applying.judged(judged)?;
    let after = change.over(&before, tenant.or(before.tenant), owner.or(before.owner));
    let secret = secret.filter(|_| applying.overwrite);
    if after.registration != before.registration || after.jwks != before.jwks || secret.is_some() {
        let is_public = after.registration.kind.is_public();
        let has_secret = is_public && (secret.is_some() || !read::client_secrets(conn, before.number).await?.is_empty());
        fits(applying, after.registration.judge(after.jwks.is_some()), has_secret)?;
    }
    let mut changed = applications::change(conn, &applying.deed, &before, &after).await?;
    if let Some(secret) = secret {
        changed |= applications::replace_secrets(conn, &applying.deed, &before, secret).await?;
    }
    if let Some(status) = status {
        applications::change_status(conn, &applying.deed, &before, status).await?;
    }
    Ok(Applied::existing(changed || status.is_some()))
}

fn fits(applying: &Applying<'_>, judged: Result<(), RegistrationFault>, public_with_secret: bool) -> Result<(), ApplyError> {
    judged.map_err(|fault| applying.wrong(fault.to_string()))?;
    if public_with_secret {
        return Err(applying.wrong("kind is native or spa, which are public: there must be no client_secret"));
    }
    Ok(())
}

async fn service_account(
    conn: &mut dyn Connection,
    applying: &mut Applying<'_>,
    Planned { uid, new, change, .. }: &Planned<ServiceAccountUid, ServiceAccountEntry, Option<Vec<String>>>,
) -> Result<Applied, ApplyError> {
    let org = applying.tenant(conn, &new.tenant).await?.number;
    let told = |action, uid| applying.deed.entry(action, ResourceKind::ServiceAccount, uid).within(Some(org));
    let Some(before) = service_accounts::called(conn, org, &new.caption).await? else {
        let roles = new.roles.clone().unwrap_or_default();
        let audit = told(Action::ServiceAccountCreated, *uid).with("roles", roles.join(" "));
        let account = ServiceAccount {
            number: ServiceAccountNumber(0),
            uid: *uid,
            caption: new.caption.clone(),
            roles,
            status: ServiceAccountStatus::Active,
            status_since: applying.deed.at,
            created_at: applying.deed.at,
        };
        service_accounts::create(conn, &NewServiceAccount { org, account, audit }).await?;
        return Ok(Applied::Created);
    };
    let roles = change.as_ref().filter(|roles| **roles != before.roles);
    if let Some(roles) = roles {
        let audit = told(Action::ServiceAccountChanged, before.uid).with("changed", "roles").with("roles", roles.join(" "));
        service_accounts::change_roles(conn, &before, roles, &audit).await?;
    }
    Ok(Applied::existing(roles.is_some()))
}
