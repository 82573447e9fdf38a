//! Starting, stopping and killing the binary, and keeping what it wrote.

use std::io::{BufRead as _, BufReader, Read};
use std::net::SocketAddr;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread::JoinHandle;
use std::time::Duration;

use serde_json::Value;
use tempfile::TempDir;

use super::client::Client;

/// So long nothing that works takes; a test that waits longer has failed.
const PATIENCE: Duration = Duration::from_secs(60);

/// A data directory and what is said to every command about it.
pub struct Home {
    dir: TempDir,
    below: PathBuf,
    binary: PathBuf,
    environment: Vec<(&'static str, String)>,
}

impl Home {
    pub fn new() -> Self {
        Self {
            dir: TempDir::new().unwrap(),
            below: PathBuf::new(),
            binary: env!("CARGO_BIN_EXE_cloakroom").into(),
            environment: Vec::new(),
        }
    }

    /// A data directory below another of this name.
    pub fn within(name: &str) -> Self {
        Self { below: name.into(), ..Self::new() }
    }

    /// Of the optimised binary, where one is named.
    pub fn optimised(self) -> Self {
        let named = std::env::var_os("CLOAKROOM_RELEASE_BIN").map(PathBuf::from);
        Self { binary: named.unwrap_or(self.binary), ..self }
    }

    /// Sets a setting by its environment variable, `SECTION__NAME`.
    pub fn setting(mut self, name: &'static str, value: &str) -> Self {
        self.environment.push((name, value.to_owned()));
        self
    }

    /// The data directory.
    pub fn data(&self) -> PathBuf {
        self.dir.path().join(&self.below).join("data")
    }

    /// Writes a private file beside the data directory.
    pub fn file(&self, name: &str, content: &str) -> String {
        let path = self.dir.path().join(name);
        std::fs::write(&path, content).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
        path.to_str().unwrap().to_owned()
    }

    /// A directory document as a file.
    pub fn document(&self, name: &str, document: &Value) -> String {
        self.file(name, &document.to_string())
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(&self.binary);
        command.env_clear().args(arguments).arg("--data-dir").arg(self.data()).stdin(Stdio::null());
        command.envs(self.environment.iter().map(|(name, value)| (format!("CLOAKROOM__{name}"), value)));
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    /// Serves on a free port; waits until it does.
    pub fn serve(&self, arguments: &[&str]) -> Running {
        let command = self.command(&[&["serve", "--listen", "127.0.0.1:0"], arguments].concat());
        Running::start(command).unwrap_or_else(|finished| panic!("it did not start: {finished:?}"))
    }

    /// Tries to serve and expects it to refuse.
    pub fn refuse_to_serve(&self, arguments: &[&str]) -> Finished {
        let command = self.command(&[&["serve", "--listen", "127.0.0.1:0"], arguments].concat());
        match Running::start(command) {
            Ok(running) => panic!("it started: {:?}", running.stop()),
            Err(finished) => finished,
        }
    }

    /// A command about the data directory, to be started by the test itself.
    pub fn prepared(&self, arguments: &[&str]) -> Command {
        self.command(arguments)
    }

    /// Runs a command to its end.
    pub fn run(&self, arguments: &[&str]) -> Finished {
        Finished::of(self.command(arguments))
    }

    /// Runs a command to its end with one more setting.
    pub fn run_with(&self, name: &str, value: &str, arguments: &[&str]) -> Finished {
        let mut command = self.command(arguments);
        command.env(format!("CLOAKROOM__{name}"), value);
        Finished::of(command)
    }

    /// Every file of the data directory that is part of the database, with its content.
    pub fn database_files(&self) -> Vec<(PathBuf, Vec<u8>)> {
        let entries = std::fs::read_dir(self.data()).unwrap().flatten().map(|entry| entry.path());
        let database = |path: &PathBuf| path.file_name().unwrap().to_str().unwrap().starts_with("cloakroom.db");
        entries.filter(database).map(|path| (path.clone(), std::fs::read(path).unwrap())).collect()
    }
}

/// A server to look around in, whose folder is made below `temporary`; with no other environment than this.
///
/// # Errors
/// What is left of one that did not start.
pub fn dev(temporary: &Path, arguments: &[&str], environment: &[(&str, &str)]) -> Result<Running, Finished> {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cloakroom"));
    command.env_clear().env("TMPDIR", temporary).envs(environment.iter().copied()).arg("dev").args(arguments).stdin(Stdio::null());
    Running::start(command)
}

/// What is left of a process.
#[derive(Debug)]
pub struct Finished {
    pub status: ExitStatus,
    pub stdout: String,
    pub stderr: String,
}

impl Finished {
    fn of(mut command: Command) -> Self {
        let output = command.output().unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        Self { status: output.status, stdout: text(output.stdout), stderr: text(output.stderr) }
    }
}

/// A server that serves.
pub struct Running {
    child: Child,
    pub address: SocketAddr,
    lines: Receiver<String>,
    seen: Vec<String>,
    stderr: Option<JoinHandle<String>>,
}

impl Running {
    fn start(mut command: Command) -> Result<Self, Finished> {
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut errors = child.stderr.take().unwrap();
        let stderr = std::thread::spawn(move || {
            let mut text = String::new();
            errors.read_to_string(&mut text).unwrap();
            text
        });
        let (send, lines) = channel();
        let output = child.stdout.take().unwrap();
        std::thread::spawn(move || read_lines(output, &send));
        let mut running = Self { child, address: SocketAddr::from(([127, 0, 0, 1], 0)), lines, seen: Vec::new(), stderr: Some(stderr) };
        while let Ok(line) = running.lines.recv_timeout(PATIENCE) {
            let url = line.strip_prefix("listening on ").and_then(|url| url.split_once("://"));
            let address = url.map(|(_, address)| address.parse().unwrap());
            running.seen.push(line);
            if let Some(address) = address {
                running.address = address;
                return Ok(running);
            }
        }
        Err(running.finish())
    }

