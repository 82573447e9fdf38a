//! A log that nobody reads: it holds up no request, and what is lost of it is told.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, ChildStderr};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

use crate::support::{Client, Home};

/// So long nothing that works takes; a test that waits longer has failed.
const PATIENCE: Duration = Duration::from_secs(60);
/// The longest that a line makes of itself.
const REQUEST_ID: &str =
    "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
/// More than there is room for.
const MOST_REQUESTS: u64 = 20_000;

/// A server whose standard error nobody reads yet.
struct Unread(Child);

impl Drop for Unread {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn start(home: &Home) -> (Unread, Client) {
    let mut server = Unread(home.prepared(&["serve", "--listen", "127.0.0.1:0"]).spawn().unwrap());
    let said = BufReader::new(server.0.stdout.take().unwrap()).lines().map_while(Result::ok);
    let address = said.into_iter().find_map(|line| line.strip_prefix("listening on http://").map(|address| address.parse().unwrap()));
    (server, Client::to(address.unwrap()))
}

/// From now on, somebody reads.
fn lines_of(errors: ChildStderr) -> Receiver<Value> {
    let (send, lines) = channel();
    std::thread::spawn(move || {
        let read = BufReader::new(errors).lines().map_while(Result::ok);
        read.map(|line| serde_json::from_str(&line).unwrap()).try_for_each(|line| send.send(line))
    });
    lines
}

fn dropped(client: &mut Client) -> u64 {
    let page = client.get("/metrics").text;
    let line = page.lines().find_map(|line| line.strip_prefix("cloakroom_log_lines_dropped_total "));
    line.unwrap().parse().unwrap()
}

#[test]
fn every_request_is_answered_and_every_line_is_there_or_counted() {
    let home = Home::new();
    let (mut server, mut client) = start(&home);
    let mut asked = 0;
    let missing = loop {
        for _ in 0..100 {
            assert_eq!(client.try_call("GET", "/healthz", &[("x-request-id", REQUEST_ID)], "").unwrap().status, 200);
        }
        // The line about `/metrics` is counted, too, in the next page.
        asked += 101;
        let dropped = dropped(&mut client);
        if dropped > 0 {
            break dropped;
        }
        assert!(asked < MOST_REQUESTS, "there is room without end");
    };
    // Once the loss was told, everything that waited has been read, and only what is said of the stop can follow.
    let read = lines_of(server.0.stderr.take().unwrap());
    let mut lines: Vec<Value> = Vec::new();
    while !lines.last().is_some_and(|line| line["lines"].is_u64()) {
        lines.push(read.recv_timeout(PATIENCE).unwrap());
    }
    kill_process(Pid::from_child(&server.0), Signal::TERM).unwrap();
    assert!(server.0.wait().unwrap().success());
    lines.extend(read);
    let told: u64 = lines.iter().filter_map(|line| line["lines"].as_u64()).sum();
    let written = lines.iter().filter(|line| line["target"] == "cloakroom::access").count() as u64;
    // Of the last page itself, nobody knew yet.
    assert!((missing..=missing + 1).contains(&told), "{told} are told of, {missing} were counted");
    assert_eq!(written + told, asked, "each is there or told of");
    assert_eq!(lines.last().unwrap()["message"], "stopped");
}
