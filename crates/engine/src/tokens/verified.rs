//! Access tokens whose signature needs no look: this process signed them, or verified them before. A repeated one costs a look-up, and
//! its own are never verified at all. Says nothing of the session: that is judged each time.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use quick_cache::sync::{Cache, DefaultLifecycle};
use quick_cache::{DefaultHashBuilder, OptionsBuilder};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use super::access_token::{AccessTokenClaims, LONGEST_ACCESS_TOKEN, TokenCrypto};
use super::remembered::{Bytes, PLACE_BYTES, Remembered};
use crate::error::SigningUnavailable;

/// All that they take at most: 48 MiB. A user's token takes about 350 bytes of it, one with all the scopes that an application can have
/// about 9,000.
const MOST_BYTES: u64 = 48 * 1024 * 1024;
/// Of these, what tokens take that a refresh has replaced: as many as are asked for again while an answer may have been lost.
const SUPERSEDED_SHARE: u64 = 16;
/// Locks, each with its share of the tokens.
const SHARDS: usize = 16;

/// A token, by the hash of its text.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct TokenDigest([u8; 32]);

impl TokenDigest {
    pub(crate) fn of(token: &str) -> Self {
        Self(Sha256::digest(token.as_bytes()).into())
    }
}

type Tokens = Cache<TokenDigest, Arc<Remembered>, Bytes>;

/// Tokens whose claims are known to be ours, by their hash. Each of two memories evicts what was asked for once before what is asked for
/// again and again, however many come by.
pub struct VerifiedTokens {
    current: Tokens,
    /// Tokens that a refresh has replaced. They are dead, but for who did not get the answer and asks once more: kept apart, they push
    /// out no living one.
    superseded: Tokens,
    /// How often the keys have changed. A token of an earlier time is not believed, even if it is put in after all others were
    /// forgotten.
    keys: AtomicU64,
}

impl std::fmt::Debug for VerifiedTokens {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("VerifiedTokens").field("bytes", &self.bytes()).finish_non_exhaustive()
    }
}

impl Default for VerifiedTokens {
    fn default() -> Self {
        Self::within(MOST_BYTES)
    }
}

impl VerifiedTokens {
    fn within(bytes: u64) -> Self {
        let superseded = bytes / SUPERSEDED_SHARE;
        Self { current: tokens(bytes - superseded), superseded: tokens(superseded), keys: AtomicU64::new(0) }
    }

    /// Signs a token of these claims, which is known from then on.
    ///
    /// # Errors
    /// When there is no active key.
    pub(crate) fn sign(&self, claims: &AccessTokenClaims, crypto: &dyn TokenCrypto) -> Result<Zeroizing<String>, SigningUnavailable> {
        let keys = self.keys.load(Ordering::Acquire);
        let text = Zeroizing::new(crypto.sign(claims)?);
        // A longer one is refused by whoever is asked for the first time, so here, too.
        if text.len() <= LONGEST_ACCESS_TOKEN {
            self.current.insert(TokenDigest::of(&text), Arc::new(Remembered::new(claims, keys)));
        }
        Ok(text)
    }

    /// The claims of `token`, signed here, or verified now or before, if it is for this server.
    pub(crate) fn verify(&self, token: &str, crypto: &dyn TokenCrypto) -> Option<AccessTokenClaims> {
        self.verify_digested(token, TokenDigest::of(token), crypto)
    }

    /// As [`Self::verify`], of a token whose hash is needed once more.
    pub(crate) fn verify_digested(&self, token: &str, digest: TokenDigest, crypto: &dyn TokenCrypto) -> Option<AccessTokenClaims> {
        self.verify_of_anybody(token, digest, crypto).filter(|claims| claims.audience.is_ours())
    }

    /// As [`Self::verify`], whoever the token is for: it opens nothing by that.
    pub(crate) fn verify_for_anybody(&self, token: &str, crypto: &dyn TokenCrypto) -> Option<AccessTokenClaims> {
        self.verify_of_anybody(token, TokenDigest::of(token), crypto)
    }

