//! Where a session comes from, as far as its address tells. Looked up once, when the session is created: databases of places change
//! from week to week, and what a session shows about its birth must not change with them.

use std::net::IpAddr;

/// A place on Earth, as coarse as the database knows it; at least one part is known.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Location {
    /// ISO 3166-1 alpha-2.
    pub country: Option<String>,
    /// The greatest subdivision, in English.
    pub region: Option<String>,
    /// In English.
    pub city: Option<String>,
}

impl Location {
    /// City, region and country as far as they are known: `Boxford, England, GB`.
    pub fn written(&self) -> String {
        let parts: Vec<&str> = [&self.city, &self.region, &self.country].into_iter().flatten().map(String::as_str).collect();
        parts.join(", ")
    }
}

/// Tells where public addresses are. Implemented outside of the engine, on a database that the operator brings.
pub trait Geolocation: Send + Sync {
    fn locate(&self, address: IpAddr) -> Option<Location>;
}

/// Finds no place.
#[derive(Debug)]
pub(crate) struct NoGeolocation;

impl Geolocation for NoGeolocation {
    fn locate(&self, _: IpAddr) -> Option<Location> {
        None
    }
}

/// The place of an address, where it is one of the public internet: no database knows where a private one is.
pub(crate) fn locate(geolocation: &dyn Geolocation, address: IpAddr) -> Option<Location> {
    let address = address.to_canonical();
    is_public(address).then(|| geolocation.locate(address)).flatten()
}

/// Outside of RFC 1918, RFC 4193, RFC 6598, loopback, link-local and what is no unicast address.
fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => {
            let [a, b, ..] = v4.octets();
            let shared = a == 100 && (64..128).contains(&b);
            !(v4.is_private() || v4.is_loopback() || v4.is_link_local() || v4.is_multicast() || v4.is_broadcast() || a == 0 || shared)
        }
        IpAddr::V6(v6) => {
            !(v6.is_loopback() || v6.is_unspecified() || v6.is_multicast() || v6.is_unique_local() || v6.is_unicast_link_local())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Everywhere;

    impl Geolocation for Everywhere {
        fn locate(&self, address: IpAddr) -> Option<Location> {
            Some(Location { country: Some(address.to_string()), region: None, city: None })
        }
    }

    fn place(address: &str) -> Option<String> {
        locate(&Everywhere, address.parse().unwrap())?.country
    }

    #[test]
    fn private_addresses_are_nowhere() {
        for address in ["10.1.2.3", "172.16.0.1", "192.168.7.7", "127.0.0.1", "169.254.1.1", "100.64.0.1", "0.0.0.0", "224.0.0.1"] {
            assert_eq!(place(address), None, "{address}");
            assert_eq!(place(&format!("::ffff:{address}")), None, "{address} inside of IPv6");
        }
        for address in ["::1", "::", "fd00::1", "fe80::1", "ff02::1"] {
            assert_eq!(place(address), None, "{address}");
        }
        assert_eq!(place("203.0.113.77").as_deref(), Some("203.0.113.77"));
        assert_eq!(place("::ffff:203.0.113.77").as_deref(), Some("203.0.113.77"));
        assert_eq!(place("2001:db8::1").as_deref(), Some("2001:db8::1"));
        assert_eq!(place("100.128.0.1").as_deref(), Some("100.128.0.1"));
    }
}
