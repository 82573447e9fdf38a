//! Reading a JSON object field by field, so that the answer names every bad one. No message ever repeats what was sent.

mod decode;
mod problem;
mod read;
#[cfg(test)]
mod tests;

use std::borrow::Cow;

use serde_json::{Map, Value};

pub use problem::{FieldError, Malformed};

/// The fields of a body. Each reading method takes a field out and, when it is bad, remembers why and returns an empty value
/// (`""`, 0, zeros, `None`), which means nothing until [`Fields::finish`] returned `Ok`.
///
/// `null` counts as absent. Fields that nobody reads are ignored.
#[derive(Debug, Default)]
pub struct Fields {
    map: Map<String, Value>,
    errors: Vec<FieldError>,
}

impl Fields {
    /// Decodes a body.
    ///
    /// # Errors
    /// See [`Malformed`].
    pub fn parse(body: &[u8]) -> Result<Self, Malformed> {
        match decode::unique(body)? {
            Value::Object(map) => Ok(Self { map, errors: Vec::new() }),
            _ => Err(Malformed::NotAnObject),
        }
    }

    /// The same fields under lower-case names, for a surface whose names match in any case.
    ///
    /// # Errors
    /// When two names differ in nothing but their case.
    pub fn fold_names(self) -> Result<Self, Malformed> {
        let before = self.map.len();
        let map: Map<_, _> = self.map.into_iter().map(|(name, value)| (name.to_lowercase(), value)).collect();
        if map.len() < before {
            return Err(Malformed::SameButForCase);
        }
        Ok(Self { map, errors: self.errors })
    }

    /// Whether the field is there and not `null`.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.map.get(name).is_some_and(|value| !value.is_null())
    }

    /// Remembers that a field is bad for a reason of the caller's.
    pub fn refuse(&mut self, field: &'static str, problem: impl Into<Cow<'static, str>>) {
        self.errors.push(FieldError { field, problem: problem.into() });
    }

    /// Whether a field was found to be bad.
    #[must_use]
    pub fn is_refused(&self, field: &str) -> bool {
        self.errors.iter().any(|error| error.field == field)
    }

    /// Whether everything read so far is good.
    ///
    /// # Errors
    /// Every bad field, in the order of reading.
    pub fn finish(self) -> Result<(), Vec<FieldError>> {
        if self.errors.is_empty() { Ok(()) } else { Err(self.errors) }
    }

    /// Takes a field out; `null` is absent.
    fn take(&mut self, name: &'static str) -> Option<Value> {
        self.map.remove(name).filter(|value| !value.is_null())
    }

    /// What `read` makes of a field, or why it cannot.
    fn optional<T>(&mut self, name: &'static str, read: impl FnOnce(Value) -> Result<T, Cow<'static, str>>) -> Option<T> {
        let value = self.take(name)?;
        match read(value) {
            Ok(read) => Some(read),
            Err(problem) => {
                self.refuse(name, problem);
                None
            }
        }
    }

    fn required<T>(&mut self, name: &'static str, read: impl FnOnce(Value) -> Result<T, Cow<'static, str>>) -> Option<T> {
        if !self.has(name) {
            self.refuse(name, "is required");
            return None;
        }
        self.optional(name, read)
    }
}
