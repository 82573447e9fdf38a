//! How each type of field is read.

use std::ops::RangeInclusive;

use serde_json::Number;
use zeroize::Zeroizing;

use super::{Value, Wrong};

type Read<T> = Result<T, Wrong>;

pub fn text(value: Value<'_>, max: usize) -> Read<String> {
    let Value::Text(text) = value else { return Err("must be text".into()) };
    if text.chars().any(char::is_control) {
        return Err("must not contain control characters".into());
    }
    if text.chars().count() > max {
        return Err(format!("must have at most {max} characters").into());
    }
    Ok(text.into_owned())
}

pub fn secret(value: Value<'_>, max: usize) -> Read<Zeroizing<String>> {
    let Value::Text(text) = value else { return Err("must be text".into()) };
    let text = Zeroizing::new(text.into_owned());
    match text.len() {
        0 => Err("must not be empty".into()),
        length if length > max => Err(format!("must have at most {max} bytes").into()),
        _ => Ok(text),
    }
}

pub fn text_list(value: Value<'_>, max_items: usize, max: usize) -> Read<Vec<String>> {
    let Value::List(items) = value else { return Err("must be a list of texts".into()) };
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

pub fn text_map(value: Value<'_>, max_items: usize, max: usize) -> Read<Vec<(String, String)>> {
    let Value::Object(items) = value else { return Err("must be an object of texts".into()) };
    if items.len() > max_items {
        return Err(format!("must have at most {max_items} names").into());
    }
    let read = |(name, item)| Some((text(Value::Text(name), max).ok()?, text(item, max).ok()?));
    let map: Option<Vec<_>> = items.into_iter().map(read).collect();
    map.ok_or_else(|| format!("each name and value must be text of at most {max} characters, without control characters").into())
}

pub fn guid(value: &Value<'_>) -> Read<[u8; 16]> {
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
