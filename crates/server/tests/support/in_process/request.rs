//! Making requests.

use std::net::{IpAddr, SocketAddr};

use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{Method, Request, header};
use serde_json::Value;

/// A request from one client on the network of the documentation (RFC 5737).
pub fn call(method: &str, path: &str, body: impl Into<Body>) -> Request<Body> {
    let method = Method::from_bytes(method.as_bytes()).unwrap();
    let request = Request::builder().method(method).uri(path).header(header::CONTENT_TYPE, "application/json");
    from_address(request.body(body.into()).unwrap(), "192.0.2.7")
}

/// A call of a route of USM, named without `/usm/`.
pub fn usm(route: &str, body: &Value) -> Request<Body> {
    call("POST", &format!("/usm/{route}"), body.to_string())
}

/// The same request from another peer.
pub fn from_address(mut request: Request<Body>, peer: &str) -> Request<Body> {
    let peer: IpAddr = peer.parse().unwrap();
    request.extensions_mut().insert(ConnectInfo(SocketAddr::new(peer, 0)));
    request
}
