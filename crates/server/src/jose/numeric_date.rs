//! Times in the tokens of others: seconds since 1970, which may have a fraction (RFC 7519 section 2).

use cloakroom_engine::clock::Timestamp;
use serde::{Deserialize, Deserializer, de::Error as _};

/// Seconds that doubles still tell apart to the millisecond; far beyond the year 9999.
const LATEST_SECONDS: f64 = 1e12;

/// A time of a token, to the millisecond.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NumericDate(pub Timestamp);

impl<'de> Deserialize<'de> for NumericDate {
    /// # Errors
    /// What is no number, or lies out of all reach.
    #[expect(clippy::cast_possible_truncation, reason = "the bound keeps it far below what an i64 holds")]
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let seconds = f64::deserialize(deserializer)?;
        if !(-LATEST_SECONDS..=LATEST_SECONDS).contains(&seconds) {
            return Err(D::Error::custom("is no time"));
        }
        Ok(Self(Timestamp::from_millis((seconds * 1000.0).floor() as i64)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fractions_count_to_the_millisecond() {
        for (text, millis) in
            [("1767225600", 1_767_225_600_000), ("1767225600.25", 1_767_225_600_250), ("1.7672256e9", 1_767_225_600_000), ("-0.001", -1)]
        {
            assert_eq!(serde_json::from_str::<NumericDate>(text).unwrap().0.as_millis(), millis, "{text}");
        }
        for text in ["\"1\"", "null", "1e13", "-1e300", "[1]", "true"] {
            assert!(serde_json::from_str::<NumericDate>(text).is_err(), "{text}");
        }
    }
}
