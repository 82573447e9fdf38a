//! The socket of the data directory: made by the server that holds the database, found by commands.

use std::fs::{self, File, Permissions};
use std::io;
use std::os::fd::AsRawFd as _;
use std::os::unix::fs::{FileTypeExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use tokio::net::{UnixListener, UnixSocket, UnixStream};

use crate::config::{self, Config};
use crate::control::client::{Reply, ask};
use crate::control::{Call, Command};
use crate::failure::Failure;
use crate::report::Report;

const NAME: &str = "control.sock";
/// Bytes that every system has room for in the address of a socket (108 on Linux, 104 elsewhere, with the zero at the end).
const LONGEST: usize = 103;
/// Connections that the kernel holds until they are accepted.
const BACKLOG: u32 = 16;

/// The name of the socket, removed when dropped. Drop it while the database is still held: it is nobody else's until then.
pub struct SocketName(PathBuf);

impl Drop for SocketName {
    fn drop(&mut self) {
        // What is left behind is replaced by the next start.
        let _ = fs::remove_file(&self.0);
    }
}

/// A path that fits into the address of a socket, and what it needs to stay good.
struct Address {
    path: PathBuf,
    _directory: Option<File>,
}

/// The socket of this directory. Where its path is too long for an address, it is named through the directory's descriptor.
fn address(data_dir: &Path) -> io::Result<Address> {
    let path = data_dir.join(NAME);
    if path.as_os_str().len() <= LONGEST {
        return Ok(Address { path, _directory: None });
    }
    if !cfg!(target_os = "linux") {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "its path is longer than the address of a socket may be"));
    }
    let directory = File::open(data_dir)?;
    let path = PathBuf::from(format!("/proc/self/fd/{}", directory.as_raw_fd())).join(NAME);
    Ok(Address { path, _directory: Some(directory) })
}

/// Listens on the socket of the data directory, mode 0600, replacing one that nobody answers. Call it with the database held.
///
/// # Errors
/// What the system says, or that another server answers there.
async fn listen(data_dir: &Path) -> io::Result<(UnixListener, SocketName)> {
    let name = data_dir.join(NAME);
    let address = address(data_dir)?;
    match fs::symlink_metadata(&name) {
        Ok(found) if !found.file_type().is_socket() => {
            return Err(io::Error::new(io::ErrorKind::AlreadyExists, "a file that is no socket has its name"));
        }
        Ok(_) if UnixStream::connect(&address.path).await.is_ok() => {
            return Err(io::Error::new(io::ErrorKind::AddrInUse, "another server, with another database, answers there"));
        }
        Ok(_) => fs::remove_file(&name)?,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(error),
    }
    let socket = UnixSocket::new_stream()?;
    socket.bind(&address.path)?;
    let made = SocketName(name);
    // No client can connect before it listens.
    fs::set_permissions(&made.0, Permissions::from_mode(0o600))?;
    Ok((socket.listen(BACKLOG)?, made))
}

/// A socket that listens, its name, and the database that its commands are for.
pub struct ControlSocket {
    pub listener: UnixListener,
    pub name: SocketName,
    pub database: PathBuf,
}

/// The control socket of a server. One without it serves no worse, so what is in its way is told and not a failure.
pub async fn open(config: &Config) -> Option<ControlSocket> {
    if matches!(config.store.database(), Ok(config::Database::Postgres(_))) {
        return None;
    }
    let opened = async {
        let database = database(config).map_err(|_| io::ErrorKind::NotFound)??;
        let (listener, name) = listen(&config.store.data_dir).await?;
        Ok::<_, io::Error>(ControlSocket { listener, name, database })
    };
    opened.await.inspect_err(|error| tracing::warn!(error = %error, "no control socket: commands cannot reach this server")).ok()
}

/// Whether somebody answers on the socket of this data directory.
pub async fn is_answered(config: &Config) -> bool {
    match address(&config.store.data_dir) {
        Ok(address) => UnixStream::connect(&address.path).await.is_ok(),
        Err(_) => false,
    }
}

/// Where the database is, its path resolved.
///
/// # Errors
/// What the system says, as when there is none.
pub fn database(config: &Config) -> Result<io::Result<PathBuf>, Failure> {
    match config.store.database().map_err(Failure::new)? {
        config::Database::Sqlite(path) => Ok(fs::canonicalize(path)),
        // No process has it to itself: commands open it beside the servers.
        config::Database::Postgres(_) => Ok(Err(io::Error::new(io::ErrorKind::Unsupported, "it is no file"))),
    }
}

/// Asks the server that has the database open, if there is one; `None` if none listens.
///
/// # Errors
/// A server that is there and does not answer.
pub async fn ask_running(config: &Config, command: &Command) -> Result<Option<Result<Report, Failure>>, Failure> {
    let Ok(database) = database(config)? else { return Ok(None) };
    let data_dir = &config.store.data_dir;
    let connected = match address(data_dir) {
        Ok(address) => UnixStream::connect(&address.path).await,
        Err(error) => Err(error),
    };
    let stream = match connected {
        Ok(stream) => stream,
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied => {
            let name = data_dir.join(NAME);
            return Err(
                Failure::new(format_args!("{}: {error}", name.display())).hint("run the command as the user that the server runs as")
            );
        }
        // Nobody there, or an old name that nobody listens to: the lock of the database tells.
        Err(_) => return Ok(None),
    };
    match ask(stream, &Call { database, command }).await? {
        Reply::Ran(done) => Ok(Some(done)),
        Reply::OtherDatabase => Ok(None),
    }
}
