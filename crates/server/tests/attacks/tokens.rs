//! Made-up refresh tokens of the first generation, against a chain that is long.

use aws_lc_rs::digest::{SHA256, digest};

use crate::elsewhere::{Attacker, post};

/// The text with the checksum that every token has; no key is needed for that.
fn sealed(body: &str) -> String {
    const DIGITS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    let hash = digest(&SHA256, body.as_bytes());
    let mut value = u32::from_be_bytes(hash.as_ref()[..4].try_into().unwrap());
    let mut checksum = Vec::new();
    while value > 0 || checksum.len() < 6 {
        checksum.insert(0, DIGITS[value as usize % 62]);
        value /= 62;
    }
    format!("{body}_{}", String::from_utf8(checksum).unwrap())
}

/// Sixteen times this is the attack. How many were answered.
pub fn attack(attacker: &Attacker<'_>, access_token: &str) -> u64 {
    let body = format!(r#"{{"refreshToken":"{}"}}"#, sealed(&format!("clr_1_0_{}", "A".repeat(43))));
    let headers = format!("content-type: application/json\r\nauthorization: Bearer {access_token}\r\n");
    attacker.ask_without_end(|_| post("/user/refreshToken", &headers, &body))
}
