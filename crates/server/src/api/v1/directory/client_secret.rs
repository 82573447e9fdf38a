//! `/api/v1/admin/applications/{application_id}/secrets…`

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use cloakroom_engine::directory::admin::client_secrets::MintedSecret;
use cloakroom_engine::directory::records::ClientSecretRecord;
use cloakroom_engine::ids::{ApplicationUid, ClientSecretUid};
use serde::Serialize;
use utoipa::ToSchema;

use super::DirectoryDesk;
use super::application::OneApplication;
use super::caller::{Changer, Reader};
use crate::api::v1::envelope::{ApiResponse, time};
use crate::api::v1::error::V1Error;
use crate::http::declared::parameters::{Params, PathId, parameters};

parameters! {
    /// Which secret.
    in Path pub struct OneClientSecret {
        /// `app_…`
        application_id: PathId<ApplicationUid>,
        /// `csc_…`
        secret_id: PathId<ClientSecretUid>,
    }
}

/// That there is a secret.
#[derive(Serialize, ToSchema)]
pub struct ClientSecretResponse {
    #[schema(example = "csc_01J8ZQ4Y7N3V5K2M6P9R1S0T8W")]
    id: String,
    #[schema(format = DateTime)]
    created_at: String,
}

impl ClientSecretResponse {
    fn of(secret: &ClientSecretRecord) -> Self {
        Self { id: secret.uid.to_string(), created_at: time(secret.created_at) }
    }
}

/// The live ones, the newest first.
#[derive(Serialize, ToSchema)]
pub struct ClientSecretList(Vec<ClientSecretResponse>);

/// A secret at its birth.
#[derive(Serialize, ToSchema)]
pub struct MintedClientSecretResponse {
    #[serde(flatten)]
    record: ClientSecretResponse,
    /// `clc_…`: told now and never again.
    #[schema(example = "clc_…")]
    client_secret: String,
}

impl MintedClientSecretResponse {
    pub fn of(minted: &MintedSecret) -> Self {
        Self { record: ClientSecretResponse::of(&minted.record), client_secret: minted.secret.reveal().to_owned() }
    }
}

type ClientSecretsAnswer = ApiResponse<ClientSecretList>;
type MintedClientSecretAnswer = ApiResponse<MintedClientSecretResponse>;

/// Which secrets of an application are live, the newest first. Never what they are.
#[utoipa::path(get, path = "/api/v1/admin/applications/{application_id}/secrets", operation_id = "listClientSecrets", tag = "applications",
    params(OneApplication),
    responses((status = 200, description = "The live secrets", body = ClientSecretsAnswer)),
    extensions(("x-effect" = json!("reads")))
)]
pub async fn list(
    State(desk): State<DirectoryDesk>,
    caller: Reader,
    Params(one): Params<OneApplication>,
) -> Result<Json<ClientSecretsAnswer>, V1Error> {
    let found = desk.engine.client_secrets(&caller.reader, one.application_id.or(V1Error::NOT_FOUND)?).await??;
    Ok(Json(ApiResponse { data: ClientSecretList(found.iter().map(ClientSecretResponse::of).collect()), meta: caller.meta }))
}

/// Mint a second secret beside the first. It is told now and never again.
#[utoipa::path(post, path = "/api/v1/admin/applications/{application_id}/secrets", operation_id = "addClientSecret", tag = "applications",
    params(OneApplication),
    responses((status = 201, description = "The new secret", body = MintedClientSecretAnswer)),
    extensions(("x-effect" = json!("changes")))
)]
pub async fn add(
    State(desk): State<DirectoryDesk>,
    caller: Changer,
    Params(one): Params<OneApplication>,
) -> Result<(StatusCode, Json<MintedClientSecretAnswer>), V1Error> {
    let application = one.application_id.or(V1Error::NOT_FOUND)?;
    let minted = desk.engine.add_client_secret(&caller.admin, application, &caller.origin).await??;
    Ok((StatusCode::CREATED, Json(ApiResponse { data: MintedClientSecretResponse::of(&minted), meta: caller.meta })))
}

/// Remove a secret: from then on it opens nothing.
#[utoipa::path(delete, path = "/api/v1/admin/applications/{application_id}/secrets/{secret_id}", operation_id = "removeClientSecret",
    tag = "applications",
    params(OneClientSecret),
    responses((status = 204, description = "Done")),
    extensions(("x-effect" = json!("ends")))
)]
pub async fn remove(
    State(desk): State<DirectoryDesk>,
    caller: Changer,
    Params(one): Params<OneClientSecret>,
) -> Result<StatusCode, V1Error> {
    let (application, secret) = (one.application_id.or(V1Error::NOT_FOUND)?, one.secret_id.or(V1Error::NOT_FOUND)?);
    desk.engine.remove_client_secret(&caller.admin, application, secret, &caller.origin).await??;
    Ok(StatusCode::NO_CONTENT)
}
