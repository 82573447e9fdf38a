//! The machine's clock and randomness, as the engine wants them. The only place that asks the machine for either.

use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use cloakroom_engine::clock::{Clock, Timestamp};
use cloakroom_engine::entropy::{Entropy, EntropyUnavailable};

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
pub fn request_ids(entropy: Arc<dyn Entropy>) -> crate::http::request_id::Mint {
    Arc::new(move || {
        let mut bytes = [0; 16];
        // If no random id can be drawn, the request is answered without one.
        if entropy.fill(&mut bytes).is_err() {
            return "unknown".into();
        }
        uuid::Uuid::from_bytes(bytes).simple().to_string()
    })
}
