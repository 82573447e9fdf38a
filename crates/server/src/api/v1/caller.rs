//! Authenticates the caller before anything else is validated, so that callers without a token or role get no hints.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use cloakroom_engine::audit::RequestOrigin;
use cloakroom_engine::callers::{EndUser, NotAReader, SessionAdmin, SessionEnder, SessionsReader, TokenCaller};

use super::envelope::MetaResponse;
use super::error::V1Error;
use crate::http::arrival::Arrival;
use crate::http::bearer;
use crate::http::client_address::origin;
use crate::http::surface::{Desk, Surface};

/// The user who showed the access token of a live session.
pub struct Caller {
    pub user: EndUser,
    pub origin: RequestOrigin,
    pub meta: MetaResponse,
}

impl<S: Surface<Error = V1Error>> FromRequestParts<Desk<S>> for Caller {
    type Rejection = V1Error;

    async fn from_request_parts(parts: &mut Parts, desk: &Desk<S>) -> Result<Self, V1Error> {
        let Shown { caller, origin, meta } = shown(parts, desk).await?;
        match caller {
            TokenCaller::User(user) => Ok(Self { user, origin, meta }),
            TokenCaller::Machine(_) | TokenCaller::Delegate(_) => {
                desk.engine.note_refused_role(&caller, "not a user", &origin);
                Err(V1Error::NOT_A_USER)
            }
        }
    }
}

/// Whoever may see the sessions of the user within whose session the access token was given.
pub struct Reader {
    pub reader: SessionsReader,
    pub meta: MetaResponse,
}

impl<S: Surface<Error = V1Error>> FromRequestParts<Desk<S>> for Reader {
    type Rejection = V1Error;

    async fn from_request_parts(parts: &mut Parts, desk: &Desk<S>) -> Result<Self, V1Error> {
        let Shown { caller, origin, meta } = shown(parts, desk).await?;
        match caller.sessions_reader() {
            Ok(reader) => Ok(Self { reader, meta }),
            Err(NotAReader) => {
                desk.engine.note_refused_role(&caller, "not a user", &origin);
                Err(V1Error::NOT_A_USER)
            }
        }
    }
}

/// The user who showed the access token of a live session, whether or not the password is due: for the route that sets it.
pub struct PasswordChanger {
    pub user: EndUser,
    pub origin: RequestOrigin,
    pub meta: MetaResponse,
}

impl<S: Surface<Error = V1Error>> FromRequestParts<Desk<S>> for PasswordChanger {
    type Rejection = V1Error;

    async fn from_request_parts(parts: &mut Parts, desk: &Desk<S>) -> Result<Self, V1Error> {
        let origin = origin(parts);
        let token = bearer::bearer(&parts.headers).ok_or(V1Error::UNAUTHORIZED)?;
        let user = desk.engine.authenticate_for_password(token, &origin).await??;
        Ok(Self { user, origin, meta: meta(parts, desk) })
    }
}

/// An anonymous caller, for routes that ask for no token.
pub struct Stranger {
    pub origin: RequestOrigin,
    pub meta: MetaResponse,
}

impl<S: Surface<Error = V1Error>> FromRequestParts<Desk<S>> for Stranger {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, desk: &Desk<S>) -> Result<Self, Self::Rejection> {
        Ok(Self { origin: origin(parts), meta: meta(parts, desk) })
    }
}

/// A caller whose role or scope reaches sessions of others.
pub struct Administrator {
    pub admin: SessionAdmin,
    pub origin: RequestOrigin,
    pub meta: MetaResponse,
}

impl<S: Surface<Error = V1Error>> FromRequestParts<Desk<S>> for Administrator {
    type Rejection = V1Error;

    async fn from_request_parts(parts: &mut Parts, desk: &Desk<S>) -> Result<Self, V1Error> {
        let Shown { caller, origin, meta } = shown(parts, desk).await?;
        let admin = caller.session_admin().inspect_err(|why| desk.engine.note_refused_role(&caller, why.reason(), &origin))?;
        Ok(Self { admin, origin, meta })
    }
}

/// A caller who may end sessions of others.
pub struct Ender {
    pub admin: SessionEnder,
    pub origin: RequestOrigin,
    pub meta: MetaResponse,
}

impl<S: Surface<Error = V1Error>> FromRequestParts<Desk<S>> for Ender {
    type Rejection = V1Error;

    async fn from_request_parts(parts: &mut Parts, desk: &Desk<S>) -> Result<Self, V1Error> {
        let Shown { caller, origin, meta } = shown(parts, desk).await?;
        let admin = caller.session_ender().inspect_err(|why| desk.engine.note_refused_role(&caller, why.reason(), &origin))?;
        Ok(Self { admin, origin, meta })
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
pub async fn shown<S: Surface<Error = V1Error>>(parts: &mut Parts, desk: &Desk<S>) -> Result<Shown, V1Error> {
    let origin = origin(parts);
    let token = bearer::bearer(&parts.headers).ok_or(V1Error::UNAUTHORIZED)?;
    let caller = desk.engine.authenticate_caller(token, &origin).await??;
    Ok(Shown { caller, origin, meta: meta(parts, desk) })
}

/// What every answer to this request says of itself.
fn meta<S>(parts: &Parts, desk: &Desk<S>) -> MetaResponse {
    let request_id = Arrival::of(&parts.extensions).map(|arrival| arrival.id().as_str().to_owned());
    MetaResponse::new(request_id, desk.clock.now())
}
