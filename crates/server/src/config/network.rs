//! A network, as an operator writes it.

use std::net::IpAddr;

use ipnet::{IpNet, Ipv4Net, Ipv6Net};
use serde::{Deserialize, Deserializer, Serialize, de::Error as _};

/// A network in CIDR notation, or one address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Network(pub IpNet);

/// Where IPv6 writes IPv4 addresses (RFC 4291 section 2.5.5.2).
const MAPPED_PREFIX: u8 = 96;

impl Network {
    fn read(text: &str) -> Result<Self, String> {
        let shape = || format!("`{text}` is neither a network, such as `10.0.0.0/8` or `fd00::/8`, nor an address");
        let network = match text.parse::<IpAddr>() {
            Ok(address) => IpNet::from(address),
            Err(_) => text.parse().map_err(|_| shape())?,
        };
        match network {
            IpNet::V6(mapped) => match plain(mapped) {
                Some(plain) => {
                    Err(format!("`{text}` contains no address, since clients over IPv4 have IPv4 addresses here: write `{plain}`"))
                }
                None => Ok(Self(network)),
            },
            IpNet::V4(_) => Ok(Self(network)),
        }
    }
}

/// The IPv4 network that an IPv6 one stands for.
fn plain(mapped: Ipv6Net) -> Option<Ipv4Net> {
    let address = mapped.addr().to_ipv4_mapped()?;
    Ipv4Net::new(address, mapped.prefix_len().checked_sub(MAPPED_PREFIX)?).ok()
}

impl<'de> Deserialize<'de> for Network {
    /// # Errors
    /// What is not a network, or an IPv4 one written as IPv6, with the right spelling.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::read(&String::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn networks_and_addresses_are_read() {
        for (text, network) in
            [("10.0.0.0/8", "10.0.0.0/8"), ("10.0.0.1", "10.0.0.1/32"), ("fd00::/8", "fd00::/8"), ("::1", "::1/128"), ("::/0", "::/0")]
        {
            assert_eq!(Network::read(text).unwrap().0.to_string(), network);
        }
    }

    #[test]
    fn what_never_matches_is_refused_with_the_right_spelling() {
        for (text, right) in
            [("::ffff:127.0.0.0/104", "`127.0.0.0/8`"), ("::ffff:10.0.0.1", "`10.0.0.1/32`"), ("::ffff:0:0/96", "`0.0.0.0/0`")]
        {
            let refused = Network::read(text).unwrap_err();
            assert!(refused.contains(right), "{refused}");
        }
        for text in ["", "10.0.0.0/33", "10.0.0", "localhost", "10.0.0.0-10.0.0.9"] {
            assert!(Network::read(text).unwrap_err().contains("neither a network"), "{text}");
        }
    }
}
