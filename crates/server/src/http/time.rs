//! Times on the wire: RFC 3339 in UTC. Inside they are milliseconds since 1970.

use jiff::{SignedDuration, civil::DateTime};
use serde::{Serialize, Serializer};

const EPOCH: DateTime = DateTime::constant(1970, 1, 1, 0, 0, 0, 0);
/// The first millisecond of year 0, the earliest that RFC 3339 can write.
const EARLIEST: i64 = -62_167_219_200_000;
/// The last millisecond of year 9999, the latest that RFC 3339 can write.
const LATEST: i64 = 253_402_300_799_999;

/// A time as it is written, which takes no allocation. What cannot be written becomes the nearest that can.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Written<const LENGTH: usize>([u8; LENGTH]);

/// `2026-01-02T03:04:05.678Z`: exactly three fractional digits.
pub type InMillis = Written<24>;

/// `2026-01-02T03:04:05.678901Z`: exactly six fractional digits.
pub type InMicros = Written<27>;

impl<const LENGTH: usize> Written<LENGTH> {
    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        // Digits and punctuation, so this cannot fail.
        std::str::from_utf8(&self.0).unwrap_or_default()
    }

    /// `fraction` is what follows the whole seconds, in as many digits as there is room for.
    fn new(seconds: i64, mut fraction: u64) -> Self {
        let civil = EPOCH.saturating_add(SignedDuration::from_secs(seconds));
        let (date, time) = (civil.date(), civil.time());
        let mut text = [b'0'; LENGTH];
        let year = date.year().unsigned_abs();
        put(&mut text, 0, [two_digits(year / 100), two_digits(year % 100)].as_flattened());
        for (at, before, number) in
            [(5, b'-', date.month()), (8, b'-', date.day()), (11, b'T', time.hour()), (14, b':', time.minute()), (17, b':', time.second())]
        {
            put(&mut text, at - 1, &[before]);
            put(&mut text, at, &two_digits(number.unsigned_abs().into()));
        }
        put(&mut text, 19, b".");
        put(&mut text, LENGTH - 1, b"Z");
        for digit in text[20..LENGTH - 1].iter_mut().rev() {
            *digit = b'0' + (fraction % 10) as u8;
            fraction /= 10;
        }
        Self(text)
    }
}

fn put(text: &mut [u8], at: usize, what: &[u8]) {
    text[at..at + what.len()].copy_from_slice(what);
}

fn two_digits(number: u16) -> [u8; 2] {
    [number / 10 % 10, number % 10].map(|digit| b'0' + digit as u8)
}

impl InMillis {
    /// Of milliseconds since 1970.
    #[must_use]
    pub fn of(milliseconds: i64) -> Self {
        let milliseconds = saturated(milliseconds);
        Self::new(milliseconds.div_euclid(1000), milliseconds.rem_euclid(1000).unsigned_abs())
    }
}

impl InMicros {
    /// Of microseconds since 1970.
    #[must_use]
    pub fn of(microseconds: i64) -> Self {
        let milliseconds = saturated(microseconds.div_euclid(1000));
        let fraction = milliseconds.rem_euclid(1000) * 1000 + microseconds.rem_euclid(1000);
        Self::new(milliseconds.div_euclid(1000), fraction.unsigned_abs())
    }
}

impl<const LENGTH: usize> Serialize for Written<LENGTH> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

/// As [`InMillis`].
#[must_use]
pub fn millis(milliseconds: i64) -> String {
    InMillis::of(milliseconds).as_str().to_owned()
}

/// `2026-01-02T03:04:05Z`: whole seconds, the fraction cut off. What cannot be written becomes the nearest that can.
#[must_use]
pub fn seconds(milliseconds: i64) -> String {
    format!("{}Z", &InMillis::of(milliseconds).as_str()[..19])
}

fn saturated(milliseconds: i64) -> i64 {
    milliseconds.clamp(EARLIEST, LATEST)
}

/// Reads `YYYY-MM-DDTHH:MM:SS[.fraction](Z|±HH:MM)` (RFC 3339 section 5.6) and nothing else: no space for `T`, no lower case, no zone names,
/// at most nine fractional digits, of which those after the third are cut off. Every time of the years 0 to 9999 can be read, with every
/// offset.
#[must_use]
pub fn parse(text: &str) -> Option<i64> {
    if !has_shape(text.as_bytes()) {
        return None;
    }
    // The date and the offset apart: as a point in time, the library ends a day before the year 9999 does.
    let (civil, offset) = text.split_at(text.rfind(['Z', '+', '-'])?);
    let civil: DateTime = civil.parse().ok()?;
    let since_1970 = civil.duration_since(EPOCH) - offset_of(offset)?;
    i64::try_from(since_1970.as_nanos().div_euclid(1_000_000)).ok()
}

