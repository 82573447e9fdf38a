//! Answers that nobody takes: they keep their places, take little memory, and their connections are cut off.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use serde_json::json;

use crate::frames::Frames;
use crate::support::{Home, Running};

const DOCUMENT: &str = "/usm/openapi.yaml";

fn served(home: &Home) -> (Running, String) {
    let users = json!({ "users": [{ "username": "ada", "email": "ada@example.com", "password": "Correct-horse-7" }] });
    let server = home.serve(&["--apply", &home.document("users.json", &users)]);
    let guid = server.client().sign_in("ada@example.com", "Correct-horse-7").guid();
    (server, guid)
}

/// A connection with so many requests for a document, of whose answers nothing may be sent.
fn closed_window(address: SocketAddr, streams: usize) -> Frames {
    let mut frames = Frames::to(address, 0).unwrap();
    for _ in 0..streams {
        // A server that allows fewer streams at once may already have closed the connection.
        if frames.begin("GET", DOCUMENT, false).is_err() {
            break;
        }
    }
    frames
}

/// Whether the server has closed it.
fn is_cut(frames: &mut Frames) -> bool {
    while let Ok(frame) = frames.next(Duration::from_millis(10)) {
        if frame.is_none() {
            return false;
        }
    }
    true
}

#[test]
fn closed_windows_take_little_memory_and_stop_nobody() {
    let home = Home::new();
    let (server, guid) = served(&home);
    assert_eq!(server.client().get(DOCUMENT).status, 200);
    let before = server.resident();
    let held: Vec<_> = (0..30).map(|_| closed_window(server.address, 256)).collect();
    let mut client = server.client();
    // They have all places that one address may have, until one after the other is found to take nothing.
    let mut answered_in_a_row = 0;
    while answered_in_a_row < 200 {
        let status = client.with_guid("session/validate", &guid).status;
        assert!(matches!(status, 200 | 429), "{status}");
        answered_in_a_row = if status == 200 { answered_in_a_row + 1 } else { 0 };
    }
    let grown = server.resident().saturating_sub(before);
    println!("30 connections with 256 requests each and no window: {:.1} MB", grown as f64 / 1e6);
    assert!(grown < 60_000_000, "{grown}");
    drop(held);
}

#[test]
fn an_answer_keeps_its_place_until_it_is_cut_off_for_somebody_else() {
    let home = Home::new().setting("SERVER__MAX_IN_FLIGHT", "8").setting("RATE_LIMITS__REQUESTS_PER_ADDRESS", "8");
    // Nothing is cut off for being slow.
    let home = home.setting("SERVER__ANSWER_TIMEOUT_SECONDS", "3600");
    let (server, guid) = served(&home);
    let mut client = server.client();
    let mut held = closed_window(server.address, 7);
    let mut answer = client.get("/readyz");
    while answer.status == 200 {
        answer = client.get("/readyz");
    }
    assert!(answer.text.contains("has as many requests under way as it may"), "{}", answer.text);
    // Ends have places of their own.
    assert_eq!(client.with_guid("session/close", "11111111-2222-3333-4444-555555555555").status, 404);
    // After a second, whoever takes nothing makes room.
    while client.with_guid("session/validate", &guid).status == 503 {}
    assert_eq!(client.get("/readyz").status, 200);
    while !is_cut(&mut held) {}
    assert!(server.metric("cloakroom_answers_cut_total") >= 1.0);
}

#[test]
fn whoever_takes_nothing_is_cut_off() {
    let home = Home::new().setting("SERVER__ANSWER_TIMEOUT_SECONDS", "1");
    let (server, _) = served(&home);
    let mut held = closed_window(server.address, 7);
    while !is_cut(&mut held) {}
    let mut plain = TcpStream::connect(server.address).unwrap();
    // More than what two sockets hold of it.
    plain.write_all("GET /docs/swagger-ui.js HTTP/1.1\r\nhost: x\r\n\r\n".repeat(200).as_bytes()).unwrap();
    while server.metric("cloakroom_answers_cut_total") < 2.0 {}
    // What the system had buffered still comes, then nothing.
    while plain.read(&mut [0; 65_536]).is_ok_and(|read| read > 0) {}
    assert_eq!(server.client().get("/healthz").status, 200);
}

#[test]
fn an_answer_that_is_taken_slowly_is_not_cut_off() {
    let home = Home::new().setting("SERVER__ANSWER_TIMEOUT_SECONDS", "1");
    let (server, _) = served(&home);
    let whole = server.client().get("/openapi.json").text;
    let mut slow = TcpStream::connect(server.address).unwrap();
    slow.write_all(b"GET /openapi.json HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").unwrap();
    // As slow as the server's other answers, one for each piece.
    let (mut read, mut piece, mut other) = (Vec::new(), [0; 16_384], server.client());
    loop {
        match slow.read(&mut piece).unwrap() {
            0 => break,
            some => read.extend_from_slice(&piece[..some]),
        }
        assert_eq!(other.get("/healthz").status, 200);
    }
    assert!(String::from_utf8(read).unwrap().ends_with(&whole));
}
