//! How each type of field is read.

use std::ops::RangeInclusive;

use serde_json::{Number, Value};
use zeroize::Zeroizing;

use super::{super::time, Fields, Wrong};

type Read<T> = Result<T, Wrong>;

impl Fields {
    /// Text of 1 to `max` characters, none of them a control character.
    pub fn required_text(&mut self, name: &'static str, max: usize) -> String {
        let text = self.required(name, |value, _| text(value, max));
        match text {
            Some(text) if text.is_empty() => {
                self.refuse(name, "must not be empty");
                text
            }
            text => text.unwrap_or_default(),
        }
    }

    /// Text of at most `max` characters, none of them a control character. Empty text is text.
    pub fn optional_text(&mut self, name: &'static str, max: usize) -> Option<String> {
        self.optional(name, |value, _| text(value, max)).flatten()
    }

    /// Text of 1 to `max` **bytes**, any character allowed, wiped from memory when dropped.
    pub fn required_secret(&mut self, name: &'static str, max: usize) -> Zeroizing<String> {
        self.required(name, |value, _| secret(value, max)).unwrap_or_default()
    }

    /// As [`Fields::required_secret`], but may be absent.
    pub fn optional_secret(&mut self, name: &'static str, max: usize) -> Option<Zeroizing<String>> {
        self.optional(name, |value, _| secret(value, max)).flatten()
    }

    /// `true` or `false`.
    pub fn optional_bool(&mut self, name: &'static str) -> Option<bool> {
        self.optional(name, |value, _| value.as_bool().ok_or("must be true or false".into())).flatten()
    }

    /// A whole number within `range`.
    pub fn optional_integer(&mut self, name: &'static str, range: RangeInclusive<i64>) -> Option<i64> {
        self.optional(name, |value, _| {
            let number = value.as_i64().filter(|number| range.contains(number));
            number.ok_or_else(|| format!("must be a whole number from {} to {}", range.start(), range.end()).into())
        })
        .flatten()
    }

    /// As [`Fields::optional_integer`], but must be there.
    pub fn required_integer(&mut self, name: &'static str, range: RangeInclusive<i64>) -> i64 {
        if !self.has(name) {
            self.refuse(name, "is required");
        }
        self.optional_integer(name, range).unwrap_or_default()
    }

    /// An object, to be read field by field; without any where it is absent.
    pub fn object(&mut self, name: &'static str) -> Self {
        let map = self
            .optional(name, |value, _| match value {
                Value::Object(map) => Ok(map),
                _ => Err("must be an object".into()),
            })
            .flatten();
        Self { map: map.unwrap_or_default(), ..Self::default() }
    }

    /// Any number, moved to the nearest whole one within `range`; `default` when absent. Only what is no number is refused.
    pub fn clamped_integer(&mut self, name: &'static str, range: RangeInclusive<i64>, default: i64) -> i64 {
        let number = self
            .optional(name, |value, _| match value {
                Value::Number(number) => Ok(clamp(&number, &range)),
                _ => Err("must be a number".into()),
            })
            .flatten();
        number.unwrap_or(default)
    }

    /// A GUID in its hyphenated form (RFC 9562 section 4), upper or lower case, without braces.
    pub fn required_guid(&mut self, name: &'static str) -> [u8; 16] {
        self.required(name, |value, _| guid(value)).unwrap_or_default()
    }

    /// As [`Fields::required_guid`], but may be absent.
    pub fn optional_guid(&mut self, name: &'static str) -> Option<[u8; 16]> {
        self.optional(name, |value, _| guid(value)).flatten()
    }

    /// An RFC 3339 time, as milliseconds since 1970.
    pub fn optional_time(&mut self, name: &'static str) -> Option<i64> {
        self.optional(name, |value, _| {
            let time = value.as_str().and_then(time::parse);
            time.ok_or("must be an RFC 3339 time, such as 2026-01-02T03:04:05Z".into())
        })
        .flatten()
    }

    /// A list of at most `max_items` texts, each of 1 to `max` characters, none of them a control character.
    pub fn optional_text_list(&mut self, name: &'static str, max_items: usize, max: usize) -> Option<Vec<String>> {
        self.optional(name, |value, _| text_list(value, max_items, max)).flatten()
    }

