//! Authenticates the caller before anything else is validated, so that callers without a token or role get no hints.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use cloakroom_engine::Engine;
use cloakroom_engine::audit::RequestOrigin;
use cloakroom_engine::callers::{EndUser, SessionAdmin, SessionEnder, TokenCaller};

use super::V1;
use super::envelope::MetaResponse;
use super::error::V1Error;
use crate::http::bearer;
use crate::http::client_address::origin;
use crate::http::request_id::RequestId;
use crate::http::server_clock::ServerClock;
use crate::http::surface::{Desk, Surface};

/// What handlers under `/api/v1` work with.
pub trait V1Desk: Send + Sync {
    fn engine(&self) -> &Engine;

    fn clock(&self) -> &ServerClock;
}

impl<S: Surface<Error = V1Error>> V1Desk for Desk<S> {
    fn engine(&self) -> &Engine {
        &self.engine
    }

    fn clock(&self) -> &ServerClock {
        &self.clock
    }
}

impl V1Desk for V1 {
    fn engine(&self) -> &Engine {
        &self.engine
    }

    fn clock(&self) -> &ServerClock {
        &self.clock
    }
}

/// The user who showed the access token of a live session.
pub struct Caller {
    pub user: EndUser,
    pub origin: RequestOrigin,
    pub meta: MetaResponse,
}

impl<D: V1Desk> FromRequestParts<D> for Caller {
    type Rejection = V1Error;

    async fn from_request_parts(parts: &mut Parts, desk: &D) -> Result<Self, V1Error> {
        let Shown { caller, origin, meta } = shown(parts, desk).await?;
        match caller {
            TokenCaller::User(user) => Ok(Self { user, origin, meta }),
            TokenCaller::Machine(_) | TokenCaller::Delegate => Err(V1Error::NOT_A_USER),
        }
    }
}

/// An anonymous caller, for routes that ask for no token.
pub struct Stranger {
    pub origin: RequestOrigin,
    pub meta: MetaResponse,
}

impl<D: V1Desk> FromRequestParts<D> for Stranger {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, desk: &D) -> Result<Self, Self::Rejection> {
        Ok(Self { origin: origin(parts).await, meta: meta(parts, desk) })
    }
}

/// A caller whose role or scope reaches sessions of others.
pub struct Administrator {
    pub admin: SessionAdmin,
    pub origin: RequestOrigin,
    pub meta: MetaResponse,
}

impl<D: V1Desk> FromRequestParts<D> for Administrator {
    type Rejection = V1Error;

    async fn from_request_parts(parts: &mut Parts, desk: &D) -> Result<Self, V1Error> {
        let Shown { caller, origin, meta } = shown(parts, desk).await?;
        Ok(Self { admin: caller.session_admin()?, origin, meta })
    }
}

/// A caller who may end sessions of others.
pub struct Ender {
    pub admin: SessionEnder,
    pub origin: RequestOrigin,
    pub meta: MetaResponse,
}

impl<D: V1Desk> FromRequestParts<D> for Ender {
    type Rejection = V1Error;

    async fn from_request_parts(parts: &mut Parts, desk: &D) -> Result<Self, V1Error> {
        let Shown { caller, origin, meta } = shown(parts, desk).await?;
        Ok(Self { admin: caller.session_ender()?, origin, meta })
    }
}

/// A caller who showed a valid access token.
pub struct Shown {
    pub caller: TokenCaller,
    pub origin: RequestOrigin,
    pub meta: MetaResponse,
}

/// The caller of a request, by its access token.
///
/// # Errors
/// 401 if there is no token, or it is not valid.
pub async fn shown<D: V1Desk>(parts: &mut Parts, desk: &D) -> Result<Shown, V1Error> {
    let origin = origin(parts).await;
    let token = bearer::bearer(&parts.headers).ok_or(V1Error::UNAUTHORIZED)?;
    let caller = desk.engine().authenticate_caller(token).await?.map_err(|_| V1Error::UNAUTHORIZED)?;
    Ok(Shown { caller, origin, meta: meta(parts, desk) })
}

/// What every answer to this request says of itself.
fn meta<D: V1Desk>(parts: &Parts, desk: &D) -> MetaResponse {
    let request_id = parts.extensions.get::<RequestId>().map(|id| id.as_str().to_owned());
    MetaResponse::new(request_id, desk.clock().now())
}
