use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use axum::Extension;
use axum::Router;
use axum::routing::get;
use tokio::{
    net::TcpStream,
    sync::{Notify, oneshot},
};

use super::{ConnectionLimits, ListenMetrics, Listeners, bind, serve};
use crate::config;
use crate::http::arrival::Connection;
use crate::http::client_address::TrustedProxies;
use crate::tasks::stop;

const ANY: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST), 0);

/// A running server, and the requests that its router is working on.
struct Running {
    address: SocketAddr,
    url: String,
    trigger: stop::StopTrigger,
    ended: tokio::task::JoinHandle<io::Result<()>>,
}

async fn running(app: Router, settings: config::Server) -> Running {
    running_with(app, settings, ConnectionLimits { all: 100, of_one: 100, trusted: TrustedProxies::default() }).await
}

async fn running_with(app: Router, settings: config::Server, connections: ConnectionLimits) -> Running {
    let (trigger, stop) = stop::by_hand();
    let bound = bind(ANY).unwrap();
    let address = bound.address();
    let (tell, told) = oneshot::channel();
    let ended = tokio::spawn(async move {
        let listeners = Listeners { main: (bound, app), metrics: None, tls: None, connections, counted: ListenMetrics::default() };
        serve(listeners, &settings, stop, |url| tell.send(url.to_owned()).unwrap()).await
    });
    Running { address, url: told.await.unwrap(), trigger, ended }
}

async fn send(address: SocketAddr, text: &str) -> TcpStream {
    let stream = TcpStream::connect(address).await.unwrap();
    let mut sent = 0;
    while sent < text.len() {
        stream.writable().await.unwrap();
        sent += stream.try_write(&text.as_bytes()[sent..]).unwrap_or(0);
    }
    stream
}

/// Everything until the server closes.
async fn rest(stream: &TcpStream) -> String {
    let mut all = Vec::new();
    let mut chunk = [0; 4096];
    loop {
        stream.readable().await.unwrap();
        match stream.try_read(&mut chunk) {
            Ok(0) => break,
            Ok(read) => all.extend_from_slice(&chunk[..read]),
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
            Err(_) => break,
        }
    }
    String::from_utf8(all).unwrap()
}

const GET: &str = "GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n";

#[tokio::test]
async fn serves_on_a_free_port_and_knows_the_peer() {
    let app = Router::new().route("/", get(async |Extension(Connection { peer, .. }): Extension<Connection>| peer.to_string()));
    let server = running(app, config::Server::default()).await;
    assert_eq!(server.url, format!("http://{}", server.address));
    assert_ne!(server.address.port(), 0);
    let stream = send(server.address, GET).await;
    let local = stream.local_addr().unwrap().to_string();
    assert!(rest(&stream).await.ends_with(&local));
    server.trigger.advance();
    server.ended.await.unwrap().unwrap();
}

#[tokio::test]
async fn draining_finishes_what_is_under_way() {
    let (entered, release) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let (on_enter, held) = (Arc::clone(&entered), Arc::clone(&release));
    let app = Router::new().route(
        "/",
        get(async move || {
            on_enter.notify_one();
            held.notified().await;
            "finished"
        }),
    );
    let server = running(app, config::Server::default()).await;
    let stream = send(server.address, GET).await;
    entered.notified().await;
    server.trigger.advance();
    while TcpStream::connect(server.address).await.is_ok() {
        tokio::task::yield_now().await;
    }
    release.notify_one();
    assert!(rest(&stream).await.ends_with("finished"));
    server.ended.await.unwrap().unwrap();
}

#[tokio::test]
async fn a_second_request_to_stop_ends_at_once() {
    let entered = Arc::new(Notify::new());
    let on_enter = Arc::clone(&entered);
    let app = Router::new().route(
        "/",
        get(async move || {
            on_enter.notify_one();
            std::future::pending::<()>().await;
        }),
    );
    let server = running(app, config::Server::default()).await;
    let stream = send(server.address, GET).await;
    entered.notified().await;
    server.trigger.advance();
    server.trigger.advance();
    server.ended.await.unwrap().unwrap();
    assert_eq!(rest(&stream).await, "");
}

