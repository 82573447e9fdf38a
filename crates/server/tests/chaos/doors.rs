//! Three processes over one database, each behind a wire that can be cut, and where callers find them.

use std::net::SocketAddr;
use std::path::PathBuf;

use parking_lot::{Mutex, RwLock};
use serde_json::{Value, json};

use crate::database::cluster::{Past, Scratch};
use crate::database::kept::Alone;
use crate::stale::StaleDoor;
use crate::support::{Client, Finished, Home, Running};
use crate::wire::Wire;

pub const PROCESSES: usize = 3;
pub const PASSWORD: &str = "Correct-horse-7";
pub const CLIENT_SECRET: &str = "a-secret-of-the-watch";
/// Usernames; who is in which tenant. The first letter of those of no tenant is `c`.
pub const USERS: [&str; 9] = ["a0", "a1", "a2", "b0", "b1", "b2", "c0", "c1", "c2"];
pub const TENANTS: [&str; 2] = ["ACME", "BETA"];
const MASTER: &str = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

/// Where a process is, and which of its lives this is.
#[derive(Clone, Copy, Default)]
struct Door {
    address: Option<SocketAddr>,
    life: u64,
}

struct Process {
    home: Home,
    wire: Wire,
    running: Mutex<Option<Running>>,
    door: RwLock<Door>,
    /// What it wrote in its former lives.
    logs: Mutex<Vec<Finished>>,
}

pub struct Doors {
    /// Of the run.
    name: String,
    processes: Vec<Process>,
    /// Serves for the last process, where the run is one of a server with a fault.
    stale: Option<StaleDoor>,
    database: Database,
}

/// What they all stand on.
pub enum Database {
    /// A server that can be stopped.
    Own(Mutex<Alone>),
    /// A database of the server of all tests.
    Shared(Scratch),
}

impl Database {
    pub fn own() -> Self {
        let postgres = Alone::start();
        Past::of(postgres.url("postgres")).batch("CREATE DATABASE chaos");
        Self::Own(Mutex::new(postgres))
    }

    pub fn shared() -> Self {
        Self::Shared(Scratch::bare())
    }

    fn wire(&self) -> Wire {
        match self {
            Self::Own(postgres) => Wire::to(postgres.lock().socket()),
            Self::Shared(scratch) => Wire::to(scratch.socket()),
        }
    }

    /// Of the database.
    pub fn name(&self) -> &str {
        match self {
            Self::Own(_) => "chaos",
            Self::Shared(scratch) => scratch.name(),
        }
    }

    fn past(&self) -> Past {
        match self {
            Self::Own(postgres) => Past::of(postgres.lock().url("chaos")),
            Self::Shared(scratch) => scratch.past(),
        }
    }
}

impl Doors {
    /// Starts everything; with `stale`, somebody stands before the last process who keeps what it said.
    pub fn open(database: Database, name: String, stale: bool) -> Self {
        let processes: Vec<_> = (0..PROCESSES).map(|_| Process::over(&database)).collect();
        let document = processes[0].home.document("people.json", &people());
        processes[0].start(&["--apply", &document]);
        processes[1..].iter().for_each(|process| process.start(&[]));
        let mut doors = Self { name, processes, stale: None, database };
        if stale {
            let last = &doors.processes[PROCESSES - 1].door;
            let stale = StaleDoor::before(last.read().address.unwrap());
            last.write().address = Some(stale.address);
            doors.stale = Some(stale);
        }
        doors
    }

    /// A connection to a process and the life that it is to; `None` while there is none. Nobody is killed meanwhile, so that no
    /// address is used that may be another's by now.
    pub fn knock(&self, process: usize) -> Option<(Client, u64)> {
        let door = self.processes[process].door.read();
        Some((Client::try_to(door.address?).expect("it listens"), door.life))
    }

    /// Whether that life of a process is over, or about to be.
    pub fn is_over(&self, process: usize, life: u64) -> bool {
        let door = self.processes[process].door.read();
        door.address.is_none() || door.life != life
    }

    pub fn kill(&self, process: usize) {
        let process = &self.processes[process];
        process.door.write().address = None;
        let running = process.running.lock().take();
        process.logs.lock().extend(running.map(Running::kill));
    }

    pub fn start(&self, process: usize) {
        self.processes[process].start(&[]);
    }

