//! What happened to sessions over time, as charts.

use std::collections::BTreeMap;

use cloakroom_engine::clock::{Span, Timestamp};
use cloakroom_engine::sessions::activity::{Activity, ActivityKind, ActivityNumber, Bucket};
use cloakroom_engine::sessions::operators::activity::Period;
use cloakroom_engine::sessions::{Birth, EndReason};

use super::drawn::{BarChart, Figure, LineChart, Series};
use crate::web::language::Language;
use crate::web::words;

/// The charts of the overview.
pub struct Charts {
    pub live: Figure,
    pub born: Figure,
    pub ended: Figure,
    pub refused: Figure,
    pub lines: [LineChart; 2],
    pub bars: [BarChart; 2],
}

/// The series of line charts, with their texts and colours.
const BORN: (&str, &str) = ("chart-born", "--series-born");
const ENDED: (&str, &str) = ("chart-ended", "--series-ended");
const SIGNED_IN: (&str, &str) = ("chart-signed-in", "--series-born");
const REFUSED: (&str, &str) = ("chart-refused", "--series-refused");
const CLIENTS: (&str, &str) = ("chart-clients-refused", "--series-clients");

impl Charts {
    pub fn of(language: Language, activity: &Activity, period: Period, now: Timestamp) -> Self {
        let of_kind = |kind| {
            let numbers = activity.numbers.iter().filter(|number| number.kind == kind);
            Figure::of(language, numbers.map(|number| number.events).sum())
        };
        let unit = language.say(match period.bucket() {
            Bucket::Hour => "chart-per-hour",
            Bucket::Day => "chart-per-day",
        });
        let line = |id, title, series: &[(&str, &'static str)], numbers: &dyn Fn(ActivityKind, &str) -> Option<usize>| LineChart {
            id,
            title: language.say(title),
            unit: unit.clone(),
            series: series.iter().map(|(name, colour)| Series { name: language.say(name), colour }).collect(),
            rows: rows(language, activity, (period, now), series.len(), numbers),
        };
        Self {
            live: Figure::of(language, activity.live()),
            born: of_kind(ActivityKind::Born),
            ended: of_kind(ActivityKind::Ended),
            refused: of_kind(ActivityKind::SignInRefused),
            lines: [
                line("chart-sessions", "chart-sessions", &[BORN, ENDED], &|kind, _| match kind {
                    ActivityKind::Born => Some(0),
                    ActivityKind::Ended => Some(1),
                    ActivityKind::SignInRefused | ActivityKind::ClientRefused => None,
                }),
                line("chart-sign-ins", "chart-sign-ins", &[SIGNED_IN, REFUSED, CLIENTS], &|kind, word| match kind {
                    // Applications open stored sessions without anybody signing in.
                    ActivityKind::Born => (word != Birth::Storage.as_str()).then_some(0),
                    ActivityKind::SignInRefused => Some(1),
                    ActivityKind::ClientRefused => Some(2),
                    ActivityKind::Ended => None,
                }),
            ],
            bars: bars(language, activity),
        }
    }
}

/// Ends by reason, and what lives by what opened it.
fn bars(language: Language, activity: &Activity) -> [BarChart; 2] {
    let ended_by = |reason: EndReason| {
        let is_it = |number: &&ActivityNumber| number.kind == ActivityKind::Ended && number.word == reason.as_str();
        activity.numbers.iter().filter(is_it).map(|number| number.events).sum()
    };
    let ended = EndReason::ALL.iter().map(|reason| (words::reason(language, *reason), ended_by(*reason)));
    let opened = |device| words::kind(language, device).unwrap_or_else(|| language.say("device-unknown"));
    let devices = activity.live_by_device.iter().map(|(device, sessions)| (opened(*device), *sessions));
    [
        BarChart {
            id: "chart-ends",
            title: language.say("chart-ends"),
            unit: language.say("chart-unit-sessions"),
            kind: language.say("chart-reason"),
            class: "ended",
            bars: BarChart::bars(language, ended),
        },
        BarChart {
            id: "chart-devices",
            title: language.say("chart-devices"),
            unit: language.say("chart-unit-live"),
            kind: language.say("chart-device"),
            class: "born",
            bars: BarChart::bars(language, devices),
        },
    ]
}

/// A row for each bucket of the period, also for those in which nothing happened.
fn rows(
    language: Language,
    activity: &Activity,
    (period, now): (Period, Timestamp),
    series: usize,
    place: &dyn Fn(ActivityKind, &str) -> Option<usize>,
) -> Vec<(words::Moment, Vec<Figure>)> {
    let mut numbers: BTreeMap<Timestamp, Vec<u64>> = BTreeMap::new();
    let length = Span::from_millis(period.bucket().seconds() * 1000);
    let mut begins = Timestamp::from_millis(period.bucket().begin(now) * 1000);
    for _ in 0..period.buckets() {
        numbers.insert(begins, vec![0; series]);
        begins = begins.minus(length);
    }
    for number in &activity.numbers {
        let row = numbers.get_mut(&number.starts_at).zip(place(number.kind, &number.word));
        if let Some((row, place)) = row {
            row[place] += number.events;
        }
    }
    numbers.into_iter().map(|(at, numbers)| LineChart::row(language, at, numbers)).collect()
}