    pub fn client(&self) -> Client {
        Client::to(self.address)
    }

    /// The next line on standard output.
    pub fn line(&mut self) -> String {
        let line = self.lines.recv_timeout(PATIENCE).unwrap();
        self.seen.push(line.clone());
        line
    }

    /// Asks it to stop.
    pub fn terminate(&self) {
        rustix::process::kill_process(self.pid(), rustix::process::Signal::TERM).unwrap();
    }

    /// Asks it to stop and waits until it has.
    pub fn stop(self) -> Finished {
        self.terminate();
        self.finish()
    }

    /// Asks it to read its certificate again.
    pub fn hang_up(&self) {
        rustix::process::kill_process(self.pid(), rustix::process::Signal::HUP).unwrap();
    }

    /// Stops its time until [`Self::resume`].
    pub fn pause(&self) {
        rustix::process::kill_process(self.pid(), rustix::process::Signal::STOP).unwrap();
    }

    pub fn resume(&self) {
        rustix::process::kill_process(self.pid(), rustix::process::Signal::CONT).unwrap();
    }

    /// Gives it no descriptor beyond those that it has.
    pub fn limit_descriptors_to_those_in_use(&self) {
        let open = std::fs::read_dir(format!("/proc/{}/fd", self.child.id())).unwrap();
        let highest = open.filter_map(|entry| entry.unwrap().file_name().to_str()?.parse::<u64>().ok()).max().unwrap();
        let limit = rustix::process::Rlimit { current: Some(highest + 1), maximum: Some(highest + 1) };
        rustix::process::prlimit(Some(self.pid()), rustix::process::Resource::Nofile, limit).unwrap();
    }

    /// What it holds of the machine's memory, in bytes.
    pub fn resident(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        let kibibytes = status.lines().find_map(|line| line.strip_prefix("VmRSS:")?.trim().strip_suffix(" kB"));
        kibibytes.unwrap().parse::<u64>().unwrap() * 1024
    }

    /// Kills it as a power loss would, as far as a process can tell.
    pub fn kill(mut self) -> Finished {
        self.child.kill().unwrap();
        self.finish()
    }

    /// Waits for its end.
    pub fn finish(mut self) -> Finished {
        let status = self.child.wait().unwrap();
        let stderr = self.stderr.take().unwrap().join().unwrap();
        let stdout = std::mem::take(&mut self.seen).into_iter().chain(self.lines.iter()).collect::<Vec<_>>().join("\n");
        Finished { status, stdout, stderr }
    }

    fn pid(&self) -> rustix::process::Pid {
        rustix::process::Pid::from_child(&self.child)
    }

    /// A number of `/metrics`.
    pub fn metric(&self, name: &str) -> f64 {
        let page = self.client().get("/metrics").text;
        let line = page.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
        line.unwrap_or_else(|| panic!("{name} is not in {page}")).parse().unwrap()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // Also when a test fails: nobody is left behind.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn read_lines(output: impl Read, send: &std::sync::mpsc::Sender<String>) {
    for line in BufReader::new(output).lines().map_while(Result::ok) {
        if send.send(line).is_err() {
            return;
        }
    }
}

/// Permission bits of a file.
pub fn mode(path: &Path) -> u32 {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::metadata(path).unwrap().permissions().mode() & 0o777
}