#[tokio::test]
async fn a_connection_too_many_is_closed() {
    for (all, of_one) in [(1, 100), (100, 1)] {
        one_connection_more_is_closed(ConnectionLimits { all, of_one, trusted: TrustedProxies::default() }).await;
    }
}

async fn one_connection_more_is_closed(limits: ConnectionLimits) {
    let server = running_with(Router::new().route("/", get(async || "fine")), config::Server::default(), limits).await;
    let first = send(server.address, "GET / HTTP/1.1\r\nhost: x\r\n\r\n").await;
    first.readable().await.unwrap();
    assert_eq!(rest(&send(server.address, GET).await).await, "");
    server.trigger.advance();
    assert!(rest(&first).await.contains("fine"));
    server.ended.await.unwrap().unwrap();
}

#[tokio::test]
async fn connections_of_a_trusted_proxy_are_counted_in_all_alone() {
    let trusted = TrustedProxies::new(["127.0.0.0/8".parse().unwrap()]);
    let limits = ConnectionLimits { all: 2, of_one: 1, trusted };
    let server = running_with(Router::new().route("/", get(async || "fine")), config::Server::default(), limits).await;
    let first = send(server.address, "GET / HTTP/1.1\r\nhost: x\r\n\r\n").await;
    first.readable().await.unwrap();
    assert!(rest(&send(server.address, GET).await).await.ends_with("fine"));
    server.trigger.advance();
    server.ended.await.unwrap().unwrap();
}

#[tokio::test]
async fn silent_and_slow_connections_are_closed() {
    // Zero is below what the configuration allows, and spares the test from waiting.
    let settings = config::Server { header_timeout_seconds: 0, ..config::Server::default() };
    let server = running(Router::new(), settings).await;
    rest(&send(server.address, "").await).await;
    rest(&send(server.address, "PRI * HTTP").await).await;
    server.trigger.advance();
    server.ended.await.unwrap().unwrap();
}

#[tokio::test]
async fn a_large_head_is_refused() {
    let settings = config::Server { max_header_bytes: 8192, ..config::Server::default() };
    let server = running(Router::new(), settings).await;
    let large = format!("GET / HTTP/1.1\r\nhost: x\r\nx-large: {}\r\n\r\n", "x".repeat(8192));
    assert!(rest(&send(server.address, &large).await).await.starts_with("HTTP/1.1 431"));
    server.trigger.advance();
    server.ended.await.unwrap().unwrap();
}

#[tokio::test]
async fn an_address_in_use_is_named() {
    let bound = bind(ANY).unwrap();
    let error = bind(bound.address()).unwrap_err().to_string();
    assert!(error.contains(&bound.address().to_string()), "{error}");
}

#[tokio::test]
async fn messages_that_two_could_read_differently_are_refused() {
    let server = running(Router::new().route("/", get(async || "fine")), config::Server::default()).await;
    for (head, status) in [
        ("GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n", "200"),
        ("GET / HTTP/1.0\r\n\r\n", "200"),
        ("GET / HTTP/1.1\r\n\r\n", "400"),
        ("GET / HTTP/1.1\r\nhost: x\r\nhost: y\r\n\r\n", "400"),
        ("GET / HTTP/1.1\r\nhost: x\r\ntransfer-encoding: gzip, chunked\r\n\r\n0\r\n\r\n", "501"),
    ] {
        let answer = rest(&send(server.address, head).await).await;
        assert_eq!(answer.split(' ').nth(1), Some(status), "{head}: {answer}");
    }
    server.trigger.advance();
    server.ended.await.unwrap().unwrap();
}

#[tokio::test]
async fn until_the_delay_is_over_everything_is_still_answered() {
    let settings = config::Server { drain_delay_seconds: 600, ..config::Server::default() };
    let server = running(Router::new().route("/", get(async || "fine")), settings).await;
    server.trigger.advance();
    for _ in 0..10 {
        assert!(rest(&send(server.address, GET).await).await.ends_with("fine"));
    }
    // Whoever asks again waits for nothing.
    server.trigger.advance();
    server.ended.await.unwrap().unwrap();
}
