//! `/api/v1/admin/identity-providers/…`

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use cloakroom_engine::directory::changes::{IdentityProviderChange, NewIdentityProvider, Patch};
use cloakroom_engine::directory::identity_provider::{IdentityProviderRecord, IdentityProviderStatus, ProviderSettings};
use cloakroom_engine::ids::{IdentityProviderUid, PartnerUid, TenantUid};
use cloakroom_engine::secret::{ClientSecret, Passcode};
use serde::Serialize;
use utoipa::ToSchema;
use zeroize::Zeroizing;

use super::DirectoryDesk;
use super::caller::{Changer, Reader};
use super::group_mappings::{GroupMappingResponse, GroupMappings, named};
use super::parts::{BodyId, filter, refuse_fixed};
use super::provider_settings::{ProviderFields, ProviderSettingsResponse};
use crate::api::v1::envelope::{ApiResponse, PaginatedResponse, time};
use crate::api::v1::error::V1Error;
use crate::api::v1::parameters::{self as query, Paging, QueryId, if_named};
use crate::http::declared::names::{Domains, ProviderCode, ProviderValue};
use crate::http::declared::parameters::{Flat, Params, PathId, parameters};
use crate::http::declared::types::{Kind as _, SecretText};
use crate::http::declared::web_address::WebAddress;
use crate::http::declared::words::{Name, OneOf};
use crate::http::declared::{Flat as FlatBody, JsonBody, body};

body! {
    /// An identity provider to be created.
    pub struct NewIdentityProviderRequest {
        /// 1 to 64 lower-case letters, digits and hyphens: it stands in addresses and never changes.
        code: Name<ProviderCode>,
        /// Without it the caller's own home; of a super administrator's none: then it is the platform's.
        tenant_id: Option<BodyId<TenantUid>>,
        /// As its own documents name it, to the letter.
        issuer: WebAddress = "https://id.acme.example",
        /// What it knows this server by.
        client_id: ProviderValue = "cloakroom",
        /// Kept encrypted and never shown. Without it the provider knows this server by the client_id alone.
        client_secret: Option<SecretText<{ Passcode::MAX_BYTES }>>,
        settings: FlatBody<ProviderFields>,
        /// Needs a groups_claim.
        group_memberships: Option<GroupMappings>,
        /// active unless said otherwise.
        status: Option<OneOf<IdentityProviderStatus>> = "active",
    }

    /// What is to change. `null` takes a value away where it may be absent.
    pub struct ChangeIdentityProviderRequest {
        /// Another one wants the client_secret, too, and its domains approved anew.
        issuer: Option<WebAddress> = "https://id.acme.example",
        client_id: Option<ProviderValue> = "cloakroom",
        /// Goes with the issuer that it is for.
        client_secret: Patch<SecretText<{ Passcode::MAX_BYTES }>>,
        settings: FlatBody<ProviderFields>,
        /// Replaces all.
        group_memberships: Option<GroupMappings>,
        status: Option<OneOf<IdentityProviderStatus>> = "disabled" => |fields| {
            refuse_fixed(fields, &[("code", "cannot be changed"), ("tenant_id", "cannot be changed")]);
        },
    }

    /// Which domains count.
    pub struct ApprovedDomainsRequest {
        /// These and no others; each must be one that the provider has now.
        domains: Domains = ["acme.example"],
    }
}

parameters! {
    /// Which identity provider.
    in Path pub struct OneIdentityProvider {
        /// `idp_…`
        identity_provider_id: PathId<IdentityProviderUid>,
    }

    /// Which identity providers.
    in Query pub struct IdentityProvidersQuery {
        page: Flat<Paging>,
        /// The beginning of a code or a name
        search: query::Words,
        /// Without it all
        status: query::OneOf<IdentityProviderStatus>,
        /// Only what belongs to this tenant
        tenant_id: QueryId<TenantUid>,
        /// Only what belongs to tenants of this partner
        partner_id: QueryId<PartnerUid>,
    }
}

fn secret(mut text: Zeroizing<String>) -> ClientSecret {
    ClientSecret::new(std::mem::take(&mut *text))
}

