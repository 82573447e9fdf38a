//! Reading a body to its end, within limits.

use std::time::Duration;

use axum::body::{Body, Bytes, HttpBody as _};
use http_body_util::{BodyExt as _, LengthLimitError, Limited};

/// How much of a body is read, and how long it may take.
#[derive(Clone, Copy, Debug)]
pub struct BodyLimits {
    /// Bytes.
    pub max_bytes: usize,
    pub timeout: Duration,
}

/// Why a body was not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BodyError {
    /// More bytes than allowed, announced or sent.
    #[error("the body is too large")]
    TooLarge,
    /// It did not arrive in time.
    #[error("the body did not arrive in time")]
    Timeout,
    /// The connection broke, or its framing is wrong.
    #[error("the body could not be read")]
    Broken,
}

/// Reads at most `max` bytes within `timeout`. A body that announces more is refused before any of it is read.
///
/// # Errors
/// See [`BodyError`].
pub async fn read(body: Body, max: usize, timeout: Duration) -> Result<Bytes, BodyError> {
    if body.size_hint().lower() > max as u64 {
        return Err(BodyError::TooLarge);
    }
    match tokio::time::timeout(timeout, Limited::new(body, max).collect()).await {
        Ok(Ok(collected)) => Ok(collected.to_bytes()),
        Ok(Err(error)) if error.is::<LengthLimitError>() => Err(BodyError::TooLarge),
        Ok(Err(_)) => Err(BodyError::Broken),
        Err(_) => Err(BodyError::Timeout),
    }
}

#[cfg(test)]
mod tests {
    use std::{
        convert::Infallible,
        pin::Pin,
        task::{Context, Poll},
    };

    use http_body_util::{Full, combinators::Frame};

    use super::*;

    const LONG: Duration = Duration::from_secs(60);

    /// A client that announces a body and never sends it.
    struct Silent;

    impl axum::body::HttpBody for Silent {
        type Data = Bytes;
        type Error = Infallible;

        fn poll_frame(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<<Frame<'static, Full<Bytes>> as Future>::Output> {
            Poll::Pending
        }
    }

    #[tokio::test]
    async fn tells_its_ways_to_fail_apart() {
        assert_eq!(read(Body::from("12345"), 5, LONG).await, Ok(Bytes::from("12345")));
        assert_eq!(read(Body::from("123456"), 5, LONG).await, Err(BodyError::TooLarge));
        let unannounced = Body::new(Full::new(Bytes::from("123456")).map_frame(|frame| frame));
        assert_eq!(unannounced.size_hint().lower(), 0);
        assert_eq!(read(unannounced, 5, LONG).await, Err(BodyError::TooLarge));
        assert_eq!(read(Body::new(Silent), 5, Duration::ZERO).await, Err(BodyError::Timeout));
        let broken = Body::new(Limited::new(Full::new(Bytes::from("1234")), 3));
        assert_eq!(read(broken, 5, LONG).await, Err(BodyError::Broken));
    }
}
