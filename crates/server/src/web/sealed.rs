//! What others hold for us, sealed: a sign-in in progress, a request of an application. Nothing of it is kept here.

use aws_lc_rs::aead::{AES_256_GCM_SIV, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use cloakroom_engine::clock::{Span, Timestamp};
use cloakroom_engine::keys::Keyring;

const TIME_BYTES: usize = 8;

/// What something is sealed for, and for how many seconds: what was sealed for anything else is none of it.
#[derive(Clone, Copy, Debug)]
pub struct Purpose {
    pub name: &'static str,
    pub seconds: u32,
}

impl Purpose {
    /// `content`, sealed from `now` on under a nonce that begins `chance`. This cipher bears that one comes again (RFC 8452): two contents
    /// under one nonce tell whether they are equal, and nothing else. `None` where the key cannot be used.
    #[must_use]
    pub fn seal(self, keys: &Keyring, chance: &[u8; 16], now: Timestamp, content: &[u8]) -> Option<String> {
        let mut sealed = Vec::from(now.plus(Span::from_seconds(self.seconds)).as_millis().to_be_bytes());
        sealed.extend_from_slice(content);
        let nonce: [u8; NONCE_LEN] = std::array::from_fn(|at| chance[at]);
        let purpose = Aad::from(self.name.as_bytes());
        key(keys)?.seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), purpose, &mut sealed).ok()?;
        Some(URL_SAFE_NO_PAD.encode([nonce.as_slice(), &sealed].concat()))
    }

    /// What [`Self::seal`] sealed, if its time is not over.
    #[must_use]
    pub fn open(self, keys: &Keyring, sealed: &str, now: Timestamp) -> Option<Vec<u8>> {
        let mut sealed = URL_SAFE_NO_PAD.decode(sealed).ok()?;
        let (nonce, content) = sealed.split_at_mut_checked(NONCE_LEN)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).ok()?;
        let content = key(keys)?.open_in_place(nonce, Aad::from(self.name.as_bytes()), content).ok()?;
        let (expires_at, content) = content.split_first_chunk::<TIME_BYTES>()?;
        let is_over = Timestamp::from_millis(i64::from_be_bytes(*expires_at)) <= now;
        (!is_over).then(|| content.to_vec())
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
    const ONE: Purpose = Purpose { name: "one", seconds: 60 };

    #[test]
    fn what_is_sealed_opens_for_its_purpose_in_its_time_and_unaltered() {
        let keys = Keyring::derive(&MasterKey::from_bytes([1; 32]));
        let sealed = ONE.seal(&keys, &[7; 16], NOW, b"content").unwrap();
        let later = |seconds| NOW.plus(Span::from_seconds(seconds));
        assert_eq!(ONE.open(&keys, &sealed, later(59)).as_deref(), Some(&b"content"[..]));
        assert!(ONE.open(&keys, &sealed, later(60)).is_none());
        assert!(Purpose { name: "other", ..ONE }.open(&keys, &sealed, NOW).is_none());
        assert!(ONE.open(&Keyring::derive(&MasterKey::from_bytes([2; 32])), &sealed, NOW).is_none());
        for at in 0..sealed.len() {
            let mut altered = sealed.clone().into_bytes();
            altered[at] = if altered[at] == b'A' { b'B' } else { b'A' };
            let altered = std::str::from_utf8(&altered).unwrap();
            assert!(altered == sealed || ONE.open(&keys, altered, NOW).is_none(), "{at}");
        }
        for nonsense in ["", "AAAA", "!", &sealed[..20]] {
            assert!(ONE.open(&keys, nonsense, NOW).is_none());
        }
    }
}
