//! One cell's server, and what it must know: every session there is, whose, and how it ended.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use cloakroom_engine::ids::{SessionNumber, SessionUid, StorageId, render_guid};
use cloakroom_engine::policy::Policy;
use serde_json::{Value, json};

use crate::births::{Birth, Subject};
use crate::classified::Role;
use crate::mailbox::Mailbox;
use crate::people::{Believing, PASSWORD, SECRET, directory};
use crate::reasons::Reason;
use crate::support::{Answer, Server, Setup, call};
use crate::vouching;

/// A session as it must be everywhere.
#[derive(Clone, Debug)]
pub struct Known {
    pub user: &'static str,
    pub birth: Birth,
    /// `ses_…`
    pub uid: String,
    pub number: i64,
    /// The reference guid.
    pub reference: String,
    pub end: Option<Reason>,
}

impl Known {
    pub fn lives(&self) -> bool {
        self.end.is_none()
    }

    pub fn is_in_acme(&self) -> bool {
        ["ada", "bob", "local"].contains(&self.user)
    }
}

/// Who signed in at the beginning, and by what they are known.
pub struct Signed {
    /// The place of the session in `World::sessions`.
    pub place: usize,
    /// An access token, or the bearer guid of a session that was born on USM.
    pub credential: String,
    /// Seconds of the world when it was given.
    pub at: u32,
}

pub struct World {
    pub server: Server,
    /// Where there are two processes, the other one, where what ends is done.
    pub there: Option<Server>,
    pub hashing: Arc<Believing>,
    pub mailbox: Arc<Mailbox>,
    pub sessions: Vec<Known>,
    /// By the name of the user; Ada's second device, which has a guid, is `ada's guid`.
    pub signed: BTreeMap<&'static str, Signed>,
    pub subject: Subject,
    /// Ids of the directory by name: `tnt_…` of ACME, `usr_…` of every user, `app_…` of every application.
    pub ids: BTreeMap<String, String>,
    /// Seconds since the beginning.
    pub age: u32,
    /// When the subject ended, as v1 writes times; empty while nothing did.
    pub ended_at: String,
    /// What was asked, by what for.
    pub asked: BTreeSet<(Role, String)>,
}

impl World {
    pub async fn new(policy: Policy, birth: Birth) -> Self {
        Self::over(policy, birth, |setup| (Server::empty(setup), None)).await
    }

    /// All is born and asked in one process, and ends in another one.
    pub async fn of_two(policy: Policy, birth: Birth) -> Self {
        let two = |setup| {
            let [here, there] = Server::two(&setup);
            (here, Some(there))
        };
        Self::over(policy, birth, two).await
    }

    async fn over(policy: Policy, birth: Birth, start: impl FnOnce(Setup) -> (Server, Option<Server>)) -> Self {
        let hashing = Arc::new(Believing(AtomicBool::new(true)));
        let mailbox = Arc::new(Mailbox::default());
        let (server, there) = start(Setup {
            policy,
            hashing: hashing.clone(),
            mail: Some(mailbox.clone()),
            providers: Some(vouching::vouching),
            ..Setup::default()
        });
        server.apply(&directory()).await;
        for process in [Some(&server), there.as_ref()].into_iter().flatten() {
            process.engine.refresh_signing_keys().await.unwrap();
        }
        let mut world = Self {
            server,
            there,
            hashing,
            mailbox,
            sessions: Vec::new(),
            signed: BTreeMap::new(),
            subject: Subject::new(birth),
            ids: BTreeMap::new(),
            age: 0,
            ended_at: String::new(),
            asked: BTreeSet::new(),
        };
        world.signs_in("root").await;
        world.signs_in("root's desk").await;
        world.learn_ids().await;
        // The one that is used least comes first.
        world.be_born(birth).await;
        world.server.pass(1);
        world.age += 1;
        for name in ["ada", "bob", "cleo", "roamer", "local", "ada's guid"] {
            world.signs_in(name).await;
        }
        world.stores().await;
        world
    }

