//! Sign-ins that are hung up before they are answered: nobody checks their passwords, and nobody else waits for them.

use serde_json::json;

use crate::support::Home;

const FLOOD: usize = 300;

#[test]
fn sign_ins_that_are_hung_up_keep_nobody_out() {
    let home = Home::new().setting("PASSWORDS__QUEUE", "64").setting("PASSWORDS__THREADS", "1");
    let users = json!({ "users": [{ "username": "ada", "email": "ada@example.com", "password": "Correct-horse-7", "session_cap": 64 }] });
    let server = home.serve(&["--apply", &home.document("users.json", &users)]);
    let before = server.metric("cloakroom_hashing_done_total");
    let mut honest = server.client();
    for number in 0..FLOOD {
        let unknown = json!({ "email": format!("nobody{number}@example.com"), "passcode": "Correct-horse-7" });
        server.client().send_and_leave("session/create", &unknown);
        if number % 30 == 29 {
            assert_eq!(honest.sign_in("ada@example.com", "Correct-horse-7").status, 200);
        }
    }
    while server.metric("cloakroom_hashing_queued") > 0.0 {}
    let hashed = server.metric("cloakroom_hashing_done_total") - before;
    println!("{hashed} passwords checked for {FLOOD} sign-ins that were hung up and {} that were not", FLOOD / 30);
    assert!(hashed < (FLOOD / 2) as f64, "{hashed}");
}
