//! The one rule that says whether an API key lives: a pure function over what one store read returned.

use super::api_keys::ApiKey;
use super::service_accounts::ServiceAccountStatus;
use crate::clock::{Span, Timestamp};
use crate::directory::TenantStatus;
use crate::error::Doubt;
use crate::sessions::verdict::{CLOCK_TOLERANCE, Since};

/// An API key and everything above it that can make it dead, as one store read returned them.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ApiKeySnapshot {
    pub api_key: ApiKey,
    pub standing: ApiKeyStanding,
}

/// What an API key depends on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ApiKeyStanding {
    pub account: Since<ServiceAccountStatus>,
    pub org: Since<TenantStatus>,
    /// The org's policy as it is now: it ages keys that were made before it.
    pub max_age_days: Option<u32>,
    pub account_epoch: ApiKeyEpoch,
    pub org_epoch: ApiKeyEpoch,
}

/// One epoch that an API key was born under, and where that epoch is now.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ApiKeyEpoch {
    pub born: i64,
    pub current: i64,
    /// When it moved last; for reading, it decides nothing.
    pub moved_at: Option<Timestamp>,
}

/// Why an API key is dead.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum ApiKeyEndReason {
    /// This one key was revoked.
    Revoked,
    AccountDoomed,
    OrgDoomed,
    /// All keys of its service account were revoked.
    RevokedWithAccount,
    /// All keys of its org were revoked.
    RevokedWithOrg,
    /// Its own expiry, or the org's greatest age.
    Expired,
}

impl ApiKeyEndReason {
    /// Every reason, in the order of declaration.
    pub const ALL: &'static [Self] =
        &[Self::Revoked, Self::AccountDoomed, Self::OrgDoomed, Self::RevokedWithAccount, Self::RevokedWithOrg, Self::Expired];

    /// As the trail puts it.
    pub const fn in_words(self) -> &'static str {
        match self {
            Self::Revoked => "revoked",
            Self::AccountDoomed => "service account doomed",
            Self::OrgDoomed => "org doomed",
            Self::RevokedWithAccount => "revoked with its service account",
            Self::RevokedWithOrg => "revoked with its org",
            Self::Expired => "expired",
        }
    }
}

/// How an API key ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ApiKeyEnd {
    pub at: Timestamp,
    pub reason: ApiKeyEndReason,
}

/// Whether an API key lives.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ApiKeyVerdict {
    Live,
    Dead(ApiKeyEnd),
}

impl ApiKeySnapshot {
    /// When time alone ends it: its own expiry or the org's greatest age, whichever is first; `None` when neither is set.
    pub fn expires_at(&self) -> Option<Timestamp> {
        let days = self.standing.max_age_days;
        let aged = days.map(|days| self.api_key.created_at.plus(Span::from_millis(i64::from(days) * 86_400_000)));
        [self.api_key.expires_at, aged].into_iter().flatten().min()
    }
}

/// Whether the API key of `snapshot` is live at `now`. The earliest cause of death is its end, however late somebody looks.
///
/// # Errors
/// When the key was created further than [`CLOCK_TOLERANCE`] in the future.
pub fn verdict(snapshot: &ApiKeySnapshot, now: Timestamp) -> Result<ApiKeyVerdict, Doubt> {
    let ApiKeySnapshot { api_key, standing } = snapshot;
    if api_key.created_at > now.plus(CLOCK_TOLERANCE) {
        return Err(Doubt);
    }
    let deaths = [
        (ApiKeyEndReason::Revoked, api_key.revoked_at),
        (ApiKeyEndReason::AccountDoomed, since(standing.account, ServiceAccountStatus::Doomed)),
        (ApiKeyEndReason::OrgDoomed, since(standing.org, TenantStatus::Doomed)),
        (ApiKeyEndReason::RevokedWithAccount, moved(standing.account_epoch, api_key)),
        (ApiKeyEndReason::RevokedWithOrg, moved(standing.org_epoch, api_key)),
        (ApiKeyEndReason::Expired, snapshot.expires_at().filter(|expires_at| *expires_at <= now)),
    ];
    let ends = deaths.into_iter().filter_map(|(reason, at)| at.map(|at| ApiKeyEnd { at, reason }));
    Ok(ends.min_by_key(|end| end.at).map_or(ApiKeyVerdict::Live, ApiKeyVerdict::Dead))
}

