//! The release binary, started as anybody would start it.

use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::Failure;
use crate::http_client::{Connection, get};

/// A server process; killed when dropped.
pub(crate) struct Server {
    process: Child,
    pub(crate) address: SocketAddr,
}

/// What the kernel says of a process's memory, in kB.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Memory {
    /// All that is resident.
    pub(crate) resident: u64,
    /// Of that, what belongs to no file.
    pub(crate) anonymous: u64,
    /// The most that was ever resident.
    pub(crate) peak: u64,
}

impl Memory {
    /// That of a process, by its id or `self`.
    pub(crate) fn of(process: &str) -> Result<Self, Failure> {
        let status = std::fs::read_to_string(format!("/proc/{process}/status"))?;
        let field = |name: &str| -> Result<u64, Failure> {
            let line = status.lines().find_map(|line| line.strip_prefix(name)).ok_or_else(|| format!("/proc tells no {name}"))?;
            Ok(line.trim().trim_end_matches(" kB").parse()?)
        };
        Ok(Self { resident: field("VmRSS:")?, anonymous: field("RssAnon:")?, peak: field("VmHWM:")? })
    }
}

impl Server {
    /// Starts `cloakroom serve` in `scratch`, on a free port, and waits until it serves. Its log is thrown away.
    pub(crate) fn start(scratch: &Path, config: &str, directory: Option<&str>) -> Result<Self, Failure> {
        let binary = std::env::current_exe()?.with_file_name("cloakroom");
        if !binary.exists() {
            let hint = "build it: cargo build --release -p cloakroom-server";
            return Err(format!("{} is missing; {hint}", binary.display()).into());
        }
        let mut command = Command::new(binary);
        command.args(["serve", "--listen", "127.0.0.1:0"]).arg("--data-dir").arg(scratch.join("data"));
        let written = |name: &str, text: &str| -> Result<_, Failure> {
            let file = scratch.join(name);
            std::fs::write(&file, text)?;
            Ok(file)
        };
        command.arg("--config").arg(written("cloakroom.toml", config)?);
        if let Some(directory) = directory {
            command.arg("--apply").arg(written("directory.yaml", directory)?);
        }
        let mut process = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn()?;
        let output = process.stdout.take().ok_or("the server has no output")?;
        let mut server = Self { process, address: SocketAddr::from(([127, 0, 0, 1], 0)) };
        let mut line = String::new();
        BufReader::new(output).read_line(&mut line)?;
        let address = line.trim().strip_prefix("listening on http://").ok_or_else(|| format!("the server said {line:?}"))?;
        server.address = address.parse()?;
        Ok(server)
    }

    pub(crate) fn memory(&self) -> Result<Memory, Failure> {
        Memory::of(&self.process.id().to_string())
    }

    /// CPU time used so far, in the kernel's ticks.
    fn ticks(&self) -> Result<u64, Failure> {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.process.id()))?;
        let after_name = stat.rsplit_once(')').ok_or("/proc tells no CPU time")?.1;
        let fields = after_name.split_whitespace().skip(11).take(2);
        Ok(fields.map(str::parse::<u64>).sum::<Result<_, _>>()?)
    }

    /// Waits until it has used next to no CPU for as long as the allocator keeps what was freed, for two minutes at most.
    pub(crate) fn rest(&self) -> Result<(), Failure> {
        let (pause, give_up) = (Duration::from_secs(15), Instant::now() + Duration::from_secs(120));
        loop {
            let before = self.ticks()?;
            std::thread::sleep(pause);
            if self.ticks()? - before <= 5 {
                return Ok(());
            }
            if Instant::now() > give_up {
                return Err("the server does not come to rest".into());
            }
        }
    }

    /// A counter or gauge of `/metrics`, 0 where it is not there yet.
    pub(crate) async fn metric(&self, name: &str) -> Result<f64, Failure> {
        let mut connection = Connection::open(self.address).await?;
        let page = connection.ask(&get("/metrics")).await?;
        let page = std::str::from_utf8(page.body)?;
        let value = page.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
        Ok(value.map_or(Ok(0.0), str::parse)?)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It has nothing to lose: its directory goes next.
        if self.process.kill().and_then(|()| self.process.wait()).is_err() {
            println!("the server could not be ended");
        }
    }
}
