//! A proxy that carries requests to the server and loses some of the answers.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

pub struct Proxy {
    pub address: SocketAddr,
    /// How many answers were lost.
    pub lost: Arc<AtomicUsize>,
    task: JoinHandle<()>,
}

impl Proxy {
    /// Loses the first so many answers to requests for this path.
    pub async fn losing(losses: usize, path: &'static str, server: SocketAddr) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let lost = Arc::new(AtomicUsize::new(0));
        let counted = lost.clone();
        let task = tokio::spawn(async move {
            loop {
                let (client, _) = listener.accept().await.unwrap();
                tokio::spawn(carry(client, server, losses, path, counted.clone()));
            }
        });
        Self { address, lost, task }
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// One request and its answer at a time.
async fn carry(mut client: TcpStream, server: SocketAddr, losses: usize, path: &str, lost: Arc<AtomicUsize>) {
    let mut server = TcpStream::connect(server).await.unwrap();
    while let Some(request) = message(&mut client).await {
        server.write_all(&request).await.unwrap();
        let answer = message(&mut server).await.unwrap();
        let is_meant = String::from_utf8_lossy(&request).lines().next().is_some_and(|line| line.to_lowercase().contains(path));
        let take = |count: usize| (is_meant && count < losses).then_some(count + 1);
        if lost.fetch_update(Ordering::SeqCst, Ordering::SeqCst, take).is_ok() {
            return;
        }
        client.write_all(&answer).await.unwrap();
    }
}

/// Head and body of a message; `None` at the end of the connection.
async fn message(stream: &mut TcpStream) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    loop {
        let text = String::from_utf8_lossy(&bytes);
        if let Some(end) = text.find("\r\n\r\n") {
            let length = text[..end].lines().find_map(|line| {
                let (name, value) = line.split_once(':')?;
                name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse::<usize>().unwrap())
            });
            if bytes.len() >= end + 4 + length.unwrap_or(0) {
                return Some(bytes);
            }
        }
        let mut chunk = [0; 4096];
        match stream.read(&mut chunk).await {
            Ok(read) if read > 0 => bytes.extend_from_slice(&chunk[..read]),
            _ => return None,
        }
    }
}
