//! `/api/v1/admin/applications/…`

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use cloakroom_engine::directory::ApplicationStatus;
use cloakroom_engine::directory::admin::client_secrets::MintedSecret;
use cloakroom_engine::directory::changes::{ApplicationChange, NewApplication, Patch};
use cloakroom_engine::directory::records::ApplicationRecord;
use cloakroom_engine::directory::registration::Registration;
use cloakroom_engine::ids::{ApplicationUid, PartnerUid, TenantUid, UserUid};
use cloakroom_engine::policy::Policy;
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;
use utoipa::openapi::schema::ArrayBuilder;
use utoipa::openapi::{Object, Schema, Type};

use super::DirectoryDesk;
use super::caller::{Changer, Reader};
use super::client_secret::MintedClientSecretResponse;
use super::parts::{BodyId, filter, named_in_patch, refuse_fixed};
use super::registration::{RegistrationFields, RegistrationResponse};
use crate::api::v1::envelope::{ApiResponse, PaginatedResponse, time};
use crate::api::v1::error::V1Error;
use crate::api::v1::parameters::{self as query, Paging, QueryId, if_named};
use crate::http::declared::names::{Caption, ClientId, WordList};
use crate::http::declared::parameters::{Flat, Params, PathId, parameters};
use crate::http::declared::types::{Bool, Kind, Read, nullable, schema_of};
use crate::http::declared::words::{Name, OneOf};
use crate::http::declared::{Flat as FlatBody, JsonBody, body};
use crate::http::fields::Value;
use crate::jose::client_keys;

body! {
    /// An application to be created.
    pub struct NewApplicationRequest {
        /// 1 to 128 visible ASCII characters without a colon.
        client_id: Name<ClientId>,
        /// Without it the client_id.
        name: Option<Caption> = "Web shop",
        /// Without it the caller's own home; of a super administrator's none.
        tenant_id: Option<BodyId<TenantUid>>,
        owner_id: Option<BodyId<UserUid>>,
        registration: FlatBody<RegistrationFields>,
        scopes: Option<WordList> = ["admin:read"],
        /// true by super administrators alone.
        platform: Option<Bool> = false,
        /// active unless said otherwise.
        status: Option<OneOf<ApplicationStatus>> = "active",
        /// A JSON Web Key Set or one JSON Web Key, public keys alone.
        jwks: Option<KeySet> => |fields| {
            refuse_fixed(fields, &[("client_secret", "is minted here")]);
        },
    }

    /// What is to change. `null` takes a value away where it may be absent.
    pub struct ChangeApplicationRequest {
        name: Option<Caption> = "Web shop",
        tenant_id: Patch<BodyId<TenantUid>>,
        owner_id: Patch<BodyId<UserUid>>,
        registration: FlatBody<RegistrationFields>,
        scopes: Option<WordList> = ["admin:read"],
        /// By super administrators.
        platform: Option<Bool> = false,
        status: Option<OneOf<ApplicationStatus>> = "disabled",
        /// A JSON Web Key Set or one JSON Web Key, public keys alone.
        jwks: Patch<KeySet> => |fields| {
            refuse_fixed(fields, &[("client_id", "cannot be changed"), ("client_secret", "is minted by POST …/secrets")]);
        },
    }
}

parameters! {
    /// Which application.
    in Path pub struct OneApplication {
        /// `app_…`
        application_id: PathId<ApplicationUid>,
    }

    /// Which applications.
    in Query pub struct ApplicationsQuery {
        page: Flat<Paging>,
        /// The beginning of a client_id or a name
        search: query::Words,
        /// Without it all but what is disabled
        status: query::OneOf<ApplicationStatus>,
        /// Only what belongs to this tenant
        tenant_id: QueryId<TenantUid>,
        /// Only what belongs to tenants of this partner
        partner_id: QueryId<PartnerUid>,
    }
}

/// Public keys, kept as a JSON Web Key Set.
pub struct KeySet;

impl Kind for KeySet {
    type Value = String;

    fn read(value: Value<'_>, _: &Policy) -> Read<String> {
        client_keys::read(&value.into()).map_err(Into::into)
    }

