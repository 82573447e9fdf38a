//! Pushed requests (RFC 9126): an application hands its request over by itself, and sends the browser with a name of it that nobody else can
//! make or read. The name is the request, sealed.

use cloakroom_engine::clock::Timestamp;
use cloakroom_engine::keys::Keyring;

use crate::web::sealed::Purpose;

/// Seconds for which a browser may come with the name.
pub const PUSHED_SECONDS: u32 = 90;

const SEAL: Purpose = Purpose { name: "cloakroom pushed request v1", seconds: PUSHED_SECONDS };

/// What a name begins with (RFC 9126 section 2.2).
const PREFIX: &str = "urn:ietf:params:oauth:request_uri:";

/// Whether a `request_uri` is such a name.
#[must_use]
pub fn is_name(text: &str) -> bool {
    text.starts_with(PREFIX)
}

/// The name of a request. `chance`: 128 random bits.
#[must_use]
pub fn named(keys: &Keyring, chance: &[u8; 16], now: Timestamp, query: &str) -> Option<String> {
    Some(format!("{PREFIX}{}", SEAL.seal(keys, chance, now, query.as_bytes())?))
}

/// The request of this name, if its time is not over; `None` where it is none of ours.
#[must_use]
pub fn behind(keys: &Keyring, name: &str, now: Timestamp) -> Option<String> {
    String::from_utf8(SEAL.open(keys, name.strip_prefix(PREFIX)?, now)?).ok()
}
