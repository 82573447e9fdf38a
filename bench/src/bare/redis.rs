//! Redis, which many keep sessions in: `GET` of as many bytes as the answer that is measured beside it.

use std::ffi::OsStr;
use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::Failure;
use crate::window::Line;

/// As many as a hot set: more would only make Redis slower.
const KEYS: usize = 10_000;
/// Somebody else may take a port between the look for a free one and the start.
const TRIES: usize = 5;
const PATIENCE: Duration = Duration::from_secs(10);

/// A `redis-server` that keeps nothing on disk; ended when dropped.
pub(crate) struct Redis {
    process: Child,
    address: SocketAddr,
    value: usize,
}

/// Where `redis-server` is, on the path or where Debian puts it.
pub(crate) fn installed() -> Option<PathBuf> {
    find(&std::env::var_os("PATH").unwrap_or_default())
}

fn find(path: &OsStr) -> Option<PathBuf> {
    let folders = std::env::split_paths(path).chain([PathBuf::from("/usr/bin")]);
    folders.map(|folder| folder.join("redis-server")).find(|file| file.is_file())
}

impl Redis {
    /// Starts it on a free port with its keys, each with as many bytes.
    pub(crate) fn start(binary: &Path, scratch: &Path, value: usize) -> Result<Self, Failure> {
        for _ in 0..TRIES {
            let port = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port();
            let mut command = Command::new(binary);
            command.args(["--port", &port.to_string(), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir"]).arg(scratch);
            let process = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn()?;
            let mut redis = Self { process, address: SocketAddr::from((Ipv4Addr::LOCALHOST, port)), value };
            if let Some(stream) = redis.reach()? {
                redis.fill(stream)?;
                return Ok(redis);
            }
        }
        Err("redis-server does not start on any port".into())
    }

    /// Waits until it serves; nothing if it has ended instead.
    fn reach(&mut self) -> Result<Option<std::net::TcpStream>, Failure> {
        let begun = Instant::now();
        while self.process.try_wait()?.is_none() {
            if let Ok(stream) = std::net::TcpStream::connect(self.address) {
                return Ok(Some(stream));
            }
            if begun.elapsed() > PATIENCE {
                return Err("redis-server does not answer".into());
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        Ok(None)
    }

    fn fill(&self, mut stream: std::net::TcpStream) -> Result<(), Failure> {
        let value = " ".repeat(self.value);
        let commands: String = (0..KEYS).map(|number| command(&["SET", &key(number), &value])).collect();
        stream.set_read_timeout(Some(PATIENCE))?;
        stream.write_all(commands.as_bytes())?;
        let mut answers = vec![0; KEYS * SET.len()];
        stream.read_exact(&mut answers)?;
        if answers.chunks(SET.len()).all(|answer| answer == SET) { Ok(()) } else { Err("Redis does not keep what it is given".into()) }
    }

    /// What is asked of it: one key in each request.
    pub(crate) fn requests() -> Arc<Vec<Vec<u8>>> {
        Arc::new((0..KEYS).map(|number| command(&["GET", &key(number)]).into_bytes()).collect())
    }

    /// As many connections.
    pub(crate) async fn connect(&self, count: usize) -> Result<Vec<RedisLine>, Failure> {
        let mut lines = Vec::with_capacity(count);
        for _ in 0..count {
            let stream = TcpStream::connect(self.address).await?;
            stream.set_nodelay(true)?;
            lines.push(RedisLine { stream, buffer: Vec::with_capacity(8192), value: self.value });
        }
        Ok(lines)
    }

    /// CPU time that it has used: all of its commands run on its first thread.
    pub(crate) fn cpu(&self) -> Result<Duration, Failure> {
        let text = std::fs::read_to_string(format!("/proc/{}/schedstat", self.process.id()))?;
        Ok(Duration::from_nanos(text.split_whitespace().next().ok_or("/proc tells no CPU time")?.parse()?))
    }
}

impl Drop for Redis {
    fn drop(&mut self) {
        // It keeps nothing.
        if self.process.kill().and_then(|()| self.process.wait()).is_err() {
            println!("redis-server could not be ended");
        }
    }
}

const SET: &[u8] = b"+OK\r\n";

fn key(number: usize) -> String {
    format!("session:{number:08}")
}

/// As Redis reads it (RESP): an array of texts.
fn command(words: &[&str]) -> String {
    let texts: String = words.iter().map(|word| format!("${}\r\n{word}\r\n", word.len())).collect();
    format!("*{}\r\n{texts}", words.len())
}

/// A connection to it.
pub(crate) struct RedisLine {
    stream: TcpStream,
    buffer: Vec<u8>,
    value: usize,
}

impl Line for RedisLine {
    async fn served(&mut self, request: &[u8]) -> Result<(), Failure> {
        self.stream.write_all(request).await?;
        self.buffer.clear();
        loop {
            if let Some(head) = self.buffer.iter().position(|byte| *byte == b'\n') {
                let length = length(&self.buffer[..=head]).filter(|length| *length == self.value).ok_or("Redis answers something else")?;
                if self.buffer.len() >= head + 1 + length + 2 {
                    return Ok(());
                }
            }
            if self.stream.read_buf(&mut self.buffer).await? == 0 {
                return Err("Redis closed the connection".into());
            }
        }
    }
}

/// Of the text that follows.
fn length(head: &[u8]) -> Option<usize> {
    std::str::from_utf8(head).ok()?.strip_prefix('$')?.trim_end().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::in_process::runtime;

    #[test]
    fn commands_and_answers_are_written_as_redis_reads_and_writes_them() {
        assert_eq!(command(&["GET", "session:7"]), "*2\r\n$3\r\nGET\r\n$9\r\nsession:7\r\n");
        assert_eq!(length(b"$321\r\n"), Some(321));
        for other in [&b"$-1\r\n"[..], b"+OK\r\n", b"-ERR\r\n", b"\r\n"] {
            assert_eq!(length(other), None);
        }
    }

    #[test]
    fn it_is_found_on_the_path() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("redis-server");
        std::fs::write(&file, "").unwrap();
        assert_eq!(find(folder.path().as_os_str()), Some(file));
    }

    #[test]
    fn another_answer_than_the_value_is_no_success() {
        runtime("client", 1).unwrap().block_on(async {
            for (answer, succeeds) in [("$3\r\nabc\r\n", true), ("$2\r\nab\r\n", false), ("$-1\r\n", false), ("-ERR no\r\n", false)] {
                let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
                let stream = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
                let (mut there, _) = listener.accept().await.unwrap();
                there.write_all(answer.as_bytes()).await.unwrap();
                let mut line = RedisLine { stream, buffer: Vec::new(), value: 3 };
                assert_eq!(line.served(b"*1\r\n").await.is_ok(), succeeds, "{answer:?}");
            }
        });
    }
}
