//! Reading a JSON object field by field, so that the answer names every bad one. No message ever repeats what was sent.

mod decode;
mod problem;
pub mod read;
mod take;
#[cfg(test)]
mod tests;
mod value;

use cloakroom_engine::policy::Policy;
pub use problem::{FieldError, Malformed, Wrong};
pub use value::{Entries, Value};

/// The fields of a body. What takes one out and finds it bad remembers why; nothing of a body is good until [`Fields::finish`] says so.
///
/// `null` counts as absent. Unknown fields are ignored unless the reading is [strict](Fields::strict).
#[derive(Debug, Default)]
pub struct Fields<'a> {
    /// By the order of the names.
    entries: Entries<'a>,
    errors: Vec<FieldError>,
    /// Some limits are the operator's.
    policy: Policy,
    is_strict: bool,
}

impl<'a> Fields<'a> {
    /// Decodes a body.
    ///
    /// # Errors
    /// See [`Malformed`].
    pub fn parse(body: &'a [u8]) -> Result<Self, Malformed> {
        Ok(Self { entries: decode::object(body)?, ..Self::default() })
    }

    /// The same fields under lower-case names, for a surface whose names match in any case.
    ///
    /// # Errors
    /// When two names differ in nothing but their case.
    pub fn fold_names(mut self) -> Result<Self, Malformed> {
        for (name, _) in &mut self.entries {
            *name = name.to_lowercase().into();
        }
        self.entries.sort_unstable_by(|(one, _), (other, _)| one.cmp(other));
        let has_twins = self.entries.windows(2).any(|pair| pair[0].0 == pair[1].0);
        if has_twins { Err(Malformed::SameButForCase) } else { Ok(self) }
    }

    /// The same fields, read within these limits of the operator's.
    #[must_use]
    pub fn under(self, policy: Policy) -> Self {
        Self { policy, ..self }
    }

    /// The same fields; where `is_strict`, what nothing reads is bad, here and in the objects within.
    #[must_use]
    pub fn strict(self, is_strict: bool) -> Self {
        Self { is_strict, ..self }
    }

    /// How many fields were found to be bad.
    #[must_use]
    pub fn refused(&self) -> usize {
        self.errors.len()
    }

    /// Whether the field is there and `null`: what says "take it away" where a change names only what is to change.
    #[must_use]
    pub fn is_null(&self, name: &str) -> bool {
        self.get(name).is_some_and(Value::is_null)
    }

    /// Whether the field is there and not `null`.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.get(name).is_some_and(|value| !value.is_null())
    }

    /// Remembers that a field is bad for a reason of the caller's.
    pub fn refuse(&mut self, field: &'static str, problem: impl Into<Wrong>) {
        let Wrong { problem, item } = problem.into();
        self.errors.push(FieldError { field, problem, item });
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
}
