//! Values bound to the placeholders of a statement.

use std::fmt;

/// One value bound to a placeholder.
#[derive(Clone, Copy)]
pub enum Param<'a> {
    /// SQL `NULL` of a type: a database that types its placeholders must be told of each.
    Null(Kind),
    /// A 64-bit signed integer; booleans are 0 and 1.
    Int(i64),
    /// UTF-8 text.
    Text(&'a str),
    /// Bytes.
    Blob(&'a [u8]),
}

/// A [`Param`] that owns its value.
#[derive(Clone)]
pub(crate) enum Value {
    Null(Kind),
    Int(i64),
    Text(String),
    Blob(Vec<u8>),
}

impl Value {
    pub(crate) fn param(&self) -> Param<'_> {
        match self {
            Self::Null(kind) => Param::Null(*kind),
            Self::Int(value) => Param::Int(*value),
            Self::Text(value) => Param::Text(value),
            Self::Blob(value) => Param::Blob(value),
        }
    }
}

impl From<Param<'_>> for Value {
    fn from(param: Param<'_>) -> Self {
        match param {
            Param::Null(kind) => Self::Null(kind),
            Param::Int(value) => Self::Int(value),
            Param::Text(value) => Self::Text(value.to_owned()),
            Param::Blob(value) => Self::Blob(value.to_owned()),
        }
    }
}

/// The type of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// As [`Param::Int`].
    Int,
    /// As [`Param::Text`].
    Text,
    /// As [`Param::Blob`].
    Blob,
}

impl Param<'_> {
    /// The type of the value, whether or not there is one.
    pub const fn kind(&self) -> Kind {
        match self {
            Self::Null(kind) => *kind,
            Self::Int(_) => Kind::Int,
            Self::Text(_) => Kind::Text,
            Self::Blob(_) => Kind::Blob,
        }
    }
}

/// A type whose every value becomes a [`Param`] of the same [`Kind`].
pub trait Typed {
    /// Which.
    const KIND: Kind;
}

// Parameters carry hashes and addresses: a derived Debug would put them into the first log line that prints one.
impl fmt::Debug for Param<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Param::Null(_) => "Null",
            Param::Int(_) => "Int(..)",
            Param::Text(_) => "Text(..)",
            Param::Blob(_) => "Blob(..)",
        })
    }
}

macro_rules! param_from {
    ($($source:ty => $value:ident -> $kind:ident($param:expr)),+ $(,)?) => {
        $(impl<'a> From<$source> for Param<'a> {
            fn from($value: $source) -> Self { Param::$kind($param) }
        }
        impl<'a> Typed for $source {
            const KIND: Kind = Kind::$kind;
        })+
    };
}

param_from! {
    i64 => value -> Int(value),
    i32 => value -> Int(i64::from(value)),
    u32 => value -> Int(i64::from(value)),
    u8 => value -> Int(i64::from(value)),
    bool => value -> Int(i64::from(value)),
    &'a str => value -> Text(value),
    &'a String => value -> Text(value),
    &'a [u8] => value -> Blob(value),
    &'a Vec<u8> => value -> Blob(value),
}

impl<'a, const N: usize> From<&'a [u8; N]> for Param<'a> {
    fn from(value: &'a [u8; N]) -> Self {
        Param::Blob(value)
    }
}

impl<const N: usize> Typed for &[u8; N] {
    const KIND: Kind = Kind::Blob;
}

impl<'a, T: Into<Param<'a>> + Typed> From<Option<T>> for Param<'a> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Param::Null(T::KIND), Into::into)
    }
}

/// Binds values to the placeholders of a statement, in order.
macro_rules! params {
    ($($value:expr),* $(,)?) => { &[$($crate::driver::Param::from($value)),*] };
}
pub(crate) use params;