    fn verify_of_anybody(&self, token: &str, digest: TokenDigest, crypto: &dyn TokenCrypto) -> Option<AccessTokenClaims> {
        let keys = self.keys.load(Ordering::Acquire);
        let known = self.current.get(&digest).or_else(|| self.superseded.get(&digest));
        if let Some(known) = known.filter(|known| known.keys == keys) {
            return Some(known.claims());
        }
        let claims = crypto.verify(token)?;
        self.current.insert(digest, Arc::new(Remembered::new(&claims, keys)));
        Some(claims)
    }

    /// A refresh has replaced this token: it is the first to be forgotten.
    pub(crate) fn supersede(&self, digest: &TokenDigest) {
        if let Some(remembered) = self.current.peek(digest) {
            // In this order, so that whoever asks in between finds it.
            self.superseded.insert(*digest, remembered);
            self.current.remove(digest);
        }
    }

    /// How much memory they take.
    pub(crate) fn bytes(&self) -> usize {
        usize::try_from(self.current.weight() + self.superseded.weight()).unwrap_or(usize::MAX)
    }

    /// Forgets all, as when the keys have changed.
    pub(crate) fn clear(&self) {
        self.keys.fetch_add(1, Ordering::AcqRel);
        self.current.clear();
        self.superseded.clear();
    }
}

fn tokens(bytes: u64) -> Tokens {
    // A quarter is for new ones, which must stay until they are shown for the first time: those that fill the rest may be dead by then.
    let expected = usize::try_from(bytes / (2 * PLACE_BYTES)).unwrap_or(usize::MAX);
    let options =
        OptionsBuilder::new().shards(SHARDS).weight_capacity(bytes).estimated_items_capacity(expected).hot_allocation(0.75).build();
    #[expect(clippy::expect_used, reason = "it fails where a capacity is missing")]
    let options = options.expect("both capacities are given");
    Cache::with_options(options, Bytes, DefaultHashBuilder::default(), DefaultLifecycle::default())
}

#[cfg(test)]
mod tests {
    use crate::sessions::metadata::SessionMetadata;
    use parking_lot::Mutex;

    use super::*;
    use crate::clock::Timestamp;
    use crate::directory::PlatformRole;
    use crate::ids::{ApplicationUid, SessionUid, UserUid};
    use crate::machine::application::ApplicationEpochs;
    use crate::machine::assertion_fault::AssertionFault;
    use crate::sessions::Authentication;
    use crate::tokens::access_token::{ApplicationBound, AssertionClaims, SessionBound, SigningKeyRecord, TokenSubject};
    use crate::tokens::audience::Audience;
    use crate::tokens::{Generation, GrantNumber, TokenAlgorithm};

    /// Its texts are `<scopes> <number>`; it counts what it verifies, and does something while it is at work.
    #[derive(Default)]
    struct Believing {
        verified: Mutex<usize>,
        meanwhile: Option<Box<dyn Fn() + Send + Sync>>,
    }

    impl Believing {
        fn while_at_work(&self) {
            if let Some(meanwhile) = &self.meanwhile {
                meanwhile();
            }
        }

        fn verified(&self) -> usize {
            *self.verified.lock()
        }
    }

    impl TokenCrypto for Believing {
        fn generate(&self, _: TokenAlgorithm, _: &[u8; 32], _: Timestamp) -> Result<SigningKeyRecord, SigningUnavailable> {
            Err(SigningUnavailable("none"))
        }

        fn install(&self, _: &[SigningKeyRecord], _: &[u8; 32]) -> Result<(), SigningUnavailable> {
            Ok(())
        }

        fn sign(&self, claims: &AccessTokenClaims) -> Result<String, SigningUnavailable> {
            self.while_at_work();
            Ok(format!("{} {}", claims.scope.len(), u128::from_be_bytes(claims.token_uid)))
        }

        fn verify_assertion(&self, _: &str, _: Option<&str>) -> Result<AssertionClaims, AssertionFault> {
            Err(AssertionFault::NoKeys)
        }

        fn verify(&self, token: &str) -> Option<AccessTokenClaims> {
            *self.verified.lock() += 1;
            self.while_at_work();
            let (scopes, number) = token.split_once(' ')?;
            Some(claims(scopes.parse().ok()?, number.parse().ok()?))
        }
    }

