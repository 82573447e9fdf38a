//! Times as people say them.

use std::time::Duration;

use crate::http::time;

/// `3 min ago`, `in 2 h`; `None` where the text is no time.
pub(super) fn relative(text: &str, now: Duration) -> Option<String> {
    let at = time::parse(text)?;
    let seconds = (at - i64::try_from(now.as_millis()).ok()?).div_euclid(1000);
    let (length, unit) = match seconds.unsigned_abs() {
        0..=4 => return Some("now".to_owned()),
        seconds @ 5..60 => (seconds, "s"),
        seconds @ 60..3600 => (seconds / 60, "min"),
        seconds @ 3600..86_400 => (seconds / 3600, "h"),
        seconds => (seconds / 86_400, "d"),
    };
    Some(if seconds < 0 { format!("{length} {unit} ago") } else { format!("in {length} {unit}") })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_people_say_them() {
        let now = Duration::from_secs(1_767_225_600);
        let said = |text| relative(text, now);
        assert_eq!(said("2026-01-01T00:00:02.000Z").as_deref(), Some("now"));
        assert_eq!(said("2026-01-01T00:00:30Z").as_deref(), Some("in 30 s"));
        assert_eq!(said("2025-12-31T23:57:00.000Z").as_deref(), Some("3 min ago"));
        assert_eq!(said("2026-01-01T02:10:00Z").as_deref(), Some("in 2 h"));
        assert_eq!(said("2025-12-29T00:00:00Z").as_deref(), Some("3 d ago"));
        assert_eq!(said("laptop"), None);
    }
}
