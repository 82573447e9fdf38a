//! Signing keys: next → active → retired, published before use, removed when the last token that they signed is dead.

use super::access_token::SigningKeyRecord;
use super::key_family::{KeyFamily, KeyTurn};
use super::store::SigningKeyChange;
use super::{SigningKeyState, SigningPurpose, TokenAlgorithm};
use crate::clock::{Span, Timestamp};
use crate::engine::Engine;
use crate::error::{EngineError, SigningUnavailable};

/// Time for which a key is published before it signs: twelve times what a verifier may keep the published keys for. A shorter time
/// between two rotations shortens it; who rotates by hand has chosen the moment.
pub const PUBLISH_LEAD: Span = Span::from_seconds(3600);

/// Looks at the keys before a rotation gives up: each means that another process changed them in between.
const LOOKS: usize = 3;

/// A signing key as anybody may see it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PublishedKey {
    pub kid: String,
    pub algorithm: TokenAlgorithm,
    pub purpose: SigningPurpose,
    pub state: SigningKeyState,
    pub state_since: Timestamp,
    /// When it was made, and published.
    pub created_at: Timestamp,
    /// JSON Web Key.
    pub public_jwk: String,
}

impl Engine {
    /// Reads the signing keys and puts them to use; makes the first ones where there are none: of access tokens always, of ID tokens for
    /// the algorithms of the applications that get some. Where the policy wants another algorithm than that of the key that signs access
    /// tokens, publishes a next key of it, which signs [`PUBLISH_LEAD`] later. Cheap when nothing changed; call it at start and then and
    /// again.
    ///
    /// # Errors
    /// When the store or a key cannot be relied on.
    pub async fn refresh_signing_keys(&self) -> Result<(), EngineError> {
        let keys = self.store.signing_keys().await?;
        let turns = self.turns(&keys, |_| false).await?;
        let is_settled = turns.iter().all(|(family, activate)| !activate && family.is_settled(&keys));
        if is_settled && self.dead_keys(&keys).await?.is_empty() {
            return self.use_keys(&keys);
        }
        self.change_keys(keys, &turns, "signing key upkeep").await
    }

    /// Lets the next keys sign now, retires the active ones and makes new next ones, without a restart. Returns the keys after it.
    ///
    /// # Errors
    /// When the store or the cryptography cannot be relied on.
    pub async fn rotate_signing_keys(&self, actor: &'static str) -> Result<Vec<PublishedKey>, EngineError> {
        let signing = |keys: &[SigningKeyRecord]| {
            let active = keys.iter().filter(|key| key.state == SigningKeyState::Active);
            active.map(|key| key.kid.clone()).collect::<Vec<_>>()
        };
        let before = signing(&self.store.signing_keys().await?);
        for _ in 0..LOOKS {
            let keys = self.store.signing_keys().await?;
            if signing(&keys) != before {
                // Another process rotated in this moment: once is what was asked.
                self.use_keys(&keys)?;
                break;
            }
            let turns = self.turns(&keys, |_| true).await?;
            self.change_keys(keys, &turns, actor).await?;
        }
        self.published_keys().await
    }

    /// Rotates the keys that have signed for longer than the policy's rotation time and whose next one has been published for
    /// [`PUBLISH_LEAD`]. Returns whether there were any.
    ///
    /// # Errors
    /// As [`Engine::rotate_signing_keys`].
    pub async fn rotate_signing_keys_when_due(&self) -> Result<bool, EngineError> {
        let keys = self.store.signing_keys().await?;
        let (every, now) = (self.policy.tokens.key_rotation_seconds, self.now());
        let is_due = |family: KeyFamily| family.is_due(&keys, every, now);
        let turns = self.turns(&keys, is_due).await?;
        let due = turns.iter().any(|(family, _)| is_due(*family));
        if due {
            self.change_keys(keys, &turns, "signing key schedule").await?;
        } else {
            self.refresh_signing_keys().await?;
        }
        Ok(due)
    }

