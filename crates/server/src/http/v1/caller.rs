//! Who calls. Comes before everything else: who shows no token, or has no role, learns nothing about the rest of the request.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use cloakroom_engine::audit::RequestOrigin;
use cloakroom_engine::sessions::admin::SessionAdmin;
use cloakroom_engine::sessions::authenticate::EndUser;

use super::V1;
use super::envelope::MetaResponse;
use super::error::V1Error;
use crate::http::bearer;
use crate::http::client_address::origin;
use crate::http::request_id::RequestId;

/// Whoever showed the access token of a live session.
pub struct Caller {
    pub user: EndUser,
    pub origin: RequestOrigin,
    pub meta: MetaResponse,
}

impl FromRequestParts<V1> for Caller {
    type Rejection = V1Error;

    async fn from_request_parts(parts: &mut Parts, surface: &V1) -> Result<Self, V1Error> {
        let origin = origin(parts).await;
        let token = bearer::bearer(&parts.headers).ok_or(V1Error::UNAUTHORIZED)?;
        let user = surface.engine.authenticate_token(token).await?.map_err(|_| V1Error::UNAUTHORIZED)?;
        let request_id = parts.extensions.get::<RequestId>().map(|id| id.as_str().to_owned());
        Ok(Self { user, origin, meta: MetaResponse::new(request_id, surface.clock.now()) })
    }
}

/// A caller whose role reaches sessions of others.
pub struct Administrator {
    pub admin: SessionAdmin,
    pub origin: RequestOrigin,
    pub meta: MetaResponse,
}

impl FromRequestParts<V1> for Administrator {
    type Rejection = V1Error;

    async fn from_request_parts(parts: &mut Parts, surface: &V1) -> Result<Self, V1Error> {
        let Caller { user, origin, meta } = Caller::from_request_parts(parts, surface).await?;
        let admin = user.session_admin().ok_or(V1Error::FORBIDDEN)?;
        Ok(Self { admin, origin, meta })
    }
}
