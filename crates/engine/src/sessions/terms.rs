//! How long a session lives and how many a user may have: what the user asks for is held within the policy of the tenant that the
//! session belongs to, and that within the server's bounds. The one rule, on every way a session is born or its expiry is set.

use super::credentials::Credentials;
use super::{Birth, Session};
use crate::clock::{Span, Timestamp};
use crate::directory::{SESSION_CAP_OVERRIDE, TenantPolicy};
use crate::policy::SessionPolicy;

/// What somebody asks of a session.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Asked {
    pub birth: Birth,
    pub ttl_seconds: Option<u32>,
    pub slides: Option<bool>,
}

/// What holds for a new session.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Terms {
    pub ttl: Span,
    pub slides: bool,
    pub absolute_ttl: Span,
    /// Sessions of the same kind that the user may have: stored by applications, or any other.
    pub cap: u32,
}

impl Terms {
    /// `tenant` is the policy of the tenant that the session will belong to. `None` when the user's own cap is out of bounds.
    pub fn settle(server: &SessionPolicy, tenant: &TenantPolicy, user: &Credentials, asked: Asked) -> Option<Self> {
        let tenant = server.bounding(tenant);
        let (ttl, slides, absolute) = match asked.birth {
            // Nothing slides it: what is set is all there is, within the tenant's absolute lifetime.
            Birth::Storage => {
                let ttl = at_most(asked.ttl_seconds.unwrap_or(server.storage_ttl_seconds), tenant.absolute_ttl_seconds);
                (ttl, false, ttl)
            }
            Birth::Usm | Birth::Login | Birth::Browser => {
                let (wished, absolute) = if asked.birth == Birth::Browser {
                    let absolute = server.browser_absolute_ttl_seconds.min(server.absolute_ttl_seconds);
                    (asked.ttl_seconds.unwrap_or(server.browser_ttl_seconds), absolute)
                } else {
                    (asked.ttl_seconds.or(tenant.ttl_seconds).unwrap_or(server.ttl_seconds), server.absolute_ttl_seconds)
                };
                let absolute = at_most(absolute, tenant.absolute_ttl_seconds);
                let may_slide = tenant.slides.unwrap_or(true);
                (at_most(wished, tenant.ttl_seconds).min(absolute), asked.slides.unwrap_or(true) && may_slide, absolute)
            }
        };
        let cap = cap(server, user, asked.birth)?;
        Some(Self { ttl: Span::from_seconds(ttl), slides, absolute_ttl: Span::from_seconds(absolute), cap })
    }
}

fn at_most(wanted: u32, limit: Option<u32>) -> u32 {
    limit.map_or(wanted, |limit| wanted.min(limit))
}

/// The user's own cap before the home tenant's before the server's.
fn cap(server: &SessionPolicy, user: &Credentials, birth: Birth) -> Option<u32> {
    let of_server = if birth == Birth::Storage { server.storage_cap } else { server.cap };
    match user.session_cap {
        Some(own) if SESSION_CAP_OVERRIDE.contains(&own) => u32::try_from(own).ok(),
        Some(_) => None,
        None => Some(user.tenant.and_then(|tenant| server.bounding(&tenant.policy).session_cap).unwrap_or(of_server)),
    }
}

/// Where a validation or a refresh at `now` moves the expiry of `session`: as far as it slides by the terms of its birth, within what
/// its tenant says today. What it was promised before is not taken back.
pub(crate) fn slid_expiry(server: &SessionPolicy, tenant: &TenantPolicy, session: &Session, now: Timestamp) -> Timestamp {
    let (tenant, promised) = (server.bounding(tenant), session.activity.expires_at);
    if tenant.slides == Some(false) {
        return promised;
    }
    let bounds = [
        tenant.ttl_seconds.map(|ttl| now.plus(Span::from_seconds(ttl))),
        tenant.absolute_ttl_seconds.map(|absolute| session.created_at.plus(Span::from_seconds(absolute))),
    ];
    bounds.into_iter().flatten().fold(session.slid_expiry(now), Timestamp::min).max(promised)
}

/// Where an application sets the end of a session.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct SetEnd {
    pub expires_at: Timestamp,
    pub ttl: Span,
    pub absolute_expires_at: Timestamp,
}

