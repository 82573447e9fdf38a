//! JSON in which no object has a name twice. Most readers would believe one of the two, silently.

use std::borrow::Cow;
use std::collections::HashSet;
use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Number, error::Category};

use super::Malformed;
use super::value::{Entries, Value};

/// So many names are compared one by one; more are looked up.
const FEW: usize = 16;

/// A body that is an object, in the order of its text.
pub(super) fn object(body: &[u8]) -> Result<Entries<'_>, Malformed> {
    let text = std::str::from_utf8(body).map_err(|_| Malformed::NotUtf8)?;
    let value = serde_json::from_str(text).map(|Unique(value)| value).map_err(|error| {
        let (line, column) = (error.line(), error.column());
        match error.classify() {
            // The visitor below raises no other error of its own.
            Category::Data => Malformed::Duplicate { line, column },
            Category::Io | Category::Syntax | Category::Eof => Malformed::Syntax { line, column },
        }
    })?;
    match value {
        Value::Object(entries) => Ok(entries),
        _ => Err(Malformed::NotAnObject),
    }
}

struct Unique<'a>(Value<'a>);

impl<'de> Deserialize<'de> for Unique<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(UniqueVisitor).map(Unique)
    }
}

struct UniqueVisitor;

impl<'de> Visitor<'de> for UniqueVisitor {
    type Value = Value<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E: Error>(self) -> Result<Value<'de>, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Value<'de>, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Value<'de>, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Value<'de>, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Value<'de>, E> {
        Ok(Number::from_f64(value).map_or(Value::Null, Value::Number))
    }

    fn visit_borrowed_str<E: Error>(self, value: &'de str) -> Result<Value<'de>, E> {
        Ok(Value::Text(Cow::Borrowed(value)))
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Value<'de>, E> {
        Ok(Value::Text(Cow::Owned(value.to_owned())))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value<'de>, A::Error> {
        let mut list = Vec::new();
        while let Some(Unique(item)) = items.next_element()? {
            list.push(item);
        }
        Ok(Value::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value<'de>, A::Error> {
        let mut object = Entries::with_capacity(4);
        let mut seen = HashSet::new();
        while let Some(Name(name)) = entries.next_key()? {
            let is_new = if object.len() < FEW {
                object.iter().all(|(known, _)| *known != name)
            } else {
                if seen.is_empty() {
                    seen.extend(object.iter().map(|(known, _)| known.clone()));
                }
                seen.insert(name.clone())
            };
            if !is_new {
                return Err(A::Error::custom("duplicate"));
            }
            let Unique(value) = entries.next_value()?;
            object.push((name, value));
        }
        object.sort_unstable_by(|(one, _), (other, _)| one.cmp(other));
        Ok(Value::Object(object))
    }
}

struct Name<'a>(Cow<'a, str>);

impl<'de> Deserialize<'de> for Name<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(NameVisitor).map(Name)
    }
}

struct NameVisitor;

impl<'de> Visitor<'de> for NameVisitor {
    type Value = Cow<'de, str>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a name")
    }

    fn visit_borrowed_str<E: Error>(self, name: &'de str) -> Result<Cow<'de, str>, E> {
        Ok(Cow::Borrowed(name))
    }

    fn visit_str<E: Error>(self, name: &str) -> Result<Cow<'de, str>, E> {
        Ok(Cow::Owned(name.to_owned()))
    }
}
