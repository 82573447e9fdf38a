//! Access tokens that were verified before, so that a repeated one costs a look-up. Says nothing of the session: that is judged each
//! time.

use std::collections::HashMap;

use parking_lot::Mutex;
use sha2::{Digest, Sha256};

use super::access_token::{AccessTokenClaims, TokenCrypto, TokenSubject};

/// What is remembered takes twice this much at most: 24 MiB. A token with a scope of a few words takes about 400 bytes of it, one with
/// all the scopes that an application can have about 9,000.
const HALF_BYTES: usize = 12 * 1024 * 1024;

/// Verified tokens by their hash.
#[derive(Debug)]
pub struct VerifiedTokens {
    halves: Mutex<Halves>,
    half_bytes: usize,
}

/// When the young half is full it becomes the old one, so that memory stays bounded and what is used stays.
#[derive(Debug, Default)]
struct Halves {
    young: Half,
    old: Half,
}

#[derive(Debug, Default)]
struct Half {
    tokens: HashMap<[u8; 32], Box<Remembered>>,
    bytes: usize,
}

/// Claims whose scope is one text: as a list it would take half as much again.
#[derive(Debug)]
struct Remembered {
    claims: AccessTokenClaims,
    scope: Box<str>,
}

impl Remembered {
    fn new(mut claims: AccessTokenClaims) -> Self {
        let scope = std::mem::take(&mut claims.scope).join(" ").into();
        Self { claims, scope }
    }

    fn claims(&self) -> AccessTokenClaims {
        let scope = self.scope.split(' ').filter(|word| !word.is_empty()).map(str::to_owned).collect();
        AccessTokenClaims { scope, ..self.claims.clone() }
    }

    /// What it takes, its place in a table that is half empty and what the allocator rounds up included.
    fn bytes(&self) -> usize {
        const PLACE: usize = 2 * (size_of::<([u8; 32], Box<Remembered>)>() + 1);
        const ROUNDING: usize = 64;
        let named = match &self.claims.subject {
            TokenSubject::User(_) => 0,
            TokenSubject::Delegate(_, client_id) => client_id.capacity(),
            TokenSubject::Application(bound) => bound.client_id.capacity(),
            TokenSubject::Storage(bound) => bound.client_id.capacity(),
        };
        let texts = named + self.scope.len();
        PLACE + ROUNDING + size_of::<Self>() + texts + texts / 8
    }
}

impl Default for VerifiedTokens {
    fn default() -> Self {
        Self::within(HALF_BYTES)
    }
}

impl VerifiedTokens {
    fn within(half_bytes: usize) -> Self {
        Self { halves: Mutex::default(), half_bytes }
    }

    /// The claims of `token`, verified now or before.
    pub(crate) fn verify(&self, token: &str, crypto: &dyn TokenCrypto) -> Option<AccessTokenClaims> {
        let hash: [u8; 32] = Sha256::digest(token.as_bytes()).into();
        if let Some(claims) = self.known(&hash) {
            return Some(claims);
        }
        let claims = crypto.verify(token)?;
        self.halves.lock().keep(hash, Box::new(Remembered::new(claims.clone())), self.half_bytes);
        Some(claims)
    }

    fn known(&self, hash: &[u8; 32]) -> Option<AccessTokenClaims> {
        let mut halves = self.halves.lock();
        if let Some(remembered) = halves.young.tokens.get(hash) {
            return Some(remembered.claims());
        }
        let remembered = halves.old.remove(hash)?;
        let claims = remembered.claims();
        halves.keep(*hash, remembered, self.half_bytes);
        Some(claims)
    }

    /// How much memory they take.
    pub(crate) fn bytes(&self) -> usize {
        let halves = self.halves.lock();
        halves.young.bytes + halves.old.bytes
    }

    /// Forgets all, as when the keys change.
    pub(crate) fn clear(&self) {
        *self.halves.lock() = Halves::default();
    }
}

