//! Signing keys: next → active → retired, published before use, removed when the last token that they signed is dead.

use super::SigningKeyState;
use super::access_token::SigningKeyRecord;
use super::store::SigningKeyChange;
use crate::audit::{Action, Actor, AuditEntry, RequestOrigin, ResourceKind};
use crate::clock::{Span, Timestamp};
use crate::engine::Engine;
use crate::error::{EngineError, SigningUnavailable};
use crate::policy::TokenPolicy;
use crate::tokens::TokenAlgorithm;

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
    pub state: SigningKeyState,
    pub state_since: Timestamp,
    /// When it was made, and published.
    pub created_at: Timestamp,
    /// JSON Web Key.
    pub public_jwk: String,
}

fn active(keys: &[SigningKeyRecord]) -> Option<&SigningKeyRecord> {
    keys.iter().find(|key| key.state == SigningKeyState::Active)
}

impl Engine {
    /// Reads the signing keys and puts them to use; makes the first ones where there are none. Where the policy wants another
    /// algorithm than the active key's, publishes a next key of it, which signs [`PUBLISH_LEAD`] later. Cheap when nothing changed;
    /// call it at start and then and again.
    ///
    /// # Errors
    /// When the store or a key cannot be relied on.
    pub async fn refresh_signing_keys(&self) -> Result<(), EngineError> {
        let keys = self.store.signing_keys().await?;
        let wanted = self.policy.tokens.algorithm;
        let activate = match active(&keys) {
            Some(key) => key.algorithm != wanted && self.is_next_known(&keys),
            None => true,
        };
        let has_next = keys.iter().any(|key| key.state == SigningKeyState::Next && key.algorithm == wanted);
        if !activate && has_next && self.dead_keys(&keys).await?.is_empty() {
            return self.use_keys(&keys);
        }
        self.change_keys(keys, activate, "signing key upkeep").await
    }

    /// Lets the next key sign now, retires the active one and makes a new next one, without a restart. Returns the keys after it.
    ///
    /// # Errors
    /// When the store or the cryptography cannot be relied on.
    pub async fn rotate_signing_keys(&self, actor: &'static str) -> Result<Vec<PublishedKey>, EngineError> {
        let before = active(&self.store.signing_keys().await?).map(|key| key.kid.clone());
        for _ in 0..LOOKS {
            let keys = self.store.signing_keys().await?;
            if active(&keys).map(|key| &key.kid) != before.as_ref() {
                // Another process rotated in this moment: once is what was asked.
                self.use_keys(&keys)?;
                break;
            }
            self.change_keys(keys, true, actor).await?;
        }
        self.published_keys().await
    }

