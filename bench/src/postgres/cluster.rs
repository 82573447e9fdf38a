//! A PostgreSQL of this run's own, from the server binaries of the machine: durable, on a real file system, gone with the run.

use std::io::{BufRead as _, BufReader};
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, chown};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use crate::Failure;
use crate::measure::ticks;

/// `$0` binaries, `$1` directory, `$2` whether the data stay. Runs as whoever may run PostgreSQL, until its standard input ends,
/// which it does however this process ends.
const KEEPER: &str = r#"
trap '' HUP INT TERM
set -e
"$0/initdb" -D "$1/data" -U cloakroom -A trust -E UTF8 --no-locale >"$1/log" 2>&1 || { cat "$1/log" >&2; exit 1; }
cat >>"$1/data/postgresql.conf" <<END
listen_addresses = ''
unix_socket_directories = '$1'
max_connections = 200
fsync = on
synchronous_commit = on
full_page_writes = on
shared_buffers = 512MB
max_wal_size = 4GB
END
"$0/pg_ctl" -D "$1/data" -l "$1/log" -w start >/dev/null || { cat "$1/log" >&2; exit 1; }
trap '"$0/pg_ctl" -D "$1/data" -m immediate stop >/dev/null 2>&1; [ "$2" = true ] || rm -rf "$1/data"' EXIT
echo "$(head -n 1 "$1/data/postmaster.pid")"
cat >/dev/null
"#;

/// A running server. Its socket is in a private directory: there is no port.
pub(super) struct Cluster {
    pub(super) sockets: PathBuf,
    pub(super) binaries: PathBuf,
    /// What it is, for people.
    pub(super) told: String,
    postmaster: u32,
    keeper: Child,
}

impl Cluster {
    pub(super) fn start(scratch: &Path, keep: bool) -> Result<Self, Failure> {
        let binaries =
            binaries().ok_or("there is no PostgreSQL server here: neither where pg_config --bindir says nor in /usr/lib/postgresql")?;
        let file_system = file_system(scratch)?;
        if ["tmpfs", "ramfs"].contains(&file_system.as_str()) {
            return Err(format!("{} is {file_system}, where nothing is durable: set TMPDIR", scratch.display()).into());
        }
        let home = scratch.join("postgres");
        std::fs::create_dir(&home)?;
        let mut command = Command::new("sh");
        command.arg("-c").arg(KEEPER).arg(&binaries).arg(&home).arg(keep.to_string());
        // An interrupt from the keyboard is this process's; the end of the pipe tells the keeper.
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).current_dir("/").process_group(0);
        // PostgreSQL refuses to run as root.
        if let Some((user, group)) = other_user()? {
            std::fs::set_permissions(scratch, std::fs::Permissions::from_mode(0o711))?;
            chown(&home, Some(user), Some(group))?;
            command.uid(user).gid(group);
        }
        let mut keeper = command.spawn()?;
        let mut line = String::new();
        BufReader::new(keeper.stdout.take().ok_or("the keeper has no output")?).read_line(&mut line)?;
        let postmaster = line.trim().parse().map_err(|_| "PostgreSQL did not start")?;
        let version = Command::new(binaries.join("postgres")).arg("--version").output()?;
        let version = String::from_utf8(version.stdout)?;
        let told = format!("{}, fsync and synchronous_commit on, {file_system}, by its socket", version.trim());
        Ok(Self { sockets: home, binaries, told, postmaster, keeper })
    }

    pub(super) fn url(&self, database: &str) -> String {
        let host = self.sockets.display().to_string().replace('/', "%2F");
        format!("postgres://cloakroom@{host}/{database}")
    }

    /// CPU time of all its processes so far, of those that have ended as well.
    pub(super) fn cpu(&self) -> Result<Duration, Failure> {
        let mut used = Duration::ZERO;
        for process in std::fs::read_dir("/proc")? {
            let process = process?;
            let Some(pid) = process.file_name().to_str().and_then(|name| name.parse::<u32>().ok()) else { continue };
            let Ok(stat) = std::fs::read_to_string(process.path().join("stat")) else { continue };
            let parent = stat.rsplit_once(')').and_then(|(_, rest)| rest.split_whitespace().nth(1)?.parse().ok());
            let taken = match (pid == self.postmaster, parent == Some(self.postmaster)) {
                (true, _) => ticks(&stat, 11..15),
                (_, true) => ticks(&stat, 11..13),
                _ => continue,
            };
            used += taken.ok_or("/proc tells no CPU time")?;
        }
        Ok(used)
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        drop(self.keeper.stdin.take());
        if self.keeper.wait().is_err() {
            println!("PostgreSQL could not be stopped");
        }
    }
}

/// Where `pg_config` says, else where Debian puts them: the newest there.
fn binaries() -> Option<PathBuf> {
    let told = Command::new("pg_config").arg("--bindir").output().ok();
    let told = told.and_then(|told| String::from_utf8(told.stdout).ok()).map(|path| PathBuf::from(path.trim()));
    let installed = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten().map(|version| version.path().join("bin"));
    let mut installed: Vec<_> = installed.collect();
    installed.sort();
    told.into_iter().chain(installed.into_iter().rev()).find(|path| path.join("initdb").is_file())
}

/// Whom to run it as, where this process may not.
fn other_user() -> Result<Option<(u32, u32)>, Failure> {
    if std::fs::metadata("/proc/self")?.uid() != 0 {
        return Ok(None);
    }
    let users = std::fs::read_to_string("/etc/passwd")?;
    let of = |name: &str| {
        let line = users.lines().find(|line| line.split(':').next() == Some(name))?;
        let mut ids = line.split(':').skip(2).map(|id| id.parse::<u32>().ok());
        Some((ids.next()??, ids.next()??))
    };
    let user = of("postgres").or_else(|| of("nobody"));
    Ok(Some(user.ok_or("PostgreSQL does not run as root, and there is no user postgres or nobody")?))
}

/// The kind of file system that a directory is on.
fn file_system(directory: &Path) -> Result<String, Failure> {
    let directory = directory.canonicalize()?;
    let mounts = std::fs::read_to_string("/proc/mounts")?;
    let mounted = mounts.lines().filter_map(|line| {
        let mut fields = line.split(' ').skip(1);
        let (place, kind) = (fields.next()?, fields.next()?);
        directory.starts_with(place).then_some((place.len(), kind))
    });
    Ok(mounted.max_by_key(|(length, _)| *length).ok_or("/proc tells no mounts")?.1.to_owned())
}
