//! A directory file on its way into the store: checked, canonical, with every uid and hash that it needs.

use super::document::{ApplicationEntry, PartnerEntry, ServiceAccountEntry, TenantEntry, UserEntry};
use super::password::PasswordHash;
use crate::clock::Timestamp;
use crate::ids::{ApplicationUid, ClientSecretUid, PartnerUid, ServiceAccountUid, TenantUid, UserUid};
use crate::secret::ClientSecretHash;

/// One entry on its way into the store, with the uid that it gets should it be new.
#[derive(Clone, Debug)]
pub struct Planned<Entry, Uid> {
    pub index: usize,
    pub uid: Uid,
    pub entry: Entry,
}

/// A user with the password worked out: `None` leaves what is there.
#[derive(Clone, Debug)]
pub struct PlannedUser {
    pub planned: Planned<UserEntry, UserUid>,
    pub password: Option<PasswordHash>,
}

/// An application with its secret hashed.
#[derive(Clone, Debug)]
pub struct PlannedApplication {
    pub planned: Planned<ApplicationEntry, ApplicationUid>,
    pub secret: Option<(ClientSecretUid, ClientSecretHash)>,
}

/// A checked and canonical directory file.
#[derive(Clone, Debug)]
pub struct ApplyPlan {
    pub at: Timestamp,
    /// The command or start that applies it, for the trail.
    pub actor: &'static str,
    pub overwrite: bool,
    pub partners: Vec<Planned<PartnerEntry, PartnerUid>>,
    pub tenants: Vec<Planned<TenantEntry, TenantUid>>,
    pub users: Vec<PlannedUser>,
    pub applications: Vec<PlannedApplication>,
    pub service_accounts: Vec<Planned<ServiceAccountEntry, ServiceAccountUid>>,
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
