//! The primary dies under load and its synchronous standby takes over: `cloakroom serve`, which knows both, goes on without a restart,
//! and every creation and end that it had acknowledged is there.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Sender, channel};

use serde_json::{Value, json};

use crate::database::cluster::Past;
use crate::database::kept::Pair;
use crate::support::{Client, Home};

const MASTER: &str = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
const PASSCODE: &str = "Correct-horse-7";
const CALLERS: usize = 4;
/// Acknowledgements before the primary dies, and after.
const ENOUGH: usize = 60;

/// What one caller was told.
#[derive(Default)]
struct Told {
    live: Vec<String>,
    ended: Vec<String>,
}

/// What came of a request.
#[derive(PartialEq)]
enum Step {
    Done,
    PutOff,
}

fn email(caller: usize) -> String {
    format!("user{caller}@example.com")
}

/// Opens sessions and closes every other one; comes back when told to, to the same server.
fn live_on(address: SocketAddr, caller: usize, enough: &AtomicBool, progress: &Sender<Step>) -> Told {
    let (mut client, mut told) = (Client::to(address), Told::default());
    let mut call = |route: &str, body: &Value| {
        let answer = client.usm(route, body);
        if answer.status == 503 {
            assert!(answer.header("retry-after").is_some(), "{}", answer.text);
            let _ = progress.send(Step::PutOff);
            return None;
        }
        assert_eq!(answer.status, 200, "{route}: {}", answer.text);
        let _ = progress.send(Step::Done);
        Some(answer)
    };
    while !enough.load(Ordering::SeqCst) {
        let body = json!({ "email": email(caller), "passcode": PASSCODE });
        let Some(created) = call("session/create", &body) else { continue };
        let guid = created.guid();
        if told.live.len() <= told.ended.len() {
            told.live.push(guid);
        } else if call("session/close", &json!({ "session_guid": guid })).is_some() {
            told.ended.push(guid);
        }
    }
    told
}

#[test]
fn clients_go_on_by_themselves_when_the_primary_dies_and_nothing_acknowledged_is_lost() {
    let mut pair = Pair::start();
    Past::of(pair.primary("postgres")).batch("CREATE DATABASE kept");
    let home = Home::new().setting("STORE__DATABASE_URL", &pair.url("kept")).setting("KEYS__MASTER", MASTER);
    let users: Vec<_> = (0..CALLERS)
        .map(|caller| json!({ "username": format!("user{caller}"), "email": email(caller), "password": PASSCODE, "session_cap": 8192 }))
        .collect();
    let server = home.serve(&["--apply", &home.document("users.json", &json!({ "users": users }))]);
    let (address, enough) = (server.address, Arc::new(AtomicBool::new(false)));
    let (progress, steps) = channel();
    let callers: Vec<_> = (0..CALLERS)
        .map(|caller| {
            let (enough, progress) = (enough.clone(), progress.clone());
            std::thread::spawn(move || live_on(address, caller, &enough, &progress))
        })
        .collect();
    drop(progress);
    let acknowledged = |number: usize| assert_eq!(steps.iter().filter(|step| *step == Step::Done).take(number).count(), number);
    acknowledged(ENOUGH);
    pair.kill();
    assert!(steps.iter().any(|step| step == Step::PutOff), "nobody can write");
    pair.promote();
    // What was acknowledged until here is not counted to what comes after.
    steps.try_iter().for_each(drop);
    acknowledged(ENOUGH);
    enough.store(true, Ordering::SeqCst);
    let told: Vec<_> = callers.into_iter().map(|caller| caller.join().unwrap()).collect();
    let mut client = server.client();
    for guid in told.iter().flat_map(|told| &told.live) {
        let answer = client.with_guid("session/validate", guid);
        assert_eq!(answer.status, 200, "acknowledged and lost: {}", answer.text);
    }
    for guid in told.iter().flat_map(|told| &told.ended) {
        let answer = client.with_guid("session/validate", guid);
        assert_eq!((answer.status, answer.tag().as_str()), (401, "session-doomed"), "ended and alive: {}", answer.text);
    }
    assert_eq!(server.stop().status.code(), Some(0));
}
