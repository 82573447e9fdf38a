//! The rules of who may change whom: pure, and asked again inside the transaction that makes the change.

use super::client_application::ClientApplication;
use super::end_user::EndUser;
use super::reach::{OutOfReach, Reach};
use crate::directory::new_password::WeakPassword;
use crate::directory::records::{ApplicationRecord, OwnerRecord, UserRecord};
use crate::directory::registration::RegistrationFault;
use crate::directory::{PlatformRole, TenantPlace};
use crate::ids::{SessionNumber, TenantNumber, UserNumber};

/// How far a caller may go.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Authority {
    pub reach: Reach,
    pub role: PlatformRole,
    /// The user who asks; `None` for an application.
    pub user: Option<UserNumber>,
    /// The session that asks.
    pub session: Option<SessionNumber>,
    /// The home tenant of the user, or the application's.
    pub home: Option<TenantPlace>,
    /// The scopes that the caller has to give; `None`: all. A user administers whatever the role reaches, an application what its
    /// scopes say.
    pub scopes: Option<Vec<String>>,
}

/// Where a user stands for whoever would change them, or act through them.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct UserStanding {
    pub number: UserNumber,
    pub home: Option<TenantPlace>,
    /// See [`PlatformRole::height`].
    pub height: PlatformRole,
}

impl From<&UserRecord> for UserStanding {
    fn from(user: &UserRecord) -> Self {
        Self { number: user.number, home: user.home, height: user.role.height(user.is_operator) }
    }
}

impl From<&OwnerRecord> for UserStanding {
    fn from(owner: &OwnerRecord) -> Self {
        Self { number: owner.number, home: owner.home, height: owner.role.height(owner.is_operator) }
    }
}

impl Authority {
    /// The authority of a caller, if the role gives any.
    pub fn of(caller: &EndUser) -> Option<Self> {
        let bearer = caller.bearer();
        let reach = Reach::of(bearer)?;
        let (user, session) = (Some(caller.user()), Some(caller.session()));
        Some(Self { reach, role: bearer.role, user, session, home: bearer.tenant, scopes: None })
    }

    /// The authority of an application: as high as an administrator of what it reaches, never as a super administrator.
    pub fn of_application(application: &ClientApplication) -> Option<Self> {
        let (reach, record) = (Reach::of_application(application)?, application.record());
        let role = if record.is_platform { PlatformRole::PartnerAdmin } else { PlatformRole::TenantAdmin };
        Some(Self { reach, role, user: None, session: None, home: record.tenant, scopes: Some(record.scopes.clone()) })
    }

    /// Whether the caller has at least this role.
    ///
    /// # Errors
    /// [`Refusal::RoleTooLow`].
    pub const fn at_least(&self, role: PlatformRole) -> Result<(), Refusal> {
        if self.role.rank() >= role.rank() { Ok(()) } else { Err(Refusal::RoleTooLow) }
    }

    /// Whether what belongs to this tenant may be seen.
    ///
    /// # Errors
    /// [`Refusal::OutOfReach`].
    pub fn sees(&self, tenant: Option<&TenantPlace>) -> Result<(), Refusal> {
        if self.reach.covers(tenant) { Ok(()) } else { Err(Refusal::OutOfReach) }
    }

    /// Whether this user may be changed: within reach and not above the caller. An application changes no administrator, however low:
    /// whoever holds its secret would become one.
    ///
    /// # Errors
    /// [`Refusal::OutOfReach`], [`Refusal::OfAdministrators`] or [`Refusal::AboveCaller`].
    pub fn may_change(&self, user: impl Into<UserStanding>) -> Result<(), Refusal> {
        let user = user.into();
        self.sees(user.home.as_ref())?;
        if self.user.is_none() && user.height != PlatformRole::None {
            return Err(Refusal::OfAdministrators);
        }
        if user.height.rank() <= self.role.rank() || Some(user.number) == self.user { Ok(()) } else { Err(Refusal::AboveCaller) }
    }

    /// Whether a user may be given this role: no higher than the caller's own, and by a user alone.
    ///
    /// # Errors
    /// [`Refusal::OfAdministrators`] or [`Refusal::RoleTooLow`].
    pub fn may_give_role(&self, role: PlatformRole) -> Result<(), Refusal> {
        if self.user.is_none() && role != PlatformRole::None {
            return Err(Refusal::OfAdministrators);
        }
        self.at_least(role)
    }

    /// Whether this application may be changed. One of the platform reaches every tenant, so it stands above all others.
    ///
    /// # Errors
    /// [`Refusal::OutOfReach`] or [`Refusal::AboveCaller`].
    pub fn may_change_application(&self, application: &ApplicationRecord) -> Result<(), Refusal> {
        self.sees(application.tenant.as_ref())?;
        if application.is_platform && self.role != PlatformRole::SuperAdmin { Err(Refusal::AboveCaller) } else { Ok(()) }
    }

