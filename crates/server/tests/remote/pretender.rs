//! What speaks HTTP and is no server of ours: one whose clock is wrong, one that stops answering.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::time::SystemTime;

/// What is answered: status, date, body.
pub type Answer = (u16, SystemTime, &'static str);

/// Asked with the first line of a request; `None`: it is never answered.
type Asked = dyn Fn(&str) -> Option<Answer> + Send + Sync;

pub struct Pretender(SocketAddr);

impl Pretender {
    pub fn start(asked: impl Fn(&str) -> Option<Answer> + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let address = listener.local_addr().unwrap();
        let asked: Arc<Asked> = Arc::new(asked);
        std::thread::spawn(move || {
            for connection in listener.incoming() {
                let (connection, asked) = (connection.unwrap(), asked.clone());
                std::thread::spawn(move || serve(&connection, &*asked));
            }
        });
        Self(address)
    }

    pub fn base_url(&self) -> String {
        format!("http://{}", self.0)
    }
}

/// One request, whole before it is answered. Whoever hangs up meanwhile does so.
fn serve(connection: &TcpStream, asked: &Asked) -> Option<()> {
    let mut lines = BufReader::new(connection);
    let (mut first, mut length) = (String::new(), 0);
    lines.read_line(&mut first).ok()?;
    loop {
        let mut line = String::new();
        lines.read_line(&mut line).ok()?;
        if line.trim().is_empty() {
            break;
        }
        if let Some(bytes) = line.to_ascii_lowercase().strip_prefix("content-length:") {
            length = bytes.trim().parse().ok()?;
        }
    }
    lines.read_exact(&mut vec![0; length]).ok()?;
    let Some((status, date, body)) = asked(first.trim()) else {
        // Until the other side gives up.
        return lines.read_to_end(&mut Vec::new()).ok().map(|_| ());
    };
    let (date, length) = (httpdate::fmt_http_date(date), body.len());
    let mut writer = connection;
    write!(writer, "HTTP/1.1 {status} -\r\nDate: {date}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}").ok()
}
