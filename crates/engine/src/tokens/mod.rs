//! Tokens: short-lived access tokens that any verifier reads, and refresh tokens that rotate with every use.

pub mod access_token;
pub mod audience;
pub mod authenticate;
pub mod client_credentials;
pub mod exchange;
pub mod grant;
pub mod id_token;
pub mod inspect;
mod key_family;
pub mod log_in;
pub mod log_out;
pub mod refresh;
pub mod refresh_token;
mod remembered;
pub mod scope;
mod session_claims;
pub mod signing_keys;
pub mod storage;
pub mod store;
pub mod verified;
pub mod wish;

use crate::label::labelled;

labelled! {
    /// How tokens are signed (RFC 7518 section 3.1, RFC 8037).
    TokenAlgorithm { Es256 = "ES256", EdDsa = "EdDSA", Rs256 = "RS256" }
}

labelled! {
    /// What a key signs. Those of the one sign none of the other: a token of the wrong kind fails by its key already.
    SigningPurpose {
        AccessTokens = "access_token",
        /// ID tokens and logout tokens (OpenID Connect).
        IdTokens = "id_token",
    }
}

labelled! {
    /// A signing key is published before it signs and until the last token that it signed is dead.
    SigningKeyState {
        /// Published, does not sign yet.
        Next = "next",
        /// The one that signs.
        Active = "active",
        /// Published for the tokens that it signed.
        Retired = "retired",
    }
}

/// The number of a grant: one chain of refresh tokens within a session.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct GrantNumber(pub i64);

/// How many times a grant has rotated.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Generation(pub u32);