    /// Whether an identity provider of this tenant may be changed. One of the platform signs in whomever, so it stands above all others.
    ///
    /// # Errors
    /// [`Refusal::OutOfReach`] or [`Refusal::AboveCaller`].
    pub fn may_change_provider_of(&self, tenant: Option<&TenantPlace>) -> Result<(), Refusal> {
        self.sees(tenant)?;
        if tenant.is_none() && self.role != PlatformRole::SuperAdmin { Err(Refusal::AboveCaller) } else { Ok(()) }
    }

    /// Whether what the caller says of the domains of an identity provider counts without anybody else's leave.
    pub fn approves_domains(&self) -> bool {
        self.role == PlatformRole::SuperAdmin
    }

    /// Whether `user` is the caller, whose own standing and sign-in are not for an administrator's route to change: a stolen access
    /// token would become the account.
    ///
    /// # Errors
    /// [`Refusal::OwnStanding`].
    pub fn not_own_standing(&self, user: UserNumber) -> Result<(), Refusal> {
        if Some(user) == self.user { Err(Refusal::OwnStanding) } else { Ok(()) }
    }

    /// Whether the caller may say of which orgs `user` is what. A tenant's administrator may not of itself: it would own the org whose
    /// owners it appoints. Who stands above tenants owns them all anyway.
    ///
    /// # Errors
    /// [`Refusal::OwnStanding`].
    pub fn may_set_memberships_of(&self, user: UserNumber) -> Result<(), Refusal> {
        if self.role.rank() > PlatformRole::TenantAdmin.rank() { Ok(()) } else { self.not_own_standing(user) }
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
    /// The caller may not change the user whom the application belongs to, or would belong to.
    OwnerAbove,
    /// An application changes no administrator and makes none.
    OfAdministrators,
    /// The name is taken, by whomever.
    Taken(&'static str),
    /// Doomed, and stays so.
    Doomed,
    /// Not a step of the state machine.
    NoSuchStep,
    /// One's own sign-in, role, status and home are not changed through an administrator's route.
    OwnStanding,
    /// No super administrator would be left who can sign in.
    LastSuperAdministrator,
    /// Tenants belong to it that are not doomed.
    HasTenants,
    /// Two secrets are live already.
    SecretsAtLimit,
    /// The address cannot be primary, or must stay so.
    PrimaryEmail,
    /// The application is public or would be, and so has no secret.
    PublicApplication,
    /// What the application registers does not fit.
    Registration(RegistrationFault),
    /// The password may not be set.
    WeakPassword(WeakPassword),
}

impl From<WeakPassword> for Refusal {
    fn from(weak: WeakPassword) -> Self {
        Self::WeakPassword(weak)
    }
}

impl From<RegistrationFault> for Refusal {
    fn from(fault: RegistrationFault) -> Self {
        Self::Registration(fault)
    }
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
        Authority { reach, role, user: Some(UserNumber(1)), session: Some(SessionNumber(1)), home: Some(place(1, 7)), scopes: None }
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
    fn an_application_changes_and_makes_no_administrator() {
        let machine = Authority { user: None, session: None, scopes: Some(Vec::new()), ..authority(PlatformRole::PartnerAdmin) };
        for role in [PlatformRole::TenantAdmin, PlatformRole::PartnerAdmin, PlatformRole::SuperAdmin] {
            assert_eq!(machine.may_change(&user(2, role, false, Some(place(1, 7)))), Err(Refusal::OfAdministrators));
            assert_eq!(machine.may_give_role(role), Err(Refusal::OfAdministrators));
        }
        assert_eq!(machine.may_change(&user(2, PlatformRole::None, true, Some(place(1, 7)))), Err(Refusal::OfAdministrators));
        assert_eq!(machine.may_change(&user(2, PlatformRole::None, false, Some(place(1, 7)))), Ok(()));
        assert_eq!(machine.may_give_role(PlatformRole::None), Ok(()));
    }

    #[test]
    fn what_signs_in_whomever_is_the_super_administrators_alone() {
        let machine = Authority { user: None, reach: Reach::Everything, ..authority(PlatformRole::PartnerAdmin) };
        assert_eq!(machine.may_change_provider_of(None), Err(Refusal::AboveCaller));
        assert_eq!(machine.may_change_provider_of(Some(&place(1, 7))), Ok(()));
        assert_eq!(authority(PlatformRole::SuperAdmin).may_change_provider_of(None), Ok(()));
        let admin = authority(PlatformRole::TenantAdmin);
        assert_eq!(admin.may_change_provider_of(Some(&place(1, 7))), Ok(()));
        assert_eq!([None, Some(&place(2, 7))].map(|tenant| admin.may_change_provider_of(tenant)), [Err(Refusal::OutOfReach); 2]);
        let approve = [PlatformRole::TenantAdmin, PlatformRole::PartnerAdmin, PlatformRole::SuperAdmin];
        assert_eq!(approve.map(|role| authority(role).approves_domains()), [false, false, true]);
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
