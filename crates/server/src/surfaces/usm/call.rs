//! One call as it came in: its fields, whom it names, where it came from.

use std::sync::{Arc, Mutex, PoisonError};

use axum::extract::{FromRequest, Request};
use cloakroom_engine::audit::RequestOrigin;
use cloakroom_engine::sessions::authenticate::EndUser;
use cloakroom_engine::sessions::get::SessionPointer;

use super::Usm;
use super::error::UsmError;
use crate::http::body;
use crate::http::client_address::origin;
use crate::http::fields::Fields;

/// Longest `actor`, `orgcode` or `cccode` that is taken, in characters.
const ECHO_MAX: usize = 256;

/// What the envelope echoes of a call, as far as it was read before it was answered.
#[derive(Clone, Default, Debug)]
pub struct Echo {
    pub actor: Option<String>,
    pub orgcode: Option<String>,
    pub cccode: Option<String>,
    /// Of the session credential that was shown.
    pub session_fingerprint: Option<String>,
}

/// Where a call leaves its echo for the envelope.
#[derive(Clone, Default)]
pub struct EchoSlot(Arc<Mutex<Echo>>);

impl EchoSlot {
    pub fn read(&self) -> Echo {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn write(&self, write: impl FnOnce(&mut Echo)) {
        write(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner));
    }
}

/// A decoded body on its way into a use case.
pub struct Call {
    pub fields: Fields,
    pub origin: RequestOrigin,
    echo: EchoSlot,
}

impl FromRequest<Usm> for Call {
    type Rejection = UsmError;

    async fn from_request(request: Request, usm: &Usm) -> Result<Self, UsmError> {
        let (mut parts, body) = request.into_parts();
        let origin = origin(&mut parts).await;
        let echo = parts.extensions.get::<EchoSlot>().cloned().unwrap_or_default();
        let limits = usm.body_limits;
        let body = body::read(body, limits.max_bytes, limits.timeout).await?;
        let mut fields = Fields::parse(&body)?;
        echo.write(|echo| {
            echo.actor = fields.optional_text("actor", ECHO_MAX);
            echo.orgcode = fields.optional_text("orgcode", ECHO_MAX);
            echo.cccode = fields.optional_text("cccode", ECHO_MAX);
        });
        Ok(Self { fields, origin, echo })
    }
}

impl Call {
    /// The `session_guid` of the body; its fingerprint goes into the envelope.
    pub fn session_guid(&mut self, usm: &Usm) -> SessionPointer {
        let named = self.fields.has("session_guid");
        let pointer = SessionPointer::from_guid(self.fields.required_guid("session_guid"));
        if named && !self.fields.is_refused("session_guid") {
            let fingerprint = usm.engine.keys().fingerprint(pointer.as_secret());
            let text = fingerprint.iter().map(|byte| format!("{byte:02x}")).collect();
            self.echo.write(|echo| echo.session_fingerprint = Some(text));
        }
        pointer
    }

    /// Whose session the call shows. Comes before the judgement of the other fields: who nobody is learns nothing.
    ///
    /// # Errors
    /// 400 where there is no readable guid, else as `session/validate`.
    pub async fn caller(&mut self, usm: &Usm, session: &SessionPointer) -> Result<EndUser, UsmError> {
        if self.fields.is_refused("session_guid") {
            self.finish()?;
        }
        Ok(usm.engine.authenticate_session(session.as_secret(), &self.origin).await??)
    }

    /// Refuses the call if any field that was read is bad, naming each.
    ///
    /// # Errors
    /// 400 with every bad field.
    pub fn finish(&mut self) -> Result<(), UsmError> {
        Ok(std::mem::take(&mut self.fields).finish()?)
    }
}
