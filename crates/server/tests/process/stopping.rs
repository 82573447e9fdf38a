//! SIGTERM: what is under way ends well, and nothing that was told is lost.

use serde_json::json;

use crate::support::{Client, Home};

fn users(home: &Home) -> String {
    home.document("users.json", &json!({ "users": [{ "username": "ada", "email": "ada@example.com", "password": "Correct-horse-7" }] }))
}

#[test]
fn it_stops_by_itself_and_says_so() {
    let finished = Home::new().serve(&[]).stop();
    assert_eq!(finished.status.code(), Some(0), "{finished:?}");
    assert!(finished.stderr.lines().last().unwrap().contains("\"stopped\""), "{}", finished.stderr);
}

#[test]
fn an_expiry_that_was_told_survives_a_stop() {
    let home = Home::new();
    let server = home.serve(&["--apply", &users(&home)]);
    let mut client = server.client();
    let guid = client.sign_in("ada@example.com", "Correct-horse-7").guid();
    let mut told = String::new();
    for _ in 0..200 {
        told = client.with_guid("session/validate", &guid).json()["data"]["expires_at_utc"].as_str().unwrap().to_owned();
    }
    assert_eq!(server.stop().status.code(), Some(0));
    let server = home.serve(&[]);
    let after = server.client().with_guid("session/get", &guid).json()["data"]["expires_at_utc"].as_str().unwrap().to_owned();
    assert_eq!(after, told, "times of one shape compare as text");
}

#[test]
fn requests_under_way_are_answered_and_new_connections_refused() {
    let home = Home::new();
    let server = home.serve(&["--apply", &users(&home)]);
    let address = server.address;
    let sign_ins: Vec<_> = (0..8).map(|_| Client::to(address)).collect();
    let (started, waiting) = std::sync::mpsc::channel();
    let threads: Vec<_> = sign_ins
        .into_iter()
        .map(|mut client| {
            let started = started.clone();
            std::thread::spawn(move || {
                // Once more than the server answers, so that some sign-in is under way when it stops.
                let mut guids = Vec::new();
                loop {
                    let body = json!({ "email": "ada@example.com", "passcode": "Correct-horse-7" });
                    let Some(answer) = client.try_usm("session/create", &body) else { return guids };
                    assert_eq!(answer.status, 200, "{}", answer.text);
                    guids.push(answer.guid());
                    started.send(()).unwrap();
                }
            })
        })
        .collect();
    for _ in 0..8 {
        waiting.recv().unwrap();
    }
    let finished = server.stop();
    assert_eq!(finished.status.code(), Some(0), "{}", finished.stderr);
    assert!(Client::try_to(address).is_none());
    let told: Vec<String> = threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect();
    let answered = finished.stderr.lines().filter(|line| line.contains("/usm/session/create") && line.contains("\"status\":200")).count();
    assert_eq!(answered, told.len(), "every answer arrived");
    let server = home.serve(&[]);
    let mut client = server.client();
    for guid in &told {
        assert_eq!(client.with_guid("session/validate", guid).status, 200);
    }
}

#[test]
fn a_mail_server_that_says_nothing_does_not_hold_up_a_stop() {
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = silent.local_addr().unwrap().port().to_string();
    let home = Home::new()
        .setting("MAIL__SMTP_HOST", "127.0.0.1")
        .setting("MAIL__SMTP_PORT", &port)
        .setting("MAIL__SMTP_TLS", "none")
        .setting("MAIL__SMTP_TIMEOUT_SECONDS", "300");
    let server = home.serve(&["--apply", &users(&home)]);
    let ask = json!({ "username": "ada" }).to_string();
    assert_eq!(server.client().try_send("POST", "/api/v1/auth/forgot-password", &ask).unwrap().status, 202);
    let conversation = silent.accept().unwrap();
    let finished = server.stop();
    drop(conversation);
    assert_eq!(finished.status.code(), Some(0), "{}", finished.stderr);
}

#[test]
fn both_signals_stop_it_and_a_second_one_at_once() {
    let server = Home::new().serve(&[]);
    let mut idle = Client::to(server.address);
    assert_eq!(idle.get("/healthz").status, 200);
    server.terminate();
    server.terminate();
    assert_eq!(server.finish().status.code(), Some(0));
}
