//! Passwords: argon2id, m = 19456 KiB, t = 2, p = 1 (OWASP's minimum), kept as PHC strings.
//!
//! The functions here burn tens of milliseconds and 19 MiB each; a [`PasswordHashing`] runs them where that hurts nobody.

use argon2::password_hash::phc::PasswordHash as PhcHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};

use super::password_cost::HashCost;
use crate::error::HashingOverloaded;
use crate::secret::Passcode;

/// A PHC string (`$argon2id$v=19$…`). `Debug` shows nothing of it.
#[derive(Clone, PartialEq, Eq)]
pub struct PasswordHash(String);

impl std::fmt::Debug for PasswordHash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PasswordHash(redacted)")
    }
}

impl PasswordHash {
    /// Reads an argon2 PHC string, as the directory file may carry one. Refuses other schemes and costs that one sign-in could
    /// use to exhaust the server: more than 256 MiB, 16 passes or 8 lanes. An operator may allow less ([`PasswordPolicy`]).
    ///
    /// [`PasswordPolicy`]: crate::policy::PasswordPolicy
    pub fn parse(phc: &str) -> Option<Self> {
        let parsed = PhcHash::new(phc).ok()?;
        let params = Params::try_from(&parsed).ok()?;
        let cost = HashCost { memory_kib: params.m_cost(), passes: params.t_cost() };
        let bounded = cost.is_within(HashCost::GREATEST) && params.p_cost() <= 8;
        (Algorithm::try_from(parsed.algorithm.as_str()).is_ok() && parsed.hash.is_some() && bounded).then(|| Self(phc.to_owned()))
    }

    /// From a database row, where only strings that [`PasswordHash::parse`] or [`hash`] made are written.
    pub const fn from_stored(phc: String) -> Self {
        Self(phc)
    }

    pub fn as_phc(&self) -> &str {
        &self.0
    }

    /// What comparing with it costs; nothing where it cannot be read, since then nothing is compared.
    pub fn cost(&self) -> HashCost {
        let params = PhcHash::new(&self.0).ok().and_then(|parsed| Params::try_from(&parsed).ok());
        params.map_or(HashCost::NOTHING, |params| HashCost { memory_kib: params.m_cost(), passes: params.t_cost() })
    }

    /// Whether it was made with other costs than today's, so that the next sign-in makes it anew.
    pub fn is_outdated(&self) -> bool {
        !self.0.starts_with("$argon2id$v=19$m=19456,t=2,p=1$")
    }
}

fn argon2() -> Argon2<'static> {
    Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::DEFAULT)
}

/// Hashes a passcode, prepared, under `salt`. `None` only when the memory for it cannot be had.
pub fn hash(passcode: &Passcode, salt: [u8; 16]) -> Option<PasswordHash> {
    argon2().hash_password_with_salt(passcode.prepared().expose(), &salt).ok().map(|phc| PasswordHash(phc.to_string()))
}

/// How a passcode compares with a hash.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Match {
    No,
    /// Only as it was typed: the hash was made before passcodes were prepared, and the next one will not be.
    AsTyped,
    Yes,
}

/// Compares `passcode` with the one behind `hash`. A hash that cannot be read matches nothing.
pub fn compare(passcode: &Passcode, hash: &PasswordHash) -> Match {
    let Ok(parsed) = PhcHash::new(&hash.0) else { return Match::No };
    let matches = |passcode: &Passcode| argon2().verify_password(passcode.expose(), &parsed).is_ok();
    let prepared = passcode.prepared();
    // Both are compared whatever the first gave, so that what was typed alone decides the cost and no name does.
    let by_preparation = matches(&prepared);
    let as_typed = prepared.expose() != passcode.expose() && matches(passcode);
    match (by_preparation, as_typed) {
        (true, _) => Match::Yes,
        (false, true) => Match::AsTyped,
        (false, false) => Match::No,
    }
}

/// Whether `passcode` is the one behind `hash`.
pub fn verify(passcode: &Passcode, hash: &PasswordHash) -> bool {
    compare(passcode, hash) != Match::No
}

/// What an unknown user's passcode is compared with: the same cost as a known one's, and nothing matches it.
pub fn nobody() -> PasswordHash {
    PasswordHash("$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA".into())
}

/// One piece of password work, for a [`PasswordHashing`] to run.
pub type HashingJob = Box<dyn FnOnce() -> HashingResult + Send>;

/// What a piece of password work found.
#[derive(Clone, Debug)]
pub enum HashingResult {
    /// `work`: KiB × passes that it took, a new hash not counted.
    Verified {
        matches: bool,
        rehashed: Option<PasswordHash>,
        work: u64,
    },
    Hashed(Option<PasswordHash>),
}

/// Runs password work on few threads behind a bounded queue (P7), off every thread that answers requests.
#[async_trait::async_trait]
pub trait PasswordHashing: Send + Sync {
    /// # Errors
    /// At once, when the queue is full.
    async fn run(&self, job: HashingJob) -> Result<HashingResult, HashingOverloaded>;
}

/// Runs password work on the calling thread: for tests, and for commands that serve no requests.
#[derive(Debug)]
pub struct InlineHashing;

#[async_trait::async_trait]
impl PasswordHashing for InlineHashing {
    async fn run(&self, job: HashingJob) -> Result<HashingResult, HashingOverloaded> {
        Ok(job())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_knows_its_passcode_and_no_other() {
        let hash = hash(&Passcode::new(b"Correct-horse-7".to_vec()), [3; 16]).unwrap();
        assert!(!hash.is_outdated());
        assert!(verify(&Passcode::new(b"Correct-horse-7".to_vec()), &hash));
        assert!(!verify(&Passcode::new(b"correct-horse-7".to_vec()), &hash));
        assert_eq!(PasswordHash::parse(hash.as_phc()), Some(hash));
    }

    #[test]
    fn a_passcode_matches_however_its_letters_were_typed() {
        let (composed, decomposed) = ("Crème-brûlée-7", "Cre\u{300}me-bru\u{302}le\u{301}e-7");
        let typed = |text: &str| Passcode::new(text.as_bytes().to_vec());
        let today = hash(&typed(decomposed), [3; 16]).unwrap();
        assert_eq!((compare(&typed(composed), &today), compare(&typed(decomposed), &today)), (Match::Yes, Match::Yes));
        let before = argon2().hash_password_with_salt(decomposed.as_bytes(), &[3; 16]).unwrap();
        let before = PasswordHash(before.to_string());
        assert_eq!((compare(&typed(composed), &before), compare(&typed(decomposed), &before)), (Match::No, Match::AsTyped));
    }

    #[test]
    fn nobody_has_todays_costs_and_no_passcode() {
        assert!(PasswordHash::parse(nobody().as_phc()).is_some());
        assert!(!nobody().is_outdated());
        assert!(!verify(&Passcode::new(Vec::new()), &nobody()));
    }

    #[test]
    fn a_hash_from_outside_may_not_cost_the_server_its_memory() {
        let nobody = nobody();
        for costs in ["m=4194304,t=2,p=1", "m=19456,t=1000,p=1", "m=19456,t=2,p=64"] {
            assert_eq!(PasswordHash::parse(&nobody.as_phc().replace("m=19456,t=2,p=1", costs)), None, "{costs}");
        }
        assert_eq!(PasswordHash::parse("$2b$12$abcdefghijklmnopqrstuv"), None);
    }
}