    fn schema() -> Schema {
        schema_of(Type::Object, |set| {
            let keys = ArrayBuilder::new().items(Object::with_type(Type::Object)).build();
            set.properties.insert("keys".to_owned(), Schema::Array(keys).into());
            set.examples = vec![json!({ "keys": [{
                "kty": "EC", "crv": "P-256", "alg": "ES256", "kid": "2026",
                "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU", "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
            }] })];
        })
    }
}

fn nullable_key_set() -> Schema {
    nullable(KeySet::schema())
}

impl NewApplicationRequest {
    fn wish(self) -> Result<NewApplication, V1Error> {
        Ok(NewApplication {
            client_id: self.client_id,
            name: self.name,
            tenant: if_named(self.tenant_id)?,
            owner: if_named(self.owner_id)?,
            registration: self.registration.change().over(&Registration::default()),
            scopes: self.scopes.unwrap_or_default(),
            jwks: self.jwks,
            is_platform: self.platform.unwrap_or(false),
            status: self.status.unwrap_or(ApplicationStatus::Active),
        })
    }
}

impl ChangeApplicationRequest {
    fn wish(self) -> Result<ApplicationChange, V1Error> {
        Ok(ApplicationChange {
            name: self.name,
            tenant: named_in_patch(self.tenant_id)?,
            owner: named_in_patch(self.owner_id)?,
            registration: self.registration.change(),
            scopes: self.scopes,
            jwks: self.jwks,
            is_platform: self.platform,
            status: self.status,
        })
    }
}

/// A client application.
#[derive(Serialize, ToSchema)]
pub struct ApplicationResponse {
    #[schema(example = "app_01J8ZQ4Y7N3V5K2M6P9R1S0T8W")]
    id: String,
    #[schema(example = "shop")]
    client_id: String,
    #[schema(example = "Web shop")]
    name: String,
    #[schema(required = true, example = "tnt_01J8ZQ4Y7N3V5K2M6P9R1S0T8W")]
    tenant_id: Option<String>,
    /// Null, too, where the owner is out of the caller's reach.
    #[schema(required = true, example = "usr_01J8ZQ4Y7N3V5K2M6P9R1S0T8W")]
    owner_id: Option<String>,
    #[serde(flatten)]
    registration: RegistrationResponse,
    #[schema(example = json!(["admin:read"]))]
    scopes: Vec<String>,
    /// The public keys that it signs assertions with: a JSON Web Key Set.
    #[schema(schema_with = nullable_key_set, required = true)]
    jwks: Option<serde_json::Value>,
    platform: bool,
    #[schema(schema_with = OneOf::<ApplicationStatus>::schema)]
    status: &'static str,
    #[schema(format = DateTime)]
    status_since: String,
    #[schema(format = DateTime)]
    created_at: String,
    #[schema(format = DateTime)]
    updated_at: String,
}

impl ApplicationResponse {
    fn of(application: &ApplicationRecord) -> Self {
        Self {
            id: application.uid.to_string(),
            client_id: application.client_id.clone(),
            name: application.name.clone(),
            tenant_id: application.tenant.map(|tenant| tenant.uid.to_string()),
            owner_id: application.owner.map(|owner| owner.uid.to_string()),
            registration: RegistrationResponse::of(&application.registration),
            scopes: application.scopes.clone(),
            jwks: application.jwks.as_ref().and_then(|keys| serde_json::from_str(keys).ok()),
            platform: application.is_platform,
            status: application.status.as_str(),
            status_since: time(application.status_since),
            created_at: time(application.created_at),
            updated_at: time(application.updated_at),
        }
    }
}

/// A new application with its secret.
#[derive(Serialize, ToSchema)]
pub struct CreatedApplicationResponse {
    #[serde(flatten)]
    application: ApplicationResponse,
    /// Absent where the application is public.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    secret: Option<MintedClientSecretResponse>,
}

impl CreatedApplicationResponse {
    fn of(application: &ApplicationRecord, minted: Option<&MintedSecret>) -> Self {
        Self { application: ApplicationResponse::of(application), secret: minted.map(MintedClientSecretResponse::of) }
    }
}

type ApplicationAnswer = ApiResponse<ApplicationResponse>;
type CreatedApplicationAnswer = ApiResponse<CreatedApplicationResponse>;
type ApplicationPage = PaginatedResponse<ApplicationResponse>;

