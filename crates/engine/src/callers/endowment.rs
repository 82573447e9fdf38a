//! Who may endow an application: give it a secret, a key, an owner, a scope, a tenant, an address that codes go to, or let it act again.
//! Whoever holds its credentials acts for its owner and by its scopes, so the rule asks for both: the caller may change the owner and
//! holds the scopes.

use super::authority::{Authority, Refusal};
use crate::directory::ApplicationStatus;
use crate::directory::records::ApplicationRecord;

impl Authority {
    /// Whether `application`, as it stands or as it would stand, may be given a credential by the caller.
    ///
    /// # Errors
    /// [`Refusal::ScopeLacking`] or [`Refusal::OwnerAbove`]. An owner out of reach is not named, and no more is said of them.
    pub fn may_endow(&self, application: &ApplicationRecord) -> Result<(), Refusal> {
        self.may_give_scopes(&application.scopes)?;
        match &application.owner {
            Some(owner) => self.may_change(owner).map_err(|_| Refusal::OwnerAbove),
            None => Ok(()),
        }
    }

    /// Whether the caller may make `after` of `before`: what endows it needs the same as a new credential, anything else does not.
    ///
    /// # Errors
    /// As [`Authority::may_endow`].
    pub fn may_remake(&self, before: &ApplicationRecord, after: &ApplicationRecord) -> Result<(), Refusal> {
        if endows(before, after) { self.may_endow(after) } else { Ok(()) }
    }

    /// Whether the caller has these scopes to give.
    ///
    /// # Errors
    /// [`Refusal::ScopeLacking`].
    pub fn may_give_scopes(&self, scopes: &[String]) -> Result<(), Refusal> {
        let holds = |scope: &String| self.scopes.as_ref().is_none_or(|held| held.contains(scope));
        if scopes.iter().all(holds) { Ok(()) } else { Err(Refusal::ScopeLacking) }
    }
}

/// Whether `after` can do something that `before` could not, or can be acted through by somebody else.
fn endows(before: &ApplicationRecord, after: &ApplicationRecord) -> bool {
    let gains_scopes = !after.scopes.iter().all(|scope| before.scopes.contains(scope));
    let gains_owner = after.owner.is_some() && after.owner != before.owner;
    let gains_keys = after.jwks.is_some() && after.jwks != before.jwks;
    let wakes = before.status == ApplicationStatus::Disabled && after.status == ApplicationStatus::Active;
    let widens = after.is_platform && !before.is_platform;
    let registers_more = after.registration.gains_over(&before.registration);
    registers_more || gains_scopes || gains_owner || gains_keys || wakes || widens || before.tenant != after.tenant
}

#[cfg(test)]
mod tests {
    use crate::callers::endowment::*;
    use crate::callers::reach::Reach;
    use crate::clock::Timestamp;
    use crate::directory::records::OwnerRecord;
    use crate::directory::registration::Registration;
    use crate::directory::{ApplicationKind, PlatformRole, TenantPlace};
    use crate::ids::{ApplicationNumber, ApplicationUid, TenantNumber, TenantUid, UserNumber, UserUid};

    fn place(number: i64) -> TenantPlace {
        TenantPlace { number: TenantNumber(number), uid: TenantUid::from_bytes([0; 16]), partner: None }
    }

    fn owner(role: PlatformRole, is_operator: bool, home: Option<TenantPlace>) -> OwnerRecord {
        OwnerRecord { number: UserNumber(9), uid: UserUid::from_bytes([0; 16]), home, role, is_operator }
    }

    fn application(owner: Option<OwnerRecord>, scopes: &[&str]) -> ApplicationRecord {
        let at = Timestamp::from_millis(0);
        ApplicationRecord {
            number: ApplicationNumber(1),
            uid: ApplicationUid::from_bytes([0; 16]),
            client_id: String::new(),
            name: String::new(),
            tenant: Some(place(1)),
            owner,
            registration: Registration { kind: ApplicationKind::Service, ..Registration::default() },
            scopes: scopes.iter().map(|scope| (*scope).to_owned()).collect(),
            jwks: None,
            is_platform: false,
            status: ApplicationStatus::Active,
            status_since: at,
            created_at: at,
            updated_at: at,
        }
    }

    fn tenant_admin() -> Authority {
        let (user, home) = (Some(UserNumber(1)), Some(place(1)));
        Authority { reach: Reach::Tenant(TenantNumber(1)), role: PlatformRole::TenantAdmin, user, session: None, home, scopes: None }
    }

    fn machine(scopes: &[&str]) -> Authority {
        let scopes = Some(scopes.iter().map(|scope| (*scope).to_owned()).collect());
        Authority { user: None, scopes, ..tenant_admin() }
    }

    #[test]
    fn an_owner_above_or_out_of_reach_keeps_an_application_from_being_endowed() {
        let admin = tenant_admin();
        for (above, home) in
            [(PlatformRole::SuperAdmin, None), (PlatformRole::SuperAdmin, Some(place(1))), (PlatformRole::None, Some(place(2)))]
        {
            assert_eq!(admin.may_endow(&application(Some(owner(above, false, home)), &[])), Err(Refusal::OwnerAbove));
        }
        assert_eq!(admin.may_endow(&application(Some(owner(PlatformRole::None, true, Some(place(1)))), &[])), Err(Refusal::OwnerAbove));
        assert_eq!(admin.may_endow(&application(Some(owner(PlatformRole::TenantAdmin, false, Some(place(1)))), &["any"])), Ok(()));
        assert_eq!(admin.may_endow(&application(None, &["any"])), Ok(()));
    }

    #[test]
    fn a_machine_endows_with_no_more_than_it_holds() {
        let sibling = application(None, &["admin:read", "admin:write"]);
        assert_eq!(machine(&["admin:write"]).may_endow(&sibling), Err(Refusal::ScopeLacking));
        assert_eq!(machine(&["admin:write", "admin:read"]).may_endow(&sibling), Ok(()));
        let owned = application(Some(owner(PlatformRole::TenantAdmin, false, Some(place(1)))), &[]);
        assert_eq!(machine(&[]).may_endow(&owned), Err(Refusal::OwnerAbove), "it would act for an administrator");
    }

    #[test]
    fn only_what_endows_is_held_to_it() {
        let before = application(Some(owner(PlatformRole::SuperAdmin, false, None)), &["a", "b"]);
        let harmless = [
            ApplicationRecord { name: "Other".into(), ..before.clone() },
            ApplicationRecord { scopes: vec!["a".into()], ..before.clone() },
            ApplicationRecord { owner: None, ..before.clone() },
            ApplicationRecord { status: ApplicationStatus::Disabled, ..before.clone() },
        ];
        for after in harmless {
            assert_eq!(tenant_admin().may_remake(&before, &after), Ok(()), "{after:?}");
        }
        let asleep = ApplicationRecord { status: ApplicationStatus::Disabled, ..before.clone() };
        let endowed = [
            (&before, ApplicationRecord { scopes: vec!["c".into()], ..before.clone() }),
            (&before, ApplicationRecord { jwks: Some("{}".into()), ..before.clone() }),
            (&before, ApplicationRecord { tenant: Some(place(2)), ..before.clone() }),
            (&before, ApplicationRecord { is_platform: true, ..before.clone() }),
            (
                &before,
                ApplicationRecord { registration: Registration { is_first_party: true, ..Registration::default() }, ..before.clone() },
            ),
            (&asleep, before.clone()),
        ];
        for (before, after) in endowed {
            assert_eq!(tenant_admin().may_remake(before, &after), Err(Refusal::OwnerAbove), "{after:?}");
        }
    }
}
