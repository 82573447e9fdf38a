//! What is wrong with a body or with one of its fields.

use std::borrow::Cow;

/// The body is not a JSON object that can be read field by field. RFC 8259, and stricter: a name that occurs twice is refused (section 4),
/// since two readers could believe two different values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Malformed {
    /// Not UTF-8 (RFC 8259 section 8.1).
    #[error("the body is not valid UTF-8")]
    NotUtf8,
    /// Not JSON, nested deeper than 127 levels, or holding a number beyond what a double can hold.
    #[error("the body is not valid JSON (line {line}, column {column})")]
    Syntax {
        /// Counted from one.
        line: usize,
        /// Counted from one.
        column: usize,
    },
    /// Some object in it has a name twice.
    #[error("the body has the same field twice (line {line}, column {column})")]
    Duplicate {
        /// Counted from one.
        line: usize,
        /// Counted from one.
        column: usize,
    },
    /// Two names differ in nothing but their case, where names match in any case.
    #[error("the body has the same field twice")]
    SameButForCase,
    /// JSON, but not an object.
    #[error("the body must be a JSON object")]
    NotAnObject,
}

/// What is wrong with one field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldError {
    /// Its name in the contract.
    pub field: &'static str,
    /// What it must be; never the value given.
    pub problem: Cow<'static, str>,
    /// Of a list, the place of the first bad item, where only items are bad.
    pub item: Option<usize>,
}

/// What is wrong with one value; never the value itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wrong {
    /// What it must be.
    pub problem: Cow<'static, str>,
    /// As [`FieldError::item`].
    pub item: Option<usize>,
}

impl<P: Into<Cow<'static, str>>> From<P> for Wrong {
    fn from(problem: P) -> Self {
        Self { problem: problem.into(), item: None }
    }
}
