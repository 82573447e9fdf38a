//! Connections from another address of this machine than honest callers have.

use std::io::{Read as _, Write as _};
use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

/// Where attackers are.
const ADDRESS: IpAddr = IpAddr::V4(Ipv4Addr::new(127, 0, 0, 2));

/// Whoever attacks: gone as soon as the run is over.
pub struct Attacker<'s> {
    pub server: SocketAddr,
    over: &'s AtomicBool,
    runtime: tokio::runtime::Runtime,
    never: Receiver<()>,
    _held: std::sync::mpsc::Sender<()>,
}

impl<'s> Attacker<'s> {
    pub fn of(server: SocketAddr, over: &'s AtomicBool) -> Self {
        let (held, never) = channel();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        Self { server, over, runtime, never, _held: held }
    }

    pub fn goes_on(&self) -> bool {
        !self.over.load(Relaxed)
    }

    /// Waits so long.
    pub fn pause(&self, time: Duration) {
        let _ = self.never.recv_timeout(time);
    }

    /// A connection; none where the server takes no more.
    pub fn connect(&self) -> Option<TcpStream> {
        let connecting = async {
            let socket = tokio::net::TcpSocket::new_v4()?;
            socket.bind(SocketAddr::new(ADDRESS, 0))?;
            socket.connect(self.server).await?.into_std()
        };
        let connecting = async { tokio::time::timeout(Duration::from_secs(1), connecting).await };
        let stream = self.runtime.block_on(connecting).ok()?.ok()?;
        stream.set_nonblocking(false).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(2))).unwrap();
        stream.set_write_timeout(Some(Duration::from_secs(2))).unwrap();
        stream.set_nodelay(true).unwrap();
        Some(stream)
    }

    /// Sends requests one after the other, each as soon as the one before was answered; how many were.
    pub fn ask_without_end(&self, mut request: impl FnMut(u64) -> String) -> u64 {
        let (mut asked, mut answered, mut line) = (0, 0, None);
        while self.goes_on() {
            let Some(stream) = line.take().or_else(|| self.connect()) else {
                self.pause(Duration::from_millis(10));
                continue;
            };
            asked += 1;
            if is_answered(&stream, &request(asked)) {
                answered += 1;
                line = Some(stream);
            }
        }
        answered
    }
}

/// Whether the whole answer comes, whatever it says.
fn is_answered(mut stream: &TcpStream, request: &str) -> bool {
    let (mut read, mut piece) = (Vec::new(), [0; 4096]);
    if stream.write_all(request.as_bytes()).is_err() {
        return false;
    }
    loop {
        match stream.read(&mut piece) {
            Ok(0) | Err(_) => return false,
            Ok(some) => read.extend_from_slice(&piece[..some]),
        }
        let Some(head) = read.windows(4).position(|window| window == b"\r\n\r\n") else { continue };
        let text = String::from_utf8_lossy(&read[..head]).to_lowercase();
        let length = text.lines().find_map(|line| line.strip_prefix("content-length: ")?.parse::<usize>().ok());
        if read.len() >= head + 4 + length.unwrap_or(0) {
            return true;
        }
    }
}

/// A request over HTTP/1.1.
pub fn post(path: &str, headers: &str, body: &str) -> String {
    format!("POST {path} HTTP/1.1\r\nhost: x\r\n{headers}content-length: {}\r\n\r\n{body}", body.len())
}
