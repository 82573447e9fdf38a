//! Proving once more who one is, where something weighs so much that having signed in a while ago is not enough.

use super::visit::Coming;
use crate::audit::RequestOrigin;
use crate::clock::{Span, Timestamp};
use crate::engine::Engine;
use crate::error::EngineError;
use crate::secret::{Passcode, SessionSecret};
use crate::sessions::Session;
use crate::sessions::sign_in::SignInRefusal;
use crate::sessions::verdict::CLOCK_TOLERANCE;

/// How long a proof counts (docs/contracts/browser.md, Console).
pub const FRESH: Span = Span::from_seconds(15 * 60);

/// Why nothing was proven.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ConfirmRefusal {
    /// The secret is of no live session of a browser.
    SignedOut,
    Refused(SignInRefusal),
}

impl Session {
    /// Whether its user proved who they are within the last [`FRESH`]. A proof from further ahead than clocks differ is none.
    pub fn is_freshly_proven(&self, now: Timestamp) -> bool {
        self.authentication.is_some_and(|proof| proof.at <= now.plus(CLOCK_TOLERANCE) && now.since(proof.at) <= FRESH)
    }
}

impl Engine {
    /// Has the holder of `secret` prove by their password once more who they are. The session goes on under a new secret, and its
    /// authentication is of now; the trail says so.
    ///
    /// # Errors
    /// When too many passcodes wait to be checked, or the store cannot be relied on.
    pub async fn confirm_at_browser(
        &self,
        secret: &SessionSecret,
        passcode: Passcode,
        origin: &RequestOrigin,
    ) -> Result<Result<(Session, SessionSecret), ConfirmRefusal>, EngineError> {
        let Some(coming) = self.coming(secret, origin).await?.filter(Coming::is_of_browser) else {
            return Ok(Err(ConfirmRefusal::SignedOut));
        };
        let shown = (coming.account.username.clone(), passcode);
        let confirmed = self.sign_in_at_browser(shown, Some(secret), origin.clone()).await?;
        Ok(confirmed.map_err(ConfirmRefusal::Refused))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sessions::{Authentication, sample};

    #[test]
    fn a_proof_is_fresh_for_fifteen_minutes() {
        let proven = Timestamp::from_millis(1_000_000_000);
        let session = sample(proven).but(|facts| facts.authentication = Some(Authentication::by_password(proven)));
        let later = |seconds| session.is_freshly_proven(proven.plus(Span::from_seconds(seconds)));
        assert!(later(0) && later(900) && !later(901));
        assert!(session.is_freshly_proven(proven.minus(Span::from_seconds(300))), "clocks differ by that");
        assert!(!session.is_freshly_proven(proven.minus(Span::from_seconds(301))));
        assert!(!sample(proven).is_freshly_proven(proven), "nobody proved anything");
    }
}
