//! One call: its caller, its body and its origin. Every route is a POST whose body has credential and fields.

use std::borrow::Cow;

use axum::extract::{FromRequest, Request};
use axum::http::HeaderMap;
use axum::http::request::Parts;
use cloakroom_engine::audit::RequestOrigin;
use utoipa::openapi::{Object, RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};
use zeroize::Zeroizing;

use super::UsmDesk;
use super::callers::Caller;
use super::echo::{Echo, EchoSlot};
use super::error::UsmError;
use crate::http::body;
use crate::http::client_address::origin;
use crate::http::declared::Body;
use crate::http::fields::Fields;
use crate::http::header::Given;

/// A call by a `C`, whose body has the fields of `B` besides the credential.
pub struct Call<C, B> {
    pub caller: C,
    pub body: B,
    pub origin: RequestOrigin,
}

/// A call before its caller is authenticated.
pub struct Heard<'a> {
    pub fields: Fields<'a>,
    pub origin: RequestOrigin,
    pub echo: EchoSlot,
    /// The key in the header `x-api-key`, which wins over the body.
    pub header_key: Option<Zeroizing<String>>,
}

impl Heard<'_> {
    /// Refuses the call if any field that was read so far is bad, naming each.
    ///
    /// # Errors
    /// 400 with every bad field.
    pub fn finish(&mut self) -> Result<(), UsmError> {
        Ok(std::mem::take(&mut self.fields).finish()?)
    }
}

impl<C: Caller, B: Body + Send> FromRequest<UsmDesk> for Call<C, B> {
    type Rejection = UsmError;

    /// Authenticates before it validates the other fields, so that anonymous callers get no hints.
    async fn from_request(request: Request, desk: &UsmDesk) -> Result<Self, UsmError> {
        let (parts, body) = request.into_parts();
        let sent = body::whole(&parts, body).await?;
        let mut heard = heard(&parts, &sent, desk)?;
        let shown = C::take(&mut heard, desk);
        let body = B::take(&mut heard.fields);
        let caller = C::judge(shown, &mut heard, desk).await?;
        heard.finish()?;
        Ok(Self { caller, body: body.ok_or(UsmError::INTERNAL)?, origin: heard.origin })
    }
}

fn heard<'a>(parts: &Parts, sent: &'a [u8], desk: &UsmDesk) -> Result<Heard<'a>, UsmError> {
    let origin = origin(parts);
    let echo = parts.extensions.get::<EchoSlot>().cloned().unwrap_or_default();
    let header_key = header_key(&parts.headers);
    // With a key in the header, the body may be empty.
    let sent = if sent.is_empty() && header_key.is_some() { b"{}" } else { sent };
    let mut fields = Fields::parse(sent)?.under(*desk.engine.policy());
    echo.write(|echo| *echo = Echo::take(&mut fields));
    Ok(Heard { fields, origin, echo, header_key })
}

/// The key in the header `x-api-key`. A header that is given twice or is no text counts as an unknown key.
fn header_key(headers: &HeaderMap) -> Option<Zeroizing<String>> {
    match Given::of(headers, "x-api-key") {
        Given::Never => None,
        given => Some(Zeroizing::new(given.text().unwrap_or_default().to_owned())),
    }
}

/// Its body as documented: the fields of the credential, those of `B`, and those that are echoed.
impl<C: Caller, B: Body> PartialSchema for Call<C, B> {
    fn schema() -> RefOr<Schema> {
        let mut object = Object::new();
        C::describe(&mut object);
        B::describe(&mut object);
        Echo::describe(&mut object);
        if let RefOr::T(Schema::Object(own)) = B::schema() {
            object.description = own.description;
        }
        RefOr::T(Schema::Object(object))
    }
}

impl<C: Caller, B: Body> ToSchema for Call<C, B> {
    fn name() -> Cow<'static, str> {
        B::name()
    }

    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        B::schemas(schemas);
    }
}
