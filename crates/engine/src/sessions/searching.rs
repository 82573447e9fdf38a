//! Searching among all sessions: what is asked of a store, and what it finds. What no index answers is looked for among the next so many
//! rows, and whoever asks is told whether there are more behind them.

use super::credentials::SoughtName;
use super::detail::DetailedSnapshot;
use super::scope::SessionScope;
use super::{DeviceType, EndReason};
use crate::clock::Timestamp;
use crate::cursor::Place;
use crate::ids::{ApplicationNumber, ApplicationUid, TenantUid, UserUid};

/// Which sessions by how they are.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum SearchedState {
    /// Those that live.
    #[default]
    Live,
    /// Those whose end is recorded, by this reason where one is given.
    Dead(Option<EndReason>),
}

/// Which sessions. What is `None` narrows nothing.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct SessionFilter {
    pub scope: SessionScope,
    pub state: SearchedState,
    /// That was given a token within the session, or keeps it.
    pub application: Option<ApplicationNumber>,
    /// The address that it was created from, or its beginning.
    pub address: Option<String>,
    pub device: Option<DeviceType>,
    /// Inclusive.
    pub created_from: Option<Timestamp>,
    /// Exclusive.
    pub created_to: Option<Timestamp>,
}

impl SessionFilter {
    /// Whether it asks no more than which sessions of a scope live, which is counted and in order already.
    pub fn is_of_scope_alone(&self) -> bool {
        *self == Self { scope: self.scope, ..Self::default() }
    }

    /// Whether rows that an index has in order may be none that are meant.
    pub fn passes_over(&self) -> bool {
        let Self { scope, state, application, address, device, created_from, created_to } = self;
        let is_by_creation = *state == SearchedState::Live || scope.user.is_some() || scope.tenant.is_some();
        let of_age = created_from.is_some() || created_to.is_some();
        scope.partner.is_some()
            || (scope.user.is_some() && scope.tenant.is_some())
            || matches!(state, SearchedState::Dead(Some(_)))
            || application.is_some()
            || address.is_some()
            || device.is_some()
            || (of_age && !is_by_creation)
    }
}

/// Some of the sessions that a filter selects: live ones by creation, newest first, and so the dead ones of a user or tenant; dead ones of
/// all by the end, latest first.
#[derive(Clone, Debug)]
pub struct SearchSessions {
    pub filter: SessionFilter,
    pub after: Option<Place>,
    /// How many are shown at most.
    pub limit: usize,
    /// How many are counted at most.
    pub counted: usize,
    pub now: Timestamp,
}

/// What was found.
#[derive(Clone, Debug)]
pub struct SearchedSessions {
    pub sessions: Vec<DetailedSnapshot>,
    /// How many were found, those that are shown included.
    pub count: u64,
    /// Whether these are all that there are.
    pub is_all: bool,
    /// Where to go on; `None` where nothing is left.
    pub next: Option<Place>,
}

/// Somebody or something by the name that people use.
#[derive(Clone, Debug, Default)]
pub struct SoughtNames {
    pub user: Option<SoughtName>,
    /// Its code, in lower case.
    pub tenant: Option<String>,
    pub application: Option<SoughtApplication>,
}

/// An application by its id or its client id.
#[derive(Clone, Debug)]
pub enum SoughtApplication {
    Uid(ApplicationUid),
    ClientId(String),
}

/// Who and what that is, each where there is one.
#[derive(Clone, Copy, Debug, Default)]
pub struct FoundNames {
    pub user: Option<UserUid>,
    pub tenant: Option<TenantUid>,
    pub application: Option<ApplicationNumber>,
}

/// No application has this number.
pub const NO_APPLICATION: ApplicationNumber = ApplicationNumber(0);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::{PartnerNumber, TenantNumber, UserNumber};

    #[test]
    fn what_an_index_has_in_order_is_told_from_what_is_passed_over() {
        let plain = SessionFilter::default();
        let of = |change: fn(&mut SessionFilter)| {
            let mut filter = plain.clone();
            change(&mut filter);
            (filter.is_of_scope_alone(), filter.passes_over())
        };
        assert_eq!(of(|_| ()), (true, false));
        assert_eq!(of(|filter| filter.scope.tenant = Some(TenantNumber(1))), (true, false));
        assert_eq!(of(|filter| filter.scope.user = Some(UserNumber(1))), (true, false));
        assert_eq!(of(|filter| filter.scope.partner = Some(PartnerNumber(1))), (true, true));
        assert_eq!(of(|filter| filter.created_from = Some(Timestamp::from_millis(1))), (false, false));
        assert_eq!(of(|filter| filter.state = SearchedState::Dead(None)), (false, false));
        assert_eq!(of(|filter| filter.state = SearchedState::Dead(Some(EndReason::Closed))), (false, true));
        let aged =
            |filter: &mut SessionFilter| (filter.state, filter.created_to) = (SearchedState::Dead(None), Some(Timestamp::from_millis(1)));
        assert_eq!(of(aged), (false, true), "those of all are by their end");
        assert_eq!(of(|filter| filter.address = Some("192.".into())), (false, true));
        assert_eq!(of(|filter| filter.device = Some(DeviceType::Bot)), (false, true));
        assert_eq!(of(|filter| filter.application = Some(NO_APPLICATION)), (false, true));
    }
}
