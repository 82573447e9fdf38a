//! Where an issuer of tokens is found, and for how long what it publishes may be kept.

/// Seconds that a verifier may keep the document of signing keys: a key is published far longer before it signs.
pub const CACHE_SECONDS: u32 = 300;

/// The URL of a path of this issuer.
pub fn at(issuer: &str, path: &str) -> String {
    format!("{}{path}", issuer.trim_end_matches('/'))
}

/// The path of this issuer without `/` at its end: empty where it has none.
pub fn path(issuer: &str) -> &str {
    let rest = issuer.split_once("://").map_or(issuer, |(_, rest)| rest);
    rest.find('/').map_or("", |at| rest[at..].trim_end_matches('/'))
}

/// Where tokens are given.
pub fn token_endpoint(issuer: &str) -> String {
    at(issuer, "/oauth/token")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_path_is_what_follows_the_host() {
        for (issuer, expected) in
            [("https://id.test", ""), ("https://id.test/", ""), ("http://[::1]:80/a/b", "/a/b"), ("https://id.test/auth/", "/auth")]
        {
            assert_eq!(path(issuer), expected, "{issuer}");
        }
    }
}
