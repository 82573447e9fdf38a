//! The kinds of callers, and the fields of a body that authenticate them.

use cloakroom_engine::callers::{ApiKeyAdmin, ApiKeyWriter, EndUser, OrgOwner, OrgWriter, Refused};
use cloakroom_engine::hex::hex;
use cloakroom_engine::machine::api_keys::text::ShownApiKey;
use cloakroom_engine::machine::api_keys::validate::{ApiKeyRefusal, ValidApiKey};
use cloakroom_engine::sessions::get::SessionPointer;
use utoipa::openapi::Object;
use zeroize::Zeroizing;

use super::UsmDesk;
use super::call::Heard;
use super::error::UsmError;
use crate::http::declared::types::{Guid, SecretText, Text};
use crate::http::declared::{About, Field};

/// A kind of caller.
pub trait Caller: Sized + Send {
    /// The credential in the body; bad fields are remembered.
    type Shown: Send;

    fn take(heard: &mut Heard<'_>, desk: &UsmDesk) -> Self::Shown;

    /// Authenticates the caller, before the other fields are validated.
    ///
    /// # Errors
    /// 400 if the credential is missing or malformed, else why it is refused.
    fn judge(shown: Self::Shown, heard: &mut Heard<'_>, desk: &UsmDesk) -> impl Future<Output = Result<Self, UsmError>> + Send;

    /// Documents the fields of the credential.
    fn describe(object: &mut Object);
}

const SESSION_GUID: &str = "session_guid";

fn describe_session(object: &mut Object, description: &'static str) {
    Guid::describe(object, SESSION_GUID, About { description, example: None });
}

/// Any caller: the body itself authenticates the call, or nothing needs to.
pub struct Anybody;

impl Caller for Anybody {
    type Shown = ();

    fn take(_: &mut Heard<'_>, _: &UsmDesk) {}

    async fn judge((): (), _: &mut Heard<'_>, _: &UsmDesk) -> Result<Self, UsmError> {
        Ok(Self)
    }

    fn describe(_: &mut Object) {}
}

/// The session that a call is about, not authenticated yet.
impl Caller for SessionPointer {
    type Shown = Option<SessionPointer>;

    /// Its fingerprint goes into the envelope.
    fn take(heard: &mut Heard<'_>, desk: &UsmDesk) -> Option<SessionPointer> {
        let pointer = Guid::take(&mut heard.fields, SESSION_GUID).map(Self::from_guid)?;
        let text = hex(&desk.engine.keys().fingerprint(pointer.as_secret()));
        heard.echo.write(|echo| echo.session_fingerprint = Some(text));
        Some(pointer)
    }

    async fn judge(shown: Option<SessionPointer>, heard: &mut Heard<'_>, _: &UsmDesk) -> Result<Self, UsmError> {
        heard.finish()?;
        shown.ok_or(UsmError::INTERNAL)
    }

    fn describe(object: &mut Object) {
        describe_session(object, "Bearer or reference guid, where the call takes both.");
    }
}

/// The user whose session a call shows.
impl Caller for EndUser {
    type Shown = Option<SessionPointer>;

    fn take(heard: &mut Heard<'_>, desk: &UsmDesk) -> Self::Shown {
        SessionPointer::take(heard, desk)
    }

    async fn judge(shown: Self::Shown, heard: &mut Heard<'_>, desk: &UsmDesk) -> Result<Self, UsmError> {
        let Some(session) = shown else { return Err(refused(heard)) };
        Ok(desk.engine.authenticate_session(session.as_secret(), &heard.origin).await??)
    }

    fn describe(object: &mut Object) {
        describe_session(object, "The bearer guid of a live session.");
    }
}

/// The owner of the org that a call names, by the owner's session.
impl Caller for OrgOwner {
    type Shown = (Option<SessionPointer>, Option<String>);

    fn take(heard: &mut Heard<'_>, desk: &UsmDesk) -> Self::Shown {
        (SessionPointer::take(heard, desk), orgcode(heard))
    }

    async fn judge((session, orgcode): Self::Shown, heard: &mut Heard<'_>, desk: &UsmDesk) -> Result<Self, UsmError> {
        let user = EndUser::judge(session, heard, desk).await?;
        let Some(orgcode) = orgcode else { return Err(refused(heard)) };
        Ok(desk.engine.org_owner(&user, &orgcode).await??)
    }

    fn describe(object: &mut Object) {
        describe_session(object, "Of a session of an owner of the org.");
        describe_org(object);
    }
}

/// An owner of an org that may be changed.
impl Caller for OrgWriter {
    type Shown = <OrgOwner as Caller>::Shown;

    fn take(heard: &mut Heard<'_>, desk: &UsmDesk) -> Self::Shown {
        OrgOwner::take(heard, desk)
    }

    async fn judge(shown: Self::Shown, heard: &mut Heard<'_>, desk: &UsmDesk) -> Result<Self, UsmError> {
        Ok(OrgOwner::judge(shown, heard, desk).await?.writing()?)
    }

    fn describe(object: &mut Object) {
        OrgOwner::describe(object);
    }
}

/// What proves that somebody may manage keys: one of the two.
pub enum KeyAdminProof {
    Session(Option<SessionPointer>),
    ApiKey(Zeroizing<String>),
}

const API_KEY: &str = "api_key";

/// An owner of the org that a call names, by a session or by a key of a service account that is one.
impl Caller for ApiKeyAdmin {
    type Shown = (KeyAdminProof, Option<String>);

    fn take(heard: &mut Heard<'_>, desk: &UsmDesk) -> Self::Shown {
        let has_session = heard.fields.has(SESSION_GUID);
        let proof = match <Option<SecretText<4096>> as Field>::take(&mut heard.fields, API_KEY).flatten() {
            Some(_) if has_session => {
                heard.fields.refuse(API_KEY, "excludes session_guid: show one of the two");
                KeyAdminProof::Session(None)
            }
            Some(text) => KeyAdminProof::ApiKey(text),
            None => KeyAdminProof::Session(SessionPointer::take(heard, desk)),
        };
        (proof, orgcode(heard))
    }

    async fn judge((proof, orgcode): Self::Shown, heard: &mut Heard<'_>, desk: &UsmDesk) -> Result<Self, UsmError> {
        let text = match proof {
            KeyAdminProof::Session(session) => return Ok(OrgOwner::judge((session, orgcode), heard, desk).await?.into()),
            KeyAdminProof::ApiKey(text) => text,
        };
        let shown = shown_key(&text, heard, desk)?;
        let Some(orgcode) = orgcode else { return Err(refused(heard)) };
        Ok(desk.engine.api_key_admin(&shown, &orgcode, &heard.origin).await??)
    }

    fn describe(object: &mut Object) {
        let session = About { description: "Of a session of an owner of the org; else `api_key` stands.", example: None };
        Option::<Guid>::describe(object, SESSION_GUID, session);
        let key =
            About { description: "In the place of `session_guid`: of a service account of the org with the role `owner`.", example: None };
        Option::<SecretText<4096>>::describe(object, API_KEY, key);
        describe_org(object);
    }
}

/// Somebody who may manage the keys of an org that may be changed.
impl Caller for ApiKeyWriter {
    type Shown = <ApiKeyAdmin as Caller>::Shown;

    fn take(heard: &mut Heard<'_>, desk: &UsmDesk) -> Self::Shown {
        ApiKeyAdmin::take(heard, desk)
    }

    async fn judge(shown: Self::Shown, heard: &mut Heard<'_>, desk: &UsmDesk) -> Result<Self, UsmError> {
        Ok(ApiKeyAdmin::judge(shown, heard, desk).await?.writing()?)
    }

    fn describe(object: &mut Object) {
        ApiKeyAdmin::describe(object);
    }
}

/// A malformed key is refused without asking the store. The fingerprint goes into the envelope.
fn shown_key(text: &str, heard: &Heard<'_>, desk: &UsmDesk) -> Result<ShownApiKey, UsmError> {
    let Some(shown) = ShownApiKey::parse(text) else {
        desk.engine.note_malformed(Refused::ApiKey, &heard.origin);
        return Err(ApiKeyRefusal::Invalid.into());
    };
    let fingerprint = hex(&desk.engine.keys().api_key_fingerprint(&shown.secret));
    heard.echo.write(|echo| echo.api_key_fingerprint = Some(fingerprint));
    Ok(shown)
}

/// The bearer of a valid API key, in the header or else in the body.
impl Caller for ValidApiKey {
    type Shown = Option<Zeroizing<String>>;

    fn take(heard: &mut Heard<'_>, _: &UsmDesk) -> Self::Shown {
        let in_body = <Option<SecretText<4096>> as Field>::take(&mut heard.fields, API_KEY)?;
        let shown = heard.header_key.take().or(in_body);
        if shown.is_none() {
            heard.fields.refuse(API_KEY, "is required, here or in the header x-api-key");
        }
        shown
    }

    async fn judge(shown: Self::Shown, heard: &mut Heard<'_>, desk: &UsmDesk) -> Result<Self, UsmError> {
        let Some(text) = shown else { return Err(refused(heard)) };
        let shown = shown_key(&text, heard, desk)?;
        let org = heard.echo.read().orgcode;
        Ok(desk.engine.validate_api_key(&shown, org.as_deref(), &heard.origin).await??)
    }

    fn describe(object: &mut Object) {
        let key = About { description: "Required unless the header `x-api-key` has the key.", example: None };
        Option::<SecretText<4096>>::describe(object, API_KEY, key);
        let org = About { description: "Another org's key is then `not-found`.", example: Some("ACME".into()) };
        Option::<Text<0, 256>>::describe(object, "orgcode", org);
    }
}

fn describe_org(object: &mut Object) {
    let about = About { description: "The org.", example: Some("ACME".into()) };
    Text::<1, 256>::describe(object, "orgcode", about);
}

/// The `orgcode` of the body, where it decides: the echo has read it already.
fn orgcode(heard: &mut Heard<'_>) -> Option<String> {
    let code = heard.echo.read().orgcode;
    match &code {
        Some(code) if code.is_empty() => heard.fields.refuse("orgcode", "must not be empty"),
        None if !heard.fields.is_refused("orgcode") => heard.fields.refuse("orgcode", "is required"),
        Some(_) | None => return code,
    }
    None
}

/// Every bad field so far, one of the credential among them.
fn refused(heard: &mut Heard<'_>) -> UsmError {
    heard.finish().err().unwrap_or(UsmError::INTERNAL)
}