impl Halves {
    fn keep(&mut self, hash: [u8; 32], remembered: Box<Remembered>, half_bytes: usize) {
        if self.young.bytes + remembered.bytes() > half_bytes {
            self.old = std::mem::take(&mut self.young);
        }
        self.young.insert(hash, remembered);
    }
}

impl Half {
    fn insert(&mut self, hash: [u8; 32], remembered: Box<Remembered>) {
        self.bytes += remembered.bytes();
        if let Some(replaced) = self.tokens.insert(hash, remembered) {
            self.bytes -= replaced.bytes();
        }
    }

    fn remove(&mut self, hash: &[u8; 32]) -> Option<Box<Remembered>> {
        let removed = self.tokens.remove(hash)?;
        self.bytes -= removed.bytes();
        Some(removed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Timestamp;
    use crate::error::SigningUnavailable;
    use crate::ids::ApplicationUid;
    use crate::machine::application::ApplicationEpochs;
    use crate::machine::assertion_fault::AssertionFault;
    use crate::tokens::TokenAlgorithm;
    use crate::tokens::access_token::{ApplicationBound, AssertionClaims, SigningKeyRecord};

    /// Every text is a token; it has as many scopes of 128 letters as its first letters say.
    struct Believing(Mutex<usize>);

    impl TokenCrypto for Believing {
        fn generate(&self, _: TokenAlgorithm, _: &[u8; 32], _: Timestamp) -> Result<SigningKeyRecord, SigningUnavailable> {
            Err(SigningUnavailable("none"))
        }

        fn install(&self, _: &[SigningKeyRecord], _: &[u8; 32]) -> Result<(), SigningUnavailable> {
            Ok(())
        }

        fn sign(&self, _: &AccessTokenClaims) -> Result<String, SigningUnavailable> {
            Err(SigningUnavailable("none"))
        }

        fn verify_assertion(&self, _: &str, _: Option<&str>) -> Result<AssertionClaims, AssertionFault> {
            Err(AssertionFault::NoKeys)
        }

        fn verify(&self, token: &str) -> Option<AccessTokenClaims> {
            *self.0.lock() += 1;
            let scopes = token.split_once(' ')?.0.parse().ok()?;
            let epochs = ApplicationEpochs { server: 0, partner: None, tenant: None, application: 0 };
            let application = ApplicationUid::from_bytes([1; 16]);
            let bound = ApplicationBound { application, client_id: "shop".into(), tenant: None, epochs };
            let at = Timestamp::from_millis(0);
            let scope = (0..scopes).map(|number| format!("{number:0128}")).collect();
            Some(AccessTokenClaims { subject: TokenSubject::Application(bound), scope, token_uid: [0; 16], issued_at: at, expires_at: at })
        }
    }

    #[test]
    fn they_take_no_more_than_they_may_whatever_is_in_them() {
        for scopes in [0, 2, 64] {
            let (tokens, crypto) = (VerifiedTokens::within(100_000), Believing(Mutex::new(0)));
            let mut most = 0;
            for number in 0..2000 {
                assert!(tokens.verify(&format!("{scopes} {number}"), &crypto).is_some());
                most = most.max(tokens.bytes());
            }
            assert!(most > 150_000 && most <= 200_000, "{scopes}: {most}");
            let counted: usize = tokens.halves.lock().young.tokens.values().map(|remembered| remembered.bytes()).sum();
            assert_eq!(counted, tokens.halves.lock().young.bytes, "{scopes}");
        }
    }

    #[test]
    fn what_is_shown_again_and_again_stays_and_reads_as_it_was_verified() {
        let (tokens, crypto) = (VerifiedTokens::within(10_000), Believing(Mutex::new(0)));
        let first = tokens.verify("3 often", &crypto).unwrap();
        for number in 0..1000 {
            tokens.verify(&format!("1 {number}"), &crypto);
            assert_eq!(tokens.verify("3 often", &crypto), Some(first.clone()));
        }
        assert_eq!(*crypto.0.lock(), 1001, "each was verified once");
        tokens.clear();
        assert_eq!(tokens.bytes(), 0);
    }
}
