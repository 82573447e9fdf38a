//! Lists of hops: the client is the nearest hop that is none of our proxies, whatever stands to the left of it.

use std::net::{IpAddr, SocketAddr};

use axum::http::{HeaderMap, HeaderValue};
use cloakroom_server::http::client_address::{ClientAddress, TrustedProxies};
use ipnet::IpNet;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use crate::run::{Held, Run, holds};

/// One hop as a proxy writes it.
#[derive(Clone, Debug)]
enum Hop {
    Address(IpAddr, Style),
    /// What is no address.
    Other(String),
}

#[derive(Clone, Copy, Debug)]
enum Style {
    Bare,
    Port,
    Bracketed,
}

#[derive(Clone, Debug)]
struct Input {
    peer: IpAddr,
    hops: Vec<Hop>,
    is_standard: bool,
    /// Whether each hop has a header line of its own.
    is_split: bool,
    /// Whatever else could stand there.
    bytes: Vec<u8>,
}

const TRUSTED: &[&str] = &["10.0.0.0/8", "fd00::/8"];

fn address() -> impl Strategy<Value = IpAddr> {
    prop_oneof![
        any::<[u8; 4]>().prop_map(IpAddr::from),
        any::<[u8; 3]>().prop_map(|[a, b, c]| IpAddr::from([10, a, b, c])),
        any::<[u8; 16]>().prop_map(IpAddr::from),
        any::<[u8; 4]>().prop_map(|[a, b, c, d]| std::net::Ipv4Addr::new(a, b, c, d).to_ipv6_mapped().into()),
        any::<[u8; 15]>().prop_map(|rest| {
            let mut bytes = [0xfd; 16];
            bytes[1..].copy_from_slice(&rest);
            IpAddr::from(bytes)
        }),
    ]
}

fn hop() -> impl Strategy<Value = Hop> {
    let style = select(&[Style::Bare, Style::Port, Style::Bracketed][..]);
    let other =
        select(&["unknown", "_hidden", "", "1.2.3", "1.2.3.4.5", "256.1.1.1", "::g", "[::1", "1.2.3.4:99999", "%31", "10.0.0.1/8"][..]);
    prop_oneof![5 => (address(), style).prop_map(|(address, style)| Hop::Address(address, style)), 1 => other.prop_map(|text| Hop::Other(text.into()))]
}

fn input() -> impl Strategy<Value = Input> {
    (address(), vec(hop(), 0..6), any::<bool>(), any::<bool>(), vec(any::<u8>(), 0..80))
        .prop_map(|(peer, hops, is_standard, is_split, bytes)| Input { peer, hops, is_standard, is_split, bytes })
}

impl Hop {
    fn text(&self) -> String {
        match self {
            Self::Address(address, Style::Bare) => address.to_string(),
            Self::Address(address, Style::Port) => SocketAddr::new(*address, 4711).to_string(),
            Self::Address(IpAddr::V6(address), Style::Bracketed) => format!("[{address}]"),
            Self::Address(address, Style::Bracketed) => address.to_string(),
            Self::Other(text) => text.clone(),
        }
    }
}

/// The rule in the words of the contract, beside the code that it is held against.
fn expected(peer: IpAddr, Input { hops, is_standard, .. }: &Input, trusted: &[IpNet]) -> IpAddr {
    let is_ours = |address: IpAddr| trusted.iter().any(|network| network.contains(&address));
    let mut nearest = peer.to_canonical();
    // An empty element of a list counts for nothing; in the standard form none of these is empty.
    let counts = |hop: &&Hop| *is_standard || !matches!(hop, Hop::Other(text) if text.is_empty());
    let mut left = hops.iter().rev().filter(counts);
    while is_ours(nearest) {
        match left.next() {
            Some(Hop::Address(address, _)) => nearest = address.to_canonical(),
            Some(Hop::Other(_)) | None => break,
        }
    }
    nearest
}

/// Whom the server takes for the client; `None` where these lines are no headers.
fn client(trusted: &TrustedProxies, peer: IpAddr, name: &'static str, lines: &[Vec<u8>]) -> Option<String> {
    let mut headers = HeaderMap::new();
    for line in lines {
        headers.append(name, HeaderValue::from_bytes(line).ok()?);
    }
    ClientAddress::find(Some(peer), &headers, trusted).address.map(|address| address.to_string())
}

fn held(ours: &TrustedProxies, trusted: &[IpNet], input: &Input) -> Held {
    let name = if input.is_standard { "forwarded" } else { "x-forwarded-for" };
    let written = |hop: &Hop| match input.is_standard {
        true => format!("proto=https;For=\"{}\";by=_us", hop.text()),
        false => hop.text(),
    };
    let texts: Vec<_> = input.hops.iter().map(written).collect();
    let lines = if input.is_split || texts.is_empty() { texts } else { vec![texts.join(", ")] };
    let lines: Vec<_> = lines.into_iter().map(String::into_bytes).collect();
    let (found, right) = (client(ours, input.peer, name, &lines), expected(input.peer, input, trusted).to_string());
    holds(found.as_deref() == Some(&right), || format!("{found:?} instead of {right}"))?;
    // Whatever else stands there, it is an address.
    let found = client(ours, input.peer, name, std::slice::from_ref(&input.bytes));
    holds(found.is_none_or(|found| found.parse::<IpAddr>().is_ok()), || "no address at all".into())
}

/// # Errors
/// An input that a property does not hold for.
pub fn fuzz(run: &mut Run) -> Result<(), String> {
    let trusted: Vec<IpNet> = TRUSTED.iter().map(|network| network.parse().unwrap()).collect();
    let ours = TrustedProxies::new(trusted.iter().copied());
    run.over(&input(), |input| held(&ours, &trusted, input))
}
