//! One call as it came in: its fields, whom it names, where it came from.

use std::sync::{Arc, Mutex, PoisonError};

use axum::extract::{FromRequest, Request};
use axum::http::HeaderMap;
use cloakroom_engine::audit::RequestOrigin;
use cloakroom_engine::callers::EndUser;
use cloakroom_engine::sessions::get::SessionPointer;

use cloakroom_engine::callers::{OrgOwner, OrgWriter};
use cloakroom_engine::machine::api_keys::text::ShownApiKey;
use cloakroom_engine::machine::api_keys::validate::ApiKeyRefusal;
use zeroize::Zeroizing;

use super::Usm;
use super::error::UsmError;
use crate::http::body;
use crate::http::client_address::origin;
use crate::http::fields::Fields;

/// Longest `actor`, `orgcode` or `cccode` that is taken, in characters.
const ECHO_MAX: usize = 256;

/// Longest `api_key` in a body that is looked at, in bytes.
const LONGEST_KEY: usize = 4096;

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
    /// What stood in the header `x-api-key`, which wins over the body.
    header_key: Option<Zeroizing<String>>,
}

impl FromRequest<Usm> for Call {
    type Rejection = UsmError;

    async fn from_request(request: Request, usm: &Usm) -> Result<Self, UsmError> {
        let (mut parts, body) = request.into_parts();
        let origin = origin(&mut parts).await;
        let echo = parts.extensions.get::<EchoSlot>().cloned().unwrap_or_default();
        let limits = usm.body_limits;
        let body = body::read(body, limits.max_bytes, limits.timeout).await?;
        let header_key = header_key(&parts.headers);
        // Who shows a key in the header has nothing to say in the body.
        let body = if body.is_empty() && header_key.is_some() { &b"{}"[..] } else { &body[..] };
        let mut fields = Fields::parse(body)?;
        echo.write(|echo| {
            echo.actor = fields.optional_text("actor", ECHO_MAX);
            echo.orgcode = fields.optional_text("orgcode", ECHO_MAX);
            echo.cccode = fields.optional_text("cccode", ECHO_MAX);
        });
        Ok(Self { fields, origin, echo, header_key })
    }
}

impl Call {
    /// The `session_guid` of the body; its fingerprint goes into the envelope.
    pub fn session_guid(&mut self, usm: &Usm) -> SessionPointer {
        let named = self.fields.has("session_guid");
        let pointer = SessionPointer::from_guid(self.fields.required_guid("session_guid"));
        if named && !self.fields.is_refused("session_guid") {
            let text = hex(usm.engine.keys().fingerprint(pointer.as_secret()));
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

    /// The `orgcode` of the body, where it decides: the echo has read it already.
    pub fn orgcode(&mut self) -> String {
        let code = self.echo.read().orgcode;
        match &code {
            Some(code) if code.is_empty() => self.fields.refuse("orgcode", "must not be empty"),
            None if !self.fields.is_refused("orgcode") => self.fields.refuse("orgcode", "is required"),
            Some(_) | None => {}
        }
        code.unwrap_or_default()
    }

    /// The `orgcode` of the body, where it narrows.
    pub fn named_org(&self) -> Option<String> {
        self.echo.read().orgcode
    }

    /// The owner of the org, whose session the call shows. Comes before the judgement of the other fields.
    ///
    /// # Errors
    /// As [`Call::caller`]; 400 where no org is named; 403 for a member who does not own it; 404 where there is none for the caller.
    pub async fn owner(&mut self, usm: &Usm, session: &SessionPointer, orgcode: &str) -> Result<OrgOwner, UsmError> {
        let caller = self.caller(usm, session).await?;
        if self.fields.is_refused("orgcode") {
            self.finish()?;
        }
        Ok(usm.engine.org_owner(&caller, orgcode).await??)
    }

    /// As [`Call::owner`], for a call that changes something.
    ///
    /// # Errors
    /// As [`Call::owner`]; 403 where the org is not verified.
    pub async fn writer(&mut self, usm: &Usm, session: &SessionPointer, orgcode: &str) -> Result<OrgWriter, UsmError> {
        Ok(self.owner(usm, session, orgcode).await?.writing()?)
    }

    /// The API key that the call shows, in its header or else in its body; its fingerprint goes into the envelope.
    ///
    /// # Errors
    /// 400 where there is none, 401 where it is malformed: no store is asked about it.
    pub fn api_key(&mut self, usm: &Usm) -> Result<ShownApiKey, UsmError> {
        let in_body = self.fields.optional_secret("api_key", LONGEST_KEY);
        if in_body.is_none() && self.header_key.is_none() && !self.fields.is_refused("api_key") {
            self.fields.refuse("api_key", "is required, here or in the header x-api-key");
        }
        if self.fields.is_refused("api_key") {
            self.finish()?;
        }
        let text = self.header_key.take().or(in_body).unwrap_or_default();
        let shown = ShownApiKey::parse(&text).ok_or(ApiKeyRefusal::Invalid)?;
        let fingerprint = hex(usm.engine.keys().api_key_fingerprint(&shown.secret));
        self.echo.write(|echo| echo.api_key_fingerprint = Some(fingerprint));
        Ok(shown)
    }

    /// Refuses the call if any field that was read is bad, naming each.
    ///
    /// # Errors
    /// 400 with every bad field.
    pub fn finish(&mut self) -> Result<(), UsmError> {
        Ok(std::mem::take(&mut self.fields).finish()?)
    }
}

/// What the header `x-api-key` holds. What is no text, or stands twice, is a key that nobody has.
fn header_key(headers: &HeaderMap) -> Option<Zeroizing<String>> {
    let mut values = headers.get_all("x-api-key").iter();
    let first = values.next()?;
    let text = first.to_str().ok().filter(|_| values.next().is_none());
    Some(Zeroizing::new(text.unwrap_or_default().to_owned()))
}

fn hex(bytes: [u8; 8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
