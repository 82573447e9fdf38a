//! One value of a body, as it stands there: a text without escapes is not copied.

use std::borrow::Cow;

use serde_json::Number;

/// JSON in which no object has a name twice.
#[derive(Clone, Debug)]
pub enum Value<'a> {
    Null,
    Bool(bool),
    Number(Number),
    Text(Cow<'a, str>),
    List(Vec<Value<'a>>),
    /// By the order of the names.
    Object(Entries<'a>),
}

/// Names and what stands under them.
pub type Entries<'a> = Vec<(Cow<'a, str>, Value<'a>)>;

impl Value<'_> {
    pub fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }

    pub fn as_bool(&self) -> Option<bool> {
        if let Self::Bool(value) = self { Some(*value) } else { None }
    }

    /// A whole number, also where it is written with a sign; nothing else.
    pub fn as_i64(&self) -> Option<i64> {
        if let Self::Number(number) = self { number.as_i64() } else { None }
    }

    pub fn as_str(&self) -> Option<&str> {
        if let Self::Text(text) = self { Some(text) } else { None }
    }
}

/// For what wants all of it.
impl From<Value<'_>> for serde_json::Value {
    fn from(value: Value<'_>) -> Self {
        match value {
            Value::Null => Self::Null,
            Value::Bool(value) => Self::Bool(value),
            Value::Number(number) => Self::Number(number),
            Value::Text(text) => Self::String(text.into_owned()),
            Value::List(items) => items.into_iter().map(Self::from).collect(),
            Value::Object(entries) => entries.into_iter().map(|(name, value)| (name.into_owned(), Self::from(value))).collect(),
        }
    }
}
