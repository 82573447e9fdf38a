//! Where a request must have come from, as people write it: an address, or a network (CIDR).

use std::net::IpAddr;

use cloakroom_engine::audit::store::AddressFilter;
use ipnet::IpNet;

/// What a text means: an address, or all of a network.
#[must_use]
pub fn parse(text: &str) -> Option<AddressFilter> {
    if text.contains('/') {
        let network: IpNet = text.parse().ok()?;
        Some(AddressFilter::Within(network.network(), network.broadcast()))
    } else {
        let address: IpAddr = text.parse().ok()?;
        Some(AddressFilter::Exactly(address.to_canonical()))
    }
}
