//! A time in which work must be done.

use std::future::poll_fn;
use std::pin::Pin;
use std::task::Poll;
use std::time::Duration;

/// It was not done in time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooLate;

/// Does `work`, which must be done `within` a time. Most work never waits, so it begins without a timer, which costs as much as a look
/// into memory does; one is set where the work has to wait. It is pinned by the caller, since whoever takes it over keeps it twice.
///
/// # Errors
/// [`TooLate`] when it was not done in time.
pub async fn within<T>(time: Duration, mut work: impl Future<Output = T> + Unpin) -> Result<T, TooLate> {
    if let Poll::Ready(done) = poll_fn(|cx| Poll::Ready(Pin::new(&mut work).poll(cx))).await {
        return Ok(done);
    }
    tokio::time::timeout(time, work).await.map_err(|_| TooLate)
}

#[cfg(test)]
mod tests {
    use std::pin::pin;

    use super::*;

    #[test]
    fn what_does_not_wait_needs_no_timer() {
        // There is no runtime that could have one.
        let mut work = pin!(within(Duration::ZERO, Box::pin(async { 7 })));
        let mut cx = std::task::Context::from_waker(std::task::Waker::noop());
        assert_eq!(work.as_mut().poll(&mut cx), Poll::Ready(Ok(7)));
    }

    #[tokio::test]
    async fn what_waits_has_so_long() {
        let waiting = async {
            tokio::task::yield_now().await;
            7
        };
        assert_eq!(within(Duration::from_secs(60), pin!(waiting)).await, Ok(7));
        assert_eq!(within(Duration::ZERO, std::future::pending::<()>()).await, Err(TooLate));
    }
}
