//! `POST /usm/api_key/validate`

use axum::extract::State;

use super::wire::{ApiKeyValidateBody, ApiKeyWorth, ValidatedApiKey};
use crate::api::usm::Usm;
use crate::api::usm::call::Call;
use crate::api::usm::envelope::{Failed, Reply};
use crate::api::usm::error::UsmError;

/// Say whether an API key is valid, and what it is worth.
#[utoipa::path(post, path = "/usm/api_key/validate", tag = "API keys", request_body = ApiKeyValidateBody,
    params(("x-api-key" = Option<String>, Header, description = "The key; wins over the body's")), responses(
    (status = 200, description = "What the key is worth", body = ValidatedApiKey),
    (status = 400, description = "validation-error", body = Failed),
    (status = 401, description = "invalid-api-key, api-key-doomed, api-key-expired, service-account-doomed", body = Failed),
    (status = 404, description = "not-found: the key is another org's than the one named", body = Failed),
    (status = 503, description = "service-unavailable", body = Failed),
))]
pub async fn validate(State(usm): State<Usm>, mut call: Call) -> Result<Reply, UsmError> {
    let shown = call.api_key(&usm)?;
    let valid = usm.engine.validate_api_key(&shown, call.named_org().as_deref()).await??;
    call.finish()?;
    Reply::new(&ApiKeyWorth::of(&valid))
}
