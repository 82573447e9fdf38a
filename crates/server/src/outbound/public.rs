//! Which addresses can be reached from everywhere (the special-purpose address registries of IANA, RFC 6890).

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::{IpNet, Ipv4Net, Ipv6Net};

const fn v4(a: u8, b: u8, c: u8, d: u8, prefix: u8) -> Ipv4Net {
    Ipv4Net::new_assert(Ipv4Addr::new(a, b, c, d), prefix)
}

const fn v6(a: u16, b: u16, c: u16, prefix: u8) -> Ipv6Net {
    Ipv6Net::new_assert(Ipv6Addr::new(a, b, c, 0, 0, 0, 0, 0), prefix)
}

/// What of IPv4 is somebody's own, or nobody's.
const SPECIAL_V4: [Ipv4Net; 15] = [
    v4(0, 0, 0, 0, 8),
    v4(10, 0, 0, 0, 8),
    v4(100, 64, 0, 0, 10),
    v4(127, 0, 0, 0, 8),
    v4(169, 254, 0, 0, 16),
    v4(172, 16, 0, 0, 12),
    v4(192, 0, 0, 0, 24),
    v4(192, 0, 2, 0, 24),
    v4(192, 88, 99, 0, 24),
    v4(192, 168, 0, 0, 16),
    v4(198, 18, 0, 0, 15),
    v4(198, 51, 100, 0, 24),
    v4(203, 0, 113, 0, 24),
    v4(224, 0, 0, 0, 4),
    v4(240, 0, 0, 0, 4),
];

/// Where all of IPv6 lies that can be reached from everywhere.
const GLOBAL_V6: Ipv6Net = v6(0x2000, 0, 0, 3);

/// What of [`GLOBAL_V6`] is for protocols and documentation.
const SPECIAL_V6: [Ipv6Net; 4] = [v6(0x2001, 0, 0, 23), v6(0x2001, 0xdb8, 0, 32), v6(0x3fff, 0, 0, 20), v6(0x5f00, 0, 0, 16)];

/// IPv6 addresses that lead to an IPv4 one: by a translator (RFC 6052), or by a tunnel (RFC 3056).
const TRANSLATED: Ipv6Net = v6(0x64, 0xff9b, 0, 96);
const TUNNELLED: Ipv6Net = v6(0x2002, 0, 0, 16);

fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => !SPECIAL_V4.iter().any(|special| special.contains(&address)),
        IpAddr::V6(address) => match leads_to(address) {
            Some(address) => is_public(IpAddr::V4(address)),
            None => GLOBAL_V6.contains(&address) && !SPECIAL_V6.iter().any(|special| special.contains(&address)),
        },
    }
}

/// The IPv4 address that this one stands for.
fn leads_to(address: Ipv6Addr) -> Option<Ipv4Addr> {
    let octets = address.octets();
    let at = |first: usize| Ipv4Addr::new(octets[first], octets[first + 1], octets[first + 2], octets[first + 3]);
    if TUNNELLED.contains(&address) {
        return Some(at(2));
    }
    if TRANSLATED.contains(&address) {
        return Some(at(12));
    }
    address.to_ipv4_mapped()
}

/// Which addresses may be asked.
#[derive(Clone, Debug, Default)]
pub struct Reachable {
    /// Those that are not public and may be asked nonetheless.
    allowed: Vec<IpNet>,
}

impl Reachable {
    pub const fn with(allowed: Vec<IpNet>) -> Self {
        Self { allowed }
    }

    /// Whether this address may be asked: it is public, or allowed.
    pub fn has(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        is_public(address) || self.allowed.iter().any(|network| network.contains(&address))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn has(reachable: &Reachable, address: &str) -> bool {
        reachable.has(address.parse().unwrap())
    }

    #[test]
    fn what_is_somebodys_own_is_not_asked() {
        let reachable = Reachable::default();
        for own in [
            "0.0.0.0",
            "10.1.2.3",
            "100.64.0.1",
            "127.0.0.1",
            "127.255.255.255",
            "169.254.169.254",
            "172.16.0.1",
            "172.31.255.255",
            "192.0.0.8",
            "192.168.1.1",
            "198.19.255.255",
            "203.0.113.7",
            "224.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "::127.0.0.1",
            "fc00::1",
            "fd12::1",
            "fe80::1",
            "fec0::1",
            "ff02::1",
            "2001::1",
            "2001:db8::1",
            "2002:7f00:1::",
            "2002:a00:1::1",
            "64:ff9b::7f00:1",
            "64:ff9b::a9fe:a9fe",
            "64:ff9b:1::1",
            "3fff::1",
            "100::1",
        ] {
            assert!(!has(&reachable, own), "{own}");
        }
        for public in ["1.1.1.1", "172.15.0.1", "172.32.0.1", "100.128.0.1", "2606:4700::1111", "2002:101:101::1", "64:ff9b::101:101"] {
            assert!(has(&reachable, public), "{public}");
        }
    }

    #[test]
    fn what_the_configuration_allows_is_asked_however_it_is_written() {
        let reachable = Reachable::with(vec!["127.0.0.0/8".parse().unwrap(), "fd00::/8".parse().unwrap()]);
        assert!(has(&reachable, "127.0.0.1") && has(&reachable, "::ffff:127.0.0.1") && has(&reachable, "fd00::5"));
        assert!(!has(&reachable, "10.0.0.1") && !has(&reachable, "::1") && !has(&reachable, "2002:7f00:1::"));
    }
}
