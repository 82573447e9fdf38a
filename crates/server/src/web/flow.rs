//! A sign-in in progress, as the browser that is signing in holds it.

use cloakroom_engine::clock::Timestamp;
use cloakroom_engine::federation::start::ProviderAttempt;
use cloakroom_engine::keys::Keyring;

use super::cookies::FLOW_SECONDS;
use super::sealed::Purpose;

const SEAL: Purpose = Purpose { name: "cloakroom sign-in flow v2", seconds: FLOW_SECONDS };

const SECRET_BYTES: usize = 16;

/// A sign-in in progress.
#[derive(Clone, PartialEq, Eq)]
pub struct Flow {
    /// Binds the forms to this browser.
    pub secret: [u8; SECRET_BYTES],
    /// Where to go afterwards, as it was allowed.
    pub return_to: Option<String>,
    /// The identity provider that the browser was last sent to.
    pub attempt: Option<ProviderAttempt>,
}

impl Flow {
    /// The flow, sealed for [`FLOW_SECONDS`] from `now` on. `None` where the key cannot be used.
    #[must_use]
    pub fn seal(&self, keys: &Keyring, now: Timestamp) -> Option<String> {
        let attempt = self.attempt.as_ref().map(written).unwrap_or_else(|| Some(vec![0]))?;
        let content = [&self.secret, attempt.as_slice(), self.return_to.as_deref().unwrap_or_default().as_bytes()].concat();
        SEAL.seal(keys, &self.secret, now, &content)
    }

    /// What [`Flow::seal`] sealed, if its time is not over.
    #[must_use]
    pub fn open(sealed: &str, keys: &Keyring, now: Timestamp) -> Option<Self> {
        let content = SEAL.open(keys, sealed, now)?;
        let (secret, rest) = content.split_first_chunk::<SECRET_BYTES>()?;
        let (attempt, return_to) = read(rest)?;
        let return_to = std::str::from_utf8(return_to).ok()?;
        Some(Self { secret: *secret, return_to: (!return_to.is_empty()).then(|| return_to.to_owned()), attempt })
    }
}

/// The length of the provider's code, which none has of zero, then the code and the rest.
fn written(attempt: &ProviderAttempt) -> Option<Vec<u8>> {
    let ProviderAttempt { provider, state, nonce, verifier } = attempt;
    let length = u8::try_from(provider.len()).ok()?;
    Some([&[length], provider.as_bytes(), state, nonce, verifier].concat())
}

/// What [`written`] wrote, and what stands behind it.
fn read(content: &[u8]) -> Option<(Option<ProviderAttempt>, &[u8])> {
    let (&length, content) = content.split_first()?;
    if length == 0 {
        return Some((None, content));
    }
    let (provider, content) = content.split_at_checked(length.into())?;
    let (state, content) = content.split_first_chunk()?;
    let (nonce, content) = content.split_first_chunk()?;
    let (verifier, content) = content.split_first_chunk()?;
    let provider = std::str::from_utf8(provider).ok()?.to_owned();
    Some((Some(ProviderAttempt { provider, state: *state, nonce: *nonce, verifier: *verifier }), content))
}

#[cfg(test)]
mod tests {
    use cloakroom_engine::clock::Span;
    use cloakroom_engine::keys::MasterKey;

    use super::*;

    const NOW: Timestamp = Timestamp::from_millis(1_000_000);

    #[test]
    fn a_flow_opens_for_ten_minutes_as_it_was_sealed_and_shows_nothing() {
        let keys = Keyring::derive(&MasterKey::from_bytes([1; 32]));
        let attempt = ProviderAttempt { provider: "acme".into(), state: [1; 16], nonce: [2; 16], verifier: [3; 32] };
        let flow = Flow { secret: [7; 16], return_to: Some("https://app.example.com/".into()), attempt: None };
        let sealed = flow.seal(&keys, NOW).unwrap();
        let later = |seconds| NOW.plus(Span::from_seconds(seconds));
        assert!(Flow::open(&sealed, &keys, later(599)) == Some(flow.clone()));
        assert!(Flow::open(&sealed, &keys, later(600)).is_none());
        assert!(!sealed.contains("app"));
        let sent = Flow { attempt: Some(attempt), ..flow.clone() };
        assert!(Flow::open(&sent.seal(&keys, NOW).unwrap(), &keys, NOW) == Some(sent));
        let bare = Flow { secret: [7; 16], return_to: None, attempt: None };
        assert!(Flow::open(&bare.seal(&keys, NOW).unwrap(), &keys, NOW) == Some(bare));
    }
}
