//! The machine's clock and randomness, as the engine wants them. The only place that asks the machine for either.

use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use cloakroom_engine::clock::{Clock, Timestamp};
use cloakroom_engine::entropy::{Entropy, EntropyUnavailable};
use parking_lot::Mutex;

use crate::http::request_id::{Mint, RequestId};

/// The machine's clock.
pub struct MachineClock;

impl Clock for MachineClock {
    #[expect(clippy::disallowed_methods, reason = "boot is where the wall clock comes in")]
    fn now(&self) -> Timestamp {
        // A clock before 1970 reads as 1970; the verdict does not trust it.
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Timestamp::from_millis(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
    }
}

/// Microseconds since 1970, for log lines.
#[expect(clippy::disallowed_methods, reason = "boot is where the wall clock comes in")]
pub fn micros() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_micros()).unwrap_or(i64::MAX)
}

/// The machine's randomness.
pub struct MachineEntropy;

impl Entropy for MachineEntropy {
    #[expect(clippy::disallowed_methods, reason = "boot is where randomness comes in")]
    fn fill(&self, bytes: &mut [u8]) -> Result<(), EntropyUnavailable> {
        getrandom::fill(bytes).map_err(|_| EntropyUnavailable)
    }
}

/// Mints ids for requests that brought none.
pub fn request_ids(entropy: Arc<dyn Entropy>) -> Mint {
    let drawn = Mutex::new(Drawn { bytes: [0; Drawn::BYTES], used: Drawn::BYTES });
    Arc::new(move || {
        // If no random id can be drawn, the request is answered without one.
        let Ok(bytes) = drawn.lock().sixteen(&*entropy) else { return RequestId::UNKNOWN };
        RequestId::of_bytes(bytes)
    })
}

/// Random bytes in reserve: the machine is asked for those of many ids at once, since asking costs more than all else about an id. For
/// what need be no secret.
struct Drawn {
    bytes: [u8; Self::BYTES],
    used: usize,
}

impl Drawn {
    const BYTES: usize = 4096;

    fn sixteen(&mut self, entropy: &dyn Entropy) -> Result<[u8; 16], EntropyUnavailable> {
        if self.used == Self::BYTES {
            entropy.fill(&mut self.bytes)?;
            self.used = 0;
        }
        let mut sixteen = [0; 16];
        sixteen.copy_from_slice(&self.bytes[self.used..self.used + 16]);
        self.used += 16;
        Ok(sixteen)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn request_ids_are_random_hexadecimals_and_no_two_are_the_same() {
        let mint = request_ids(Arc::new(MachineEntropy));
        let ids: HashSet<String> = (0..3 * Drawn::BYTES / 16).map(|_| mint().as_str().to_owned()).collect();
        assert_eq!(ids.len(), 3 * Drawn::BYTES / 16);
        assert!(ids.iter().all(|id| id.len() == 32 && id.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))));
    }

    #[test]
    fn without_randomness_no_id_is_made_up() {
        struct Dry;

        impl Entropy for Dry {
            fn fill(&self, _: &mut [u8]) -> Result<(), EntropyUnavailable> {
                Err(EntropyUnavailable)
            }
        }

        let mint = request_ids(Arc::new(Dry));
        assert_eq!([mint(), mint()], [RequestId::UNKNOWN, RequestId::UNKNOWN]);
    }
}
