//! Authenticates the caller before anything else is validated, so that callers without a token or role get no hints.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use cloakroom_engine::audit::RequestOrigin;
use cloakroom_engine::callers::{Operator, TokenCaller};

use super::Authenticated;
use super::error::AdminError;
use crate::http::bearer;
use crate::http::client_address::origin;

/// A caller who may see and end sessions of others.
pub struct Caller {
    pub operator: Operator,
    pub origin: RequestOrigin,
}

impl FromRequestParts<Authenticated> for Caller {
    type Rejection = AdminError;

    async fn from_request_parts(parts: &mut Parts, desk: &Authenticated) -> Result<Self, AdminError> {
        let origin = origin(parts);
        let token = bearer::bearer(&parts.headers).ok_or(AdminError::UNAUTHORIZED)?;
        let caller = desk.engine.authenticate_caller(token, &origin).await??;
        let operator = match &caller {
            TokenCaller::User(user) => user.operator(),
            TokenCaller::Machine(_) | TokenCaller::Delegate(_) => None,
        };
        match operator {
            Some(operator) => Ok(Self { operator, origin }),
            None => {
                desk.engine.note_refused_role(&caller, "not an operator", &origin);
                Err(AdminError::FORBIDDEN)
            }
        }
    }
}
