//! Values bound to the placeholders of a statement.

use std::fmt;

/// One value bound to a placeholder.
#[derive(Clone, Copy)]
pub enum Param<'a> {
    /// SQL `NULL`.
    Null,
    /// A 64-bit signed integer; booleans are 0 and 1.
    Int(i64),
    /// UTF-8 text.
    Text(&'a str),
    /// Bytes.
    Blob(&'a [u8]),
}

// Parameters carry hashes and addresses: a derived Debug would put them into the first log line that prints one.
impl fmt::Debug for Param<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Param::Null => "Null",
            Param::Int(_) => "Int(..)",
            Param::Text(_) => "Text(..)",
            Param::Blob(_) => "Blob(..)",
        })
    }
}

macro_rules! param_from {
    ($($source:ty => $value:ident -> $param:expr),+ $(,)?) => {
        $(impl<'a> From<$source> for Param<'a> {
            fn from($value: $source) -> Self { $param }
        })+
    };
}

param_from! {
    i64 => value -> Param::Int(value),
    i32 => value -> Param::Int(i64::from(value)),
    u32 => value -> Param::Int(i64::from(value)),
    u8 => value -> Param::Int(i64::from(value)),
    bool => value -> Param::Int(i64::from(value)),
    &'a str => value -> Param::Text(value),
    &'a String => value -> Param::Text(value),
    &'a [u8] => value -> Param::Blob(value),
    &'a Vec<u8> => value -> Param::Blob(value),
}

impl<'a, const N: usize> From<&'a [u8; N]> for Param<'a> {
    fn from(value: &'a [u8; N]) -> Self {
        Param::Blob(value)
    }
}

impl<'a, T: Into<Param<'a>>> From<Option<T>> for Param<'a> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Param::Null, Into::into)
    }
}
