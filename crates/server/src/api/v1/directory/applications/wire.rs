//! The shapes of applications. They never leave this folder.

use cloakroom_engine::directory::admin::client_secrets::MintedSecret;
use cloakroom_engine::directory::changes::{ApplicationChange, NewApplication};
use cloakroom_engine::directory::records::{ApplicationRecord, ClientSecretRecord};
use cloakroom_engine::directory::{ApplicationKind, ApplicationStatus, canonical_client_id};
use cloakroom_engine::ids::{TenantUid, UserUid};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::api::v1::decode::named;
use crate::api::v1::directory::decode::{ID, canonical, label, name, patch, patched_id, refuse_fixed, words};
use crate::api::v1::envelope::{MetaResponse, PaginationMeta, documented, time};
use crate::api::v1::error::V1Error;
use crate::http::fields::Fields;
use crate::jose::client_keys;

/// A client application.
#[derive(Serialize, ToSchema)]
pub struct ApplicationResponse {
    pub id: String,
    pub client_id: String,
    pub name: String,
    #[schema(required = true)]
    pub tenant_id: Option<String>,
    /// Null, too, where the owner is out of the caller's reach.
    #[schema(required = true)]
    pub owner_id: Option<String>,
    /// web, native or service.
    pub kind: &'static str,
    pub scopes: Vec<String>,
    pub redirect_uris: Vec<String>,
    /// The public keys that it signs assertions with: a JSON Web Key Set.
    #[schema(value_type = Option<Object>, required = true)]
    pub jwks: Option<Value>,
    pub platform: bool,
    /// active or disabled.
    pub status: &'static str,
    #[schema(format = DateTime)]
    pub status_since: String,
    #[schema(format = DateTime)]
    pub created_at: String,
    #[schema(format = DateTime)]
    pub updated_at: String,
}

