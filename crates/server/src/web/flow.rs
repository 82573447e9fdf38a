//! A sign-in in progress, as the browser that is signing in holds it: sealed, so that nothing that an anonymous visitor does is kept here.

use aws_lc_rs::aead::{AES_256_GCM_SIV, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use cloakroom_engine::clock::{Span, Timestamp};
use cloakroom_engine::keys::Keyring;

use super::cookies::FLOW_SECONDS;

/// What a flow is sealed for: what was sealed for anything else is none.
const PURPOSE: &[u8] = b"cloakroom sign-in flow v1";

const SECRET_BYTES: usize = 16;
const TIME_BYTES: usize = 8;

/// A sign-in in progress.
#[derive(Clone, PartialEq, Eq)]
pub struct Flow {
    /// Binds the forms to this browser.
    pub secret: [u8; SECRET_BYTES],
    /// Where to go afterwards, as it was allowed.
    pub return_to: Option<String>,
}

impl Flow {
    /// The flow, sealed for [`FLOW_SECONDS`] from `now` on. `None` where the key cannot be used.
    #[must_use]
    pub fn seal(&self, keys: &Keyring, now: Timestamp) -> Option<String> {
        let expires_at = now.plus(Span::from_seconds(FLOW_SECONDS));
        let mut sealed = Vec::from(expires_at.as_millis().to_be_bytes());
        sealed.extend_from_slice(&self.secret);
        sealed.extend_from_slice(self.return_to.as_deref().unwrap_or_default().as_bytes());
        // The same secret is sealed again when the page is opened again. This cipher allows that (RFC 8452): two flows under one nonce
        // tell whether they are equal, and nothing else.
        let nonce: [u8; NONCE_LEN] = std::array::from_fn(|at| self.secret[at]);
        key(keys)?.seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::from(PURPOSE), &mut sealed).ok()?;
        Some(URL_SAFE_NO_PAD.encode([nonce.as_slice(), &sealed].concat()))
    }

    /// What [`Flow::seal`] sealed, if its time is not over.
    #[must_use]
    pub fn open(sealed: &str, keys: &Keyring, now: Timestamp) -> Option<Self> {
        let mut sealed = URL_SAFE_NO_PAD.decode(sealed).ok()?;
        let (nonce, content) = sealed.split_at_mut_checked(NONCE_LEN)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).ok()?;
        let content = key(keys)?.open_in_place(nonce, Aad::from(PURPOSE), content).ok()?;
        let (expires_at, rest) = content.split_first_chunk::<TIME_BYTES>()?;
        let (secret, return_to) = rest.split_first_chunk::<SECRET_BYTES>()?;
        let is_over = Timestamp::from_millis(i64::from_be_bytes(*expires_at)) <= now;
        let return_to = std::str::from_utf8(return_to).ok()?;
        (!is_over).then(|| Self { secret: *secret, return_to: (!return_to.is_empty()).then(|| return_to.to_owned()) })
    }
}

fn key(keys: &Keyring) -> Option<LessSafeKey> {
    Some(LessSafeKey::new(UnboundKey::new(&AES_256_GCM_SIV, keys.browser_flows()).ok()?))
}

#[cfg(test)]
mod tests {
    use cloakroom_engine::keys::MasterKey;

    use super::*;

    const NOW: Timestamp = Timestamp::from_millis(1_000_000);

    #[test]
    fn a_flow_opens_for_ten_minutes_and_only_as_it_was_sealed() {
        let keys = Keyring::derive(&MasterKey::from_bytes([1; 32]));
        let flow = Flow { secret: [7; 16], return_to: Some("https://app.example.com/".into()) };
        let sealed = flow.seal(&keys, NOW).unwrap();
        let later = |seconds| NOW.plus(Span::from_seconds(seconds));
        assert!(Flow::open(&sealed, &keys, later(599)) == Some(flow.clone()));
        assert!(Flow::open(&sealed, &keys, later(600)).is_none());
        assert!(Flow::open(&sealed, &Keyring::derive(&MasterKey::from_bytes([2; 32])), NOW).is_none());
        assert!(!sealed.contains("app") && !URL_SAFE_NO_PAD.decode(&sealed).unwrap().windows(3).any(|part| part == b"app"));
        for at in 0..sealed.len() {
            let mut altered = sealed.clone().into_bytes();
            altered[at] = if altered[at] == b'A' { b'B' } else { b'A' };
            assert!(Flow::open(std::str::from_utf8(&altered).unwrap(), &keys, NOW) != Some(flow.clone()), "{at}");
        }
        for nonsense in ["", "AAAA", "!", &sealed[..20]] {
            assert!(Flow::open(nonsense, &keys, NOW).is_none());
        }
        let bare = Flow { secret: [7; 16], return_to: None };
        assert!(Flow::open(&bare.seal(&keys, NOW).unwrap(), &keys, NOW) == Some(bare));
    }
}
