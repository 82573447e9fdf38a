//! `kill -9` under load: what was acknowledged is there (P1), what was ended stays ended (P2).

use std::collections::{HashMap, HashSet};
use std::net::SocketAddr;

use serde_json::{Value, json};

use crate::support::{Client, Home};

const ROUNDS: usize = 3;
const THREADS: usize = 4;

/// What one thread was told before the server died.
#[derive(Default)]
struct Told {
    /// Bearer guids.
    live: HashSet<String>,
    ended: HashSet<String>,
    /// Asked to end, and never told what came of it.
    unknown: HashSet<String>,
    /// By bearer guid, the last expiry told.
    expires: HashMap<String, String>,
}

/// Opens, validates and closes until the server dies. Each thread is a user of its own.
fn live_it_up(address: SocketAddr, user: usize, progress: &std::sync::mpsc::Sender<()>) -> Told {
    let mut told = Told::default();
    let Some(mut client) = Client::try_to(address) else { return told };
    loop {
        let body = json!({ "email": format!("user{user}@example.com"), "passcode": "Correct-horse-7", "ttl_seconds": 600 });
        let Some(created) = client.try_usm("session/create", &body) else { return told };
        let guid = created.guid();
        told.live.insert(guid.clone());
        for _ in 0..3 {
            let Some(validated) = client.try_usm("session/validate", &json!({ "session_guid": guid })) else { return told };
            assert_eq!(validated.status, 200, "{}", validated.text);
            told.expires.insert(guid.clone(), validated.json()["data"]["expires_at_utc"].as_str().unwrap().to_owned());
        }
        if told.live.len() % 2 == 0 {
            told.live.remove(&guid);
            let Some(closed) = client.try_usm("session/close", &json!({ "session_guid": guid })) else {
                told.unknown.insert(guid);
                return told;
            };
            assert_eq!(closed.status, 200, "{}", closed.text);
            told.ended.insert(guid);
        }
        let _ = progress.send(());
    }
}

fn check(client: &mut Client, told: &Told) {
    for guid in &told.live {
        let answer = client.with_guid("session/get", guid);
        assert_eq!(answer.json()["data"]["status"], "active", "acknowledged and lost: {}", answer.text);
        if let Some(expires) = told.expires.get(guid) {
            assert_not_long_before(answer.json()["data"]["expires_at_utc"].as_str().unwrap(), expires);
        }
        assert_eq!(client.with_guid("session/validate", guid).status, 200);
    }
    for guid in &told.ended {
        let answer = client.with_guid("session/validate", guid);
        assert_eq!((answer.status, answer.tag().as_str()), (401, "session-doomed"), "ended and alive: {}", answer.text);
    }
    for guid in &told.unknown {
        let status = client.with_guid("session/validate", guid).status;
        assert!(matches!(status, 200 | 401), "{status}");
    }
}

/// The stored expiry lags the told one by ttl/360 and the second between two runs of the saver, at most.
fn assert_not_long_before(stored: &str, told: &str) {
    let seconds = |text: &str| {
        let time: jiff::Timestamp = text.parse().unwrap();
        time.as_millisecond()
    };
    assert!(seconds(told) - seconds(stored) <= 5000, "{stored} is long before {told}");
}

#[test]
fn what_was_acknowledged_survives_kill_nine() {
    let home = Home::new();
    let user = |n| json!({ "username": format!("user{n}"), "email": format!("user{n}@example.com"), "password": "Correct-horse-7" });
    let users: Vec<Value> = (0..THREADS).map(user).collect();
    let file = home.document("users.json", &json!({ "users": users }));
    let mut everything = Vec::new();
    for round in 0..ROUNDS {
        let server = home.serve(&["--apply", &file]);
        let address = server.address;
        let (progress, steps) = std::sync::mpsc::channel();
        let threads: Vec<_> = (0..THREADS)
            .map(|user| {
                let progress = progress.clone();
                std::thread::spawn(move || live_it_up(address, user, &progress))
            })
            .collect();
        for _ in 0..(10 + 3 * round) {
            steps.recv().unwrap();
        }
        server.kill();
        everything.extend(threads.into_iter().map(|thread| thread.join().unwrap()));
        let server = home.serve(&[]);
        let mut client = server.client();
        everything.iter().for_each(|told| check(&mut client, told));
        assert_eq!(server.client().get("/readyz").status, 200);
        server.kill();
    }
    let (live, ended) = everything.iter().fold((0, 0), |(live, ended), told| (live + told.live.len(), ended + told.ended.len()));
    assert!(live >= ROUNDS && ended >= ROUNDS, "{live} live, {ended} ended");
}
