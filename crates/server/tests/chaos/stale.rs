//! A fault to be found: somebody before a process who repeats for some seconds that a session is valid, as a naive cache would.

use std::collections::HashMap;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::time::{Duration, Instant};

use parking_lot::Mutex;

/// So long it repeats itself.
const FRESH: Duration = Duration::from_secs(600);

pub struct StaleDoor {
    pub address: SocketAddr,
    over: Arc<AtomicBool>,
}

type Kept = Arc<Mutex<HashMap<String, (Instant, Vec<u8>)>>>;

impl StaleDoor {
    pub fn before(server: SocketAddr) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let address = listener.local_addr().unwrap();
        let over = Arc::new(AtomicBool::new(false));
        let (ends, kept) = (over.clone(), Kept::default());
        std::thread::spawn(move || {
            for client in listener.incoming() {
                if ends.load(SeqCst) {
                    return;
                }
                let (kept, server) = (kept.clone(), TcpStream::connect(server).unwrap());
                std::thread::spawn(move || carry(client.unwrap(), server, &kept));
            }
        });
        Self { address, over }
    }
}

impl Drop for StaleDoor {
    fn drop(&mut self) {
        self.over.store(true, SeqCst);
        // Wakes whoever accepts.
        drop(TcpStream::connect(self.address));
    }
}

/// One request and its answer at a time.
fn carry(client: TcpStream, server: TcpStream, kept: &Kept) -> Option<()> {
    client.set_nodelay(true).ok()?;
    server.set_nodelay(true).ok()?;
    let (mut client, mut server) = (BufReader::new(client), BufReader::new(server));
    loop {
        let (head, body) = message(&mut client)?;
        let cached = head.starts_with("POST /usm/session/validate ").then(|| String::from_utf8_lossy(&body).into_owned());
        let known = cached.as_ref().and_then(|body| kept.lock().get(body).filter(|(since, _)| since.elapsed() < FRESH).cloned());
        let answer = match known {
            Some((_, answer)) => answer,
            None => {
                server.get_mut().write_all(&[head.as_bytes(), &body].concat()).ok()?;
                let (head, answered) = message(&mut server)?;
                let answer = [head.as_bytes(), &answered].concat();
                if let Some(body) = cached.filter(|_| head.starts_with("HTTP/1.1 200 ")) {
                    kept.lock().insert(body, (Instant::now(), answer.clone()));
                }
                answer
            }
        };
        client.get_mut().write_all(&answer).ok()?;
    }
}

/// Head and body; `None` at the end of the connection.
fn message(stream: &mut BufReader<TcpStream>) -> Option<(String, Vec<u8>)> {
    let mut head = String::new();
    let mut length = 0;
    loop {
        let begins = head.len();
        if stream.read_line(&mut head).ok()? == 0 {
            return None;
        }
        let line = head[begins..].trim_end();
        if line.is_empty() {
            break;
        }
        if let Some((_, value)) = line.split_once(':').filter(|(name, _)| name.eq_ignore_ascii_case("content-length")) {
            length = value.trim().parse().ok()?;
        }
    }
    let mut body = vec![0; length];
    stream.read_exact(&mut body).ok()?;
    Some((head, body))
}
