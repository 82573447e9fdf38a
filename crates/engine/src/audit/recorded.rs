//! An entry as it stands in the trail, and what is left of it when its address is minimised.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use crate::clock::Timestamp;
use crate::ids::{TenantNumber, TenantUid};

/// An entry as it stands. Its words stay texts: a newer version may have written some that this one does not know, and what
/// somebody altered must be shown and hashed as it is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RecordedEntry {
    /// Of SQLite, the order of commits.
    pub sequence: i64,
    pub at: Timestamp,
    pub action: String,
    pub result: String,
    pub actor_kind: String,
    pub actor_id: Option<String>,
    pub tenant: Option<RecordedTenant>,
    pub resource_kind: String,
    pub resource_id: Option<String>,
    /// An address, or after its minimisation the network that it was of.
    pub address: Option<String>,
    pub user_agent: Option<String>,
    pub request_id: Option<String>,
    /// A JSON object of texts.
    pub detail: String,
}

/// The tenant of an entry.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct RecordedTenant {
    pub number: TenantNumber,
    /// `None`: there is no such tenant, which only somebody who altered the entry brings about.
    pub uid: Option<TenantUid>,
}

impl std::fmt::Display for RecordedTenant {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.uid {
            Some(uid) => uid.fmt(f),
            None => write!(f, "#{}", self.number.0),
        }
    }
}

/// The network that an address is minimised to: the /24 of an IPv4 address, the /48 of an IPv6 one. What is no address stays as it
/// is, so that a network is its own.
pub fn network_of(address: &str) -> String {
    let Ok(parsed) = address.parse::<IpAddr>() else { return address.to_owned() };
    match parsed.to_canonical() {
        IpAddr::V4(v4) => {
            let [a, b, c, _] = v4.octets();
            format!("{}/24", Ipv4Addr::new(a, b, c, 0))
        }
        IpAddr::V6(v6) => {
            let [a, b, c, ..] = v6.segments();
            format!("{}/48", Ipv6Addr::new(a, b, c, 0, 0, 0, 0, 0))
        }
    }
}

/// 16 bytes that sort as addresses do: an IPv4 address is mapped (RFC 4291, section 2.5.5.2). Of a network, its first address.
pub fn address_bytes(address: &str) -> Option<[u8; 16]> {
    let first = address.split_once('/').map_or(address, |(first, _)| first);
    first.parse().ok().map(|address: IpAddr| match address {
        IpAddr::V4(v4) => v4.to_ipv6_mapped().octets(),
        IpAddr::V6(v6) => v6.octets(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn networks_are_the_documented_ones_and_their_own() {
        for (address, network) in [
            ("203.0.113.77", "203.0.113.0/24"),
            ("::ffff:203.0.113.77", "203.0.113.0/24"),
            ("2001:db8:1:2:3:4:5:6", "2001:db8:1::/48"),
            ("203.0.113.0/24", "203.0.113.0/24"),
            ("2001:db8:1::/48", "2001:db8:1::/48"),
        ] {
            assert_eq!(network_of(address), network);
        }
    }

    #[test]
    fn bytes_sort_as_addresses_do() {
        let bytes = |address| address_bytes(address).unwrap();
        assert!(bytes("10.0.0.9") < bytes("10.0.0.10") && bytes("10.0.0.10") < bytes("10.0.1.0/24"));
        assert_eq!(bytes("203.0.113.0/24"), bytes("::ffff:203.0.113.0"));
        assert_eq!(address_bytes("nobody"), None);
    }
}
