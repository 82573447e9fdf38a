//! The cryptography of the servers of one test process. RSA key pairs are shared: finding the primes of one takes longer than most tests.

use std::collections::BTreeMap;
use std::sync::LazyLock;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering::Relaxed;

use cloakroom_engine::clock::Timestamp;
use cloakroom_engine::error::SigningUnavailable;
use cloakroom_engine::machine::assertion_fault::AssertionFault;
use cloakroom_engine::tokens::access_token::{AccessTokenClaims, AssertionClaims, SigningKeyRecord, TokenCrypto};
use cloakroom_engine::tokens::id_token::{IdTokenClaims, IdTokenHint, LogoutTokenClaims};
use cloakroom_engine::tokens::{SigningKeyState, TokenAlgorithm};
use cloakroom_server::jose::encryption::open;
use cloakroom_server::jose::jwt::Jwt;
use parking_lot::Mutex;
use zeroize::Zeroizing;

/// Every RSA key that was made, by what its private half is sealed under.
static KEPT: LazyLock<Mutex<BTreeMap<[u8; 32], Vec<SigningKeyRecord>>>> = LazyLock::new(Mutex::default);

/// The server's cryptography. An RSA key that another server of this process has made serves here, too, where it is not known yet. It
/// remembers what it was handed, so that a test can sign with the server's own key, and counts what it is asked.
pub struct WatchedCrypto {
    inner: Jwt,
    /// What it knows by name, installed or not.
    known: Mutex<Vec<String>>,
    installed: Mutex<(Vec<SigningKeyRecord>, [u8; 32])>,
    /// Client assertions that were verified, by whether there were keys to verify them with.
    pub assertions: Mutex<Vec<bool>>,
    /// How many access tokens were verified.
    pub verified: AtomicUsize,
}

impl WatchedCrypto {
    pub fn new(inner: Jwt) -> Self {
        Self { inner, known: Mutex::default(), installed: Mutex::default(), assertions: Mutex::default(), verified: AtomicUsize::new(0) }
    }

    /// The active key and its private half, PKCS #8.
    pub fn active(&self) -> (SigningKeyRecord, Vec<u8>) {
        let (keys, seal) = &*self.installed.lock();
        let key = keys.iter().find(|key| key.state == SigningKeyState::Active).unwrap().clone();
        let private = open(seal, key.kid.as_bytes(), &key.sealed_private).unwrap().to_vec();
        (key, private)
    }

    /// Every private half, PKCS #8.
    pub fn private_halves(&self) -> Vec<(SigningKeyRecord, Vec<u8>)> {
        let (keys, seal) = &*self.installed.lock();
        keys.iter().map(|key| (key.clone(), open(seal, key.kid.as_bytes(), &key.sealed_private).unwrap().to_vec())).collect()
    }
}

impl TokenCrypto for WatchedCrypto {
    fn generate(&self, algorithm: TokenAlgorithm, seal: &[u8; 32], now: Timestamp) -> Result<SigningKeyRecord, SigningUnavailable> {
        if algorithm != TokenAlgorithm::Rs256 {
            return self.inner.generate(algorithm, seal, now);
        }
        let mut kept = KEPT.lock();
        let kept = kept.entry(*seal).or_default();
        let mut known = self.known.lock();
        let made = match kept.iter().find(|made| !known.contains(&made.kid)) {
            Some(made) => made.clone(),
            None => self.inner.generate(algorithm, seal, now).inspect(|made| kept.push(made.clone()))?,
        };
        known.push(made.kid.clone());
        Ok(SigningKeyRecord { created_at: now, state_since: now, ..made })
    }

    fn install(&self, keys: &[SigningKeyRecord], seal: &[u8; 32]) -> Result<(), SigningUnavailable> {
        self.inner.install(keys, seal)?;
        *self.known.lock() = keys.iter().map(|key| key.kid.clone()).collect();
        *self.installed.lock() = (keys.to_vec(), *seal);
        Ok(())
    }

    fn sign(&self, claims: &AccessTokenClaims) -> Result<String, SigningUnavailable> {
        self.inner.sign(claims)
    }

    fn names_us(&self, name: &str) -> bool {
        self.inner.names_us(name)
    }

    fn verify_assertion(&self, assertion: &str, jwks: Option<&str>) -> Result<AssertionClaims, AssertionFault> {
        self.assertions.lock().push(jwks.is_some());
        self.inner.verify_assertion(assertion, jwks)
    }

    fn verify(&self, token: &str) -> Option<AccessTokenClaims> {
        self.verified.fetch_add(1, Relaxed);
        self.inner.verify(token)
    }

    fn sign_id_token(&self, claims: &IdTokenClaims, algorithm: TokenAlgorithm) -> Result<String, SigningUnavailable> {
        self.inner.sign_id_token(claims, algorithm)
    }

    fn sign_logout_token(&self, claims: &LogoutTokenClaims, algorithm: TokenAlgorithm) -> Result<String, SigningUnavailable> {
        self.inner.sign_logout_token(claims, algorithm)
    }

    fn encrypt(&self, key: &[u8; 32], context: &[u8], secret: &[u8]) -> Result<Vec<u8>, SigningUnavailable> {
        self.inner.encrypt(key, context, secret)
    }

    fn decrypt(&self, key: &[u8; 32], context: &[u8], encrypted: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        self.inner.decrypt(key, context, encrypted)
    }

    fn verify_id_token_hint(&self, token: &str) -> Option<IdTokenHint> {
        self.inner.verify_id_token_hint(token)
    }
}
