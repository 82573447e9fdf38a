//! Taking connections from the kernel, and what keeps it from giving them.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum_server::{AddrListener, Address};
use parking_lot::Mutex;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::registry::Registry;
use tokio::net::{TcpListener, TcpStream};

/// What the listeners count.
#[derive(Clone, Debug, Default)]
pub struct ListenMetrics {
    /// Times at which the system gave no connection, as when all descriptors are in use.
    pub accept_failures: Counter,
    /// Connections that were closed at once, since there were as many as allowed.
    pub refused: Counter,
}

impl ListenMetrics {
    /// Registers the counters.
    pub fn register(&self, registry: &mut Registry) {
        let failures = "Times at which the system gave no connection, as when all descriptors are in use";
        registry.register("accept_failures", failures, self.accept_failures.clone());
        let refused = "Connections closed at once, since there were as many as allowed, in all or of their address";
        registry.register("connections_refused", refused, self.refused.clone());
    }
}

/// The address of whoever connected; of our own, so that the listener can be, too.
#[derive(Clone, Copy, Debug)]
pub struct Peer(pub SocketAddr);

/// A failure less than this after another belongs to the same shortage: at the limit, a descriptor comes free and is gone again many times
/// a second.
const ONE_SHORTAGE: Duration = Duration::from_secs(10);

/// A listener that tells when it cannot take what is there.
pub struct Watched {
    listener: TcpListener,
    metrics: ListenMetrics,
    last_failure: Arc<Mutex<Option<Instant>>>,
}

impl Watched {
    pub fn new(listener: TcpListener, metrics: ListenMetrics) -> Self {
        Self { listener, metrics, last_failure: Arc::default() }
    }

    /// Counts every failure and logs the first of a shortage.
    fn failed(&self, error: &io::Error) {
        self.metrics.accept_failures.inc();
        let now = now();
        let before = self.last_failure.lock().replace(now);
        if before.is_none_or(|before| now.duration_since(before) >= ONE_SHORTAGE) {
            tracing::error!(error = %error, "no connection can be taken: raise the limit of open files, or lower server.max_connections");
        }
    }

    /// Logs the end of a shortage, once it is certain.
    fn taken(&self) {
        let mut last = self.last_failure.lock();
        if last.take_if(|last| now().duration_since(*last) >= ONE_SHORTAGE).is_some() {
            tracing::info!("connections are taken again");
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "the pace of the transport: no rule of the engine sees it")]
fn now() -> Instant {
    Instant::now()
}

impl Address for Peer {
    type Stream = TcpStream;
    type Listener = Watched;
}

impl AddrListener<TcpStream, Peer> for Watched {
    async fn bind_to(address: Peer) -> io::Result<Self> {
        Ok(Self::new(TcpListener::bind(address.0).await?, ListenMetrics::default()))
    }

    async fn accept_stream(&self) -> io::Result<(TcpStream, Peer)> {
        match self.listener.accept().await {
            Ok((stream, peer)) => {
                self.taken();
                Ok((stream, Peer(peer)))
            }
            Err(error) => {
                self.failed(&error);
                Err(error)
            }
        }
    }

    fn get_local_addr(&self) -> io::Result<Peer> {
        self.listener.local_addr().map(Peer)
    }
}
