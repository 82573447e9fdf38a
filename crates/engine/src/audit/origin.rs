//! Who did it, and where the request came from.

use std::net::IpAddr;

use crate::ids::{ApplicationNumber, ApplicationUid, UserNumber, UserUid};

/// Who did it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Actor {
    /// Cloakroom itself: the name of the task or command.
    System(&'static str),
    User(UserNumber, UserUid),
    Application(ApplicationNumber, ApplicationUid),
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