    pub fn pause(&self, process: usize) {
        self.processes[process].running.lock().as_ref().unwrap().pause();
    }

    pub fn resume(&self, process: usize) {
        self.processes[process].running.lock().as_ref().unwrap().resume();
    }

    pub fn wire(&self, process: usize) -> &Wire {
        &self.processes[process].wire
    }

    /// Bytes of memory of each process.
    pub fn resident(&self) -> Vec<u64> {
        self.processes.iter().map(|process| process.running.lock().as_ref().unwrap().resident()).collect()
    }

    /// The server that can be stopped.
    pub fn postgres(&self) -> parking_lot::MutexGuard<'_, Alone> {
        let Database::Own(postgres) = &self.database else { panic!("others use it, too") };
        postgres.lock()
    }

    /// The database past the servers.
    pub fn past(&self) -> Past {
        self.database.past()
    }

    /// Runs a command beside the servers.
    pub fn run(&self, arguments: &[&str]) -> Finished {
        self.processes[0].home.run(arguments)
    }
}

/// What the processes wrote is kept where the test fails.
impl Drop for Doors {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            return;
        }
        let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(&self.name);
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir_all(&folder).unwrap();
        for number in 0..PROCESSES {
            self.kill(number);
            for (life, log) in self.processes[number].logs.lock().iter().enumerate() {
                let file = folder.join(format!("process-{number}-life-{life}.log"));
                std::fs::write(file, format!("{}\n{}", log.stdout, log.stderr)).unwrap();
            }
        }
        eprintln!("{}: the logs are in {}", self.name, folder.display());
    }
}

impl Process {
    fn over(database: &Database) -> Self {
        let wire = database.wire();
        // Tokens name one issuer. Nobody is paused for as long as these wait, and those who are lose their turn soon.
        let settings = [
            ("STORE__DATABASE_URL", format!("postgres://cloakroom@{}/{}?sslmode=disable", wire.address, database.name())),
            ("KEYS__MASTER", MASTER.to_owned()),
            ("SERVER__PUBLIC_URL", "http://cloakroom.test".to_owned()),
            ("SERVER__HEADER_TIMEOUT_SECONDS", "3600".to_owned()),
            ("SERVER__REQUEST_TIMEOUT_SECONDS", "50".to_owned()),
            ("POSTGRES__IDLE_TIMEOUT_SECONDS", "2".to_owned()),
            ("TOKENS__ACCESS_TTL_SECONDS", "86400".to_owned()),
            ("TOKENS__REUSE_INTERVAL_SECONDS", "300".to_owned()),
            ("SESSIONS__TTL_SECONDS", "86400".to_owned()),
            ("PASSWORDS__THREADS", "1".to_owned()),
            ("LOG__LEVEL", "warn".to_owned()),
        ];
        let home = settings.iter().fold(Home::new(), |home, (name, value)| home.setting(name, value));
        Self { home, wire, running: Mutex::new(None), door: RwLock::default(), logs: Mutex::default() }
    }

    fn start(&self, arguments: &[&str]) {
        let running = self.home.serve(arguments);
        let mut door = self.door.write();
        *door = Door { address: Some(running.address), life: door.life + 1 };
        *self.running.lock() = Some(running);
    }
}

fn people() -> Value {
    let tenants: Vec<_> = TENANTS.iter().map(|code| json!({ "code": code, "name": code, "status": "verified" })).collect();
    let user = |name: &str, more: Value| {
        let mut user = json!({ "username": name, "email": format!("{name}@example.com"), "password": PASSWORD });
        user.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        user
    };
    let mut users = vec![user("root", json!({ "role": "super_admin" })), user("keeper", json!({ "memberships": { "ACME": "owner" } }))];
    users.extend(USERS.iter().enumerate().map(|(number, name)| match tenant_of(number) {
        Some(tenant) => user(name, json!({ "tenant": TENANTS[tenant] })),
        None => user(name, json!({})),
    }));
    let watch = json!({ "name": "watch", "client_id": "watch", "client_secret": CLIENT_SECRET, "kind": "service", "scopes": ["admin:write"], "platform": true });
    json!({ "tenants": tenants, "users": users, "applications": [watch] })
}

/// The home tenant of a user.
pub fn tenant_of(user: usize) -> Option<usize> {
    match USERS[user].as_bytes()[0] {
        b'a' => Some(0),
        b'b' => Some(1),
        _ => None,
    }
}
