//! The rules of who may change whom: pure, and asked again inside the transaction that makes the change.

use super::client_application::ClientApplication;
use super::end_user::EndUser;
use super::reach::{OutOfReach, Reach};
use crate::directory::records::{ApplicationRecord, UserRecord};
use crate::directory::{PlatformRole, TenantPlace};
use crate::ids::{SessionNumber, TenantNumber, UserNumber};

/// How far a caller may go.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Authority {
    pub reach: Reach,
    pub role: PlatformRole,
    /// The user who asks; `None` for an application.
    pub user: Option<UserNumber>,
    /// The session that asks.
    pub session: Option<SessionNumber>,
    /// The home tenant of the user, or the application's.
    pub home: Option<TenantPlace>,
}

/// How high a role stands; each includes those below it.
const fn rank(role: PlatformRole) -> u8 {
    match role {
        PlatformRole::None => 0,
        PlatformRole::TenantAdmin => 1,
        PlatformRole::PartnerAdmin => 2,
        PlatformRole::SuperAdmin => 3,
    }
}

impl Authority {
    /// The authority of a caller, if the role gives any.
    pub fn of(caller: &EndUser) -> Option<Self> {
        let bearer = caller.bearer();
        let reach = Reach::of(bearer)?;
        let (user, session) = (Some(caller.user()), Some(caller.session()));
        Some(Self { reach, role: bearer.role, user, session, home: bearer.tenant })
    }

    /// The authority of an application: as high as an administrator of what it reaches, never as a super administrator.
    pub fn of_application(application: &ClientApplication) -> Option<Self> {
        let (reach, record) = (Reach::of_application(application)?, application.record());
        let role = if record.is_platform { PlatformRole::PartnerAdmin } else { PlatformRole::TenantAdmin };
        Some(Self { reach, role, user: None, session: None, home: record.tenant })
    }

    /// Whether the caller has at least this role.
    ///
    /// # Errors
    /// [`Refusal::RoleTooLow`].
    pub const fn at_least(&self, role: PlatformRole) -> Result<(), Refusal> {
        if rank(self.role) >= rank(role) { Ok(()) } else { Err(Refusal::RoleTooLow) }
    }

    /// Whether what belongs to this tenant may be seen.
    ///
    /// # Errors
    /// [`Refusal::OutOfReach`].
    pub fn sees(&self, tenant: Option<&TenantPlace>) -> Result<(), Refusal> {
        if self.reach.covers(tenant) { Ok(()) } else { Err(Refusal::OutOfReach) }
    }

    /// Whether this user may be changed: within reach and not above the caller. An operator stands with the super
    /// administrators, for what operators do reaches every tenant; whoever could reset an operator's password would reach it too.
    ///
    /// # Errors
    /// [`Refusal::OutOfReach`] or [`Refusal::AboveCaller`].
    pub fn may_change(&self, user: &UserRecord) -> Result<(), Refusal> {
        self.sees(user.home.as_ref())?;
        let height = if user.is_operator { PlatformRole::SuperAdmin } else { user.role };
        if rank(height) <= rank(self.role) || Some(user.number) == self.user { Ok(()) } else { Err(Refusal::AboveCaller) }
    }

    /// Whether this application may be changed. One of the platform reaches every tenant, so it stands above all others.
    ///
    /// # Errors
    /// [`Refusal::OutOfReach`] or [`Refusal::AboveCaller`].
    pub fn may_change_application(&self, application: &ApplicationRecord) -> Result<(), Refusal> {
        self.sees(application.tenant.as_ref())?;
        if application.is_platform && self.role != PlatformRole::SuperAdmin { Err(Refusal::AboveCaller) } else { Ok(()) }
    }

    /// Whether `user` is the caller, whose own standing is for others to change.
    ///
    /// # Errors
    /// [`Refusal::OwnStanding`].
    pub fn not_own_standing(&self, user: UserNumber) -> Result<(), Refusal> {
        if Some(user) == self.user { Err(Refusal::OwnStanding) } else { Ok(()) }
    }

