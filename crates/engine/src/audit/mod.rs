//! The audit trail: one entry per mutation and per refused sign-in, committed together with what it tells of.
//!
//! It is also the ordered feed that caches and webhooks follow, so its order is the order of commits. The one mutation without
//! an entry is a touch: it changes nothing that anybody could dispute.

use std::net::IpAddr;

use crate::clock::Timestamp;
use crate::ids::{TenantNumber, UserNumber, UserUid};
use crate::label::labelled;

labelled! {
    /// What happened.
    Action {
        SessionCreated = "session.created",
        SessionEnded = "session.ended",
        SessionsArchived = "sessions.archived",
        SessionsPurged = "sessions.purged",
        SignInRefused = "sign_in.refused",
        TokensRefreshed = "tokens.refreshed",
        SigningKeyCreated = "signing_key.created",
        SigningKeyActivated = "signing_key.activated",
        SigningKeyRetired = "signing_key.retired",
        SigningKeyRemoved = "signing_key.removed",
        PartnerCreated = "partner.created",
        PartnerChanged = "partner.changed",
        TenantCreated = "tenant.created",
        TenantChanged = "tenant.changed",
        TenantStatusChanged = "tenant.status_changed",
        UserCreated = "user.created",
        UserChanged = "user.changed",
        UserStatusChanged = "user.status_changed",
        UserPasswordChanged = "user.password_changed",
        UserPasswordRehashed = "user.password_rehashed",
        EmailAdded = "email.added",
        EmailChanged = "email.changed",
        EmailStatusChanged = "email.status_changed",
        ApplicationCreated = "application.created",
        ApplicationChanged = "application.changed",
        ApplicationStatusChanged = "application.status_changed",
        ApplicationSecretChanged = "application.secret_changed",
        ServiceAccountCreated = "service_account.created",
        ServiceAccountChanged = "service_account.changed",
    }
}

labelled! {
    /// What it happened to.
    ResourceKind {
        Session = "session",
        SignIn = "sign_in",
        Partner = "partner",
        Tenant = "tenant",
        User = "user",
        Application = "application",
        ServiceAccount = "service_account",
        SigningKey = "signing_key",
    }
}

labelled! {
    /// Whether it was done or refused.
    AuditResult { Success = "success", Refused = "refused" }
}

/// Who did it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Actor {
    /// Cloakroom itself: the name of the task or command.
    System(&'static str),
    User(UserNumber, UserUid),
    /// Somebody who did not prove to be anybody.
    Stranger,
}

impl Actor {
    /// The kind of actor as the trail spells it.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::System(_) => "system",
            Self::User(..) => "user",
            Self::Stranger => "stranger",
        }
    }

    /// The actor's public name, where it has one.
    pub fn public_id(&self) -> Option<String> {
        match self {
            Self::System(name) => Some((*name).to_owned()),
            Self::User(_, uid) => Some(uid.to_string()),
            Self::Stranger => None,
        }
    }
}

/// Where a request came from, as far as it is known. Never holds a credential.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct RequestOrigin {
    pub address: Option<IpAddr>,
    /// At most 512 bytes, no control characters.
    pub user_agent: Option<String>,
    pub request_id: Option<String>,
}

impl RequestOrigin {
    /// The network that failed sign-ins are counted by: the /24 of an IPv4 address, the /64 of an IPv6 one.
    pub fn network(&self) -> String {
        match self.address.map(|address| address.to_canonical()) {
            Some(IpAddr::V4(v4)) => {
                let [a, b, c, _] = v4.octets();
                format!("{a}.{b}.{c}.0/24")
            }
            Some(IpAddr::V6(v6)) => {
                let [a, b, c, d, ..] = v6.segments();
                format!("{}/64", std::net::Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
            }
            None => "unknown".to_owned(),
        }
    }
}

/// One line of the trail.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AuditEntry {
    pub at: Timestamp,
    pub action: Action,
    pub result: AuditResult,
    pub actor: Actor,
    pub origin: RequestOrigin,
    pub tenant: Option<TenantNumber>,
    pub resource: ResourceKind,
    /// Public id of what it happened to, where there is one.
    pub resource_id: Option<String>,
    /// Further facts, by name. No secret, no hash of one.
    pub detail: Vec<(&'static str, String)>,
}

impl AuditEntry {
    /// A successful action of `actor`.
    pub fn success(at: Timestamp, action: Action, resource: ResourceKind, actor: Actor, origin: RequestOrigin) -> Self {
        Self { at, action, result: AuditResult::Success, actor, origin, tenant: None, resource, resource_id: None, detail: Vec::new() }
    }

    #[must_use]
    pub fn on(mut self, resource_id: impl std::fmt::Display) -> Self {
        self.resource_id = Some(resource_id.to_string());
        self
    }

    #[must_use]
    pub const fn within(mut self, tenant: Option<TenantNumber>) -> Self {
        self.tenant = tenant;
        self
    }

    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.detail.push((name, value.into()));
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn network(address: &str) -> String {
        RequestOrigin { address: address.parse().ok(), ..RequestOrigin::default() }.network()
    }

    #[test]
    fn networks_are_the_documented_prefixes() {
        assert_eq!(network("203.0.113.77"), "203.0.113.0/24");
        assert_eq!(network("::ffff:203.0.113.9"), "203.0.113.0/24");
        assert_eq!(network("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::/64");
        assert_eq!(network("nonsense"), "unknown");
    }
}
