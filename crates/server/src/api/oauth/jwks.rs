//! The public signing keys (RFC 7517 section 5), `GET /.well-known/jwks.json`.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use cloakroom_engine::Engine;
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use crate::jose::issuer::CACHE_SECONDS;

/// A set of JSON Web Keys.
#[derive(Serialize, ToSchema)]
pub struct JwkSet {
    /// Each with `kid`, `alg` and `use`.
    #[schema(value_type = Vec<Object>)]
    keys: Vec<Value>,
}

/// The keys that access tokens are or will be signed with.
#[utoipa::path(get, path = "/.well-known/jwks.json", tag = "oauth", responses(
    (status = 200, description = "The keys", body = JwkSet),
    (status = 431, description = "The head of the request is too large"),
    (status = 500, description = "A fault of ours"),
    (status = 503, description = "Try again shortly"),
))]
pub async fn jwks(State(engine): State<Arc<Engine>>) -> Response {
    match engine.published_keys().await {
        Ok(keys) => {
            let keys = keys.iter().filter_map(|key| serde_json::from_str(&key.public_jwk).ok()).collect();
            ([(header::CACHE_CONTROL, format!("public, max-age={CACHE_SECONDS}"))], Json(JwkSet { keys })).into_response()
        }
        Err(error) => {
            tracing::error!(error = %error, "the signing keys cannot be published");
            let body = Json(json!({ "error": "temporarily_unavailable" }));
            (StatusCode::SERVICE_UNAVAILABLE, [(header::RETRY_AFTER, HeaderValue::from_static("1"))], body).into_response()
        }
    }
}
