//! What stands between a process and PostgreSQL: a proxy that carries bytes until it is told to cut them off.

use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};

use parking_lot::{Condvar, Mutex};

pub struct Wire {
    pub address: SocketAddr,
    shared: Arc<Shared>,
}

struct Shared {
    socket: PathBuf,
    refuses: AtomicBool,
    over: AtomicBool,
    /// Whether what comes waits, and who is told when that ends.
    holds: (Mutex<bool>, Condvar),
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
        there.carry(&from, &to);
        let _ = (from.shutdown(Shutdown::Both), to.shutdown(Shutdown::Both));
    });
    std::thread::spawn(move || {
        back.carry(&back_from, &back_to);
        let _ = (back_from.shutdown(Shutdown::Both), back_to.shutdown(Shutdown::Both));
    });
}

impl Shared {
    /// Until either side ends.
    fn carry(&self, mut from: impl Read, mut to: impl Write) {
        let mut bytes = [0; 16384];
        while let Ok(read) = from.read(&mut bytes) {
            let mut holds = self.holds.0.lock();
            while *holds {
                self.holds.1.wait(&mut holds);
            }
            drop(holds);
            if read == 0 || to.write_all(&bytes[..read]).is_err() {
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
