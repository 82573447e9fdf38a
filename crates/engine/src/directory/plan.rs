//! A directory file on its way into the store: checked, canonical, with every uid and hash that it needs. An entry comes to the same
//! values that administrators create and change with; it names tenants and partners by their codes, users by their usernames.

use super::changes::{ApplicationChange, NewApplication, NewPartner, NewTenant, NewUser, TenantChange, UserChange};
use super::document::{ApplicationEntry, PartnerEntry, ServiceAccountEntry, TenantEntry, UserEntry};
use super::identity_provider::{IdentityProviderChange, NewIdentityProvider, SealedSecret};
use super::password::PasswordHash;
use super::registration::Registration;
use super::{ApplicationStatus, EmailStatus, PlatformRole, TenantStatus, UserStatus};
use crate::clock::Timestamp;
use crate::ids::{ApplicationUid, ClientSecretUid, IdentityProviderUid, PartnerUid, ServiceAccountUid, TenantUid, UserUid};
use crate::secret::ClientSecretHash;

/// One entry on its way into the store.
#[derive(Clone, Debug)]
pub struct Planned<Uid, New, Change> {
    pub index: usize,
    /// What it gets should it be new.
    pub uid: Uid,
    pub new: New,
    /// What becomes of whatever has its name already.
    pub change: Change,
}

/// A user; the password that is worked out stands in `new`, and `None` leaves what is there.
#[derive(Clone, Debug)]
pub struct PlannedUser {
    pub planned: Planned<UserUid, NewUser<String>, UserChange<String>>,
    /// As the entry says them; a new user, a new address is verified unless it says otherwise.
    pub status: Option<UserStatus>,
    pub email_status: Option<EmailStatus>,
}

/// A user whom an entry names and who exists.
#[derive(Clone, Debug)]
pub struct KnownUser {
    pub username: String,
    pub password: Option<PasswordHash>,
    /// What the user is called and written to, the username left out.
    pub names: Vec<String>,
}

/// An application with its secret hashed.
#[derive(Clone, Debug)]
pub struct PlannedApplication {
    pub planned: Planned<ApplicationUid, NewApplication<String, String>, ApplicationChange<String, String>>,
    pub secret: Option<(ClientSecretUid, ClientSecretHash)>,
}

/// An identity provider with its secret sealed.
#[derive(Clone, Debug)]
pub struct PlannedIdentityProvider {
    pub planned: Planned<IdentityProviderUid, NewIdentityProvider<String>, IdentityProviderChange<String>>,
    /// `None`, too, where the provider has this very secret already.
    pub secret: Option<SealedSecret>,
}

/// A checked and canonical directory file.
#[derive(Clone, Debug)]
pub struct ApplyPlan {
    pub at: Timestamp,
    /// The command or start that applies it, for the trail.
    pub actor: &'static str,
    pub overwrite: bool,
    /// A name is all that changes of a partner.
    pub partners: Vec<Planned<PartnerUid, NewPartner, Option<String>>>,
    pub tenants: Vec<Planned<TenantUid, NewTenant<String>, TenantChange<String>>>,
    pub users: Vec<PlannedUser>,
    pub applications: Vec<PlannedApplication>,
    pub identity_providers: Vec<PlannedIdentityProvider>,
    /// Roles are all that changes of a service account.
    pub service_accounts: Vec<Planned<ServiceAccountUid, ServiceAccountEntry, Option<Vec<String>>>>,
}

pub(super) fn partner(entry: PartnerEntry) -> (NewPartner, Option<String>) {
    (NewPartner { code: entry.code, name: entry.name.clone() }, entry.name)
}

pub(super) fn tenant(entry: TenantEntry) -> (NewTenant<String>, TenantChange<String>) {
    let TenantEntry { code, name, partner, status, policy } = entry;
    let new = NewTenant { code, name: name.clone(), partner: partner.clone(), status: status.unwrap_or(TenantStatus::Verified), policy };
    let change = TenantChange { name, partner: partner.into(), status, policy: policy.into() };
    (new, change)
}

