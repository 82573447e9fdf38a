//! Who did it, and where the request came from.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use crate::ids::{ApplicationNumber, ApplicationUid, IdentityProviderUid, ServiceAccountUid, UserNumber, UserUid};

/// Who did it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Actor {
    /// Cloakroom itself: the name of the task or command.
    System(&'static str),
    User(UserNumber, UserUid),
    Application(ApplicationNumber, ApplicationUid),
    /// A machine that showed an API key.
    ServiceAccount(ServiceAccountUid),
    /// What an identity provider signed is what happens.
    IdentityProvider(IdentityProviderUid),
    /// Somebody who tried to prove to be somebody, and did not.
    Stranger,
    /// Somebody of whom no proof was asked.
    Anonymous,
}

impl Actor {
    /// The kind of actor as the trail spells it.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::System(_) => "system",
            Self::User(..) => "user",
            Self::Application(..) => "application",
            Self::ServiceAccount(_) => "service_account",
            Self::IdentityProvider(_) => "identity_provider",
            Self::Stranger => "stranger",
            Self::Anonymous => "anonymous",
        }
    }

    /// The actor's public name, where it has one.
    pub fn public_id(&self) -> Option<String> {
        match self {
            Self::System(name) => Some((*name).to_owned()),
            Self::User(_, uid) => Some(uid.to_string()),
            Self::Application(_, uid) => Some(uid.to_string()),
            Self::ServiceAccount(uid) => Some(uid.to_string()),
            Self::IdentityProvider(uid) => Some(uid.to_string()),
            Self::Stranger | Self::Anonymous => None,
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
        match self.address.map(network) {
            Some(network @ IpAddr::V4(_)) => format!("{network}/24"),
            Some(network @ IpAddr::V6(_)) => format!("{network}/64"),
            None => "unknown".to_owned(),
        }
    }
}

/// Whom limits per network count as one: the first address of the /24 of an IPv4 address, of the /64 of an IPv6 one.
pub fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(address) => Ipv4Addr::from_bits(address.to_bits() & !0xff).into(),
        IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() & !u128::from(u64::MAX)).into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(address: &str) -> String {
        RequestOrigin { address: address.parse().ok(), ..RequestOrigin::default() }.network()
    }

    #[test]
    fn networks_are_the_documented_prefixes() {
        assert_eq!(of("203.0.113.77"), "203.0.113.0/24");
        assert_eq!(of("::ffff:203.0.113.9"), "203.0.113.0/24");
        assert_eq!(of("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::/64");
        assert_eq!(of("nonsense"), "unknown");
        let first = |address: &str| network(address.parse().unwrap()).to_string();
        assert_eq!(
            ["203.0.113.77", "::ffff:203.0.113.9", "2001:db8:1:2:3:4:5:6"].map(first),
            ["203.0.113.0", "203.0.113.0", "2001:db8:1:2::"]
        );
    }
}
