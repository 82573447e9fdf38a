//! Where an issuer of tokens is found, and for how long what it publishes may be kept.

/// Seconds that a verifier may keep the document of signing keys: a key is published far longer before it signs.
pub const CACHE_SECONDS: u32 = 300;

/// The URL of a path of this issuer.
pub fn at(issuer: &str, path: &str) -> String {
    format!("{}{path}", issuer.trim_end_matches('/'))
}

/// Where tokens are given.
pub fn token_endpoint(issuer: &str) -> String {
    at(issuer, "/oauth/token")
}
