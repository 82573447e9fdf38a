//! Sign-ins with names that nobody has: hung up before they are answered, or waited for.

use std::io::Write as _;
use std::time::Duration;

use crate::elsewhere::{Attacker, post};

fn sign_in(attacker: &Attacker<'_>, number: u64) -> String {
    let body = format!(r#"{{"username":"g{number}x{:p}","password":"Correct-horse-7"}}"#, std::ptr::from_ref(attacker));
    post("/user/login", "content-type: application/json\r\n", &body)
}

/// Twice this is the attack. How many were hung up.
pub fn hung_up(attacker: &Attacker<'_>) -> u64 {
    let mut made = 0;
    while attacker.goes_on() {
        if let Some(mut stream) = attacker.connect() {
            made += 1;
            let _ = stream.write_all(sign_in(attacker, made).as_bytes());
            attacker.pause(Duration::from_millis(2));
        }
        attacker.pause(Duration::from_millis(6));
    }
    made
}

/// Sixteen times this is the attack. How many were answered.
pub fn refused(attacker: &Attacker<'_>) -> u64 {
    attacker.ask_without_end(|number| sign_in(attacker, number))
}
