//! The example of two processes behind a proxy, with the real proxy: either may go, and nobody notices.

use std::net::{SocketAddr, TcpListener};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};

use serde_json::json;

use crate::database::cluster::Scratch;
use crate::support::{Client, Home, Running};

const CADDYFILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples/docker/Caddyfile");
const MASTER: &str = "0203020302030203020302030203020302030203020302030203020302030203";
const PASSCODE: &str = "Correct-horse-7";

/// The proxy, which ends with the test.
struct Proxy {
    child: Child,
    address: SocketAddr,
}

impl Drop for Proxy {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// `None` where there is no Caddy on this machine.
fn proxy(processes: [SocketAddr; 2]) -> Option<Proxy> {
    let home = std::env::temp_dir();
    // It takes no port of its own choice: a free one is looked up, and asked for at once.
    let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let child = Command::new("caddy")
        .args(["run", "--adapter", "caddyfile", "--config", CADDYFILE])
        .env("BIND", "127.0.0.1")
        .env("PORT", address.port().to_string())
        .env("UPSTREAMS", processes.map(|process| process.to_string()).join(" "))
        .env("HOME", home)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .ok()?;
    let proxy = Proxy { child, address };
    while !is_ready(address) {
        std::thread::yield_now();
    }
    Some(proxy)
}

fn is_ready(address: SocketAddr) -> bool {
    let answer = Client::try_to(address).and_then(|mut client| client.try_send("GET", "/readyz", ""));
    answer.is_some_and(|answer| answer.status == 200)
}

fn process(scratch: &Scratch) -> Home {
    Home::new().setting("STORE__DATABASE_URL", &scratch.url()).setting("KEYS__MASTER", MASTER).setting("SERVER__DRAIN_DELAY_SECONDS", "4")
}

/// Asks through the proxy until `done`; what was answered otherwise than with 200.
fn asked_until(done: &AtomicBool, address: SocketAddr, guid: &str) -> (usize, Vec<String>) {
    let (mut asked, mut failed) = (0, Vec::new());
    let body = json!({ "session_guid": guid }).to_string();
    let mut client = Client::to(address);
    while !done.load(Ordering::Relaxed) {
        asked += 1;
        match client.try_send("POST", "/usm/session/validate", &body) {
            Some(answer) if answer.status == 200 => {}
            Some(answer) => failed.push(format!("{} {}", answer.status, answer.text)),
            None => {
                failed.push("no answer".to_owned());
                client = Client::to(address);
            }
        }
    }
    (asked, failed)
}

/// What callers of the proxy saw while `event` happened.
fn seen(address: SocketAddr, guid: &str, event: impl FnOnce() -> Option<Running>) -> (usize, Vec<String>, Option<Running>) {
    let done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let callers: Vec<_> = (0..4).map(|_| scope.spawn(|| asked_until(&done, address, guid))).collect();
        let left = event();
        done.store(true, Ordering::Relaxed);
        let seen = callers.into_iter().map(|caller| caller.join().unwrap());
        let (asked, failed): (Vec<_>, Vec<_>) = seen.unzip();
        (asked.into_iter().sum(), failed.concat(), left)
    })
}

#[test]
fn a_process_that_stops_is_noticed_by_nobody() {
    let scratch = Scratch::bare();
    let homes = [process(&scratch), process(&scratch)];
    let people = json!({ "users": [{ "username": "ada", "email": "ada@example.com", "password": PASSCODE }] });
    let first = homes[0].serve(&["--apply", &homes[0].document("people.json", &people)]);
    let second = homes[1].serve(&[]);
    let Some(proxy) = proxy([first.address, second.address]) else {
        println!("SKIPPED: there is no caddy to put before two processes");
        return;
    };
    let guid = Client::to(proxy.address).sign_in("ada@example.com", PASSCODE).guid();
    let (asked, failed, _) = seen(proxy.address, &guid, || {
        assert_eq!(first.stop().status.code(), Some(0));
        None
    });
    assert!(asked > 100 && failed.is_empty(), "{asked} asked: {failed:?}");
    // And for as long as it is gone.
    let (mut client, body) = (Client::to(proxy.address), json!({ "session_guid": guid }).to_string());
    for _ in 0..200 {
        assert_eq!(client.try_send("POST", "/usm/session/validate", &body).unwrap().status, 200);
    }
    drop(second);
}