impl NewIdentityProviderRequest {
    fn wish(self) -> Result<(NewIdentityProvider, Option<ClientSecret>), V1Error> {
        let unnamed = ProviderSettings { name: self.code.clone(), ..ProviderSettings::default() };
        let new = NewIdentityProvider {
            code: self.code,
            tenant: if_named(self.tenant_id)?,
            settings: self.settings.change(Some(self.issuer), Some(self.client_id)).over(&unnamed),
            group_memberships: named(self.group_memberships.unwrap_or_default())?,
            status: self.status.unwrap_or(IdentityProviderStatus::Active),
        };
        Ok((new, self.client_secret.map(secret)))
    }
}

impl ChangeIdentityProviderRequest {
    fn wish(self) -> Result<(IdentityProviderChange, Patch<ClientSecret>), V1Error> {
        let change = IdentityProviderChange {
            settings: self.settings.change(self.issuer, self.client_id),
            group_memberships: self.group_memberships.map(named).transpose()?,
            status: self.status,
        };
        let secret = match self.client_secret {
            Patch::Keep => Patch::Keep,
            Patch::Clear => Patch::Clear,
            Patch::Set(text) => Patch::Set(secret(text)),
        };
        Ok((change, secret))
    }
}

/// An identity provider. Its secret is never shown.
#[derive(Serialize, ToSchema)]
pub struct IdentityProviderResponse {
    #[schema(example = "idp_01J8ZQ4Y7N3V5K2M6P9R1S0T8W")]
    id: String,
    #[schema(example = "acme")]
    code: String,
    /// Null: it is the platform's.
    #[schema(required = true, example = "tnt_01J8ZQ4Y7N3V5K2M6P9R1S0T8W")]
    tenant_id: Option<String>,
    #[serde(flatten)]
    settings: ProviderSettingsResponse,
    /// Those of its domains that count.
    #[schema(example = json!(["acme.example"]))]
    approved_domains: Vec<String>,
    group_memberships: Vec<GroupMappingResponse>,
    /// Whether there is a client secret.
    has_client_secret: bool,
    #[schema(schema_with = OneOf::<IdentityProviderStatus>::schema)]
    status: &'static str,
    #[schema(format = DateTime)]
    status_since: String,
    #[schema(format = DateTime)]
    created_at: String,
    #[schema(format = DateTime)]
    updated_at: String,
}

impl IdentityProviderResponse {
    fn of(provider: &IdentityProviderRecord) -> Self {
        Self {
            id: provider.uid.to_string(),
            code: provider.code.clone(),
            tenant_id: provider.tenant.map(|tenant| tenant.uid.to_string()),
            settings: (&provider.settings).into(),
            approved_domains: provider.approved_domains.clone(),
            group_memberships: provider.group_memberships.iter().map(GroupMappingResponse::of).collect(),
            has_client_secret: provider.has_secret,
            status: provider.status.as_str(),
            status_since: time(provider.status_since),
            created_at: time(provider.created_at),
            updated_at: time(provider.updated_at),
        }
    }
}

type IdentityProviderAnswer = ApiResponse<IdentityProviderResponse>;
type IdentityProviderPage = PaginatedResponse<IdentityProviderResponse>;

/// List the identity providers within reach, newest first; those of the platform where everything is.
#[utoipa::path(get, path = "/api/v1/admin/identity-providers/", operation_id = "listIdentityProviders", tag = "identity providers",
    params(IdentityProvidersQuery),
    responses((status = 200, description = "A page", body = IdentityProviderPage)),
    extensions(("x-effect" = json!("reads")))
)]
pub async fn list(
    State(desk): State<DirectoryDesk>,
    caller: Reader,
    Params(query): Params<IdentityProvidersQuery>,
) -> Result<Json<IdentityProviderPage>, V1Error> {
    let page = query.page.asked();
    let filter = filter(query.search, query.status, query.tenant_id, query.partner_id)?;
    let listed = desk.engine.list_identity_providers(&caller.reader, filter, page).await??;
    Ok(Json(PaginatedResponse::of(&listed, page, caller.meta, IdentityProviderResponse::of)))
}

/// Create an identity provider; one of the platform by super administrators alone.
#[utoipa::path(post, path = "/api/v1/admin/identity-providers/", operation_id = "createIdentityProvider", tag = "identity providers",
    request_body = NewIdentityProviderRequest,
    responses((status = 201, description = "What was created", body = IdentityProviderAnswer)),
    extensions(("x-effect" = json!("changes")))
)]
pub async fn create(
    State(desk): State<DirectoryDesk>,
    caller: Changer,
    JsonBody(body): JsonBody<NewIdentityProviderRequest>,
) -> Result<(StatusCode, Json<IdentityProviderAnswer>), V1Error> {
    let (new, secret) = body.wish()?;
    let created = desk.engine.create_identity_provider(&caller.admin, new, secret, &caller.origin).await??;
    Ok((StatusCode::CREATED, Json(ApiResponse { data: IdentityProviderResponse::of(&created), meta: caller.meta })))
}