    async fn learn_ids(&mut self) {
        for (noun, name) in [("partners", "code"), ("tenants", "code"), ("users", "username"), ("applications", "client_id")] {
            let answer = self.root("GET", &format!("/api/v1/admin/{noun}/?per_page=100"), None).await;
            let ids: Vec<_> = answer.body["data"].as_array().unwrap().iter().map(|item| (text(&item[name]), text(&item["id"]))).collect();
            self.ids.extend(ids);
        }
    }

    /// The session of `name` that the next calls are made with.
    pub async fn signs_in(&mut self, name: &'static str) {
        let credential = match name {
            "ada's guid" => text(&self.opened("ada", &json!({})).await["session_guid"]),
            "root's desk" => self.at_the_door("root").await,
            _ => self.logged_in(name).await.0,
        };
        let (user, birth) = match name {
            "ada's guid" => ("ada", Birth::Usm),
            "root's desk" => ("root", Birth::Browser),
            name => (name, Birth::Login),
        };
        let at = self.age;
        // Root is the one who knows what is new, and so has to be signed in first.
        self.signed.insert(name, Signed { place: self.sessions.len(), credential, at });
        self.meet(user, birth).await;
    }

    /// Another session of Ada's, which the same application keeps.
    async fn stores(&mut self) {
        let made = self.as_client("keeper", "POST", "/session-storage/session", &Value::Null).await;
        assert_eq!(made.status, 201, "{}", made.text);
        self.note(Role::Births, "POST /session-storage/session");
        self.meet("ada", Birth::Storage).await;
    }

    /// Access and refresh token of a new session.
    pub async fn logged_in(&mut self, username: &str) -> (String, String) {
        let body = json!({ "username": username, "password": PASSWORD });
        let answer = self.server.send(call("POST", "/user/login", body.to_string())).await;
        assert_eq!(answer.status, 200, "{username}: {}", answer.text);
        self.note(Role::Births, "POST /user/login");
        (text(&answer.body["accessToken"]), text(&answer.body["refreshToken"]))
    }

    /// The cookie of a browser that signs in on the page for it.
    pub async fn at_the_door(&mut self, username: &str) -> String {
        let page = self.server.send(crate::pages::visit("/login", "")).await;
        let fields = [("username", username), ("password", PASSWORD), ("form_token", &crate::pages::form_token(&page.text))];
        let answer = self.server.send(crate::pages::filled("/login", &crate::pages::cookies(&page.headers), &fields)).await;
        assert_eq!(answer.status, 303, "{}", answer.text);
        self.note(Role::Births, "POST /login");
        crate::pages::cookies(&answer.headers)
    }

    /// The record of a new session on USM.
    pub async fn opened(&mut self, user: &str, more: &Value) -> Value {
        let mut body = json!({ "email": format!("{user}@example.com"), "passcode": PASSWORD });
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        self.note(Role::Births, "POST /usm/session/create");
        self.server.usm("session/create", &body).await.data().clone()
    }

    /// Takes note of the one session that is new; its numbers are those that nobody knew.
    pub async fn meet(&mut self, user: &'static str, birth: Birth) {
        let listed = self.root("GET", "/api/v1/admin/sessions/?per_page=100", None).await;
        let known: BTreeSet<_> = self.sessions.iter().map(|known| known.uid.clone()).collect();
        let new: Vec<_> = ids(&listed.body["data"], "id").into_iter().filter(|uid| !known.contains(uid)).collect();
        let [uid] = new.as_slice() else { panic!("one new session of {user}: {new:?}") };
        let parsed = SessionUid::parse(uid).unwrap();
        let reference = render_guid(&self.server.engine.keys().reference_guid(&parsed));
        let numbers = self.numbers_of(user).await;
        let number = numbers.into_iter().find(|number| self.sessions.iter().all(|known| known.number != *number)).unwrap();
        self.sessions.push(Known { user, birth, uid: uid.clone(), number, reference, end: None });
    }

