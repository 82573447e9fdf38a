//! What all callers share: where the processes are, who holds what, what has been told so far.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::SeqCst};
use std::time::{Duration, Instant};

use parking_lot::{Condvar, Mutex};
use serde_json::{Value, json};

use crate::doors::{Doors, PASSWORD, PROCESSES, TENANTS, USERS, tenant_of};
use crate::history::{Asked, Group, History, Kind, Moment, Thing, ThingNumber};
use crate::support::Client;

/// Ended ones that are asked about again.
const REMEMBERED: usize = 256;

/// A credential, and what it is of.
#[derive(Clone, Debug)]
pub struct Target {
    pub thing: ThingNumber,
    pub shown: Shown,
}

#[derive(Clone, Debug)]
pub enum Shown {
    Guid(String),
    Access(String),
    ApiKey(String),
}

/// A user's tokens of one generation.
#[derive(Clone, Debug)]
pub struct Pair {
    pub generation: ThingNumber,
    pub access: String,
    pub refresh: String,
}

#[derive(Debug)]
pub enum Held {
    Guid(String),
    /// Whoever uses the pair otherwise than to look holds `busy`.
    Pair {
        pair: Mutex<Pair>,
        busy: Mutex<()>,
        /// `ses_…`
        uid: String,
    },
    ApiKey {
        text: String,
        id: String,
    },
}

/// Something that lives, as far as is known, and what its holder has of it.
#[derive(Debug)]
pub struct Holder {
    pub thing: ThingNumber,
    pub held: Held,
    pub groups: Vec<Group>,
}

impl Holder {
    pub fn target(&self) -> Target {
        match &self.held {
            Held::Guid(guid) => Target { thing: self.thing, shown: Shown::Guid(guid.clone()) },
            Held::ApiKey { text, .. } => Target { thing: self.thing, shown: Shown::ApiKey(text.clone()) },
            Held::Pair { pair, .. } => {
                let pair = pair.lock();
                Target { thing: pair.generation, shown: Shown::Access(pair.access.clone()) }
            }
        }
    }
}

/// What has happened, in numbers.
#[derive(Default)]
pub struct Tally {
    pub answered: AtomicU64,
    /// 503 and 429.
    pub put_off: AtomicU64,
    pub hung_up: AtomicU64,
}

impl Tally {
    pub fn requests(&self) -> u64 {
        [&self.answered, &self.put_off, &self.hung_up].iter().map(|count| count.load(SeqCst)).sum()
    }
}

pub struct Stage {
    pub doors: Doors,
    pub history: Mutex<History>,
    pub tally: Tally,
    pub over: AtomicBool,
    /// Odd while PostgreSQL is stopped.
    pub outages: AtomicU64,
    pub holders: Mutex<Vec<Arc<Holder>>>,
    ended: Mutex<VecDeque<Target>>,
    /// Every credential there ever was, for the end.
    pub everything: Mutex<Vec<Target>>,
    /// The access token of an administrator.
    pub root: String,
    /// The session of the one who owns the org and its service accounts.
    pub keeper: String,
    pub user_ids: Vec<String>,
    pub tenant_ids: Vec<String>,
    pub accounts: Vec<String>,
    since: Instant,
    requests: AtomicU64,
    progress: (Mutex<()>, Condvar),
}

