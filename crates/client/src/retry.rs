//! When a call is made again, and after how long.

use std::time::Duration;

use crate::error::Error;

/// How often a call is repeated that may be, and how long it waits between.
///
/// A call that reads is repeated after anything that passes. A call that changes something is repeated only where nothing can have
/// happened: no connection came about, or the server said 429. A 503 may follow a change whose outcome nobody knows.
///
/// ```
/// use std::time::Duration;
/// use cloakroom_client::{Client, RetryPolicy};
///
/// let mut policy = RetryPolicy::default();
/// policy.attempts = 5;
/// policy.longest_wait = Duration::from_secs(10);
/// let client = Client::builder("https://sessions.example.com").retries(policy).build()?;
/// let never = Client::builder("https://sessions.example.com").retries(RetryPolicy::NEVER).build()?;
/// # Ok::<(), cloakroom_client::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RetryPolicy {
    /// How often it is tried at most, the first time counted; at least 1.
    pub attempts: u32,
    /// The bound of the wait after the first attempt; it doubles with each. The wait itself is any part of it.
    pub first_wait: Duration,
    /// No wait is longer than this. If the server asks for a longer one, the error is returned at once.
    pub longest_wait: Duration,
}

impl RetryPolicy {
    /// Once and no more.
    pub const NEVER: Self = Self { attempts: 1, first_wait: Duration::ZERO, longest_wait: Duration::ZERO };

    /// How long to wait after the `attempt`th failure, counted from 1; `None`: it is not tried again.
    pub(crate) fn wait(&self, attempt: u32, repetition: Repetition, error: &Error) -> Option<Duration> {
        let again = attempt < self.attempts && repetition.allows(error);
        again.then(|| self.backoff(attempt, error)).flatten()
    }

    /// The wait alone; `None` where the server asks for more than is waited.
    pub(crate) fn backoff(&self, attempt: u32, error: &Error) -> Option<Duration> {
        let bound = self.first_wait.saturating_mul(1 << attempt.saturating_sub(1).min(16)).min(self.longest_wait);
        let jittered = bound.mul_f64(fastrand::f64());
        match error {
            Error::Refused(refused) => match refused.retry_after {
                // On top of what was asked for, so that those who were refused together do not come back together.
                Some(asked) => (asked <= self.longest_wait).then(|| asked + jittered),
                None => Some(jittered),
            },
            _ => Some(jittered),
        }
    }
}

impl Default for RetryPolicy {
    /// Three attempts, waiting up to 100 ms and 200 ms, never longer than 2 s.
    fn default() -> Self {
        Self { attempts: 3, first_wait: Duration::from_millis(100), longest_wait: Duration::from_secs(2) }
    }
}

/// Whether a call may be made twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Repetition {
    /// It reads.
    Safe,
    /// It changes something.
    WhereNothingHappened,
    /// The caller repeats it.
    Never,
}

impl Repetition {
    fn allows(self, error: &Error) -> bool {
        match self {
            Self::Safe => error.is_passing(),
            Self::WhereNothingHappened => matches!(error, Error::Unreachable(_)) || error.status() == Some(429),
            Self::Never => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Refused;

    fn refused(status: u16, retry_after: Option<u64>) -> Error {
        let retry_after = retry_after.map(Duration::from_secs);
        Error::Refused(Box::new(Refused {
            status,
            code: String::new(),
            message: String::new(),
            details: None,
            retry_after,
            request_id: None,
            is_foreign: false,
        }))
    }

    #[test]
    fn what_changes_something_is_repeated_only_where_nothing_happened() {
        let policy = RetryPolicy::default();
        let again = |repetition, error: &Error| policy.wait(1, repetition, error).is_some();
        let lost = [Error::Timeout, Error::Transport(String::new()), refused(503, Some(1)), refused(504, None)];
        for error in &lost {
            assert!(again(Repetition::Safe, error) && !again(Repetition::WhereNothingHappened, error), "{error}");
        }
        for error in &[Error::Unreachable(String::new()), refused(429, Some(1))] {
            assert!(again(Repetition::Safe, error) && again(Repetition::WhereNothingHappened, error), "{error}");
            assert!(!again(Repetition::Never, error));
        }
        for error in &[refused(401, None), refused(404, None), refused(500, None), Error::SessionDead { reason: String::new() }] {
            assert!(!again(Repetition::Safe, error), "{error}");
        }
    }

    #[test]
    fn waits_grow_within_their_bounds_and_end() {
        let policy = RetryPolicy { attempts: 9, ..RetryPolicy::default() };
        for attempt in 1..9 {
            let wait = policy.wait(attempt, Repetition::Safe, &Error::Timeout).unwrap();
            assert!(wait <= Duration::from_millis(100 << (attempt - 1)).min(policy.longest_wait), "{attempt}: {wait:?}");
        }
        assert_eq!(policy.wait(9, Repetition::Safe, &Error::Timeout), None);
    }

    #[test]
    fn what_the_server_asks_for_is_kept_or_the_call_given_up() {
        let policy = RetryPolicy::default();
        let wait = policy.wait(1, Repetition::Safe, &refused(503, Some(1))).unwrap();
        assert!(wait >= Duration::from_secs(1) && wait <= Duration::from_millis(1100), "{wait:?}");
        assert_eq!(policy.wait(1, Repetition::Safe, &refused(429, Some(600))), None);
    }
}