    /// The `ID`s of a user's active sessions, as operators see them.
    async fn numbers_of(&self, user: &str) -> Vec<i64> {
        let listed = self.root("GET", "/api/admin/v1/authenticated-sessions/list?pageSize=100", None).await;
        let row = listed.body.as_array().unwrap().iter().find(|row| row["UserName"] == user).unwrap().clone();
        let path = format!("/api/admin/v1/authenticated-sessions/user-sessions/{}?pageSize=100", text(&row["UserGuid"]));
        let rows = self.root("GET", &path, None).await;
        rows.body.as_array().unwrap().iter().map(|row| row["ID"].as_i64().unwrap()).collect()
    }

    pub fn note(&mut self, role: Role, operation: &str) {
        self.asked.insert((role, operation.to_owned()));
    }

    pub fn believe(&self, believes: bool) {
        self.hashing.0.store(believes, Ordering::Relaxed);
    }

    pub fn pass(&mut self, seconds: u32) {
        self.server.pass(seconds);
        self.age += seconds;
    }

    pub async fn root(&self, method: &str, path: &str, body: Option<&Value>) -> Answer {
        let answer = self.bearing(&self.signed["root"].credential, method, path, body).await;
        assert!(answer.status < 300, "{method} {path}: {}", answer.text);
        answer
    }

    pub async fn bearing(&self, token: &str, method: &str, path: &str, body: Option<&Value>) -> Answer {
        let mut request = call(method, path, body.map(Value::to_string).unwrap_or_default());
        request.headers_mut().insert("authorization", format!("Bearer {token}").parse().unwrap());
        self.server.send(request).await
    }

    pub async fn as_client(&self, client_id: &str, method: &str, path: &str, body: &Value) -> Answer {
        let mut request = call(method, path, if body.is_null() { String::new() } else { body.to_string() });
        request.headers_mut().insert("clientid", client_id.parse().unwrap());
        request.headers_mut().insert("clientsecret", SECRET.parse().unwrap());
        self.server.send(request).await
    }

    /// A form of a client of the standard endpoints.
    pub async fn form(&self, client_id: &str, path: &str, fields: &str) -> Answer {
        let mut request = call("POST", path, format!("client_id={client_id}&client_secret={SECRET}&{fields}"));
        request.headers_mut().insert("content-type", "application/x-www-form-urlencoded".parse().unwrap());
        self.server.send(request).await
    }

    pub fn shown(&self) -> &Known {
        &self.sessions[self.subject.place]
    }

    /// What session storage calls a session of Ada's.
    pub fn stored(number: i64) -> String {
        StorageId { owner: "ada".into(), session: SessionNumber(number) }.to_string()
    }

    pub fn stored_id(&self) -> String {
        Self::stored(self.shown().number)
    }

    /// The path of a documented operation with everything in it that is about the subject.
    pub fn path(&self, template: &str) -> String {
        let session = if template.starts_with("/session-storage/") { self.stored_id() } else { self.shown().uid.clone() };
        let application = if template.contains("{application_id}") { &self.ids[self.subject.application] } else { "" };
        [
            ("{session_id}", session.as_str()),
            ("{tenant_id}", &self.ids["ACME"]),
            ("{user_id}", &self.ids["ada"]),
            ("{email}", "ada@example.com"),
            ("{code}", vouching::CODE),
            ("{application_id}", application),
        ]
        .into_iter()
        .fold(template.to_owned(), |path, (name, value)| path.replace(name, value))
    }
}

pub fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("no text: {value}")).to_owned()
}

/// One field of every row.
pub fn ids(rows: &Value, name: &str) -> BTreeSet<String> {
    let rows = rows.as_array().unwrap_or_else(|| panic!("no rows: {rows}"));
    let found: BTreeSet<_> = rows.iter().map(|row| text(&row[name])).collect();
    assert_eq!(found.len(), rows.len(), "twice in a list");
    found
}
