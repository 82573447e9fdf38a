//! What a host's name leads to: only to addresses that may be asked.

use std::io;
use std::net::SocketAddr;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use super::public::Reachable;

/// The name leads to addresses, and none of them may be asked.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("none of its addresses may be asked")]
pub struct NotReachable;

/// Asks the machine for a name's addresses, for each connection anew.
pub struct Names(pub Reachable);

impl Resolve for Names {
    fn resolve(&self, name: Name) -> Resolving {
        let reachable = self.0.clone();
        Box::pin(async move {
            let found: Vec<SocketAddr> = tokio::net::lookup_host((name.as_str(), 0)).await?.collect();
            if found.is_empty() {
                return Err(io::Error::from(io::ErrorKind::NotFound).into());
            }
            let reached: Vec<_> = found.into_iter().filter(|address| reachable.has(address.ip())).collect();
            if reached.is_empty() { Err(NotReachable.into()) } else { Ok(Box::new(reached.into_iter()) as Addrs) }
        })
    }
}
