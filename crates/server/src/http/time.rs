//! Times on the wire: RFC 3339 in UTC. Inside they are milliseconds since 1970.

use jiff::{SignedDuration, civil::DateTime};

const EPOCH: DateTime = DateTime::constant(1970, 1, 1, 0, 0, 0, 0);
/// The first millisecond of year 0, the earliest that RFC 3339 can write.
const EARLIEST: i64 = -62_167_219_200_000;
/// The last millisecond of year 9999, the latest that RFC 3339 can write.
const LATEST: i64 = 253_402_300_799_999;

/// `2026-01-02T03:04:05.678Z`: exactly three fractional digits. What cannot be written becomes the nearest that can.
#[must_use]
pub fn millis(milliseconds: i64) -> String {
    let seconds = seconds(milliseconds);
    let fraction = saturated(milliseconds).rem_euclid(1000);
    format!("{}.{fraction:03}Z", seconds.trim_end_matches('Z'))
}

/// `2026-01-02T03:04:05Z`: whole seconds, the fraction cut off. What cannot be written becomes the nearest that can.
#[must_use]
pub fn seconds(milliseconds: i64) -> String {
    let whole = SignedDuration::from_secs(saturated(milliseconds).div_euclid(1000));
    let civil = EPOCH.saturating_add(whole);
    let (date, time) = (civil.date(), civil.time());
    format!("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z", date.year(), date.month(), date.day(), time.hour(), time.minute(), time.second())
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
