//! What the envelope repeats of a call.

use std::sync::{Arc, Mutex, PoisonError};

use utoipa::openapi::Object;

use crate::http::declared::types::Text;
use crate::http::declared::{About, Field};
use crate::http::fields::Fields;

/// What the envelope echoes of a call, as far as it was read before it was answered.
#[derive(Clone, Default, Debug)]
pub struct Echo {
    pub actor: Option<String>,
    pub orgcode: Option<String>,
    pub cccode: Option<String>,
    /// Of the session credential that was shown.
    pub session_fingerprint: Option<String>,
    /// Of the API key that was shown.
    pub api_key_fingerprint: Option<String>,
}

type Echoed = Option<Text<0, 256>>;

const ACTOR: &str = "actor";
const ORGCODE: &str = "orgcode";
const CCCODE: &str = "cccode";

impl Echo {
    /// Takes what is echoed, whether the other fields are good or not.
    pub fn take(fields: &mut Fields) -> Self {
        let mut take = |name| <Echoed as Field>::take(fields, name).flatten();
        Self { actor: take(ACTOR), orgcode: take(ORGCODE), cccode: take(CCCODE), ..Self::default() }
    }

    /// Adds what every call may say.
    pub fn describe(object: &mut Object) {
        for (name, description, example) in [
            (ACTOR, "Who acts, for the record; echoed in `stats`.", "till 4"),
            (ORGCODE, "The org that is meant; echoed in `stats`.", "ACME"),
            (CCCODE, "A cost centre, for the record; echoed in `stats`.", "cc-7"),
        ] {
            if !object.properties.contains_key(name) {
                Echoed::describe(object, name, About { description, example: Some(example.into()) });
            }
        }
    }
}

/// Where a call leaves its echo for the envelope.
#[derive(Clone, Default)]
pub struct EchoSlot(Arc<Mutex<Echo>>);

impl EchoSlot {
    pub fn read(&self) -> Echo {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// What was left, for the envelope that is put around the answer.
    pub fn take(&self) -> Echo {
        std::mem::take(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    pub fn write(&self, write: impl FnOnce(&mut Echo)) {
        write(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner));
    }
}
