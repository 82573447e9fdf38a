//! 500 sign-ins at once: the excess is shed, validation goes on, memory stays bounded (P7).

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Barrier};

use serde_json::json;

use crate::support::{Client, Home};

const AT_ONCE: usize = 500;

#[test]
fn five_hundred_sign_ins_at_once_are_answered_or_shed() {
    let home = Home::new().setting("PASSWORDS__QUEUE", "64");
    let users = json!({ "users": [{ "username": "ada", "email": "ada@example.com", "password": "Correct-horse-7", "session_cap": 32 }] });
    let server = home.serve(&["--apply", &home.document("users.json", &users)]);
    let address = server.address;
    let guid = server.client().sign_in("ada@example.com", "Correct-horse-7").guid();
    let ready = Arc::new(Barrier::new(AT_ONCE + 1));
    let threads: Vec<_> = (0..AT_ONCE)
        .map(|number| {
            let ready = ready.clone();
            std::thread::Builder::new().stack_size(256 * 1024).spawn(move || {
                let mut client = Client::to(address);
                let email = if number % 2 == 0 { "ada@example.com".to_owned() } else { format!("nobody{number}@example.com") };
                ready.wait();
                let answer = client.sign_in(&email, "Correct-horse-7");
                (answer.status, answer.header("retry-after").map(str::to_owned))
            })
        })
        .map(Result::unwrap)
        .collect();
    let over = Arc::new(AtomicBool::new(false));
    let validating = {
        let (over, mut client, guid) = (over.clone(), server.client(), guid.clone());
        std::thread::spawn(move || {
            let mut validated = 0_usize;
            while !over.load(Ordering::Relaxed) {
                assert_eq!(client.with_guid("session/validate", &guid).status, 200);
                validated += 1;
            }
            validated
        })
    };
    ready.wait();
    let answers: Vec<_> = threads.into_iter().map(|thread| thread.join().unwrap()).collect();
    over.store(true, Ordering::Relaxed);
    let validated = validating.join().unwrap();
    let count = |wanted: u16| answers.iter().filter(|(status, _)| *status == wanted).count();
    let (opened, at_cap, unknown, shed) = (count(200), count(409), count(401), count(503) + count(429));
    assert_eq!(opened + at_cap + unknown + shed, AT_ONCE, "{answers:?}");
    assert!(opened <= 31, "the cap: {opened}");
    assert!(shed > 0 && opened + at_cap + unknown >= 64, "{opened} {at_cap} {unknown} {shed}");
    assert!(answers.iter().all(|(status, retry)| !matches!(status, 429 | 503) || retry.is_some()));
    // One after the other, beside passwords that keep every core busy.
    assert!(validated >= 64, "{validated} validations while {AT_ONCE} signed in");
    let bytes = server.metric("cloakroom_process_resident_memory_bytes");
    println!("{opened} opened, {at_cap} at the cap, {unknown} unknown, {shed} shed; {validated} validated; {:.1} MB", bytes / 1e6);
    assert!(bytes < 200e6, "{bytes}");
    assert_eq!(server.client().with_guid("session/validate", &guid).status, 200);
}
