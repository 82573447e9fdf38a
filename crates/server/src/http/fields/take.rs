//! Taking fields out.

use cloakroom_engine::policy::Policy;

use super::{Fields, Value, Wrong};

/// More fields that nothing reads are not told of one body.
const UNREAD_TOLD: usize = 8;

/// A name is told where it is spelled as a field's: anything else may be a value that went astray.
fn unread(name: &str) -> Wrong {
    let is_name = name.len() <= 32 && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    if is_name { format!("must not have the field {name}").into() } else { "must not have a field with another name".into() }
}

impl<'a> Fields<'a> {
    /// What `take` makes of the fields of an object within this one, which are none where it is absent; its refusals are this one's, too.
    pub fn within<T>(&mut self, name: &'static str, take: impl FnOnce(&mut Self) -> Option<T>) -> Option<T> {
        let entries = self.optional(name, |value, _| match value {
            Value::Object(entries) => Ok(entries),
            _ => Err("must be an object".into()),
        })?;
        let mut inner = Self { entries: entries.unwrap_or_default(), policy: self.policy, is_strict: self.is_strict, ..Self::default() };
        let taken = take(&mut inner);
        inner.refuse_unread(name);
        self.errors.append(&mut inner.errors);
        taken
    }

    /// Where reading is strict, what is left of `object` when everything declared was read is bad.
    pub fn refuse_unread(&mut self, object: &'static str) {
        if !self.is_strict {
            return;
        }
        let left: Vec<_> = self.entries.iter().filter(|(name, _)| !self.is_refused(name)).map(|(name, _)| unread(name)).collect();
        left.into_iter().take(UNREAD_TOLD).for_each(|problem| self.refuse(object, problem));
    }

    /// What stands under a name.
    pub(super) fn get(&self, name: &str) -> Option<&Value<'a>> {
        self.entries.iter().find(|(known, _)| known == name).map(|(_, value)| value)
    }

    /// Takes a field out; `null` is absent.
    fn take(&mut self, name: &'static str) -> Option<Value<'a>> {
        let at = self.entries.iter().position(|(known, _)| known == name)?;
        Some(self.entries.remove(at).1).filter(|value| !value.is_null())
    }

    /// What `read` makes of a field that may be absent. `None` where it was refused.
    pub fn optional<T>(&mut self, name: &'static str, read: impl FnOnce(Value<'a>, &Policy) -> Result<T, Wrong>) -> Option<Option<T>> {
        let Some(value) = self.take(name) else { return Some(None) };
        match read(value, &self.policy) {
            Ok(read) => Some(Some(read)),
            Err(problem) => {
                self.refuse(name, problem);
                None
            }
        }
    }

    /// What `read` makes of a field that must be there. `None` where it was refused.
    pub fn required<T>(&mut self, name: &'static str, read: impl FnOnce(Value<'a>, &Policy) -> Result<T, Wrong>) -> Option<T> {
        if !self.has(name) {
            self.refuse(name, "is required");
            return None;
        }
        self.optional(name, read).flatten()
    }
}
