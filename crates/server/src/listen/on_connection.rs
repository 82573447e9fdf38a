//! The requests of one connection on their way to what is served.

use std::convert::Infallible;
use std::future::{Ready, ready};
use std::net::SocketAddr;
use std::task::{Context, Poll};

use axum::body::Body;
use axum::extract::Request;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse as _, Response};
use futures_util::future::Either;
use hyper::body::Incoming;
use tower::Service;

use super::message;
use crate::http::arrival::Connection;
use crate::http::hang_up::HangUp;

/// What answers requests.
pub trait Served: Service<Request, Response = Response, Error = Infallible, Future: Send + 'static> + Clone + Send + 'static {}

impl<S: Service<Request, Response = Response, Error = Infallible, Future: Send + 'static> + Clone + Send + 'static> Served for S {}

/// What answers the requests of one connection: each knows where it came from, and is one that nobody on the way could read another out
/// of.
#[derive(Clone)]
pub(super) struct OnConnection<S> {
    served: S,
    connection: Connection,
}

impl<S> OnConnection<S> {
    pub(super) fn new(served: S, peer: SocketAddr) -> Self {
        Self { served, connection: Connection { peer, line: HangUp::default() } }
    }

    /// Cuts the connection off.
    pub(super) fn line(&self) -> HangUp {
        self.connection.line.clone()
    }
}

impl<S: Served> Service<Request<Incoming>> for OnConnection<S> {
    type Response = Response;
    type Error = Infallible;
    type Future = Either<Ready<Result<Response, Infallible>>, S::Future>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    /// Where a message is refused, the connection is closed: its next bytes are not to be trusted either.
    fn call(&mut self, request: Request<Incoming>) -> Self::Future {
        if let Some(status) = message::fault(request.version(), request.headers()) {
            return Either::Left(ready(Ok((status, [(header::CONNECTION, HeaderValue::from_static("close"))]).into_response())));
        }
        let mut request = request.map(Body::new);
        request.extensions_mut().insert(self.connection.clone());
        Either::Right(self.served.call(request))
    }
}
