//! What stands between a process and PostgreSQL: a proxy that carries bytes until it is told to cut them off.

use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering::SeqCst};

use parking_lot::{Condvar, Mutex};

pub struct Wire {
    pub address: SocketAddr,
    shared: Arc<Shared>,
}

/// What is lost with a commit.
#[derive(Clone, Copy)]
pub enum Loss {
    Nothing,
    /// PostgreSQL never hears of it.
    Commit,
    /// PostgreSQL commits, and nobody hears of that.
    Answer,
}

struct Shared {
    socket: PathBuf,
    refuses: AtomicBool,
    over: AtomicBool,
    /// Whether what comes waits, and who is told when that ends.
    holds: (Mutex<bool>, Condvar),
    /// What becomes of the next commit: a [`Loss`].
    next_commit: AtomicUsize,
    lost: AtomicU64,
    /// Both ends of every connection there has been since the last cut.
    open: Mutex<Vec<(TcpStream, UnixStream)>>,
}

impl Wire {
    /// To the server that listens on this socket.
    pub fn to(socket: PathBuf) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let address = listener.local_addr().unwrap();
        let shared = Shared {
            socket,
            refuses: AtomicBool::new(false),
            over: AtomicBool::new(false),
            holds: Default::default(),
            next_commit: AtomicUsize::new(Loss::Nothing as usize),
            lost: AtomicU64::new(0),
            open: Mutex::default(),
        };
        let shared = Arc::new(shared);
        let here = shared.clone();
        std::thread::spawn(move || {
            for client in listener.incoming() {
                if here.over.load(SeqCst) {
                    return;
                }
                connect(&here, client.unwrap());
            }
        });
        Self { address, shared }
    }

    /// Cuts every connection.
    pub fn cut(&self) {
        self.shared.cut();
    }

    /// Has the next commit be lost, its connection with it.
    pub fn lose(&self, loss: Loss) {
        self.shared.next_commit.store(loss as usize, SeqCst);
    }

    /// How many commits or answers to one have been lost.
    pub fn lost(&self) -> u64 {
        self.shared.lost.load(SeqCst)
    }

    /// Whether nothing goes through any more, in either direction, though nobody hangs up.
    pub fn hold(&self, holds: bool) {
        *self.shared.holds.0.lock() = holds;
        self.shared.holds.1.notify_all();
    }

    /// Whether new connections end at once.
    pub fn refuse(&self, refuses: bool) {
        self.shared.refuses.store(refuses, SeqCst);
    }
}

impl Drop for Wire {
    fn drop(&mut self) {
        self.shared.over.store(true, SeqCst);
        self.hold(false);
        self.shared.cut();
        // Wakes whoever accepts.
        drop(TcpStream::connect(self.address));
    }
}

fn connect(shared: &Arc<Shared>, client: TcpStream) {
    if shared.refuses.load(SeqCst) {
        return;
    }
    let Ok(server) = UnixStream::connect(&shared.socket) else { return };
    client.set_nodelay(true).unwrap();
    let (Ok(from), Ok(to)) = (client.try_clone(), server.try_clone()) else { return };
    let (Ok(back_from), Ok(back_to)) = (server.try_clone(), client.try_clone()) else { return };
    {
        let mut open = shared.open.lock();
        // Whoever has hung up is not to be cut any more.
        open.retain(|(client, _)| client.peer_addr().is_ok());
        open.push((client, server));
    }
    let (there, back) = (shared.clone(), shared.clone());
    std::thread::spawn(move || {
        there.carry(&from, &to, Some(Commits::default()));
        let _ = (from.shutdown(Shutdown::Both), to.shutdown(Shutdown::Both));
    });
    std::thread::spawn(move || {
        back.carry(&back_from, &back_to, None);
        let _ = (back_from.shutdown(Shutdown::Both), back_to.shutdown(Shutdown::Both));
    });
}

impl Shared {
    /// Until either side ends, or a commit is lost; `commits` knows them where this is the way there.
    fn carry(&self, mut from: impl Read, mut to: impl Write, mut commits: Option<Commits>) {
        let mut bytes = [0; 16384];
        while let Ok(read) = from.read(&mut bytes) {
            let mut holds = self.holds.0.lock();
            while *holds {
                self.holds.1.wait(&mut holds);
            }
            drop(holds);
            let commits = commits.as_mut().is_some_and(|commits| commits.is_in(&bytes[..read]));
            let loss = if commits { self.next_commit.swap(Loss::Nothing as usize, SeqCst) } else { Loss::Nothing as usize };
            self.lost.fetch_add(u64::from(loss != Loss::Nothing as usize), SeqCst);
            if read == 0 || loss == Loss::Commit as usize || to.write_all(&bytes[..read]).is_err() || loss == Loss::Answer as usize {
                break;
            }
        }
    }

    fn cut(&self) {
        for (client, server) in self.open.lock().drain(..) {
            let _ = (client.shutdown(Shutdown::Both), server.shutdown(Shutdown::Both));
        }
    }
}

/// Knows the commits of one connection: each is a `Bind` of the statement that was prepared for them.
#[derive(Default)]
struct Commits {
    /// The statement's name between its zeros.
    bound: Option<Vec<u8>>,
}

impl Commits {
    fn is_in(&mut self, bytes: &[u8]) -> bool {
        const TEXT: &[u8] = b"\0COMMIT\0";
        if let Some(end) = bytes.windows(TEXT.len()).position(|window| window == TEXT) {
            let begin = bytes[..end].iter().rposition(|byte| !byte.is_ascii_alphanumeric()).map_or(0, |before| before + 1);
            self.bound = Some([b"\0", &bytes[begin..end], b"\0"].concat());
        }
        self.bound.as_ref().is_some_and(|bound| bytes.windows(bound.len()).any(|window| window == bound))
    }
}

#[test]
fn a_commit_is_known_by_the_name_that_it_was_prepared_under() {
    let mut commits = Commits::default();
    assert!(!commits.is_in(b"B\0\0\0\x10\0s7\0E"));
    assert!(!commits.is_in(b"P\0\0\0\x10s7\0COMMIT\0\0\0D\0\0\0\x08Ss7\0S"));
    assert!(!commits.is_in(b"B\0\0\0\x10\0s8\0E"));
    assert!(commits.is_in(b"B\0\0\0\x10\0s7\0E"));
}
