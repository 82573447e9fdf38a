//! The server's clock, compared with the one here.

use std::time::{Duration, UNIX_EPOCH};

/// Two clocks at one moment: the server's and this machine's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ServerClock {
    /// The time on the server's clock, since the beginning of 1970, UTC.
    pub there: Duration,
    /// The time on this machine's clock at that moment.
    pub here: Duration,
    /// By how much the two may lie further apart or closer together than it seems: half of the round trip, and the half second that
    /// `Date` does not tell.
    pub uncertainty: Duration,
}

/// `Date` has whole seconds (RFC 9110 section 5.6.7), so on average half a second has passed since.
const UNTOLD: Duration = Duration::from_millis(500);

impl ServerClock {
    /// From what `Date` says in an answer to what was asked and read at these times; `None` where it is no date.
    pub(crate) fn read(date: &str, asked: Duration, answered: Duration) -> Option<Self> {
        let there = httpdate::parse_http_date(date).ok()?.duration_since(UNIX_EPOCH).ok()? + UNTOLD;
        let half = answered.saturating_sub(asked) / 2;
        Some(Self { there, here: asked + half, uncertainty: half + UNTOLD })
    }

    /// By how much the two differ at least.
    #[must_use]
    pub fn apart(&self) -> Duration {
        self.there.abs_diff(self.here).saturating_sub(self.uncertainty)
    }

    /// Whether the server's clock is ahead.
    #[must_use]
    pub fn is_ahead(&self) -> bool {
        self.there > self.here
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Sun, 06 Nov 1994 08:49:37 GMT, the example of RFC 9110.
    const EXAMPLE: Duration = Duration::from_secs(784_111_777);

    fn read(asked: Duration, answered: Duration) -> ServerClock {
        ServerClock::read("Sun, 06 Nov 1994 08:49:37 GMT", asked, answered).unwrap()
    }

    #[test]
    fn what_the_way_takes_is_accounted_for() {
        let same = read(EXAMPLE, EXAMPLE + Duration::from_secs(1));
        assert_eq!((same.here, same.there, same.apart()), (EXAMPLE + UNTOLD, EXAMPLE + UNTOLD, Duration::ZERO));
        // Asked and answered over a slow line: where within the ten seconds the server looked at its clock is not known.
        let slow = read(EXAMPLE - Duration::from_secs(10), EXAMPLE);
        assert_eq!((slow.uncertainty, slow.apart()), (Duration::from_millis(5500), Duration::ZERO));
        let behind = read(EXAMPLE + Duration::from_secs(400), EXAMPLE + Duration::from_secs(402));
        assert_eq!((behind.apart(), behind.is_ahead()), (Duration::from_secs(399), false));
        assert!(read(EXAMPLE - Duration::from_secs(400), EXAMPLE - Duration::from_secs(400)).is_ahead());
    }

    #[test]
    fn what_is_no_date_is_none() {
        assert_eq!(ServerClock::read("yesterday", EXAMPLE, EXAMPLE), None);
        // A clock of this machine that was set back in between makes no negative way.
        assert_eq!(read(EXAMPLE, EXAMPLE - Duration::from_secs(60)).uncertainty, UNTOLD);
    }
}
