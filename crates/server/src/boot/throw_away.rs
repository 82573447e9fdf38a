//! A server that is there for a moment: another process of this binary, in a folder of its own, both gone afterwards.

use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::PathBuf;
use std::process::{Child, ChildStdout, Command, Stdio};

use cloakroom_engine::entropy::Entropy as _;
use serde_json::json;

use super::ambient::MachineEntropy;
use super::files;
use crate::cli::Failure;

/// A server on a free port of loopback, with one user. Dropped in this order: the process first, then what it wrote.
pub struct ThrowAwayServer {
    _process: Process,
    /// Open as long as the server writes to it.
    _output: BufReader<ChildStdout>,
    _folder: Folder,
    url: String,
    password: String,
}

/// A process that ends with its owner.
struct Process(Child);

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A folder that goes with its owner.
struct Folder(PathBuf);

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// 128 random bits in hex.
fn random() -> Result<String, Failure> {
    let mut bytes = [0; 16];
    MachineEntropy.fill(&mut bytes).map_err(Failure::new)?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}

impl ThrowAwayServer {
    /// Starts it and waits until it serves.
    ///
    /// # Errors
    /// What the system says; or that it did not start.
    pub fn start() -> Result<Self, Failure> {
        let password = random()?;
        let folder = Folder(std::env::temp_dir().join(format!("cloakroom-bench-{}", random()?)));
        files::data_dir(&folder.0)?;
        let failed = |error: std::io::Error| Failure::new(format_args!("a server cannot be started: {error}"));
        let program = std::env::current_exe().map_err(failed)?;
        let mut command = Command::new(program);
        command.args(["serve", "--listen", "127.0.0.1:0", "--apply", "-", "--data-dir"]).arg(folder.0.join("data"));
        // Its own settings are measured, not those of whoever measures.
        command.env_clear().stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut process = Process(command.spawn().map_err(failed)?);
        let user = json!({ "username": "bench", "email": "bench@example.com", "password": password, "session_cap": 8192 });
        if let Some(mut input) = process.0.stdin.take() {
            input.write_all(json!({ "users": [user] }).to_string().as_bytes()).map_err(failed)?;
        }
        let mut output = BufReader::new(process.0.stdout.take().ok_or_else(|| Failure::new("a server cannot be started"))?);
        let mut line = String::new();
        let url = loop {
            line.clear();
            if output.read_line(&mut line).map_err(failed)? == 0 {
                return Err(
                    Failure::new("the server to be measured did not start").hint("does cloakroom serve start in an empty directory?")
                );
            }
            if let Some(url) = line.trim().strip_prefix("listening on ") {
                break url.to_owned();
            }
        };
        Ok(Self { _process: process, _output: output, _folder: folder, url, password })
    }

    /// Where it serves.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Address and password of its user.
    #[must_use]
    pub fn user(&self) -> (&str, &str) {
        ("bench@example.com", &self.password)
    }
}
