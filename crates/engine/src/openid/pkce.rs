//! Proof Key for Code Exchange (RFC 7636), by S256 alone: whoever redeems a code shows that they are who asked for it.

use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

/// Characters of a code verifier (RFC 7636 section 4.1).
const VERIFIER: std::ops::RangeInclusive<usize> = 43..=128;

/// What a client says of its code verifier when it asks for a code: the verifier's SHA-256.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct CodeChallenge([u8; 32]);

impl CodeChallenge {
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// Whether it was made from `verifier`. Nothing is that is not spelled as verifiers are.
    pub fn is_of(&self, verifier: &str) -> bool {
        let is_spelled = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
        let is_one = VERIFIER.contains(&verifier.len()) && verifier.bytes().all(is_spelled);
        let made: [u8; 32] = Sha256::digest(verifier).into();
        is_one & bool::from(made.ct_eq(&self.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 7636 appendix B.
    const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    const CHALLENGE: [u8; 32] = [
        19, 211, 30, 150, 26, 26, 216, 236, 47, 22, 177, 12, 76, 152, 46, 8, 118, 168, 120, 173, 109, 241, 68, 86, 110, 225, 137, 74, 203,
        112, 249, 195,
    ];

    #[test]
    fn a_challenge_is_of_one_verifier() {
        let challenge = CodeChallenge::from_bytes(CHALLENGE);
        assert!(challenge.is_of(VERIFIER));
        assert!(!challenge.is_of(&VERIFIER[..42]) && !challenge.is_of("") && !challenge.is_of(&VERIFIER.to_lowercase()));
    }

    #[test]
    fn what_is_spelled_otherwise_is_no_verifier() {
        let of = |verifier: &str| CodeChallenge::from_bytes(Sha256::digest(verifier).into()).is_of(verifier);
        assert!(of(&"a".repeat(43)) && of(&"~".repeat(128)));
        for verifier in [&*"a".repeat(42), &"a".repeat(129), &format!("{} ", "a".repeat(43)), &format!("{}é", "a".repeat(43))] {
            assert!(!of(verifier), "{verifier}");
        }
    }
}
