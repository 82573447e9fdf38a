//! A panic of one request is told apart, and is no other's.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::task::{Context, Poll};

/// The work panicked. What it said is dropped unread: it may quote data.
#[derive(Clone, Copy, Debug)]
pub struct Panicked;

/// Polls work that may panic; after that, it is not polled again.
pub fn poll_caught<W: Future + Unpin>(work: &mut W, cx: &mut Context<'_>) -> Poll<Result<W::Output, Panicked>> {
    match catch_unwind(AssertUnwindSafe(|| Pin::new(work).poll(cx))) {
        Ok(polled) => polled.map(Ok),
        Err(_panic) => Poll::Ready(Err(Panicked)),
    }
}
