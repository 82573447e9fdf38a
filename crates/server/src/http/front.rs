//! What every request passes on its way in, and every answer on its way out, in one step each: nothing here is boxed, and a request is
//! looked up in no table.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use axum::Router;
use axum::extract::{ConnectInfo, Request};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::Response;
use axum::routing::future::RouteFuture;
use tower::Service;
use tower::util::MapResponseLayer;

use super::Kit;
use super::access_log::Line;
use super::arrival::{Arrival, Connection};
use super::client_address::ClientAddress;
use super::hang_up::HangUp;
use super::request_id::{self, RequestId};

/// A year, as browsers want it before they remember.
const ONLY_TLS: HeaderValue = HeaderValue::from_static("max-age=31536000");

/// Routes with the [`Kit`] around them: what every answer says, an id, the client's address, a place until the client has the answer, a
/// log line and its numbers.
#[derive(Clone)]
pub struct Front {
    kit: Arc<Kit>,
    routes: Router,
}

/// Puts the kit around all routes.
pub fn wrap(routes: Router, kit: Kit) -> Front {
    Front { kit: Arc::new(kit), routes }
}

impl Service<Request> for Front {
    type Response = Response;
    type Error = Infallible;
    type Future = Answering;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, mut request: Request) -> Answering {
        let (peer, line) = connection(&mut request);
        let client = ClientAddress::find(peer.map(|peer| peer.ip()), request.headers(), &self.kit.trusted_proxies);
        let arrival = Arrival::new(RequestId::of_request(request.headers(), &self.kit.mint_request_id), client);
        request.extensions_mut().insert(arrival.clone());
        let told = Line::begin(self.kit.observed.clone(), arrival.clone(), request.method());
        Answering { routed: self.routes.call(request), kit: self.kit.clone(), arrival, line, told: Some(told) }
    }
}

/// The connection that a request came on, by our own listener or by one of axum's.
fn connection(request: &mut Request) -> (Option<SocketAddr>, Option<HangUp>) {
    match request.extensions_mut().remove::<Connection>() {
        Some(Connection { peer, line }) => (Some(peer), Some(line)),
        None => (request.extensions().get::<ConnectInfo<SocketAddr>>().map(|info| info.0), None),
    }
}

/// An answer that is being made.
pub struct Answering {
    routed: RouteFuture<Infallible>,
    kit: Arc<Kit>,
    arrival: Arrival,
    line: Option<HangUp>,
    told: Option<Line>,
}

impl Future for Answering {
    type Output = Result<Response, Infallible>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = &mut *self;
        let Ok(response) = ready!(Pin::new(&mut this.routed).poll(cx));
        if let Some(told) = this.told.take() {
            told.answered(response.status());
        }
        let mut response = this.kit.answers.send(response, this.line.take(), this.arrival.client().counted, this.arrival.take_held());
        let headers = response.headers_mut();
        let length = headers.remove(header::CONTENT_LENGTH);
        headers.insert(request_id::HEADER, this.arrival.id().header());
        say_what_all_say(headers, this.kit.over_tls);
        if let Some(length) = length {
            headers.insert(header::CONTENT_LENGTH, length);
        }
        Poll::Ready(Ok(response))
    }
}

/// Routes without a kit, whose answers say [what all say](say_what_all_say).
pub fn said_by_all(router: Router) -> Router {
    router.layer(MapResponseLayer::new(|mut response: Response| {
        say_what_all_say(response.headers_mut(), false);
        response
    }))
}

/// What every answer says to whoever keeps or shows it (docs/contracts/README.md, Browsers).
///
/// Nobody may keep an answer unless its route says that it holds nothing of anybody's: so no credential is kept, and no list of
/// sessions, by whatever route comes to be added. `over_tls`: whether this process itself speaks TLS to clients; where a proxy does, it
/// also knows whether all of its host does.
fn say_what_all_say(headers: &mut HeaderMap, over_tls: bool) {
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    if over_tls {
        headers.insert(header::STRICT_TRANSPORT_SECURITY, ONLY_TLS);
    }
}
