//! Headers that may stand once (RFC 9110 section 5.3): two readers of a request could take different ones of two.

use axum::http::{HeaderMap, HeaderValue, header::AsHeaderName};

/// How often a header stands in a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Given<'h> {
    Never,
    Once(&'h HeaderValue),
    Often,
}

impl<'h> Given<'h> {
    /// How often `name` stands in `headers`.
    pub fn of(headers: &'h HeaderMap, name: impl AsHeaderName) -> Self {
        let mut values = headers.get_all(name).iter();
        match (values.next(), values.next()) {
            (None, _) => Self::Never,
            (Some(value), None) => Self::Once(value),
            (Some(_), Some(_)) => Self::Often,
        }
    }

    /// The text of a header that stands there once and is UTF-8.
    #[must_use]
    pub fn text(self) -> Option<&'h str> {
        if let Self::Once(value) = self { std::str::from_utf8(value.as_bytes()).ok() } else { None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_that_stands_twice_has_no_text() {
        let mut headers = HeaderMap::new();
        assert_eq!(Given::of(&headers, "a"), Given::Never);
        headers.append("a", HeaderValue::from_static("1"));
        assert_eq!(Given::of(&headers, "a").text(), Some("1"));
        headers.append("A", HeaderValue::from_static("1"));
        assert_eq!((Given::of(&headers, "a"), Given::of(&headers, "a").text()), (Given::Often, None));
    }
}