impl Stage {
    pub fn set(doors: Doors) -> Self {
        let (mut client, _) = doors.knock(0).unwrap();
        let login = client.try_send("POST", "/user/login", &json!({ "username": "root", "password": PASSWORD }).to_string()).unwrap();
        let root = text(&login.json()["accessToken"]);
        let keeper = client.sign_in("keeper@example.com", PASSWORD).guid();
        let mut ids = |noun: &str, name: &str, wanted: &[&str]| -> Vec<String> {
            let listed = client.with_bearer(&format!("/api/v1/admin/{noun}/?per_page=100"), &root).json();
            let rows = listed["data"].as_array().unwrap().clone();
            wanted.iter().map(|wanted| text(&rows.iter().find(|row| row[name] == *wanted).unwrap()["id"])).collect()
        };
        let (user_ids, tenant_ids) = (ids("users", "username", &USERS), ids("tenants", "code", &TENANTS));
        let account = |caption: &str| json!({ "session_guid": keeper, "orgcode": "ACME", "caption": caption, "roles": ["pvv"] });
        let mut made = |caption: &str| client.usm("service_account/create", &account(caption)).json();
        let accounts = ["one", "two"].map(|caption| text(&made(caption)["data"]["service_account_id"])).to_vec();
        Self {
            doors,
            history: Mutex::default(),
            tally: Tally::default(),
            over: AtomicBool::new(false),
            outages: AtomicU64::new(0),
            holders: Mutex::default(),
            ended: Mutex::default(),
            everything: Mutex::default(),
            root,
            keeper,
            user_ids,
            tenant_ids,
            accounts,
            since: Instant::now(),
            requests: AtomicU64::new(0),
            progress: (Mutex::new(()), Condvar::new()),
        }
    }

    pub fn client(&self, process: usize) -> Option<(Client, u64)> {
        self.doors.knock(process)
    }

    pub fn now(&self) -> Moment {
        self.since.elapsed().as_nanos() as Moment
    }

    /// The number of the next request.
    pub fn number(&self) -> u64 {
        self.requests.fetch_add(1, SeqCst)
    }

    /// Takes note that a request is over.
    pub fn count(&self, counter: &AtomicU64) {
        counter.fetch_add(1, SeqCst);
        self.progress.1.notify_all();
    }

    /// Until so many more requests are over, but no longer than that.
    pub fn watch(&self, requests: u64, at_most: Duration) {
        let (enough, until) = (self.tally.requests() + requests, Instant::now() + at_most);
        let mut guard = self.progress.0.lock();
        while self.tally.requests() < enough && !self.progress.1.wait_until(&mut guard, until).timed_out() {}
    }

    /// Takes note of an acknowledged creation.
    pub fn born(&self, kind: Kind, born: Asked, of: Option<ThingNumber>, groups: Vec<Group>) -> ThingNumber {
        let mut history = self.history.lock();
        history.things.push(Thing { kind, born, of, groups });
        history.things.len() - 1
    }

    pub fn hold(&self, holder: Holder) -> Arc<Holder> {
        let holder = Arc::new(holder);
        self.everything.lock().push(holder.target());
        self.holders.lock().push(holder.clone());
        holder
    }

    /// Takes note that a credential is dead by now.
    pub fn bury(&self, target: &Target) {
        let mut ended = self.ended.lock();
        if ended.len() == REMEMBERED {
            ended.pop_front();
        }
        ended.push_back(target.clone());
    }

    /// Whose target was told to be dead has nothing any more.
    pub fn found_dead(&self, target: &Target) {
        let mut gone = false;
        self.holders.lock().retain(|holder| {
            let is_it = holder.target().thing == target.thing;
            gone |= is_it;
            !is_it
        });
        if gone {
            self.bury(target);
        }
    }

    /// Those that were found to be dead last.
    pub fn ended_last(&self, many: usize) -> Vec<Target> {
        self.ended.lock().iter().rev().take(many).cloned().collect()
    }

    /// How often facts in memory answered, in all processes since they were started.
    pub fn hits(&self) -> u64 {
        let hits = |process| {
            let told = self.client(process).unwrap().0.get("/metrics").text;
            let line = told.lines().find(|line| line.starts_with("cloakroom_live_hits")).unwrap_or_else(|| panic!("{told}")).to_owned();
            line.rsplit(' ').next().unwrap().parse::<u64>().unwrap()
        };
        (0..PROCESSES).map(hits).sum()
    }

    /// The `nth` of those that are ended, counted round and round.
    pub fn ended(&self, nth: usize) -> Option<Target> {
        let ended = self.ended.lock();
        (!ended.is_empty()).then(|| ended[nth % ended.len()].clone())
    }
}

/// What ends a user's sessions as a whole.
pub fn groups_of(user: usize) -> Vec<Group> {
    std::iter::once(Group::User(user)).chain(tenant_of(user).map(Group::Tenant)).collect()
}

pub fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("no text: {value}")).to_owned()
}
