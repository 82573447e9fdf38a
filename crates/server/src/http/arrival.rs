//! What the kit knows of one request from the moment in which its head is there.

use std::net::SocketAddr;
use std::sync::{Arc, OnceLock};

use axum::extract::{MatchedPath, Request};
use axum::http::Extensions;
use parking_lot::Mutex;
use tower::util::MapRequestLayer;

use super::client_address::ClientAddress;
use super::hang_up::HangUp;
use super::places::Held;
use super::request_id::RequestId;
use crate::metrics::Matched;

/// The connection that a request came on; in its extensions until the kit has taken it from there.
#[derive(Clone, Debug)]
pub struct Connection {
    pub peer: SocketAddr,
    /// Cuts it off.
    pub line: HangUp,
}

/// One request; in its extensions. Clones are the same request.
#[derive(Clone)]
pub struct Arrival(Arc<Known>);

struct Known {
    id: RequestId,
    client: ClientAddress,
    matched: OnceLock<Matched>,
    /// The place of the request, left here for its answer.
    held: Mutex<Option<Held>>,
}

impl Arrival {
    #[must_use]
    pub fn new(id: RequestId, client: ClientAddress) -> Self {
        Self(Arc::new(Known { id, client, matched: OnceLock::new(), held: Mutex::new(None) }))
    }

    /// That of a request; none where the kit is not around.
    #[must_use]
    pub fn of(extensions: &Extensions) -> Option<&Self> {
        extensions.get()
    }

    #[must_use]
    pub fn id(&self) -> &RequestId {
        &self.0.id
    }

    /// The client, as the network shows it.
    #[must_use]
    pub fn client(&self) -> ClientAddress {
        self.0.client
    }

    /// Notes which route answers; the first to say so is right.
    pub fn note(&self, matched: impl FnOnce() -> Matched) {
        self.0.matched.get_or_init(matched);
    }

    /// The route that answered; none where no path matched.
    #[must_use]
    pub fn matched(&self) -> Option<&Matched> {
        self.0.matched.get()
    }

    /// Leaves the place for the answer.
    pub fn keep(&self, held: Held) {
        *self.0.held.lock() = Some(held);
    }

    /// The place that was left.
    #[must_use]
    pub fn take_held(&self) -> Option<Held> {
        self.0.held.lock().take()
    }
}

/// As [`note_path`], around routes.
#[must_use]
pub fn noting() -> MapRequestLayer<fn(Request) -> Request> {
    MapRequestLayer::new(|request| {
        note_path(&request);
        request
    })
}

/// Notes the path that a request matched, for what answers without a [guard](super::limits::guard).
pub fn note_path(request: &Request) {
    let extensions = request.extensions();
    if let (Some(arrival), Some(path)) = (Arrival::of(extensions), extensions.get::<MatchedPath>()) {
        arrival.note(|| Matched::Path(path.clone()));
    }
}
