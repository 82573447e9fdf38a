//! What a message of HTTP/1 must be beyond what the library refuses (RFC 9112): somebody on the way could read another request out of it.

use axum::http::uri::Authority;
use axum::http::{HeaderMap, StatusCode, Version, header};

use crate::http::header::Given;

/// What such a message is refused with.
pub(super) fn fault(version: Version, headers: &HeaderMap) -> Option<StatusCode> {
    if !has_valid_host(version, headers) {
        return Some(StatusCode::BAD_REQUEST);
    }
    // RFC 9112 section 6.1: a coding that is not understood is 501. The library looks at the last one alone.
    let mut codings = headers.get_all(header::TRANSFER_ENCODING).iter().flat_map(|value| value.as_bytes().split(|byte| *byte == b','));
    let understood = codings.all(|coding| coding.trim_ascii().is_empty() || coding.trim_ascii().eq_ignore_ascii_case(b"chunked"));
    (!understood).then_some(StatusCode::NOT_IMPLEMENTED)
}

/// RFC 9112 section 3.2: one in HTTP/1.1, at most one before and after.
fn has_valid_host(version: Version, headers: &HeaderMap) -> bool {
    match Given::of(headers, header::HOST) {
        Given::Never => version != Version::HTTP_11,
        Given::Often => false,
        Given::Once(host) => host.is_empty() || host.to_str().is_ok_and(|host| host.parse::<Authority>().is_ok() && !host.contains('@')),
    }
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn judged(version: Version, pairs: &[(&'static str, &'static str)]) -> Option<u16> {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.append(*name, HeaderValue::from_static(value));
        }
        fault(version, &headers).map(|status| status.as_u16())
    }

    #[test]
    fn one_host_is_wanted() {
        for (version, hosts, status) in [
            (Version::HTTP_11, &[][..], Some(400)),
            (Version::HTTP_11, &[("host", "a.example")], None),
            (Version::HTTP_11, &[("host", "[::1]:8080")], None),
            (Version::HTTP_11, &[("host", "")], None),
            (Version::HTTP_11, &[("host", "a"), ("host", "b")], Some(400)),
            (Version::HTTP_11, &[("host", "a"), ("host", "a")], Some(400)),
            (Version::HTTP_11, &[("host", "a, b")], Some(400)),
            (Version::HTTP_11, &[("host", "a/b")], Some(400)),
            (Version::HTTP_11, &[("host", "me@a")], Some(400)),
            (Version::HTTP_10, &[], None),
            (Version::HTTP_10, &[("host", "a"), ("host", "b")], Some(400)),
            (Version::HTTP_2, &[], None),
        ] {
            assert_eq!(judged(version, hosts), status, "{version:?} {hosts:?}");
        }
    }

    #[test]
    fn codings_that_nobody_reads_are_refused() {
        let host = ("host", "a");
        assert_eq!(judged(Version::HTTP_11, &[host, ("transfer-encoding", "Chunked")]), None);
        for coding in ["gzip", "gzip, chunked", "identity", "chunked, gzip", "xchunked"] {
            assert_eq!(judged(Version::HTTP_11, &[host, ("transfer-encoding", coding)]), Some(501), "{coding}");
        }
    }
}
