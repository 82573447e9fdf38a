//! Tokens that stay fresh: of a user who logged in, and of an application.

mod claims;
mod client_credentials;
mod flight;
mod user;

pub use client_credentials::ClientCredentials;
pub use user::{Auth, AuthOptions};

use std::time::Duration;

/// A token is renewed when it has no more than this left.
const BEFOREHAND: Duration = Duration::from_secs(30);

/// When a token that was received now is to be renewed: 30 s before it expires, and in the middle of a shorter life.
fn renewal(received: Duration, lifetime: Duration) -> Duration {
    received + lifetime - BEFOREHAND.min(lifetime / 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn renewed_half_a_minute_before_the_end_and_never_at_once() {
        let second = Duration::from_secs;
        assert_eq!(renewal(second(100), second(1200)), second(1270));
        assert_eq!(renewal(second(100), second(60)), second(130));
        assert_eq!(renewal(second(100), second(20)), second(110));
    }
}
