//! The keys of which one signs at a time, the next one is published, and those before are kept for what they signed: one family for access
//! tokens, one for each algorithm of ID tokens.

use super::access_token::SigningKeyRecord;
use super::signing_keys::PUBLISH_LEAD;
use super::{SigningKeyState, SigningPurpose, TokenAlgorithm};
use crate::audit::{Action, Actor, AuditEntry, RequestOrigin, ResourceKind};
use crate::clock::{Span, Timestamp};
use crate::error::SigningUnavailable;

/// Keys that take turns.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct KeyFamily {
    purpose: SigningPurpose,
    /// That of whatever comes to sign. An active key of access tokens may have another one until verifiers know the next.
    pub(super) algorithm: TokenAlgorithm,
    /// Whether anything is signed at all.
    is_wanted: bool,
}

impl KeyFamily {
    /// Every family: of access tokens, which `access` signs, and of ID tokens, which are signed by `id_tokens`.
    pub(super) fn all(access: TokenAlgorithm, id_tokens: &[TokenAlgorithm]) -> impl Iterator<Item = Self> {
        let of_id_tokens = |algorithm: &TokenAlgorithm| Self {
            purpose: SigningPurpose::IdTokens,
            algorithm: *algorithm,
            is_wanted: id_tokens.contains(algorithm),
        };
        let of_access_tokens = Self { purpose: SigningPurpose::AccessTokens, algorithm: access, is_wanted: true };
        std::iter::once(of_access_tokens).chain(TokenAlgorithm::ALL.iter().map(of_id_tokens))
    }

    fn has(self, key: &SigningKeyRecord) -> bool {
        key.purpose == self.purpose && (self.purpose == SigningPurpose::AccessTokens || key.algorithm == self.algorithm)
    }

    pub(super) fn active(self, keys: &[SigningKeyRecord]) -> Option<&SigningKeyRecord> {
        keys.iter().find(|key| self.has(key) && key.state == SigningKeyState::Active)
    }

    fn next(self, keys: &[SigningKeyRecord]) -> Option<&SigningKeyRecord> {
        let comes_to_sign =
            |key: &&SigningKeyRecord| self.has(key) && key.state == SigningKeyState::Next && key.algorithm == self.algorithm;
        keys.iter().find(comes_to_sign)
    }

    /// Whether verifiers have had the time to learn of the next key, where keys sign for so many seconds each (0: for good).
    pub(super) fn is_next_known(self, keys: &[SigningKeyRecord], every_seconds: u32, now: Timestamp) -> bool {
        let lead = match every_seconds {
            0 => PUBLISH_LEAD,
            every => PUBLISH_LEAD.min(Span::from_seconds(every)),
        };
        self.next(keys).is_some_and(|key| now.since(key.state_since) >= lead)
    }

    /// Whether the next key has to sign now, or where there is none, one that has to be made: nothing signs yet, or another algorithm
    /// than is wanted, and verifiers know of the next.
    pub(super) fn lacks_active(self, keys: &[SigningKeyRecord], is_next_known: bool) -> bool {
        match self.active(keys) {
            Some(key) => key.algorithm != self.algorithm && is_next_known,
            None => self.is_wanted,
        }
    }

    /// Whether the next key takes the turn of one that has signed for `every_seconds`.
    pub(super) fn is_due(self, keys: &[SigningKeyRecord], every_seconds: u32, now: Timestamp) -> bool {
        let every = Span::from_seconds(every_seconds);
        let over = |key: &SigningKeyRecord| every.as_millis() > 0 && now.since(key.state_since) >= every;
        self.is_wanted && self.active(keys).is_some_and(over) && self.is_next_known(keys, every_seconds, now)
    }

    /// Whether there is nothing to make and nothing to take away.
    pub(super) fn is_settled(self, keys: &[SigningKeyRecord]) -> bool {
        if self.is_wanted {
            self.next(keys).is_some()
        } else {
            keys.iter().all(|key| !self.has(key) || key.state == SigningKeyState::Retired)
        }
    }
}

/// One change of the keys under way: who makes it, when, and what the trail is told.
pub(super) struct KeyTurn<'g> {
    pub(super) now: Timestamp,
    pub(super) actor: &'static str,
    /// The retired keys whose every token is dead.
    pub(super) dead: &'g [String],
    pub(super) generate: &'g dyn Fn(TokenAlgorithm) -> Result<SigningKeyRecord, SigningUnavailable>,
    pub(super) audit: Vec<AuditEntry>,
}

impl KeyTurn<'_> {
    fn tell(&mut self, action: Action, key: &SigningKeyRecord) {
        let actor = Actor::System(self.actor);
        let entry = AuditEntry::success(self.now, action, ResourceKind::SigningKey, actor, RequestOrigin::default());
        let entry = entry.on(&key.kid).with("algorithm", key.algorithm.as_str());
        self.audit.push(match key.purpose {
            SigningPurpose::AccessTokens => entry,
            SigningPurpose::IdTokens => entry.with("purpose", key.purpose.as_str()),
        });
    }

    /// The keys of a family after it, of all that there are. `activate`: the next one signs, the active one no longer.
    pub(super) fn of(
        &mut self,
        family: KeyFamily,
        keys: &[SigningKeyRecord],
        activate: bool,
    ) -> Result<Vec<SigningKeyRecord>, SigningUnavailable> {
        let mut to = Vec::new();
        for mut key in keys.iter().filter(|key| family.has(key)).cloned() {
            // What signs another algorithm than is wanted never comes to sign.
            let unwanted = key.state == SigningKeyState::Next && (key.algorithm != family.algorithm || !family.is_wanted);
            if self.dead.contains(&key.kid) || unwanted {
                self.tell(Action::SigningKeyRemoved, &key);
                continue;
            }
            if key.state == SigningKeyState::Active && (activate || !family.is_wanted) {
                (key.state, key.state_since) = (SigningKeyState::Retired, self.now);
                self.tell(Action::SigningKeyRetired, &key);
            }
            to.push(key);
        }
        if !family.is_wanted {
            return Ok(to);
        }
        let generated = |turn: &Self| (turn.generate)(family.algorithm).map(|key| SigningKeyRecord { purpose: family.purpose, ..key });
        if activate {
            if family.next(&to).is_none() {
                to.push(generated(self)?);
            }
            if let Some(next) = to.iter_mut().find(|key| key.state == SigningKeyState::Next) {
                (next.state, next.state_since) = (SigningKeyState::Active, self.now);
                self.tell(Action::SigningKeyActivated, next);
            }
        }
        if family.next(&to).is_none() {
            let next = generated(self)?;
            self.tell(Action::SigningKeyCreated, &next);
            to.push(next);
        }
        Ok(to)
    }
}
