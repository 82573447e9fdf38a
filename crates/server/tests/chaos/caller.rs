//! One caller: a connection to each process, calls and what is made of their answers.

use std::sync::atomic::Ordering::SeqCst;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::dice::Dice;
use crate::doors::{CLIENT_SECRET, PROCESSES};
use crate::history::{Asked, End, Probe, Scope, ThingNumber, Unexpected};
use crate::stage::{Shown, Stage, Target};
use crate::support::{Answer, Client};

/// Nobody is without an answer for so long: PostgreSQL is away for shorter.
pub const AT_LAST: Duration = Duration::from_secs(200);

/// A request but for where it goes.
#[derive(Clone)]
pub struct Call {
    method: &'static str,
    path: String,
    headers: Vec<(&'static str, String)>,
    body: String,
}

impl Call {
    pub fn usm(route: &str, body: &Value) -> Self {
        Self::json("POST", &format!("/usm/{route}"), body)
    }

    pub fn json(method: &'static str, path: &str, body: &Value) -> Self {
        let headers = vec![("content-type", "application/json".to_owned())];
        Self { method, path: path.to_owned(), headers, body: if body.is_null() { String::new() } else { body.to_string() } }
    }

    /// A form of the application of the platform.
    pub fn form(path: &str, token: &str) -> Self {
        let headers = vec![("content-type", "application/x-www-form-urlencoded".to_owned())];
        let body = format!("client_id=watch&client_secret={CLIENT_SECRET}&token={token}");
        Self { method: "POST", path: path.to_owned(), headers, body }
    }

    pub fn bearing(mut self, access: &str) -> Self {
        self.headers.push(("authorization", format!("Bearer {access}")));
        self
    }
}

/// What came of a request.
pub enum Reply {
    Answered(Answer, Asked),
    /// 503, 429 or no answer: whether it was done is not known.
    Unknown(Asked),
    /// The process is away and nothing was sent, or its database was.
    NotDone,
}

pub struct Caller<'a> {
    pub stage: &'a Stage,
    pub dice: Dice,
    /// The process that this caller leaves alone.
    avoided: Option<usize>,
    clients: [Option<(Client, u64)>; PROCESSES],
}

impl<'a> Caller<'a> {
    pub fn new(stage: &'a Stage, seed: u64) -> Self {
        Self { stage, dice: Dice::new(seed), avoided: None, clients: std::array::from_fn(|_| None) }
    }

    /// One who asks all processes but this.
    pub fn avoiding(stage: &'a Stage, seed: u64, process: usize) -> Self {
        Self { avoided: Some(process), ..Self::new(stage, seed) }
    }

    pub fn somewhere(&self) -> usize {
        let asked: Vec<_> = self.asked().collect();
        asked[self.dice.roll(asked.len())]
    }

    fn asked(&self) -> impl Iterator<Item = usize> + use<> {
        let avoided = self.avoided;
        (0..PROCESSES).filter(move |process| Some(*process) != avoided)
    }

    /// Asks a process; an answer of another status than these is taken note of, and handed on all the same.
    pub fn ask(&mut self, process: usize, request: u64, call: &Call, expected: &[u16]) -> Reply {
        let stage = self.stage;
        if self.clients[process].as_ref().is_none_or(|(_, life)| stage.doors.is_over(process, *life)) {
            self.clients[process] = stage.client(process);
        }
        let Some((client, life)) = &mut self.clients[process] else { return Reply::NotDone };
        let life = *life;
        let id = format!("chaos-{request}");
        let mut headers: Vec<_> = call.headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
        headers.push(("x-request-id", &id));
        let outage = stage.outages.load(SeqCst);
        let began = stage.now();
        let answer = client.try_call(call.method, &call.path, &headers, &call.body);
        let asked = Asked { began, told: stage.now(), by: process, request };
        let was_away = outage % 2 == 1 && stage.outages.load(SeqCst) == outage;
        let Some(answer) = answer else {
            self.clients[process] = None;
            stage.count(&stage.tally.hung_up);
            if !stage.doors.is_over(process, life) {
                self.complain(asked, format!("{} {}: no answer from a process that nobody killed", call.method, call.path));
            }
            return Reply::Unknown(asked);
        };
        let told = || format!("{} {}: {} {}", call.method, call.path, answer.status, answer.text);
        if matches!(answer.status, 503 | 429) {
            stage.count(&stage.tally.put_off);
            if answer.header("retry-after").is_none() {
                self.complain(asked, format!("{}, without Retry-After", told()));
            }
            // What began and was over while there was no database cannot have been done, nor may it be done later.
            return if was_away { Reply::NotDone } else { Reply::Unknown(asked) };
        }
        stage.count(&stage.tally.answered);
        if was_away {
            self.complain(asked, format!("{}, without a database", told()));
        } else if !expected.contains(&answer.status) {
            self.complain(asked, told());
        }
        Reply::Answered(answer, asked)
    }

