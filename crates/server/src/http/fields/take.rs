//! Taking fields out.

use cloakroom_engine::policy::Policy;
use serde_json::Value;

use super::{Fields, Wrong};

impl Fields {
    /// What `take` makes of the fields of an object within this one, which are none where it is absent; its refusals are this one's, too.
    pub fn within<T>(&mut self, name: &'static str, take: impl FnOnce(&mut Self) -> Option<T>) -> Option<T> {
        let map = self.optional(name, |value, _| match value {
            Value::Object(map) => Ok(map),
            _ => Err("must be an object".into()),
        })?;
        let mut inner = Self { map: map.unwrap_or_default(), policy: self.policy, ..Self::default() };
        let taken = take(&mut inner);
        self.errors.append(&mut inner.errors);
        taken
    }

    /// Takes a field out; `null` is absent.
    fn take(&mut self, name: &'static str) -> Option<Value> {
        self.map.remove(name).filter(|value| !value.is_null())
    }

    /// What `read` makes of a field that may be absent. `None` where it was refused.
    pub fn optional<T>(&mut self, name: &'static str, read: impl FnOnce(Value, &Policy) -> Result<T, Wrong>) -> Option<Option<T>> {
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
    pub fn required<T>(&mut self, name: &'static str, read: impl FnOnce(Value, &Policy) -> Result<T, Wrong>) -> Option<T> {
        if !self.has(name) {
            self.refuse(name, "is required");
            return None;
        }
        self.optional(name, read).flatten()
    }
}