/// `Z`, `+HH:MM` or `-HH:MM`.
fn offset_of(text: &str) -> Option<SignedDuration> {
    let Some((sign, (hours, minutes))) = text.split_at_checked(1).and_then(|(sign, rest)| Some((sign, rest.split_once(':')?))) else {
        return (text == "Z").then_some(SignedDuration::ZERO);
    };
    let (hours, minutes): (i64, i64) = (hours.parse().ok()?, minutes.parse().ok()?);
    let length = SignedDuration::from_mins(hours * 60 + minutes);
    (hours < 24 && minutes < 60).then_some(if sign == "-" { -length } else { length })
}

fn has_shape(text: &[u8]) -> bool {
    let matches = |text: &[u8], shape: &[u8]| {
        text.len() == shape.len() && text.iter().zip(shape).all(|(b, s)| if *s == b'9' { b.is_ascii_digit() } else { b == s })
    };
    let Some((head, mut rest)) = text.split_at_checked(19) else { return false };
    if let Some(fraction) = rest.strip_prefix(b".") {
        let digits = fraction.iter().take_while(|b| b.is_ascii_digit()).count();
        if !(1..=9).contains(&digits) {
            return false;
        }
        rest = &fraction[digits..];
    }
    matches(head, b"9999-99-99T99:99:99") && (rest == b"Z" || matches(rest, b"+99:99") || matches(rest, b"-99:99"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_both_ways() {
        assert_eq!(millis(0), "1970-01-01T00:00:00.000Z");
        assert_eq!(millis(1_767_323_045_678), "2026-01-02T03:04:05.678Z");
        assert_eq!(seconds(1_767_323_045_999), "2026-01-02T03:04:05Z");
        assert_eq!(millis(-1), "1969-12-31T23:59:59.999Z");
        assert_eq!(seconds(-1), "1969-12-31T23:59:59Z");
        assert_eq!(millis(i64::MIN), "0000-01-01T00:00:00.000Z");
        assert_eq!(millis(i64::MAX), "9999-12-31T23:59:59.999Z");
        assert_eq!(InMicros::of(1_767_323_045_678_901).as_str(), "2026-01-02T03:04:05.678901Z");
        assert_eq!(InMicros::of(-1).as_str(), "1969-12-31T23:59:59.999999Z");
        assert_eq!(serde_json::to_string(&InMillis::of(0)).unwrap(), "\"1970-01-01T00:00:00.000Z\"");
    }

    #[test]
    fn reads_what_it_writes_and_other_offsets() {
        for time in [0, -1, 1_767_323_045_678, EARLIEST, LATEST] {
            assert_eq!(parse(&millis(time)), Some(time));
        }
        assert_eq!(parse("2026-01-02T04:04:05+01:00"), Some(1_767_323_045_000));
        assert_eq!(parse("2026-01-02T03:04:05.6789999Z"), Some(1_767_323_045_678));
        assert_eq!(parse("9999-12-31T23:59:59-23:59"), Some(LATEST - 999 + 86_340_000));
        assert_eq!(parse("1970-01-01T00:00:00.0005Z"), Some(0));
        assert_eq!(parse("1969-12-31T23:59:59.9995Z"), Some(-1));
    }

    #[test]
    fn refuses_everything_else() {
        for text in [
            "",
            "2026-01-02",
            "2026-01-02T03:04:05",
            "2026-01-02 03:04:05Z",
            "2026-01-02t03:04:05z",
            "2026-01-02T03:04Z",
            "2026-01-02T03:04:05,5Z",
            "2026-01-02T03:04:05.Z",
            "2026-01-02T03:04:05.1234567890Z",
            "2026-02-30T03:04:05Z",
            "2026-01-02T25:04:05Z",
            "2026-01-02T03:04:05Z[Europe/Rome]",
            "2026-01-02T03:04:05+0100",
            " 2026-01-02T03:04:05Z",
            "+002026-01-02T03:04:05Z",
            "2026-01-02T03:04:05\u{e9}",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