pub(super) fn user(entry: UserEntry, password: Option<PasswordHash>) -> (NewUser<String>, UserChange<String>) {
    let UserEntry {
        username,
        email,
        email_status,
        display_name,
        tenant,
        memberships,
        role,
        is_operator,
        status,
        session_cap,
        password_is_due,
        ..
    } = entry;
    let new = NewUser {
        username,
        email: email.map(|address| (address, email_status.unwrap_or(EmailStatus::Verified))),
        display_name: display_name.clone(),
        tenant: tenant.clone(),
        memberships: memberships.clone().unwrap_or_default(),
        role: role.unwrap_or(PlatformRole::None),
        is_operator: is_operator.unwrap_or(false),
        status: status.unwrap_or(UserStatus::Verified),
        session_cap,
        password,
        password_is_due,
    };
    let change = UserChange {
        display_name: display_name.into(),
        tenant: tenant.into(),
        memberships,
        role,
        is_operator,
        session_cap: session_cap.into(),
    };
    (new, change)
}

/// Keys change, as secrets do, only where overwriting is asked for.
pub(super) fn application(entry: ApplicationEntry, overwrite: bool) -> (NewApplication<String, String>, ApplicationChange<String, String>) {
    let ApplicationEntry { name, tenant, owner, client_id, jwks, registration, scopes, platform, status, .. } = entry;
    let new = NewApplication {
        client_id,
        name: name.clone(),
        tenant: tenant.clone(),
        owner: owner.clone(),
        registration: registration.over(&Registration::default()),
        scopes: scopes.clone().unwrap_or_default(),
        jwks: jwks.clone(),
        is_platform: platform.unwrap_or(false),
        status: status.unwrap_or(ApplicationStatus::Active),
    };
    let change = ApplicationChange {
        name,
        tenant: tenant.into(),
        owner: owner.into(),
        registration,
        scopes,
        jwks: jwks.filter(|_| overwrite).into(),
        is_platform: platform,
        status,
    };
    (new, change)
}

/// What applying a directory file did.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct ApplyReport {
    pub created: usize,
    pub changed: usize,
    pub unchanged: usize,
    /// Sessions that status or password changes ended, those under a closed tenant not counted.
    pub sessions_ended: usize,
    /// What was left as it was, and why somebody should know.
    pub warnings: Vec<String>,
}

/// What a wanted status means for an existing entry.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum StatusChange<S> {
    Keep,
    Change(S),
    /// Left as it is, with what to tell the operator.
    Kept(String),
    /// Not a step of the state machine.
    Refused(String),
}

/// Judges a status that a file wants for what exists already. `may_become` is the noun's state machine.
pub fn status_change<S: Copy + PartialEq>(
    current: S,
    wanted: Option<S>,
    overwrite: bool,
    may_become: impl Fn(S, S) -> bool,
    label: impl Fn(S) -> &'static str,
) -> StatusChange<S> {
    match wanted {
        Some(wanted) if wanted != current && overwrite => {
            if may_become(current, wanted) {
                StatusChange::Change(wanted)
            } else if label(current) == "doomed" {
                StatusChange::Kept(format!("is doomed and stays so; {} is not applied", label(wanted)))
            } else {
                StatusChange::Refused(format!("status cannot go from {} to {}", label(current), label(wanted)))
            }
        }
        Some(wanted) if wanted != current => {
            StatusChange::Kept(format!("stays {}; --overwrite would make it {}", label(current), label(wanted)))
        }
        _ => StatusChange::Keep,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::directory::UserStatus;

    fn judged(current: UserStatus, wanted: UserStatus, overwrite: bool) -> StatusChange<UserStatus> {
        status_change(current, Some(wanted), overwrite, UserStatus::may_become, UserStatus::as_str)
    }

    #[test]
    fn only_overwriting_changes_what_exists_and_never_what_is_doomed() {
        use UserStatus::{Doomed, Suspended, Unverified, Verified};
        assert!(matches!(judged(Suspended, Verified, false), StatusChange::Kept(_)));
        assert_eq!(judged(Suspended, Verified, true), StatusChange::Change(Verified));
        assert!(matches!(judged(Doomed, Verified, true), StatusChange::Kept(_)));
        assert!(matches!(judged(Suspended, Unverified, true), StatusChange::Refused(_)));
        assert_eq!(judged(Verified, Verified, true), StatusChange::Keep);
    }
}
