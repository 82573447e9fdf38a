//! The id under which client, logs and support speak of one request.

use std::sync::Arc;

use axum::http::{HeaderMap, HeaderName, HeaderValue};

/// The header that brings an id in and carries it out.
pub const HEADER: HeaderName = HeaderName::from_static("x-request-id");

const MAX_CHARS: usize = 128;

/// Makes an id for a request that brought none.
pub type Mint = Arc<dyn Fn() -> RequestId + Send + Sync>;

/// The id of the request at hand: 1 to 128 of `A-Z a-z 0-9 . _ -`, so safe in a log. As it stands in the head of the answer, so that
/// neither taking nor sending it copies it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestId(HeaderValue);

impl RequestId {
    /// For a request for which none can be made.
    pub const UNKNOWN: Self = Self(HeaderValue::from_static("unknown"));

    /// Takes an id if it is of the allowed shape.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        HeaderValue::from_str(text).ok().and_then(Self::of)
    }

    /// 32 hexadecimal digits.
    #[must_use]
    pub fn of_bytes(bytes: [u8; 16]) -> Self {
        let digits = bytes.map(|byte| [byte >> 4, byte & 15].map(|digit| b"0123456789abcdef"[usize::from(digit)]));
        HeaderValue::from_bytes(digits.as_flattened()).map_or(Self::UNKNOWN, Self)
    }

    fn of(value: HeaderValue) -> Option<Self> {
        let allowed = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-');
        let fits = (1..=MAX_CHARS).contains(&value.len()) && value.as_bytes().iter().all(allowed);
        fits.then_some(Self(value))
    }

    /// The id that came in, or one that is minted: an id of another shape is replaced, not refused.
    #[must_use]
    pub fn of_request(headers: &HeaderMap, mint: &Mint) -> Self {
        headers.get(HEADER).cloned().and_then(Self::of).unwrap_or_else(|| mint())
    }

    /// The id.
    #[must_use]
    pub fn as_str(&self) -> &str {
        // Of ASCII alone, so this cannot fail.
        self.0.to_str().unwrap_or_default()
    }

    /// The value of [`HEADER`].
    #[must_use]
    pub fn header(&self) -> HeaderValue {
        self.0.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(brought: &[u8]) -> String {
        let mint: Mint = Arc::new(|| RequestId::parse("minted").unwrap());
        let headers = HeaderMap::from_iter([(HEADER, HeaderValue::from_bytes(brought).unwrap())]);
        let id = RequestId::of_request(&headers, &mint);
        assert_eq!(id.header().as_bytes(), id.as_str().as_bytes());
        id.as_str().to_owned()
    }

    #[test]
    fn keeps_a_good_id_and_replaces_others() {
        assert_eq!(found(b"Ab-9._"), "Ab-9._");
        let longest = "x".repeat(128);
        assert_eq!(found(longest.as_bytes()), longest);
        for bad in [&b""[..], b"a b", b"a\"b", b"caf\xe9", "x".repeat(129).as_bytes()] {
            assert_eq!(found(bad), "minted");
        }
        assert_eq!(RequestId::of_bytes([0x0a; 16]), RequestId::parse(&"0a".repeat(16)).unwrap());
        let mint: Mint = Arc::new(|| RequestId::UNKNOWN);
        assert_eq!(RequestId::of_request(&HeaderMap::new(), &mint).as_str(), "unknown");
    }
}