/// Change what is named of an identity provider; what is not named stays. Disabling ends no session.
#[utoipa::path(patch, path = "/api/v1/admin/identity-providers/{identity_provider_id}", operation_id = "changeIdentityProvider",
    tag = "identity providers",
    params(OneIdentityProvider),
    request_body = ChangeIdentityProviderRequest,
    responses((status = 200, description = "What it is now", body = IdentityProviderAnswer)),
    extensions(("x-effect" = json!("changes")))
)]
pub async fn change(
    State(desk): State<DirectoryDesk>,
    caller: Changer,
    Params(one): Params<OneIdentityProvider>,
    JsonBody(body): JsonBody<ChangeIdentityProviderRequest>,
) -> Result<Json<IdentityProviderAnswer>, V1Error> {
    let (provider, (change, secret)) = (one.identity_provider_id.or(V1Error::NOT_FOUND)?, body.wish()?);
    let changed = desk.engine.change_identity_provider(&caller.admin, provider, change, secret, &caller.origin).await??;
    Ok(Json(ApiResponse { data: IdentityProviderResponse::of(&changed), meta: caller.meta }))
}

/// Say which of its domains an identity provider may speak for. By super administrators.
#[utoipa::path(post, path = "/api/v1/admin/identity-providers/{identity_provider_id}/approved-domains",
    operation_id = "approveIdentityProviderDomains", tag = "identity providers",
    params(OneIdentityProvider),
    request_body = ApprovedDomainsRequest,
    responses((status = 200, description = "What it is now", body = IdentityProviderAnswer)),
    extensions(("x-effect" = json!("changes")))
)]
pub async fn approve_domains(
    State(desk): State<DirectoryDesk>,
    caller: Changer,
    Params(one): Params<OneIdentityProvider>,
    JsonBody(body): JsonBody<ApprovedDomainsRequest>,
) -> Result<Json<IdentityProviderAnswer>, V1Error> {
    let provider = one.identity_provider_id.or(V1Error::NOT_FOUND)?;
    let approved = desk.engine.approve_domains(&caller.admin, provider, body.domains, &caller.origin).await??;
    Ok(Json(ApiResponse { data: IdentityProviderResponse::of(&approved), meta: caller.meta }))
}

/// Disable an identity provider and remove its secret. Its code stays taken, and no session ends.
#[utoipa::path(delete, path = "/api/v1/admin/identity-providers/{identity_provider_id}", operation_id = "removeIdentityProvider",
    tag = "identity providers",
    params(OneIdentityProvider),
    responses((status = 204, description = "Done")),
    extensions(("x-effect" = json!("changes")))
)]
pub async fn remove(
    State(desk): State<DirectoryDesk>,
    caller: Changer,
    Params(one): Params<OneIdentityProvider>,
) -> Result<StatusCode, V1Error> {
    let provider = one.identity_provider_id.or(V1Error::NOT_FOUND)?;
    desk.engine.retire_identity_provider(&caller.admin, provider, &caller.origin).await??;
    Ok(StatusCode::NO_CONTENT)
}

/// Look at one identity provider within reach.
#[utoipa::path(get, path = "/api/v1/admin/identity-providers/{identity_provider_id}", operation_id = "getIdentityProvider",
    tag = "identity providers",
    params(OneIdentityProvider),
    responses((status = 200, description = "The identity provider", body = IdentityProviderAnswer)),
    extensions(("x-effect" = json!("reads")))
)]
pub async fn get(
    State(desk): State<DirectoryDesk>,
    caller: Reader,
    Params(one): Params<OneIdentityProvider>,
) -> Result<Json<IdentityProviderAnswer>, V1Error> {
    let found = desk.engine.identity_provider(&caller.reader, one.identity_provider_id.or(V1Error::NOT_FOUND)?).await??;
    Ok(Json(ApiResponse { data: IdentityProviderResponse::of(&found), meta: caller.meta }))
}