    /// Whether `tenant` is the caller's home, whose closing would lock the caller out.
    ///
    /// # Errors
    /// [`Refusal::OwnStanding`].
    pub fn not_own_home(&self, tenant: TenantNumber) -> Result<(), Refusal> {
        if self.home.is_some_and(|home| home.number == tenant) { Err(Refusal::OwnStanding) } else { Ok(()) }
    }
}

/// Why something was not done. What is out of reach and what does not exist are one (P4).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Refusal {
    OutOfReach,
    /// No caller of this role may do that.
    RoleTooLow,
    /// The application does not have this scope itself.
    ScopeLacking,
    /// It stands above the caller.
    AboveCaller,
    /// The name is taken, by whomever.
    Taken(&'static str),
    /// Doomed, and stays so.
    Doomed,
    /// Not a step of the state machine.
    NoSuchStep,
    /// One's own role, status and home are for others to change.
    OwnStanding,
    /// No super administrator would be left who can sign in.
    LastSuperAdministrator,
    /// Tenants belong to it that are not doomed.
    HasTenants,
    /// Two secrets are live already.
    SecretsAtLimit,
    /// The address cannot be primary, or must stay so.
    PrimaryEmail,
}

impl From<OutOfReach> for Refusal {
    fn from(_: OutOfReach) -> Self {
        Self::OutOfReach
    }
}

#[cfg(test)]
mod tests {
    use crate::callers::authority::*;
    use crate::clock::Timestamp;
    use crate::directory::UserStatus;
    use crate::ids::{PartnerNumber, TenantUid, UserUid};

    fn place(number: i64, partner: i64) -> TenantPlace {
        TenantPlace { number: TenantNumber(number), uid: TenantUid::from_bytes([0; 16]), partner: Some(PartnerNumber(partner)) }
    }

    fn authority(role: PlatformRole) -> Authority {
        let reach = match role {
            PlatformRole::SuperAdmin => Reach::Everything,
            PlatformRole::PartnerAdmin => Reach::Partner(PartnerNumber(7)),
            _ => Reach::Tenant(TenantNumber(1)),
        };
        Authority { reach, role, user: Some(UserNumber(1)), session: Some(SessionNumber(1)), home: Some(place(1, 7)) }
    }

    fn user(number: i64, role: PlatformRole, is_operator: bool, home: Option<TenantPlace>) -> UserRecord {
        let at = Timestamp::from_millis(0);
        UserRecord {
            number: UserNumber(number),
            uid: UserUid::from_bytes([0; 16]),
            username: String::new(),
            display_name: None,
            status: UserStatus::Verified,
            status_since: at,
            home,
            role,
            is_operator,
            session_cap: None,
            has_password: true,
            created_at: at,
            updated_at: at,
            emails: Vec::new(),
            memberships: Vec::new(),
        }
    }

    #[test]
    fn nobody_changes_who_stands_above() {
        use PlatformRole::{None as Plain, PartnerAdmin, SuperAdmin, TenantAdmin};
        let roles = [Plain, TenantAdmin, PartnerAdmin, SuperAdmin];
        for (height, mine) in roles.into_iter().enumerate().skip(1) {
            for (other, theirs) in roles.into_iter().enumerate() {
                let judged = authority(mine).may_change(&user(2, theirs, false, Some(place(1, 7))));
                assert_eq!(judged, if other <= height { Ok(()) } else { Err(Refusal::AboveCaller) }, "{mine:?} {theirs:?}");
            }
            let operator = authority(mine).may_change(&user(2, Plain, true, Some(place(1, 7))));
            assert_eq!(operator.is_ok(), mine == SuperAdmin, "an operator's password would open every tenant");
        }
    }

    #[test]
    fn what_is_out_of_reach_is_so_before_it_is_above() {
        let admin = authority(PlatformRole::TenantAdmin);
        for home in [Some(place(2, 7)), None] {
            assert_eq!(admin.may_change(&user(2, PlatformRole::SuperAdmin, true, home)), Err(Refusal::OutOfReach));
        }
        let partner = authority(PlatformRole::PartnerAdmin);
        assert_eq!(partner.may_change(&user(2, PlatformRole::None, false, Some(place(2, 7)))), Ok(()));
        assert_eq!(partner.may_change(&user(2, PlatformRole::None, false, Some(place(2, 8)))), Err(Refusal::OutOfReach));
    }
}