    /// The scopes of a token that is for others alone.
    const FOREIGN: usize = 5;

    /// Those without a scope are a user's, the others an application's.
    fn claims(scopes: usize, number: u128) -> AccessTokenClaims {
        let at = Timestamp::from_millis(1_767_225_600_000);
        let subject = if scopes == 0 {
            let (user, session) = (UserUid::from_bytes([1; 16]), SessionUid::from_bytes([2; 16]));
            let (grant, generation) = (GrantNumber(3), Generation(4));
            TokenSubject::User(SessionBound { user, session, grant, generation, tenant: None, role: PlatformRole::None })
        } else {
            let epochs = ApplicationEpochs { server: 0, partner: None, tenant: None, application: 0 };
            let application = ApplicationUid::from_bytes([1; 16]);
            TokenSubject::Application(ApplicationBound { application, client_id: "shop".into(), tenant: None, epochs })
        };
        let scope = (0..scopes).map(|number| format!("{number:0128}")).collect();
        let authentication = (scopes == 0).then(|| Authentication::by_password(at));
        let audience = Audience::of(scopes != FOREIGN, (0..scopes / 2).map(|number| format!("urn:example:{number}")).collect()).unwrap();
        let members = (0..scopes).map(|number| (format!("m{number}"), number.to_string())).collect();
        let session_metadata = (scopes > 0).then(|| SessionMetadata::new(members).unwrap());
        let token_uid = number.to_be_bytes();
        AccessTokenClaims { subject, audience, scope, authentication, session_metadata, token_uid, issued_at: at, expires_at: at }
    }

    fn text(scopes: usize, number: u128) -> String {
        format!("{scopes} {number}")
    }

    #[test]
    fn they_take_no_more_than_they_may_whatever_is_in_them() {
        for scopes in [0, 2, 64] {
            let (tokens, crypto) = (VerifiedTokens::within(1_000_000), Believing::default());
            let mut most = 0;
            for number in 0..6000 {
                assert!(tokens.verify(&text(scopes, number), &crypto).is_some());
                tokens.sign(&claims(scopes, 1_000_000 + number), &crypto).unwrap();
                tokens.supersede(&TokenDigest::of(&text(scopes, number)));
                most = most.max(tokens.bytes());
            }
            assert!(most > 700_000 && most <= 1_000_000, "{scopes}: {most}");
        }
    }

    #[test]
    fn what_is_counted_for_its_place_is_what_the_memory_takes_when_it_is_full() {
        let (tokens, crypto) = (VerifiedTokens::within(2_000_000), Believing::default());
        for number in 0..40_000 {
            tokens.sign(&claims(0, number), &crypto).unwrap();
        }
        let (counted, taken) = (tokens.current.len() as u64 * PLACE_BYTES, tokens.current.memory_used().total() as u64);
        assert!(taken <= counted, "{taken} are taken, {counted} counted");
    }

    #[test]
    fn what_is_shown_again_and_again_stays_and_reads_as_it_was_verified() {
        for others_before in [0, 10_000] {
            let (tokens, crypto) = (VerifiedTokens::within(1_000_000), Believing::default());
            for number in 0..others_before {
                tokens.verify(&text(1, number), &crypto);
            }
            let often = text(3, u128::MAX);
            assert_eq!(tokens.verify(&often, &crypto), Some(claims(3, u128::MAX)));
            for number in 0..100_000 {
                tokens.verify(&text(1, others_before + number), &crypto);
                if number % 50 == 0 {
                    assert_eq!(tokens.verify(&often, &crypto), Some(claims(3, u128::MAX)));
                }
            }
            assert_eq!(crypto.verified() as u128, others_before + 1 + 100_000, "each was verified once");
        }
    }

    #[test]
    fn a_hundred_thousand_live_tokens_stay() {
        let (tokens, crypto) = (VerifiedTokens::default(), Believing::default());
        for round in 0..2 {
            for number in 0..100_000 {
                assert!(tokens.verify(&text(0, number), &crypto).is_some());
            }
            assert_eq!(crypto.verified(), 100_000, "round {round}");
        }
    }