impl ApplicationResponse {
    pub fn of(application: &ApplicationRecord) -> Self {
        Self {
            id: application.uid.to_string(),
            client_id: application.client_id.clone(),
            name: application.name.clone(),
            tenant_id: application.tenant.map(|tenant| tenant.uid.to_string()),
            owner_id: application.owner.map(|owner| owner.uid.to_string()),
            kind: application.kind.as_str(),
            scopes: application.scopes.clone(),
            redirect_uris: application.redirect_uris.clone(),
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
    pub application: ApplicationResponse,
    pub secret: MintedClientSecretResponse,
}

impl CreatedApplicationResponse {
    pub fn of(application: &ApplicationRecord, minted: &MintedSecret) -> Self {
        Self { application: ApplicationResponse::of(application), secret: MintedClientSecretResponse::of(minted) }
    }
}

/// That there is a secret.
#[derive(Serialize, ToSchema)]
pub struct ClientSecretResponse {
    pub id: String,
    #[schema(format = DateTime)]
    pub created_at: String,
}

impl ClientSecretResponse {
    pub fn of(secret: &ClientSecretRecord) -> Self {
        Self { id: secret.uid.to_string(), created_at: time(secret.created_at) }
    }
}

/// A secret at its birth.
#[derive(Serialize, ToSchema)]
pub struct MintedClientSecretResponse {
    pub id: String,
    #[schema(format = DateTime)]
    pub created_at: String,
    /// `clc_…`: told now and never again.
    pub client_secret: String,
}

impl MintedClientSecretResponse {
    pub fn of(minted: &MintedSecret) -> Self {
        let ClientSecretResponse { id, created_at } = ClientSecretResponse::of(&minted.record);
        Self { id, created_at, client_secret: minted.secret.reveal().to_owned() }
    }
}

/// An application to be created.
#[derive(ToSchema)]
#[allow(dead_code, reason = "documents the body; it is read field by field to name every bad one")]
pub struct NewApplicationRequest {
    /// 1 to 128 visible ASCII characters without a colon.
    client_id: String,
    /// Without it the client_id.
    name: Option<String>,
    /// Without it the caller's own home; of a super administrator's none.
    tenant_id: Option<String>,
    owner_id: Option<String>,
    /// web unless said otherwise.
    kind: Option<String>,
    scopes: Option<Vec<String>>,
    redirect_uris: Option<Vec<String>>,
    /// A JSON Web Key Set or one JSON Web Key, public keys alone.
    #[schema(value_type = Option<Object>)]
    jwks: Option<Value>,
    /// true by super administrators alone.
    platform: Option<bool>,
    /// active unless said otherwise.
    status: Option<String>,
}

/// What is to change. `null` takes a value away where it may be absent.
#[derive(ToSchema)]
#[allow(dead_code, reason = "documents the body; it is read field by field to name every bad one")]
pub struct ChangeApplicationRequest {
    name: Option<String>,
    tenant_id: Option<String>,
    owner_id: Option<String>,
    kind: Option<String>,
    scopes: Option<Vec<String>>,
    redirect_uris: Option<Vec<String>>,
    /// A JSON Web Key Set or one JSON Web Key, public keys alone.
    #[schema(value_type = Option<Object>)]
    jwks: Option<Value>,
    /// By super administrators.
    platform: Option<bool>,
    status: Option<String>,
}

pub fn new_application(mut fields: Fields) -> Result<NewApplication, V1Error> {
    let problem = "must have 1 to 128 visible ASCII characters and no colon";
    let client_id = canonical(&mut fields, "client_id", canonical_client_id, problem);
    let name = name(&mut fields);
    let (tenant, owner) = (fields.optional_text("tenant_id", ID), fields.optional_text("owner_id", ID));
    let kind = label(&mut fields, "kind", ApplicationKind::ALL, ApplicationKind::as_str);
    let (scopes, redirect_uris) = (words(&mut fields, "scopes"), words(&mut fields, "redirect_uris"));
    let is_platform = fields.optional_bool("platform");
    let status = label(&mut fields, "status", ApplicationStatus::ALL, ApplicationStatus::as_str);
    let jwks = fields.optional_json("jwks", client_keys::read);
    refuse_fixed(&mut fields, &[("client_secret", "is minted here")]);
    fields.finish()?;
    Ok(NewApplication {
        client_id,
        name,
        tenant: named(tenant, TenantUid::parse)?,
        owner: named(owner, UserUid::parse)?,
        kind: kind.unwrap_or(ApplicationKind::Web),
        scopes: scopes.unwrap_or_default(),
        redirect_uris: redirect_uris.unwrap_or_default(),
        jwks,
        is_platform: is_platform.unwrap_or(false),
        status: status.unwrap_or(ApplicationStatus::Active),
    })
}

pub fn application_change(mut fields: Fields) -> Result<ApplicationChange, V1Error> {
    let name = name(&mut fields);
    let tenant = patch(&mut fields, "tenant_id", |fields| fields.optional_text("tenant_id", ID));
    let owner = patch(&mut fields, "owner_id", |fields| fields.optional_text("owner_id", ID));
    let kind = label(&mut fields, "kind", ApplicationKind::ALL, ApplicationKind::as_str);
    let (scopes, redirect_uris) = (words(&mut fields, "scopes"), words(&mut fields, "redirect_uris"));
    let is_platform = fields.optional_bool("platform");
    let status = label(&mut fields, "status", ApplicationStatus::ALL, ApplicationStatus::as_str);
    let jwks = patch(&mut fields, "jwks", |fields| fields.optional_json("jwks", client_keys::read));
    refuse_fixed(&mut fields, &[("client_id", "cannot be changed"), ("client_secret", "is minted by POST …/secrets")]);
    fields.finish()?;
    let (tenant, owner) = (patched_id(tenant, TenantUid::parse)?, patched_id(owner, UserUid::parse)?);
    Ok(ApplicationChange { name, tenant, owner, kind, scopes, redirect_uris, jwks, is_platform, status })
}

documented! {
    /// A page of applications.
    ApplicationPage { data: Vec<ApplicationResponse>, pagination: PaginationMeta },
    /// One application.
    OneApplication { data: ApplicationResponse },
    /// A new application with its secret.
    CreatedApplication { data: CreatedApplicationResponse },
    /// The live secrets.
    ClientSecrets { data: Vec<ClientSecretResponse> },
    /// A new secret.
    MintedClientSecret { data: MintedClientSecretResponse },
}
