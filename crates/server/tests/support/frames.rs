//! An HTTP/2 client that keeps none of the manners of a real one: it sends the frames that it is told to, without TLS.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
const DATA: u8 = 0;
const HEADERS: u8 = 1;
const RST_STREAM: u8 = 3;
const SETTINGS: u8 = 4;
const PING: u8 = 6;
const GOAWAY: u8 = 7;
const END_STREAM: u8 = 1;
const ACK: u8 = 1;
const END_HEADERS: u8 = 4;
/// Of what may be sent on a stream before more is granted.
const INITIAL_WINDOW_SIZE: u16 = 4;

/// A frame that came: its type, its flags, its stream, its content.
#[derive(Debug)]
pub struct Frame {
    kind: u8,
    flags: u8,
    pub stream: u32,
    content: Vec<u8>,
}

impl Frame {
    /// Whether the server gave the connection or this stream up.
    pub fn is_refusal(&self) -> bool {
        matches!(self.kind, RST_STREAM | GOAWAY)
    }

    /// Whether it begins an answer.
    pub fn is_head(&self) -> bool {
        self.kind == HEADERS
    }
}

/// A connection.
pub struct Frames {
    stream: TcpStream,
    next: u32,
    unread: Vec<u8>,
}

impl Frames {
    /// Connects, and grants `window` bytes of each answer.
    pub fn to(address: SocketAddr, window: u32) -> std::io::Result<Self> {
        Self::over(TcpStream::connect(address)?, window)
    }

    /// As [`Self::to`], over a connection that there is.
    pub fn over(mut stream: TcpStream, window: u32) -> std::io::Result<Self> {
        stream.set_nodelay(true)?;
        let settings = [&INITIAL_WINDOW_SIZE.to_be_bytes()[..], &window.to_be_bytes()].concat();
        stream.write_all(&[PREFACE, &frame(SETTINGS, 0, 0, &settings)].concat())?;
        Ok(Self { stream, next: 1, unread: Vec::new() })
    }

    /// Begins a request; with a body, that is still to come. Returns its stream.
    pub fn begin(&mut self, method: &str, path: &str, has_body: bool) -> std::io::Result<u32> {
        let stream = self.next;
        self.next += 2;
        let kind = ("content-type", "application/json");
        let fields = [(":method", method), (":scheme", "http"), (":path", path), (":authority", "cloakroom"), kind];
        let head: Vec<u8> = fields.into_iter().flat_map(literal).collect();
        let flags = if has_body { END_HEADERS } else { END_HEADERS | END_STREAM };
        self.stream.write_all(&frame(HEADERS, flags, stream, &head))?;
        Ok(stream)
    }

    /// A piece of a body, and perhaps its last.
    pub fn data(&mut self, stream: u32, content: &[u8], is_last: bool) -> std::io::Result<()> {
        self.stream.write_all(&frame(DATA, u8::from(is_last) * END_STREAM, stream, content))
    }

    /// Gives a request up.
    pub fn reset(&mut self, stream: u32) -> std::io::Result<()> {
        self.stream.write_all(&frame(RST_STREAM, 0, stream, &8_u32.to_be_bytes()))
    }

    /// The next frame within `patience`, pings answered; `None` where none comes, or the server closed.
    pub fn next(&mut self, patience: Duration) -> std::io::Result<Option<Frame>> {
        self.stream.set_read_timeout(Some(patience.max(Duration::from_millis(1))))?;
        loop {
            if let Some(frame) = self.parsed() {
                if frame.kind != PING || frame.flags & ACK != 0 {
                    return Ok(Some(frame));
                }
                self.stream.write_all(&self::frame(PING, ACK, 0, &frame.content))?;
                continue;
            }
            let mut piece = [0; 16_384];
            match self.stream.read(&mut piece) {
                Ok(0) => return Err(std::io::ErrorKind::UnexpectedEof.into()),
                Ok(read) => self.unread.extend_from_slice(&piece[..read]),
                Err(error) if matches!(error.kind(), std::io::ErrorKind::WouldBlock | std::io::ErrorKind::TimedOut) => return Ok(None),
                Err(error) => return Err(error),
            }
        }
    }

    fn parsed(&mut self) -> Option<Frame> {
        let head = self.unread.get(..9)?;
        let length = usize::from(head[0]) << 16 | usize::from(head[1]) << 8 | usize::from(head[2]);
        let (kind, flags, stream) = (head[3], head[4], u32::from_be_bytes([head[5], head[6], head[7], head[8]]));
        let content = self.unread.get(9..9 + length)?.to_vec();
        self.unread.drain(..9 + length);
        Some(Frame { kind, flags, stream, content })
    }
}

fn frame(kind: u8, flags: u8, stream: u32, content: &[u8]) -> Vec<u8> {
    let length = u32::try_from(content.len()).unwrap().to_be_bytes();
    [&length[1..], &[kind, flags], &stream.to_be_bytes(), content].concat()
}

/// A header as HPACK writes it without its tables; of less than 127 bytes each.
fn literal((name, value): (&str, &str)) -> Vec<u8> {
    let text = |text: &str| [&[u8::try_from(text.len()).unwrap()], text.as_bytes()].concat();
    [vec![0], text(name), text(value)].concat()
}