/// `session` is to expire `ttl` from `now`. It never lives longer than it had leave to when it was born; one that an application stores
/// has leave for the absolute lifetime of its tenant, where that has one. What it was promised before is not taken back.
pub fn set_end(session: &Session, ttl: Span, now: Timestamp, tenant_absolute: Option<Span>) -> SetEnd {
    let asked = now.plus(ttl);
    match session.birth {
        Birth::Storage => {
            let latest = tenant_absolute.map(|absolute| session.created_at.plus(absolute).max(session.activity.expires_at));
            let expires_at = latest.map_or(asked, |latest| asked.min(latest));
            SetEnd { expires_at, ttl: expires_at.since(now), absolute_expires_at: expires_at }
        }
        // Its ttl says how far its touches move it, which this does not change.
        Birth::Usm | Birth::Login | Birth::Browser => SetEnd {
            expires_at: asked.min(session.absolute_expires_at),
            ttl: session.ttl,
            absolute_expires_at: session.absolute_expires_at,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::directory::{PlatformRole, TenantStatus, UserStatus};
    use crate::ids::{TenantNumber, TenantUid, UserNumber, UserUid};
    use crate::sessions::credentials::TenantStanding;
    use crate::sessions::sample;

    fn user(session_cap: Option<i64>, policy: TenantPolicy) -> Credentials {
        let uid = TenantUid::from_bytes([1; 16]);
        Credentials {
            user: UserNumber(1),
            user_uid: UserUid::from_bytes([2; 16]),
            user_status: UserStatus::Verified,
            email: None,
            password_hash: None,
            tenant: Some(TenantStanding { number: TenantNumber(1), uid, status: TenantStatus::Verified, policy }),
            role: PlatformRole::None,
            session_cap,
        }
    }

    fn settled(tenant: TenantPolicy, birth: Birth, ttl_seconds: Option<u32>, slides: Option<bool>) -> (u64, bool, u64) {
        let asked = Asked { birth, ttl_seconds, slides };
        let terms = Terms::settle(&SessionPolicy::default(), &tenant, &user(None, tenant), asked).unwrap();
        let seconds = |span: Span| u64::try_from(span.as_millis() / 1000).unwrap();
        (seconds(terms.ttl), terms.slides, seconds(terms.absolute_ttl))
    }

    #[test]
    fn a_user_asks_within_the_tenants_policy() {
        let strict =
            TenantPolicy { ttl_seconds: Some(300), absolute_ttl_seconds: Some(900), slides: Some(false), ..TenantPolicy::default() };
        for birth in [Birth::Usm, Birth::Login, Birth::Browser] {
            assert_eq!(settled(strict, birth, Some(86_400), Some(true)), (300, false, 900), "{birth:?}");
            assert_eq!(settled(strict, birth, Some(60), None), (60, false, 900));
            assert_eq!(settled(strict, birth, None, None), (300, false, 900));
        }
        assert_eq!(settled(strict, Birth::Storage, Some(86_400), None), (900, false, 900));
        assert_eq!(settled(strict, Birth::Storage, None, None), (900, false, 900));
        let none = TenantPolicy::default();
        assert_eq!(settled(none, Birth::Usm, None, None), (3600, true, 90 * 86_400));
        assert_eq!(settled(none, Birth::Usm, Some(60), Some(false)), (60, false, 90 * 86_400));
        assert_eq!(settled(none, Birth::Browser, None, None), (12 * 3600, true, 30 * 86_400));
        assert_eq!(settled(none, Birth::Storage, Some(365 * 86_400), None), (365 * 86_400, false, 365 * 86_400));
    }

    #[test]
    fn a_tenant_says_within_the_servers_bounds() {
        let lavish = TenantPolicy {
            ttl_seconds: Some(u32::MAX),
            absolute_ttl_seconds: Some(u32::MAX),
            session_cap: Some(u32::MAX),
            ..TenantPolicy::default()
        };
        assert_eq!(settled(lavish, Birth::Usm, None, None), (86_400, true, 90 * 86_400));
        assert_eq!(settled(lavish, Birth::Browser, None, None), (12 * 3600, true, 30 * 86_400));
        assert_eq!(settled(lavish, Birth::Login, Some(30 * 86_400), Some(true)), (86_400, true, 90 * 86_400));
        assert_eq!(settled(lavish, Birth::Storage, Some(365 * 86_400), None), (90 * 86_400, false, 90 * 86_400));
        let asked = Asked { birth: Birth::Usm, ttl_seconds: None, slides: None };
        let cap = |own, policy| Terms::settle(&SessionPolicy::default(), &policy, &user(own, policy), asked).map(|terms| terms.cap);
        assert_eq!(cap(None, lavish), Some(8192));
        assert_eq!((cap(Some(64), lavish), cap(Some(31), lavish)), (Some(64), None));
        let tiny = TenantPolicy { ttl_seconds: Some(1), absolute_ttl_seconds: Some(1), ..TenantPolicy::default() };
        assert_eq!(settled(tiny, Birth::Usm, None, None), (60, true, 60));
    }

    #[test]
    fn a_tenant_that_became_stricter_holds_what_was_born_before() {
        let born = Timestamp::from_millis(0);
        let at = |seconds| born.plus(Span::from_seconds(seconds));
        let slid = |ttl_seconds, absolute_ttl_seconds, slides, now| {
            let tenant = TenantPolicy { ttl_seconds, absolute_ttl_seconds, slides, ..TenantPolicy::default() };
            slid_expiry(&SessionPolicy::default(), &tenant, &sample(born), at(now))
        };
        assert_eq!(slid(None, None, None, 600), at(4200));
        assert_eq!(slid(Some(900), None, None, 600), at(3600), "what it had before it keeps");
        assert_eq!(slid(Some(900), None, None, 3000), at(3900));
        assert_eq!(slid(None, Some(4000), Some(true), 3000), at(4000));
        assert_eq!(slid(None, None, Some(false), 3000), at(3600));
    }

    #[test]
    fn nothing_is_set_past_what_there_was_leave_for() {
        let born = Timestamp::from_millis(0);
        let at = |seconds| born.plus(Span::from_seconds(seconds));
        let session = sample(born);
        let end = |birth, ttl, now, absolute: Option<u32>| {
            set_end(&session.but(|facts| facts.birth = birth), Span::from_seconds(ttl), at(now), absolute.map(Span::from_seconds))
                .expires_at
        };
        assert_eq!(end(Birth::Usm, 86_400, 0, None), at(7200), "its absolute lifetime");
        assert_eq!(end(Birth::Login, 60, 10, None), at(70));
        assert_eq!(end(Birth::Storage, 86_400, 10, None), at(86_410));
        assert_eq!(end(Birth::Storage, 86_400, 10, Some(5000)), at(5000));
        assert_eq!(end(Birth::Storage, 86_400, 10, Some(60)), at(3600), "what it had before it keeps");
        assert_eq!(end(Birth::Storage, 9, 10, Some(60)), at(19));
    }
}