    pub fn complain(&self, asked: Asked, what: String) {
        self.stage.history.lock().unexpected.push(Unexpected { what, asked });
    }

    /// Has something done that ends what is in the scope; whether it was acknowledged. A refusal by 401 or 404 is handed to
    /// `refused`.
    pub fn end(&mut self, what: &'static str, scope: Scope, call: &Call, expected: &[u16]) -> Ending {
        let (process, request) = (self.somewhere(), self.stage.number());
        let (asked, done) = match self.ask(process, request, call, expected) {
            Reply::Answered(answer, asked) if answer.status < 300 => (asked, true),
            Reply::Answered(answer, asked) => return Ending::Refused(answer, asked),
            Reply::Unknown(asked) => (asked, false),
            Reply::NotDone => return Ending::Unknown,
        };
        self.stage.history.lock().ends.push(End { what, scope, asked, done });
        if done { Ending::Done } else { Ending::Unknown }
    }

    /// Asks a process whether a credential is good, and takes note of what it says; `None` when it says nothing.
    pub fn probe(&mut self, target: &Target, process: usize, last: bool) -> Option<bool> {
        let introspects = last || self.dice.chance(50);
        let (call, expected): (Call, &[u16]) = match &target.shown {
            Shown::Guid(guid) => (Call::usm("session/validate", &json!({ "session_guid": guid })), &[200, 401, 404]),
            Shown::Access(access) if introspects => (Call::form("/oauth/introspect", access), &[200]),
            Shown::Access(access) => (Call::json("GET", "/api/v1/me/sessions?per_page=1", &Value::Null).bearing(access), &[200, 401]),
            Shown::ApiKey(text) => (Call::usm("api_key/validate", &json!({ "api_key": text, "orgcode": "ACME" })), &[200, 401]),
        };
        let request = self.stage.number();
        let Reply::Answered(answer, asked) = self.ask(process, request, &call, expected) else { return None };
        let lives = answer.status == 200 && (call.path != "/oauth/introspect" || answer.json()["active"] == true);
        self.told(target.thing, lives, last, &answer, asked);
        if !lives && !last {
            self.stage.found_dead(target);
        }
        Some(lives)
    }

    /// Takes note of what an answer says of a thing.
    pub fn told(&self, thing: ThingNumber, lives: bool, last: bool, answer: &Answer, asked: Asked) {
        let minor = answer.json()["error"]["minor"]["tag"].as_str().unwrap_or("").to_owned();
        let verdict = if lives { "live" } else { "dead" };
        let told = format!("{verdict}, {} {} {minor}", answer.status, answer.tag());
        self.stage.history.lock().probes.push(Probe { thing, asked, lives, last, told });
    }

    /// Asks every process about a credential.
    pub fn probe_everywhere(&mut self, target: &Target) {
        for process in self.asked() {
            self.probe(target, process, false);
        }
    }

    /// In the end everybody is there and answers.
    pub fn probe_at_last(&mut self, target: &Target) {
        for process in 0..PROCESSES {
            let begun = Instant::now();
            while self.probe(target, process, true).is_none() {
                assert!(begun.elapsed() < AT_LAST, "process {process} does not answer though nothing is wrong any more");
            }
        }
    }
}

/// What came of an end.
pub enum Ending {
    Done,
    Refused(Answer, Asked),
    Unknown,
}
