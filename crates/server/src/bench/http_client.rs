//! As little of an HTTP/1.1 client as it takes: one connection, kept alive, one request at a time, on loopback.

use std::net::SocketAddr;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::Failure;

/// Longer answers cannot come from our server.
const LONGEST_ANSWER: usize = 1 << 20;

/// A connection to the server under test.
pub struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
}

/// What came back.
pub struct Answer<'a> {
    /// As RFC 9110 section 15.
    pub status: u16,
    /// The lines before the body.
    pub head: &'a [u8],
    /// All of it.
    pub body: &'a [u8],
}

impl Connection {
    /// Connects to a server on this machine.
    ///
    /// # Errors
    /// When it cannot be reached, or is on another machine.
    pub async fn open(address: SocketAddr) -> Result<Self, Failure> {
        if !address.ip().is_loopback() {
            return Err(format!("{address} is not this machine: a bench asks nobody else").into());
        }
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, buffer: Vec::with_capacity(8192) })
    }

    /// Sends one request and reads the answer to it.
    ///
    /// # Errors
    /// When the connection ends, or the answer is none that this client understands.
    pub async fn ask(&mut self, request: &[u8]) -> Result<Answer<'_>, Failure> {
        self.stream.write_all(request).await?;
        self.buffer.clear();
        let head = loop {
            if let Some(end) = self.buffer.windows(4).position(|window| window == b"\r\n\r\n") {
                break end + 4;
            }
            self.more().await?;
        };
        let (status, length) = read_head(&self.buffer[..head]).ok_or("the answer has no head that this client understands")?;
        while self.buffer.len() < head + length {
            self.more().await?;
        }
        let (head, body) = self.buffer[..head + length].split_at(head);
        Ok(Answer { status, head, body })
    }

    async fn more(&mut self) -> Result<(), Failure> {
        if self.buffer.len() > LONGEST_ANSWER {
            return Err("the answer does not end".into());
        }
        match self.stream.read_buf(&mut self.buffer).await? {
            0 => Err("the server closed the connection".into()),
            _ => Ok(()),
        }
    }
}

/// Status and `content-length`.
fn read_head(head: &[u8]) -> Option<(u16, usize)> {
    let head = std::str::from_utf8(head).ok()?;
    let mut lines = head.split("\r\n");
    let status = lines.next()?.strip_prefix("HTTP/1.1 ")?.get(..3)?.parse().ok()?;
    let length = lines.find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse().ok())?
    })?;
    Some((status, length))
}

/// A POST of JSON, as bytes. The body stands at its end.
pub fn post(path: &str, body: &str) -> Vec<u8> {
    let length = body.len();
    let agent = super::people::USER_AGENT;
    format!(
        "POST {path} HTTP/1.1\r\nhost: localhost\r\nuser-agent: {agent}\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n{body}"
    )
    .into_bytes()
}

/// A GET, as bytes.
pub fn get(path: &str) -> Vec<u8> {
    format!("GET {path} HTTP/1.1\r\nhost: localhost\r\n\r\n").into_bytes()
}
