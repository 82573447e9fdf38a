//! A server that dies between a rotation and its answer: whoever repeats within the reuse interval has lost nothing (P1, P3).

use std::net::SocketAddr;
use std::sync::mpsc::{Sender, channel};
use std::thread::JoinHandle;

use serde_json::{Value, json};

use crate::support::{Client, Home, Running};

const PASSWORD: &str = "Correct-horse-7";
const ROUNDS: usize = 3;
/// Who refresh without pause until the server dies.
const BUSY: usize = 4;
/// Who refresh once and never read the answer: of the busy ones, the moment decides whether one of them is in that place.
const DEAF: usize = 3;

/// Somebody with a session, and what they were told last.
struct Holder {
    access: String,
    refresh: String,
    session: String,
}

fn username(holder: usize) -> String {
    format!("user{holder}")
}

/// Everybody, and an administrator who reads the trail.
fn inhabited(reuse_interval: &str) -> (Home, Running) {
    // Each server listens elsewhere, and tokens would name where.
    let home = Home::new().setting("SERVER__PUBLIC_URL", "http://cloakroom.test");
    let home = home.setting("TOKENS__REUSE_INTERVAL_SECONDS", reuse_interval);
    let user = |holder| json!({ "username": username(holder), "password": PASSWORD });
    let mut users: Vec<Value> = (0..BUSY + DEAF).map(user).collect();
    users.push(json!({ "username": "root", "password": PASSWORD, "role": "super_admin" }));
    let server = home.serve(&["--apply", &home.document("users.json", &json!({ "users": users }))]);
    (home, server)
}

fn log_in(client: &mut Client, username: &str) -> Holder {
    let body = json!({ "username": username, "password": PASSWORD }).to_string();
    let answer = client.try_send("POST", "/user/login", &body).unwrap();
    assert_eq!(answer.status, 200, "{}", answer.text);
    let mut holder = Holder { access: String::new(), refresh: String::new(), session: String::new() };
    holder.takes(&answer.json());
    holder.session = holder.only_session(client);
    holder
}

impl Holder {
    fn takes(&mut self, pair: &Value) {
        let text = |name: &str| pair[name].as_str().unwrap().to_owned();
        (self.access, self.refresh) = (text("accessToken"), text("refreshToken"));
    }

    fn body(&self) -> String {
        json!({ "refreshToken": self.refresh }).to_string()
    }

    /// Redeems what was told last; whether the server answered.
    fn refreshes(&mut self, client: &mut Client) -> bool {
        let Some(answer) = client.try_send_as(&self.access, "POST", "/user/refreshToken", &self.body()) else { return false };
        assert_eq!(answer.status, 200, "{}", answer.text);
        self.takes(&answer.json());
        true
    }

    fn refreshes_and_loses_the_answer(&self, server: &Running) {
        server.client().send_as_and_lose_the_answer(&self.access, "POST", "/user/refreshToken", &self.body());
    }

    /// The one session that there is, told by the access token at hand.
    fn only_session(&self, client: &mut Client) -> String {
        let listed = client.with_bearer("/api/v1/me/sessions", &self.access);
        assert_eq!(listed.status, 200, "{}", listed.text);
        let sessions = listed.json()["data"].as_array().unwrap().clone();
        assert_eq!(sessions.len(), 1, "{}", listed.text);
        sessions[0]["id"].as_str().unwrap().to_owned()
    }
}

/// Refreshes until the server dies.
fn busy(mut holder: Holder, address: SocketAddr, progress: Sender<()>) -> JoinHandle<Holder> {
    std::thread::spawn(move || {
        let Some(mut client) = Client::try_to(address) else { return holder };
        while holder.refreshes(&mut client) {
            let _ = progress.send(());
        }
        holder
    })
}

/// Kills the server while some wait for answers; everybody, with what they were told last.
fn die_under(server: Running, mut holders: Vec<Holder>, steps: usize) -> Vec<Holder> {
    let deaf = holders.split_off(BUSY);
    deaf.iter().for_each(|holder| holder.refreshes_and_loses_the_answer(&server));
    let (progress, step) = channel();
    let threads: Vec<_> = holders.into_iter().map(|holder| busy(holder, server.address, progress.clone())).collect();
    for _ in 0..steps {
        step.recv().unwrap();
    }
    server.kill();
    threads.into_iter().map(|thread| thread.join().unwrap()).chain(deaf).collect()
}

/// How many thefts the trail tells of.
fn thefts(server: &Running) -> usize {
    let mut client = server.client();
    let root = log_in(&mut client, "root");
    let ends = client.with_bearer("/api/v1/admin/audit?action=session.ended&per_page=100", &root.access);
    assert_eq!(ends.status, 200, "{}", ends.text);
    ends.text.matches("refresh_token_reused").count()
}

#[test]
fn a_crash_between_rotation_and_answer_loses_nobody_inside_the_reuse_interval() {
    let (home, mut server) = inhabited("300");
    let mut client = server.client();
    let mut holders: Vec<Holder> = (0..BUSY + DEAF).map(|holder| log_in(&mut client, &username(holder))).collect();
    for round in 0..ROUNDS {
        holders = die_under(server, holders, 5 + 7 * round);
        server = home.serve(&[]);
        let mut client = server.client();
        for holder in &mut holders {
            assert!(holder.refreshes(&mut client), "the server went away");
            assert_eq!(holder.only_session(&mut client), holder.session, "signed out");
            // The pair that was given works on.
            assert!(holder.refreshes(&mut client), "the server went away");
        }
    }
    assert_eq!(thefts(&server), 0);
}

#[test]
fn without_a_reuse_interval_a_lost_answer_is_a_theft() {
    let (home, server) = inhabited("0");
    let mut client = server.client();
    let holders: Vec<Holder> = (0..BUSY + DEAF).map(|holder| log_in(&mut client, &username(holder))).collect();
    let holders = die_under(server, holders, 5);
    let server = home.serve(&[]);
    let mut client = server.client();
    for holder in &holders[BUSY..] {
        let answer = client.send_as(&holder.access, "POST", "/user/refreshToken", &holder.body());
        assert_eq!(answer.status, 401, "{}", answer.text);
    }
    assert_eq!(thefts(&server), DEAF);
}