    /// Every key that a verifier may meet.
    ///
    /// # Errors
    /// The store's.
    pub async fn published_keys(&self) -> Result<Vec<PublishedKey>, EngineError> {
        let publish = |SigningKeyRecord { kid, algorithm, purpose, state, state_since, created_at, public_jwk, .. }| PublishedKey {
            kid,
            algorithm,
            purpose,
            state,
            state_since,
            created_at,
            public_jwk,
        };
        Ok(self.store.signing_keys().await?.into_iter().map(publish).collect())
    }

    /// Every family, and whether its next key comes to sign: where it must, or where `also` says so of one in use.
    async fn turns(&self, keys: &[SigningKeyRecord], also: impl Fn(KeyFamily) -> bool) -> Result<Vec<(KeyFamily, bool)>, EngineError> {
        let tokens = &self.policy.tokens;
        let now = self.now();
        let id_tokens = self.store.id_token_algorithms().await?;
        let turn = |family: KeyFamily| {
            let is_known = family.is_next_known(keys, tokens.key_rotation_seconds, now);
            (family, family.lacks_active(keys, is_known) || also(family))
        };
        Ok(KeyFamily::all(tokens.algorithm, &id_tokens).map(turn).collect())
    }

    fn use_keys(&self, keys: &[SigningKeyRecord]) -> Result<(), EngineError> {
        let mut installed = self.installed_keys.lock();
        let names: Vec<_> = keys.iter().map(|key| (key.kid.clone(), key.state)).collect();
        if *installed != names {
            self.crypto.install(keys, self.keys.signing_key_seal())?;
            self.verified_tokens.clear();
            *installed = names;
        }
        Ok(())
    }

    /// The names of the retired keys whose every token is dead.
    async fn dead_keys(&self, keys: &[SigningKeyRecord]) -> Result<Vec<String>, EngineError> {
        let mut outlived: Vec<_> = keys.iter().filter(|key| self.is_outlived(key)).collect();
        if outlived.iter().any(|key| key.purpose == SigningPurpose::AccessTokens) {
            // Tokens of stored sessions live as long as these. Another process may have signed with the key a little longer.
            let oldest = self.store.oldest_stored_session().await?;
            let is_over = |key: &SigningKeyRecord| oldest.is_none_or(|born| born > key.state_since.plus(PUBLISH_LEAD));
            outlived.retain(|key| key.purpose == SigningPurpose::IdTokens || is_over(key));
        }
        Ok(outlived.into_iter().map(|key| key.kid.clone()).collect())
    }

    fn is_outlived(&self, key: &SigningKeyRecord) -> bool {
        // An expired access token still goes with its refresh token, so the longest life of either counts, and a minute more:
        // verifiers' clocks differ. An expired ID token still says at a logout whose session it is of, for as long.
        let tokens = &self.policy.tokens;
        let outlived = Span::from_seconds(tokens.refresh_ttl_seconds.max(tokens.access_ttl_seconds).saturating_add(60));
        key.state == SigningKeyState::Retired && self.now().since(key.state_since) >= outlived
    }

    async fn change_keys(&self, keys: Vec<SigningKeyRecord>, turns: &[(KeyFamily, bool)], actor: &'static str) -> Result<(), EngineError> {
        let dead = self.dead_keys(&keys).await?;
        let change = self.changed(&keys, &dead, turns, actor)?;
        // Where another process was first, its keys are as good.
        self.store.change_signing_keys(change).await?;
        self.use_keys(&self.store.signing_keys().await?)
    }

    fn changed(
        &self,
        keys: &[SigningKeyRecord],
        dead: &[String],
        turns: &[(KeyFamily, bool)],
        actor: &'static str,
    ) -> Result<SigningKeyChange, SigningUnavailable> {
        let now = self.now();
        let generate = |algorithm| self.crypto.generate(algorithm, self.keys.signing_key_seal(), now);
        let mut turn = KeyTurn { now, actor, dead, generate: &generate, audit: Vec::new() };
        let mut to = Vec::new();
        for (family, activate) in turns {
            to.extend(turn.of(*family, keys, *activate)?);
        }
        let from = keys.iter().map(|key| (key.kid.clone(), key.state)).collect();
        Ok(SigningKeyChange { from, to, audit: turn.audit })
    }
}
