//! The public signing keys (RFC 7517 section 5), `GET /.well-known/jwks.json`.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::Protocols;
use super::error::{ErrorCode, OauthFailure};
use crate::http::fault::RETRY_AFTER_SECONDS;
use crate::jose::issuer::CACHE_SECONDS;

/// A set of JSON Web Keys.
#[derive(Serialize, ToSchema)]
pub struct JwkSet {
    /// Each with `kid`, `alg` and `use`.
    #[schema(value_type = Vec<Object>, example = json!([{ "kid": "Q3Z2…", "alg": "ES256", "use": "sig", "kty": "EC", "crv": "P-256", "x": "f83O…", "y": "x_FE…" }]))]
    keys: Vec<Value>,
}

/// The keys that access tokens, ID tokens and logout tokens are or will be signed with.
#[utoipa::path(get, path = "/.well-known/jwks.json", operation_id = "getSigningKeys", tag = "oauth",
    responses((status = 200, description = "The keys", body = JwkSet)),
    security(()),
    extensions(("x-effect" = json!("reads")))
)]
pub async fn jwks(State(desk): State<Protocols>) -> Response {
    match desk.engine.published_keys().await {
        Ok(keys) => {
            let keys = keys.iter().filter_map(|key| serde_json::from_str(&key.public_jwk).ok()).collect();
            ([(header::CACHE_CONTROL, format!("public, max-age={CACHE_SECONDS}"))], Json(JwkSet { keys })).into_response()
        }
        Err(error) => {
            tracing::error!(error = %error, "the signing keys cannot be published");
            let body = Json(OauthFailure::undescribed(ErrorCode::TemporarilyUnavailable));
            (StatusCode::SERVICE_UNAVAILABLE, [(header::RETRY_AFTER, HeaderValue::from(RETRY_AFTER_SECONDS))], body).into_response()
        }
    }
}