    /// As [`Fields::optional_text_list`], but must be there; may be empty.
    pub fn text_list(&mut self, name: &'static str, max_items: usize, max: usize) -> Vec<String> {
        self.required(name, |value, _| text_list(value, max_items, max)).unwrap_or_default()
    }

    /// An object of at most `max_items` texts, by name; names and texts have at most `max` characters.
    pub fn optional_text_map(&mut self, name: &'static str, max_items: usize, max: usize) -> Option<Vec<(String, String)>> {
        self.optional(name, |value, _| text_map(value, max_items, max)).flatten()
    }

    /// Whatever JSON it is, if `check` takes it.
    pub fn optional_json<T>(&mut self, name: &'static str, check: impl FnOnce(&Value) -> Result<T, String>) -> Option<T> {
        self.optional(name, |value, _| check(&value).map_err(Wrong::from)).flatten()
    }

    /// One of the given texts, to the letter; the one of the list is returned.
    pub fn one_of(&mut self, name: &'static str, allowed: &[&'static str]) -> Option<&'static str> {
        self.optional(name, |value, _| {
            let found = allowed.iter().copied().find(|one| value.as_str() == Some(one));
            found.ok_or_else(|| format!("must be one of: {}", allowed.join(", ")).into())
        })
        .flatten()
    }

    /// As [`Fields::one_of`], but must be there.
    pub fn required_one_of(&mut self, name: &'static str, allowed: &[&'static str]) -> &'static str {
        if !self.has(name) {
            self.refuse(name, "is required");
        }
        self.one_of(name, allowed).unwrap_or_default()
    }
}

pub fn text(value: Value, max: usize) -> Read<String> {
    let Value::String(text) = value else { return Err("must be text".into()) };
    if text.chars().any(char::is_control) {
        return Err("must not contain control characters".into());
    }
    if text.chars().count() > max {
        return Err(format!("must have at most {max} characters").into());
    }
    Ok(text)
}

pub fn secret(value: Value, max: usize) -> Read<Zeroizing<String>> {
    let Value::String(text) = value else { return Err("must be text".into()) };
    let text = Zeroizing::new(text);
    match text.len() {
        0 => Err("must not be empty".into()),
        length if length > max => Err(format!("must have at most {max} bytes").into()),
        _ => Ok(text),
    }
}

pub fn text_list(value: Value, max_items: usize, max: usize) -> Read<Vec<String>> {
    let Value::Array(items) = value else { return Err("must be a list of texts".into()) };
    if items.len() > max_items {
        return Err(format!("must have at most {max_items} items").into());
    }
    let read = |(index, item)| text(item, max).ok().filter(|text| !text.is_empty()).ok_or(index);
    let list: Result<Vec<String>, usize> = items.into_iter().enumerate().map(read).collect();
    list.map_err(|index| {
        let problem = format!("each item must be text of 1 to {max} characters, without control characters");
        Wrong { problem: problem.into(), item: Some(index) }
    })
}

pub fn text_map(value: Value, max_items: usize, max: usize) -> Read<Vec<(String, String)>> {
    let Value::Object(items) = value else { return Err("must be an object of texts".into()) };
    if items.len() > max_items {
        return Err(format!("must have at most {max_items} names").into());
    }
    let read = |(name, item): (String, Value)| Some((text(Value::String(name), max).ok()?, text(item, max).ok()?));
    let map: Option<Vec<_>> = items.into_iter().map(read).collect();
    map.ok_or_else(|| format!("each name and value must be text of at most {max} characters, without control characters").into())
}

pub fn guid(value: Value) -> Read<[u8; 16]> {
    let text = value.as_str().filter(|text| text.len() == 36);
    let guid = text.and_then(|text| uuid::Uuid::try_parse(text).ok());
    guid.map(uuid::Uuid::into_bytes).ok_or("must be a GUID, such as 01234567-89ab-cdef-0123-456789abcdef".into())
}

#[allow(clippy::cast_possible_truncation, reason = "`as` saturates, which is what clamping wants")]
pub fn clamp(number: &Number, range: &RangeInclusive<i64>) -> i64 {
    let whole = number.as_i64().unwrap_or_else(|| match number.as_u64() {
        Some(_) => i64::MAX,
        None => number.as_f64().unwrap_or_default().round() as i64,
    });
    whole.clamp(*range.start(), *range.end())
}
