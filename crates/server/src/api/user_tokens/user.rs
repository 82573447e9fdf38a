//! `/user/…`: logging in, going on, logging out.

use axum::Json;
use axum::extract::State;
use cloakroom_engine::tokens::log_in::TokenPair;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa::openapi::Object;
use zeroize::Zeroizing;

use super::Tokens;
use super::call::{Caller, FoldedBody, ShownToken, Whence};
use super::envelope::{APIResponse, Nothing};
use super::error::TokensError;
use crate::http::declared::types::{Kind as _, Password, SecretText, Text, insert};
use crate::http::declared::{About, Field, body};
use crate::http::fields::Fields;

body! {
    /// Who logs in; names match in any case.
    pub struct LoginBody {
        username: Text<1, 255> = "ada",
        password: Password = "Correct-horse-7",
    }

    /// What is redeemed; names match in any case.
    pub struct RefreshBody {
        refresh_token: ShownRefreshToken = "clr_8Xq2…",
    }
}

/// Documented as clients write its name; read, and named in refusals, by its folded one.
pub struct ShownRefreshToken;

type RefreshTokenText = SecretText<512>;

impl Field for ShownRefreshToken {
    type Value = Zeroizing<String>;

    fn take(fields: &mut Fields, _: &'static str) -> Option<Self::Value> {
        RefreshTokenText::take(fields, "refreshtoken")
    }

    fn describe(object: &mut Object, _: &'static str, about: About) {
        object.required.push("refreshToken".to_owned());
        insert(object, "refreshToken", RefreshTokenText::schema(), about);
    }
}

/// A pair of tokens, bare.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Pair {
    /// JWT.
    #[schema(example = "eyJhbGciOiJFUzI1NiIsInR5cCI6ImF0K2p3dCJ9.eyJzdWIiOiJ1c3JfMDFKOFpRNFk3TjNWNUsyTTZQOVIxUzBUOFcifQ.c2lnbmF0dXJl")]
    access_token: String,
    /// Opaque; good for one use.
    #[schema(example = "clr_8Xq2…")]
    refresh_token: String,
}

impl Pair {
    fn of(pair: &TokenPair) -> Self {
        Self { access_token: pair.access.text.to_string(), refresh_token: pair.refresh.expose().to_string() }
    }
}

/// Log in with a username and a password.
#[utoipa::path(post, path = "/user/login", operation_id = "logIn", tag = "user",
    request_body = LoginBody,
    responses(
        (status = 200, description = "A pair of tokens", body = Pair),
        (status = 401, description = "Wrong, unknown or disabled: one answer", body = APIResponse<Nothing>),
        (status = 409, description = "As many sessions as allowed", body = APIResponse<Nothing>),
        (status = 429, description = "Too many failures; Retry-After says how long", body = APIResponse<Nothing>),
        (status = 500, description = "The user's own cap is out of bounds, or a fault of ours", body = APIResponse<Nothing>),
    ),
    security(()),
    extensions(("x-effect" = json!("changes")), ("x-rate" = json!("sign-ins")))
)]
pub async fn login(
    State(desk): State<Tokens>,
    Whence(origin): Whence,
    FoldedBody(LoginBody { username, password }): FoldedBody<LoginBody>,
) -> Result<Json<Pair>, TokensError> {
    let pair = desk.engine.log_in(&username, password, origin).await??;
    Ok(Json(Pair::of(&pair)))
}

/// Exchange a refresh token, shown with its access token (expired or not), for a new pair.
#[utoipa::path(post, path = "/user/refreshtoken", operation_id = "refreshTokens", tag = "user",
    request_body = RefreshBody,
    responses(
        (status = 200, description = "A new pair; the old one is worth nothing", body = Pair),
        (status = 401, description = "The tokens are missing, not valid or not of one session", body = APIResponse<Nothing>),
    ),
    extensions(("x-effect" = json!("changes")))
)]
pub async fn refresh(
    State(desk): State<Tokens>,
    Whence(origin): Whence,
    ShownToken(access): ShownToken,
    FoldedBody(RefreshBody { refresh_token }): FoldedBody<RefreshBody>,
) -> Result<Json<Pair>, TokensError> {
    let pair = desk.engine.refresh_tokens(&access, &refresh_token, &origin).await??;
    Ok(Json(Pair::of(&pair)))
}

/// End the session of the access token that is shown, and every token of it.
#[utoipa::path(post, path = "/user/logout", operation_id = "logOut", tag = "user",
    responses((status = 200, description = "It ended", body = APIResponse<Nothing>)),
    extensions(("x-effect" = json!("ends")))
)]
pub async fn logout(
    State(desk): State<Tokens>,
    Caller(user): Caller,
    Whence(origin): Whence,
) -> Result<Json<APIResponse<Nothing>>, TokensError> {
    desk.engine.log_out_here(&user, &origin).await?;
    Ok(Json(APIResponse::success(1, Nothing {})))
}