/// List the applications within reach, newest first.
#[utoipa::path(get, path = "/api/v1/admin/applications/", operation_id = "listApplications", tag = "applications",
    params(ApplicationsQuery),
    responses((status = 200, description = "A page", body = ApplicationPage)),
    extensions(("x-effect" = json!("reads")))
)]
pub async fn list(
    State(desk): State<DirectoryDesk>,
    caller: Reader,
    Params(query): Params<ApplicationsQuery>,
) -> Result<Json<ApplicationPage>, V1Error> {
    let page = query.page.asked();
    let filter = filter(query.search, query.status, query.tenant_id, query.partner_id)?;
    let listed = desk.engine.list_applications(&caller.reader, filter, page).await??;
    Ok(Json(PaginatedResponse::of(&listed, page, caller.meta, ApplicationResponse::of)))
}

/// Create an application. One that is not public has one secret, which is told now and never again.
#[utoipa::path(post, path = "/api/v1/admin/applications/", operation_id = "createApplication", tag = "applications",
    request_body = NewApplicationRequest,
    responses((status = 201, description = "What was created", body = CreatedApplicationAnswer)),
    extensions(("x-effect" = json!("changes")))
)]
pub async fn create(
    State(desk): State<DirectoryDesk>,
    caller: Changer,
    JsonBody(body): JsonBody<NewApplicationRequest>,
) -> Result<(StatusCode, Json<CreatedApplicationAnswer>), V1Error> {
    let (application, minted) = desk.engine.create_application(&caller.admin, body.wish()?, &caller.origin).await??;
    Ok((StatusCode::CREATED, Json(ApiResponse { data: CreatedApplicationResponse::of(&application, minted.as_ref()), meta: caller.meta })))
}

/// Change what is named of an application; what is not named stays.
#[utoipa::path(patch, path = "/api/v1/admin/applications/{application_id}", operation_id = "changeApplication", tag = "applications",
    params(OneApplication),
    request_body = ChangeApplicationRequest,
    responses((status = 200, description = "What it is now", body = ApplicationAnswer)),
    extensions(("x-effect" = json!("ends")))
)]
pub async fn change(
    State(desk): State<DirectoryDesk>,
    caller: Changer,
    Params(one): Params<OneApplication>,
    JsonBody(body): JsonBody<ChangeApplicationRequest>,
) -> Result<Json<ApplicationAnswer>, V1Error> {
    let application = one.application_id.or(V1Error::NOT_FOUND)?;
    let changed = desk.engine.change_application(&caller.admin, application, body.wish()?, &caller.origin).await??;
    Ok(Json(ApiResponse { data: ApplicationResponse::of(&changed), meta: caller.meta }))
}

/// Disable an application and remove its secrets. Its client_id stays taken.
#[utoipa::path(delete, path = "/api/v1/admin/applications/{application_id}", operation_id = "removeApplication", tag = "applications",
    params(OneApplication),
    responses((status = 204, description = "Done")),
    extensions(("x-effect" = json!("ends")))
)]
pub async fn remove(
    State(desk): State<DirectoryDesk>,
    caller: Changer,
    Params(one): Params<OneApplication>,
) -> Result<StatusCode, V1Error> {
    desk.engine.retire_application(&caller.admin, one.application_id.or(V1Error::NOT_FOUND)?, &caller.origin).await??;
    Ok(StatusCode::NO_CONTENT)
}

/// Look at one application within reach.
#[utoipa::path(get, path = "/api/v1/admin/applications/{application_id}", operation_id = "getApplication", tag = "applications",
    params(OneApplication),
    responses((status = 200, description = "The application", body = ApplicationAnswer)),
    extensions(("x-effect" = json!("reads")))
)]
pub async fn get(
    State(desk): State<DirectoryDesk>,
    caller: Reader,
    Params(one): Params<OneApplication>,
) -> Result<Json<ApplicationAnswer>, V1Error> {
    let found = desk.engine.application(&caller.reader, one.application_id.or(V1Error::NOT_FOUND)?).await??;
    Ok(Json(ApiResponse { data: ApplicationResponse::of(&found), meta: caller.meta }))
}
