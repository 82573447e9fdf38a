//! `/oauth/userinfo`: what an application may know of the user who let it in (OpenID Connect Core 1.0 section 5.3).

use axum::Json;
use axum::extract::{FromRequestParts, State};
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use cloakroom_engine::audit::RequestOrigin;
use cloakroom_engine::openid::user_info::UserClaims;
use serde::Serialize;
use utoipa::ToSchema;
use zeroize::Zeroizing;

use super::Protocols;
use super::cross_origin::Reader;
use super::error::{OauthError, OauthFailure};
use crate::http::bearer::bearer;
use crate::http::client_address::origin;

/// An access token, and where it was shown.
pub struct ShownToken {
    token: Zeroizing<String>,
    origin: RequestOrigin,
    reader: Option<Reader>,
}

impl FromRequestParts<Protocols> for ShownToken {
    type Rejection = OauthError;

    async fn from_request_parts(parts: &mut Parts, _: &Protocols) -> Result<Self, OauthError> {
        let token = bearer(&parts.headers).ok_or_else(OauthError::no_token)?;
        Ok(Self { token: Zeroizing::new(token.to_owned()), origin: origin(parts), reader: parts.extensions.get().cloned() })
    }
}

/// Claims about the user (OpenID Connect Core 1.0 section 5.1), as far as the scope has them.
#[derive(Serialize, ToSchema)]
pub struct StandardClaims {
    /// The same as in ID tokens.
    #[schema(example = "usr_01jzx8gv8wf2mbgq4s1c6yxr5n")]
    sub: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    preferred_username: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    /// Seconds since 1970.
    #[serde(skip_serializing_if = "Option::is_none")]
    updated_at: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    email: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    email_verified: Option<bool>,
}

impl From<UserClaims> for StandardClaims {
    fn from(UserClaims { user, profile, email, updated_at }: UserClaims) -> Self {
        let updated_at = profile.as_ref().map(|_| updated_at.as_millis().div_euclid(1000));
        let (preferred_username, name) = profile.map_or((None, None), |profile| (Some(profile.preferred_username), profile.name));
        let (email, email_verified) = email.map_or((None, None), |email| (Some(email.email), Some(email.email_verified)));
        Self { sub: user.to_string(), preferred_username, name, updated_at, email, email_verified }
    }
}

/// Say who let the application in, with an access token of the scope `openid`.
#[utoipa::path(get, path = "/oauth/userinfo", operation_id = "getUserInfo", tag = "openid",
    responses(
        (status = 200, description = "Claims about the user", body = StandardClaims),
        (status = 401, description = "invalid_token", body = OauthFailure),
        (status = 403, description = "insufficient_scope", body = OauthFailure),
    ),
    security(("delegatedToken" = [])),
    extensions(("x-effect" = json!("reads")))
)]
pub async fn user_info(State(desk): State<Protocols>, shown: ShownToken) -> Result<Response, OauthError> {
    let (claims, holder) = desk.engine.user_info(&shown.token, &shown.origin).await??;
    if let Some(reader) = &shown.reader {
        reader.admit(&holder.client.origins);
    }
    Ok(Json(StandardClaims::from(claims)).into_response())
}

/// The same by POST (OpenID Connect Core 1.0 section 5.3.1).
#[utoipa::path(post, path = "/oauth/userinfo", operation_id = "postUserInfo", tag = "openid",
    responses(
        (status = 200, description = "Claims about the user", body = StandardClaims),
        (status = 401, description = "invalid_token", body = OauthFailure),
        (status = 403, description = "insufficient_scope", body = OauthFailure),
    ),
    security(("delegatedToken" = [])),
    extensions(("x-effect" = json!("reads")))
)]
pub async fn user_info_by_post(state: State<Protocols>, shown: ShownToken) -> Result<Response, OauthError> {
    user_info(state, shown).await
}
