//! A client that hangs up in the middle leaves a whole state.

use serde_json::json;

use crate::support::{Client, Home, Running};

fn started(home: &Home) -> Running {
    let users = json!({ "users": [{ "username": "ada", "email": "ada@example.com", "password": "Correct-horse-7", "session_cap": 64 }] });
    home.serve(&["--apply", &home.document("users.json", &users)])
}

fn sessions(client: &mut Client, guid: &str, status: &str) -> Vec<serde_json::Value> {
    let answer = client.usm("session/list", &json!({ "session_guid": guid, "status": status, "limit": 256 }));
    answer.json()["data"]["sessions"].as_array().unwrap().clone()
}

#[test]
fn creates_and_closes_happen_wholly_or_not_at_all() {
    let home = Home::new();
    let server = started(&home);
    let mut client = server.client();
    let mine = client.sign_in("ada@example.com", "Correct-horse-7").guid();
    let others: Vec<String> = (0..8).map(|_| client.sign_in("ada@example.com", "Correct-horse-7").guid()).collect();
    let sign_in = json!({ "email": "ada@example.com", "passcode": "Correct-horse-7", "caption": "left" });
    for (number, guid) in others.iter().enumerate() {
        let close = json!({ "session_guid": guid });
        if number % 2 == 0 {
            server.client().send_and_leave("session/create", &sign_in);
            server.client().send_and_leave("session/close", &close);
        } else {
            server.client().send_half_and_leave("session/create", &sign_in);
            server.client().send_half_and_leave("session/close", &close);
        }
    }
    // Stopping waits for what is under way, so that what comes next is the final state.
    server.stop();
    let server = started(&home);
    let mut client = server.client();
    for (number, guid) in others.iter().enumerate() {
        let answer = client.with_guid("session/validate", guid);
        assert!(number % 2 == 0 || answer.status == 200, "half a request closed a session");
        assert!(matches!((answer.status, answer.tag().as_str()), (200, "") | (401, "session-doomed")), "{}", answer.text);
    }
    let active = sessions(&mut client, &mine, "active");
    let left = active.iter().filter(|session| session["caption"] == "left");
    assert!(left.clone().count() <= 4, "half a request opened a session");
    for session in left {
        let reference = session["session_guid"].as_str().unwrap();
        assert_eq!(client.with_guid("session/close", reference).json()["data"]["status"], "doomed");
    }
    assert_eq!(server.metric("cloakroom_in_flight"), 1.0, "nobody but this question is under way");
}