    /// Rotates if the active key has signed for longer than the policy's rotation time and the next one has been published for
    /// [`PUBLISH_LEAD`]. Returns whether it did.
    ///
    /// # Errors
    /// As [`Engine::rotate_signing_keys`].
    pub async fn rotate_signing_keys_when_due(&self) -> Result<bool, EngineError> {
        let keys = self.store.signing_keys().await?;
        let every = Span::from_seconds(self.policy.tokens.key_rotation_seconds);
        let over = active(&keys).is_some_and(|key| every.as_millis() > 0 && self.now().since(key.state_since) >= every);
        let due = over && self.is_next_known(&keys);
        if due {
            self.change_keys(keys, true, "signing key schedule").await?;
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
        let publish = |SigningKeyRecord { kid, algorithm, state, state_since, created_at, public_jwk, .. }| PublishedKey {
            kid,
            algorithm,
            state,
            state_since,
            created_at,
            public_jwk,
        };
        Ok(self.store.signing_keys().await?.into_iter().map(publish).collect())
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

    /// Whether verifiers have had the time to learn of a next key of the wanted algorithm.
    fn is_next_known(&self, keys: &[SigningKeyRecord]) -> bool {
        let TokenPolicy { algorithm, key_rotation_seconds, .. } = self.policy.tokens;
        let lead = match key_rotation_seconds {
            0 => PUBLISH_LEAD,
            every => PUBLISH_LEAD.min(Span::from_seconds(every)),
        };
        let known = |key: &SigningKeyRecord| self.now().since(key.state_since) >= lead;
        keys.iter().any(|key| key.state == SigningKeyState::Next && key.algorithm == algorithm && known(key))
    }

    /// The names of the retired keys whose every token is dead.
    async fn dead_keys(&self, keys: &[SigningKeyRecord]) -> Result<Vec<String>, EngineError> {
        let mut outlived: Vec<_> = keys.iter().filter(|key| self.is_outlived(key)).collect();
        if !outlived.is_empty() {
            // Tokens of stored sessions live as long as these. Another process may have signed with the key a little longer.
            let oldest = self.store.oldest_stored_session().await?;
            outlived.retain(|key| oldest.is_none_or(|born| born > key.state_since.plus(PUBLISH_LEAD)));
        }
        Ok(outlived.into_iter().map(|key| key.kid.clone()).collect())
    }

    fn is_outlived(&self, key: &SigningKeyRecord) -> bool {
        // An expired access token still goes with its refresh token, so the longest life of either counts, and a minute more:
        // verifiers' clocks differ.
        let tokens = &self.policy.tokens;
        let outlived = Span::from_seconds(tokens.refresh_ttl_seconds.max(tokens.access_ttl_seconds).saturating_add(60));
        key.state == SigningKeyState::Retired && self.now().since(key.state_since) >= outlived
    }

    async fn change_keys(&self, keys: Vec<SigningKeyRecord>, activate: bool, actor: &'static str) -> Result<(), EngineError> {
        let dead = self.dead_keys(&keys).await?;
        let change = self.changed(keys, &dead, activate, actor)?;
        // Where another process was first, its keys are as good.
        self.store.change_signing_keys(change).await?;
        self.use_keys(&self.store.signing_keys().await?)
    }

    fn changed(
        &self,
        keys: Vec<SigningKeyRecord>,
        dead: &[String],
        activate: bool,
        actor: &'static str,
    ) -> Result<SigningKeyChange, SigningUnavailable> {
        let (now, wanted) = (self.now(), self.policy.tokens.algorithm);
        let from: Vec<_> = keys.iter().map(|key| (key.kid.clone(), key.state)).collect();
        let mut audit = Vec::new();
        let mut tell = |action, key: &SigningKeyRecord| {
            let entry = AuditEntry::success(now, action, ResourceKind::SigningKey, Actor::System(actor), RequestOrigin::default());
            audit.push(entry.on(&key.kid).with("algorithm", key.algorithm.as_str()));
        };
        let mut to: Vec<SigningKeyRecord> = Vec::new();
        for mut key in keys {
            // What signs another algorithm than is wanted never comes to sign.
            let unwanted = key.state == SigningKeyState::Next && key.algorithm != wanted;
            if dead.contains(&key.kid) || unwanted {
                tell(Action::SigningKeyRemoved, &key);
                continue;
            }
            if activate && key.state == SigningKeyState::Active {
                (key.state, key.state_since) = (SigningKeyState::Retired, now);
                tell(Action::SigningKeyRetired, &key);
            }
            to.push(key);
        }
        let generate = || self.crypto.generate(wanted, self.keys.signing_key_seal(), now);
        if activate {
            if !to.iter().any(|key| key.state == SigningKeyState::Next) {
                to.push(generate()?);
            }
            if let Some(next) = to.iter_mut().find(|key| key.state == SigningKeyState::Next) {
                (next.state, next.state_since) = (SigningKeyState::Active, now);
                tell(Action::SigningKeyActivated, next);
            }
        }
        if !to.iter().any(|key| key.state == SigningKeyState::Next) {
            let next = generate()?;
            tell(Action::SigningKeyCreated, &next);
            to.push(next);
        }
        Ok(SigningKeyChange { from, to, audit })
    }
}