    #[test]
    fn what_was_signed_here_is_never_verified_and_reads_as_it_was_signed() {
        let (tokens, crypto) = (VerifiedTokens::default(), Believing::default());
        for scopes in [0, 1, 2, FOREIGN, 64] {
            let signed = claims(scopes, 7);
            let text = tokens.sign(&signed, &crypto).unwrap();
            assert_eq!(tokens.verify(&text, &crypto), Some(signed.clone()).filter(|_| scopes != FOREIGN));
            assert_eq!(tokens.verify_for_anybody(&text, &crypto), Some(signed));
        }
        assert_eq!(crypto.verified(), 0);
    }

    #[test]
    fn what_a_refresh_replaced_goes_first_but_not_at_once() {
        let (tokens, crypto) = (VerifiedTokens::within(1_000_000), Believing::default());
        let (living, replaced) = (claims(0, 0), claims(0, 1));
        tokens.sign(&living, &crypto).unwrap();
        for number in 1..10_000 {
            let text = tokens.sign(&claims(0, number), &crypto).unwrap();
            tokens.supersede(&TokenDigest::of(&text));
            assert_eq!(tokens.verify(&text, &crypto), Some(claims(0, number)), "its answer may have been lost");
        }
        assert_eq!((tokens.verify(&text(0, 0), &crypto), crypto.verified()), (Some(living), 0), "they pushed out no living one");
        assert_eq!((tokens.verify(&text(0, 1), &crypto), crypto.verified()), (Some(replaced), 1), "and they themselves do not stay");
        let most = 1_000_000 / SUPERSEDED_SHARE;
        assert!(tokens.superseded.weight() <= most && tokens.current.len() <= 2, "{} {}", tokens.superseded.weight(), tokens.current.len());
    }

    #[test]
    fn a_change_of_the_keys_makes_all_be_verified_again() {
        let (tokens, crypto) = (VerifiedTokens::default(), Believing::default());
        let signed = tokens.sign(&claims(0, 1), &crypto).unwrap();
        tokens.verify("0 2", &crypto);
        tokens.supersede(&TokenDigest::of("0 2"));
        tokens.clear();
        assert_eq!(tokens.bytes(), 0);
        tokens.verify(&signed, &crypto);
        tokens.verify("0 2", &crypto);
        assert_eq!(crypto.verified(), 3);
    }

    #[test]
    fn what_was_signed_or_verified_while_the_keys_changed_is_not_believed() {
        let tokens = Arc::new(VerifiedTokens::default());
        let changed = tokens.clone();
        let crypto = Believing { meanwhile: Some(Box::new(move || changed.clear())), ..Believing::default() };
        let signed = tokens.sign(&claims(0, 1), &crypto).unwrap();
        tokens.verify("0 2", &crypto);
        assert_eq!(crypto.verified(), 1);
        let quiet = Believing::default();
        assert!(tokens.verify(&signed, &quiet).is_some() && tokens.verify("0 2", &quiet).is_some());
        assert_eq!(quiet.verified(), 2);
    }

    #[test]
    fn a_text_that_is_too_long_for_a_token_is_not_remembered_as_one() {
        struct Wordy;
        impl TokenCrypto for Wordy {
            fn generate(&self, _: TokenAlgorithm, _: &[u8; 32], _: Timestamp) -> Result<SigningKeyRecord, SigningUnavailable> {
                Err(SigningUnavailable("none"))
            }

            fn install(&self, _: &[SigningKeyRecord], _: &[u8; 32]) -> Result<(), SigningUnavailable> {
                Ok(())
            }

            fn sign(&self, _: &AccessTokenClaims) -> Result<String, SigningUnavailable> {
                Ok("x".repeat(LONGEST_ACCESS_TOKEN + 1))
            }

            fn verify_assertion(&self, _: &str, _: Option<&str>) -> Result<AssertionClaims, AssertionFault> {
                Err(AssertionFault::NoKeys)
            }

            fn verify(&self, _: &str) -> Option<AccessTokenClaims> {
                None
            }
        }
        let tokens = VerifiedTokens::default();
        let text = tokens.sign(&claims(0, 1), &Wordy).unwrap();
        assert_eq!(tokens.verify(&text, &Wordy), None);
    }
}