fn since<S: PartialEq>(standing: Since<S>, fallen: S) -> Option<Timestamp> {
    (standing.status == fallen).then_some(standing.since)
}

/// A move without its record still ended everything; only its time is unknown.
fn moved(epoch: ApiKeyEpoch, api_key: &ApiKey) -> Option<Timestamp> {
    (epoch.born != epoch.current).then(|| epoch.moved_at.unwrap_or(api_key.created_at))
}

/// An API key as it is shown: recorded or merely true, its end is in `end`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ApiKeyView {
    pub snapshot: ApiKeySnapshot,
    /// `None`: live at the moment of the answer.
    pub end: Option<ApiKeyEnd>,
}

/// The API key as it is shown at `now`.
///
/// # Errors
/// As [`verdict`].
pub fn view(snapshot: ApiKeySnapshot, now: Timestamp) -> Result<ApiKeyView, Doubt> {
    let end = match verdict(&snapshot, now)? {
        ApiKeyVerdict::Live => None,
        ApiKeyVerdict::Dead(end) => Some(end),
    };
    Ok(ApiKeyView { snapshot, end })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entropy::{Entropy as _, SeededEntropy};
    use crate::ids::{ApiKeyNumber, ApiKeyUid, ServiceAccountUid};

    const BORN: Timestamp = Timestamp::from_millis(1_000_000);

    fn at(seconds: u32) -> Timestamp {
        BORN.plus(Span::from_seconds(seconds))
    }

    fn snapshot() -> ApiKeySnapshot {
        let epoch = ApiKeyEpoch { born: 3, current: 3, moved_at: None };
        ApiKeySnapshot {
            api_key: ApiKey {
                number: ApiKeyNumber(1),
                uid: ApiKeyUid::from_bytes([1; 16]),
                account: ServiceAccountUid::from_bytes([2; 16]),
                caption: None,
                created_at: BORN,
                expires_at: None,
                revoked_at: None,
                last_used_at: None,
            },
            standing: ApiKeyStanding {
                account: Since { status: ServiceAccountStatus::Active, since: BORN },
                org: Since { status: TenantStatus::Verified, since: BORN },
                max_age_days: None,
                account_epoch: epoch,
                org_epoch: epoch,
            },
        }
    }

    /// One thing that may have befallen a key, at this second of its life.
    type Fall = fn(&mut ApiKeySnapshot, u32);

    const FALLS: [(ApiKeyEndReason, Fall); 6] = [
        (ApiKeyEndReason::Revoked, |s, second| s.api_key.revoked_at = Some(at(second))),
        (ApiKeyEndReason::AccountDoomed, |s, second| {
            s.standing.account = Since { status: ServiceAccountStatus::Doomed, since: at(second) };
        }),
        (ApiKeyEndReason::OrgDoomed, |s, second| s.standing.org = Since { status: TenantStatus::Doomed, since: at(second) }),
        (ApiKeyEndReason::RevokedWithAccount, |s, second| {
            s.standing.account_epoch = ApiKeyEpoch { born: 3, current: 4, moved_at: Some(at(second)) };
        }),
        (ApiKeyEndReason::RevokedWithOrg, |s, second| {
            s.standing.org_epoch = ApiKeyEpoch { born: 3, current: 4, moved_at: Some(at(second)) };
        }),
        (ApiKeyEndReason::Expired, |s, second| s.api_key.expires_at = Some(at(second))),
    ];

    #[test]
    fn it_lives_until_the_very_millisecond_that_its_policy_or_its_own_expiry_names() {
        let mut own = snapshot();
        own.api_key.expires_at = Some(at(60));
        let mut aged = snapshot();
        aged.standing.max_age_days = Some(1);
        for (snapshot, dies_at) in [(own, at(60)), (aged, at(86_400))] {
            let before = Timestamp::from_millis(dies_at.as_millis() - 1);
            assert_eq!(verdict(&snapshot, before), Ok(ApiKeyVerdict::Live));
            let end = ApiKeyEnd { at: dies_at, reason: ApiKeyEndReason::Expired };
            assert_eq!(verdict(&snapshot, dies_at), Ok(ApiKeyVerdict::Dead(end)));
            assert_eq!(snapshot.expires_at(), Some(dies_at));
        }
    }

    #[test]
    fn only_a_doomed_org_kills() {
        for status in TenantStatus::ALL {
            let mut snapshot = snapshot();
            snapshot.standing.org.status = *status;
            assert_eq!(matches!(verdict(&snapshot, at(1)), Ok(ApiKeyVerdict::Live)), *status != TenantStatus::Doomed, "{status:?}");
        }
    }

    #[test]
    fn an_epoch_ahead_or_behind_kills_even_without_its_record() {
        for current in [2, 4] {
            let mut snapshot = snapshot();
            snapshot.standing.org_epoch = ApiKeyEpoch { born: 3, current, moved_at: None };
            assert!(matches!(verdict(&snapshot, at(1)), Ok(ApiKeyVerdict::Dead(_))));
        }
    }

    #[test]
    fn a_clock_far_behind_is_not_believed() {
        let tolerated = BORN.minus(CLOCK_TOLERANCE);
        assert_eq!(verdict(&snapshot(), tolerated), Ok(ApiKeyVerdict::Live));
        assert_eq!(verdict(&snapshot(), Timestamp::from_millis(tolerated.as_millis() - 1)), Err(Doubt));
    }

    /// What befalls a key in one of many histories: seconds of its life, or nothing.
    fn history(entropy: &SeededEntropy) -> ([Option<u32>; 6], Option<u32>, u32) {
        let mut chance = [0; 24];
        entropy.fill(&mut chance).unwrap();
        let falls = std::array::from_fn(|fall| (chance[fall] < 64).then(|| u32::from(chance[7 + fall]) * 8));
        let age = (chance[14] < 128).then(|| 1 + u32::from(chance[15] % 2));
        (falls, age, u32::from(chance[16]) * 800)
    }

    #[test]
    fn it_lives_exactly_while_nothing_has_befallen_it_and_the_first_death_counts() {
        let entropy = SeededEntropy::new(3);
        let mut alive = 0;
        for _ in 0..20_000 {
            let (befallen, age, now) = history(&entropy);
            let mut snapshot = snapshot();
            snapshot.standing.max_age_days = age;
            for ((_, fall), second) in FALLS.iter().zip(befallen) {
                if let Some(second) = second {
                    fall(&mut snapshot, second);
                }
            }
            let fallen = FALLS.iter().zip(befallen).filter_map(|((reason, _), second)| second.map(|second| (*reason, second)));
            let aged = age.map(|days| (ApiKeyEndReason::Expired, days * 86_400));
            // What is recorded has happened; only expiries lie in the future.
            let deaths: Vec<_> =
                fallen.chain(aged).filter(|(reason, second)| *reason != ApiKeyEndReason::Expired || *second <= now).collect();
            match verdict(&snapshot, at(now)).unwrap() {
                ApiKeyVerdict::Live => {
                    assert_eq!(deaths, []);
                    alive += 1;
                }
                ApiKeyVerdict::Dead(end) => {
                    assert_eq!(deaths.iter().map(|(_, second)| at(*second)).min(), Some(end.at));
                    assert!(deaths.iter().any(|(reason, second)| (*reason, at(*second)) == (end.reason, end.at)));
                }
            }
        }
        assert!((100..19_900).contains(&alive), "{alive}: both kinds were seen");
    }
}
