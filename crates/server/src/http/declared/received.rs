//! Bodies as they arrive.

use axum::body::Bytes;
use axum::extract::{FromRequest, Request};

use super::Body;
use crate::http::body;
use crate::http::fault::{Fault, IntoFault as _};
use crate::http::fields::{Fields, Malformed};
use crate::http::surface::{Desk, Surface};

/// A body as it was sent; for what reads it only sometimes, or must judge the caller first.
pub struct Sent(Bytes);

impl<S: Surface> FromRequest<Desk<S>> for Sent {
    type Rejection = S::Error;

    async fn from_request(request: Request, _: &Desk<S>) -> Result<Self, S::Error> {
        let (parts, body) = request.into_parts();
        body::whole(&parts, body).await.map(Self).map_err(|error| Fault::Body(error).into())
    }
}

impl Sent {
    /// What it says.
    ///
    /// # Errors
    /// [`Fault::Malformed`], or [`Fault::Fields`] with every bad field.
    pub fn read<S: Surface, B: Body>(&self, desk: &Desk<S>) -> Result<B, Fault> {
        read(Fields::parse(&self.0), desk)
    }

    /// As [`Sent::read`], for a surface whose names match in any case; the body is declared with lower-case names.
    ///
    /// # Errors
    /// As [`Sent::read`].
    pub fn read_in_any_case<S: Surface, B: Body>(&self, desk: &Desk<S>) -> Result<B, Fault> {
        read(Fields::parse(&self.0).and_then(Fields::fold_names), desk)
    }

    /// As [`Sent::read`]; no body at all says what an empty object says.
    ///
    /// # Errors
    /// As [`Sent::read`].
    pub fn read_if_any<S: Surface, B: Body>(&self, desk: &Desk<S>) -> Result<B, Fault> {
        if self.0.is_empty() { Self(Bytes::from_static(b"{}")).read(desk) } else { self.read(desk) }
    }
}

/// The body of a request that must have one.
pub struct JsonBody<B>(pub B);

impl<S: Surface, B: Body> FromRequest<Desk<S>> for JsonBody<B> {
    type Rejection = S::Error;

    async fn from_request(request: Request, desk: &Desk<S>) -> Result<Self, S::Error> {
        let sent = Sent::from_request(request, desk).await?;
        Ok(Self(sent.read(desk)?))
    }
}

/// The body of a request that may have none, which then says what an empty object says.
pub struct OptionalJsonBody<B>(pub B);

impl<S: Surface, B: Body> FromRequest<Desk<S>> for OptionalJsonBody<B> {
    type Rejection = S::Error;

    async fn from_request(request: Request, desk: &Desk<S>) -> Result<Self, S::Error> {
        let sent = Sent::from_request(request, desk).await?;
        Ok(Self(sent.read_if_any(desk)?))
    }
}

fn read<S: Surface, B: Body>(parsed: Result<Fields, Malformed>, desk: &Desk<S>) -> Result<B, Fault> {
    let mut fields = parsed.map_err(Fault::Malformed)?.under(*desk.engine.policy()).strict(S::STRICT_BODIES);
    let body = B::take(&mut fields);
    fields.refuse_unread("the body");
    fields.finish().map_err(|errors| errors.into_fault())?;
    body.ok_or(Fault::Internal)
}
