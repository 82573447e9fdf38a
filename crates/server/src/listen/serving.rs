//! Sockets that are bound, and serving on them until told to stop.

use std::{convert::Infallible, io, net::SocketAddr, pin::pin, time::Duration};

use axum::Router;
use axum_server::{
    Handle, Server,
    tls_rustls::{RustlsAcceptor, RustlsConfig},
};
use hyper_util::rt::TokioTimer;
use tokio::net::{TcpListener, TcpSocket};
use tower::service_fn;

use super::accepting::{ListenMetrics, Peer, Watched};
use super::connections::{Admit, ConnectionLimits, Prompt};
use super::on_connection::{OnConnection, Served};
use crate::{
    config,
    tasks::stop::{Stage, Stop},
};

/// Connections that the kernel holds until we accept them; it cuts this to its own limit.
const BACKLOG: u32 = 4096;
/// HTTP/2 requests under way on one connection: who needs more opens another one.
const MAX_STREAMS: u32 = 32;
/// Bytes that one stream of HTTP/2 may have sent before they are read, and a connection of all its streams.
const STREAM_WINDOW: u32 = 65_535;
const CONNECTION_WINDOW: u32 = 4 * STREAM_WINDOW;
/// Bytes of an answer that a stream of HTTP/2 holds before its client has room for them.
const SEND_BUFFER: usize = 16_384;
/// How often an HTTP/2 client must prove to be there.
const KEEP_ALIVE: Duration = Duration::from_secs(20);

/// A socket that has been bound and serves nothing yet.
#[derive(Debug)]
pub struct Bound {
    listener: TcpListener,
    address: SocketAddr,
}

/// Binds and listens; port 0 picks a free port. Clients may connect from now on and wait.
///
/// # Errors
/// The system's error, with the address.
pub fn bind(address: SocketAddr) -> io::Result<Bound> {
    let named = |error: io::Error| io::Error::new(error.kind(), format!("cannot listen on {address}: {error}"));
    let socket = if address.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() }.map_err(named)?;
    socket.set_reuseaddr(true).map_err(named)?;
    socket.bind(address).map_err(named)?;
    let listener = socket.listen(BACKLOG).map_err(named)?;
    let address = listener.local_addr().map_err(named)?;
    Ok(Bound { listener, address })
}

impl Bound {
    /// The address, with the port that was picked.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }
}

/// What is served where.
pub struct Listeners<S> {
    /// The main socket and everything behind it.
    pub main: (Bound, S),
    /// A socket for `/metrics` alone, never with TLS.
    pub metrics: Option<(Bound, Router)>,
    /// Given when the main socket speaks TLS.
    pub tls: Option<RustlsConfig>,
    /// How many connections each may have.
    pub connections: ConnectionLimits,
    /// Where is counted what was not taken.
    pub counted: ListenMetrics,
}

/// Serves until `stop` asks to drain, then takes no more connections and gives the requests under way `shutdown_grace_seconds`,
/// or less when `stop` asks for the end at once. Calls `ready` with the URL once it serves.
///
/// # Errors
/// A socket that breaks.
pub async fn serve<S: Served>(listeners: Listeners<S>, settings: &config::Server, stop: Stop, ready: impl FnOnce(&str)) -> io::Result<()> {
    let tls = listeners.tls;
    let scheme = if tls.is_some() { "https" } else { "http" };
    let (limits, counted) = (&listeners.connections, &listeners.counted);
    let (main, app) = listeners.main;
    let url = format!("{scheme}://{}", main.address);
    let handle = Handle::new();
    let metrics_handle = Handle::new();
    let main = pin!(serve_one(main, app, tls, settings, Admit::new(limits, counted.clone()), handle.clone()));
    let metrics = pin!(async {
        match listeners.metrics {
            Some((bound, app)) => serve_one(bound, app, None, settings, Admit::new(limits, counted.clone()), metrics_handle.clone()).await,
            None => Ok(()),
        }
    });
    let announced = async {
        if handle.listening().await.is_some() {
            ready(&url);
        }
        Ok(())
    };
    let stopping = async {
        stop.reached(Stage::Draining).await;
        tokio::select! {
            () = later(settings.drain_delay()) => {}
            () = stop.reached(Stage::Now) => {}
        }
        tracing::info!(connections = handle.connection_count(), "draining");
        handle.graceful_shutdown(Some(settings.shutdown_grace()));
        metrics_handle.shutdown();
        stop.reached(Stage::Now).await;
        tracing::warn!(connections = handle.connection_count(), "stopping at once");
        handle.shutdown();
        std::future::pending::<io::Result<()>>().await
    };
    let served = async { tokio::try_join!(main, metrics, announced).map(|_| ()) };
    tokio::select! {
        result = served => result,
        result = stopping => result,
    }
}

#[expect(clippy::disallowed_methods, reason = "a deadline of the transport: no rule of the engine sees it")]
async fn later(delay: Duration) {
    tokio::time::sleep(delay).await;
}

async fn serve_one<S: Served>(
    bound: Bound,
    app: S,
    tls: Option<RustlsConfig>,
    settings: &config::Server,
    admit: Admit,
    handle: Handle<Peer>,
) -> io::Result<()> {
    let mut server = Server::<Peer>::from_listener(Watched::new(bound.listener, admit.metrics.clone())).handle(handle);
    limit(&mut server, settings);
    let app = service_fn(move |peer: Peer| std::future::ready(Ok::<_, Infallible>(OnConnection::new(app.clone(), peer.0))));
    let prompt = settings.header_timeout();
    match tls {
        Some(tls) => {
            let tls = RustlsAcceptor::new(tls).handshake_timeout(prompt).acceptor(admit);
            server.acceptor(Prompt::new(tls, prompt)).serve(app).await
        }
        None => server.acceptor(Prompt::new(admit, prompt)).serve(app).await,
    }
}

fn limit(server: &mut Server<Peer>, settings: &config::Server) {
    // The configuration keeps it from 8 KiB, below which hyper panics, to 1 MiB.
    let head = u32::try_from(settings.max_header_bytes).unwrap_or(u32::MAX);
    let builder = server.http_builder();
    // Not max_headers: setting it, even to its default of 100, makes hyper allocate for every request.
    builder.http1().timer(TokioTimer::new()).header_read_timeout(settings.header_timeout()).max_buf_size(head as usize);
    builder
        .http2()
        .timer(TokioTimer::new())
        .max_header_list_size(head)
        .max_concurrent_streams(MAX_STREAMS)
        .initial_stream_window_size(STREAM_WINDOW)
        .initial_connection_window_size(CONNECTION_WINDOW)
        .max_send_buf_size(SEND_BUFFER)
        .keep_alive_interval(KEEP_ALIVE)
        .keep_alive_timeout(settings.header_timeout());
}
