//! How often sessions were born, ended and refused, by hour and by day, and what lives now: what charts show. Entries of the trail are
//! counted once, by whoever seals them, so that a chart reads a few hundred numbers whatever the trail holds.

use std::collections::BTreeMap;

use super::scope::SessionScope;
use super::{Birth, DeviceType, EndReason};
use crate::audit::Action;
use crate::clock::{Span, Timestamp};
use crate::label::labelled;

labelled! {
    /// What is counted.
    ActivityKind {
        /// A session was born, by the surface on which that was.
        Born = "born",
        /// One ended, by the reason.
        Ended = "ended",
        /// A password, code or identity that opened nothing.
        SignInRefused = "sign_in_refused",
        /// A client secret, an assertion or an API key that proved nothing.
        ClientRefused = "client_refused",
    }
}

/// A number of one kind, with a word that tells its parts apart; empty where they are not.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Counted {
    pub kind: ActivityKind,
    pub word: &'static str,
}

impl Counted {
    /// What an end counts as.
    pub const fn ended(reason: EndReason) -> Self {
        Self { kind: ActivityKind::Ended, word: reason.as_str() }
    }

    /// What an entry of the trail counts as, and how often it stands for; `fact` tells its further facts by name.
    pub fn of<'f>(action: Action, fact: impl Fn(&str) -> Option<&'f str>) -> Option<(Self, u64)> {
        let times = |name: &str| fact(name).and_then(|times| times.parse().ok()).unwrap_or(1);
        Some(match action {
            Action::SessionCreated => {
                let birth = fact("birth").and_then(Birth::parse)?;
                (Self { kind: ActivityKind::Born, word: birth.as_str() }, 1)
            }
            Action::SessionEnded => (Self::ended(fact("end_reason").and_then(EndReason::parse)?), 1),
            Action::SignInRefused => (Self { kind: ActivityKind::SignInRefused, word: "" }, times("further_refusals")),
            Action::ClientRefused | Action::ApiKeyRefused => (Self { kind: ActivityKind::ClientRefused, word: "" }, times("refusals")),
            _ => return None,
        })
    }
}

/// How long one number of a chart is about.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Bucket {
    Hour,
    Day,
}

impl Bucket {
    pub const ALL: [Self; 2] = [Self::Hour, Self::Day];

    pub const fn seconds(self) -> i64 {
        match self {
            Self::Hour => 3600,
            Self::Day => 86_400,
        }
    }

    /// How long such numbers are kept.
    pub const fn kept(self) -> Span {
        match self {
            Self::Hour => Span::from_seconds(8 * 86_400),
            Self::Day => Span::from_seconds(400 * 86_400),
        }
    }

    /// The second since 1970 at which the bucket of `at` begins.
    pub const fn begin(self, at: Timestamp) -> i64 {
        at.as_millis().div_euclid(1000).div_euclid(self.seconds()) * self.seconds()
    }
}

/// What a store is asked: numbers since the bucket of `since`, and what lives at `now`. The scope names no user.
#[derive(Clone, Copy, Debug)]
pub struct AskActivity {
    pub scope: SessionScope,
    pub bucket: Bucket,
    pub since: Timestamp,
    pub now: Timestamp,
}

/// One number.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ActivityNumber {
    /// When its bucket begins.
    pub starts_at: Timestamp,
    pub kind: ActivityKind,
    /// As [`Counted::word`].
    pub word: String,
    pub events: u64,
}

/// What charts show.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Activity {
    /// By time.
    pub numbers: Vec<ActivityNumber>,
    /// Live sessions by what opened them.
    pub live_by_device: BTreeMap<DeviceType, u64>,
}

impl Activity {
    /// How many sessions live.
    pub fn live(&self) -> u64 {
        self.live_by_device.values().sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counted(action: Action, facts: &[(&str, &'static str)]) -> Option<(&'static str, &'static str, u64)> {
        let fact = |name: &str| facts.iter().find(|(fact, _)| *fact == name).map(|(_, value)| *value);
        Counted::of(action, fact).map(|(counted, times)| (counted.kind.as_str(), counted.word, times))
    }

    #[test]
    fn entries_count_as_what_they_tell() {
        assert_eq!(counted(Action::SessionCreated, &[("birth", "browser")]), Some(("born", "browser", 1)));
        assert_eq!(counted(Action::SessionEnded, &[("end_reason", "expired")]), Some(("ended", "expired", 1)));
        assert_eq!(counted(Action::SignInRefused, &[("reason", "wrong")]), Some(("sign_in_refused", "", 1)));
        assert_eq!(counted(Action::SignInRefused, &[("further_refusals", "40")]), Some(("sign_in_refused", "", 40)));
        assert_eq!(counted(Action::ApiKeyRefused, &[("refusals", "7")]), Some(("client_refused", "", 7)));
        assert_eq!(counted(Action::TenantCreated, &[]), None);
        assert_eq!(counted(Action::SessionEnded, &[("end_reason", "whatever somebody wrote")]), None, "words are bounded");
    }

    #[test]
    fn buckets_begin_at_whole_hours_and_days() {
        for (bucket, at, begin) in
            [(Bucket::Hour, 3_599_999, 0), (Bucket::Hour, 3_600_000, 3600), (Bucket::Day, 86_399_999, 0), (Bucket::Day, -1, -86_400)]
        {
            assert_eq!(bucket.begin(Timestamp::from_millis(at)), begin);
        }
    }
}
