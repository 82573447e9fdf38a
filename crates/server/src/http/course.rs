//! The course of one request: who it is from, and whether a change has begun.
//!
//! Until a change begins, a request whose client has gone is given up: nobody hashes for it, and it holds nothing. From the first change
//! on it runs to its end, so that nobody leaves half of what belongs together. The two meet in one atomic step.

use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

const NOTHING_BEGUN: u8 = 0;
const CHANGING: u8 = 1;
const GIVEN_UP: u8 = 2;

tokio::task_local! {
    static COURSE: Course;
}

/// The course of a request; clones are the same.
#[derive(Clone, Debug)]
pub struct Course {
    client: Option<IpAddr>,
    stage: Arc<AtomicU8>,
}

impl Course {
    #[must_use]
    pub fn of(client: Option<IpAddr>) -> Self {
        Self { client, stage: Arc::default() }
    }

    /// Does `work` as a part of it.
    pub fn follow<T>(self, work: impl Future<Output = T>) -> impl Future<Output = T> {
        COURSE.scope(self, work)
    }

    /// Who asked for what is done here, if a client did.
    #[must_use]
    pub fn client() -> Option<IpAddr> {
        COURSE.try_with(|course| course.client).ok().flatten()
    }

    /// Asked before each change: false where whoever asked for it has gone, and had nothing changed yet.
    #[must_use]
    pub fn may_change() -> bool {
        let begin = |course: &Self| {
            let begun = course.stage.compare_exchange(NOTHING_BEGUN, CHANGING, Ordering::SeqCst, Ordering::SeqCst);
            begun.is_ok() || begun == Err(CHANGING)
        };
        COURSE.try_with(begin).unwrap_or(true)
    }

    /// The client has gone: false where a change has begun, which goes on.
    #[must_use]
    pub fn give_up(&self) -> bool {
        self.stage.compare_exchange(NOTHING_BEGUN, GIVEN_UP, Ordering::SeqCst, Ordering::SeqCst).is_ok()
    }
}
