//! `/api/v1/me/consents…`: whom the caller has let in.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use cloakroom_engine::ids::ApplicationUid;
use cloakroom_engine::openid::consents::Consent;
use serde::Serialize;
use utoipa::ToSchema;

use super::AccountDesk;
use crate::api::v1::caller::Caller;
use crate::api::v1::envelope::{MetaResponse, time};
use crate::api::v1::error::V1Error;
use crate::http::declared::parameters::{Params, PathId, parameters};

parameters! {
    /// Whom the caller has let in.
    in Path pub struct LetIn {
        /// `app_…`
        application_id: PathId<ApplicationUid>,
    }
}

/// An application that the caller let in by saying so.
#[derive(Serialize, ToSchema)]
pub struct ConsentResponse {
    #[schema(example = "app_01J8ZQ4N6WQ3V0R5T7Y9B1D3F5")]
    application_id: String,
    /// What people know it as.
    #[schema(example = "The shop")]
    name: String,
    /// All that the caller said yes to.
    #[schema(example = json!(["openid", "email"]))]
    scopes: Vec<String>,
    /// When the caller last did.
    #[schema(format = DateTime)]
    given_at: String,
}

/// Whom the caller has let in, the latest first.
#[derive(Serialize, ToSchema)]
pub struct OwnConsents {
    data: Vec<ConsentResponse>,
    meta: MetaResponse,
}

impl From<Consent> for ConsentResponse {
    fn from(Consent { application, name, scope, given_at }: Consent) -> Self {
        Self { application_id: application.to_string(), name, scopes: scope, given_at: time(given_at) }
    }
}

/// List the applications that the caller let in, the latest first. One that never asks is not among them.
#[utoipa::path(get, path = "/api/v1/me/consents", operation_id = "listMyConsents", tag = "me",
    responses((status = 200, description = "One entry for each application", body = OwnConsents)),
    extensions(("x-effect" = json!("reads")))
)]
pub async fn list(State(desk): State<AccountDesk>, caller: Caller) -> Result<Json<OwnConsents>, V1Error> {
    let consents = desk.engine.own_consents(&caller.user).await?;
    Ok(Json(OwnConsents { data: consents.into_iter().map(Into::into).collect(), meta: caller.meta }))
}

/// Take back what the caller let an application have. Its codes and tokens within all of the caller's sessions end; the sessions go on.
#[utoipa::path(delete, path = "/api/v1/me/consents/{application_id}", operation_id = "withdrawMyConsent", tag = "me",
    params(LetIn),
    responses((status = 204, description = "Done")),
    extensions(("x-effect" = json!("ends")))
)]
pub async fn withdraw(State(desk): State<AccountDesk>, caller: Caller, Params(at): Params<LetIn>) -> Result<StatusCode, V1Error> {
    let application = at.application_id.or(V1Error::NOT_FOUND)?;
    desk.engine.withdraw_own_consent(&caller.user, application, &caller.origin).await??;
    Ok(StatusCode::NO_CONTENT)
}
