//! The shapes of partners. They never leave this folder.

use cloakroom_engine::directory::canonical_partner_code;
use cloakroom_engine::directory::changes::NewPartner;
use cloakroom_engine::directory::records::PartnerRecord;
use serde::Serialize;
use utoipa::ToSchema;

use crate::api::v1::directory::decode::{canonical, name, refuse_fixed};
use crate::api::v1::envelope::{MetaResponse, PaginationMeta, documented, time};
use crate::api::v1::error::V1Error;
use crate::http::fields::Fields;

/// A partner.
#[derive(Serialize, ToSchema)]
pub struct PartnerResponse {
    pub id: String,
    pub code: String,
    pub name: String,
    /// active or doomed.
    pub status: &'static str,
    #[schema(format = DateTime)]
    pub created_at: String,
    #[schema(format = DateTime)]
    pub updated_at: String,
}

impl PartnerResponse {
    pub fn of(partner: &PartnerRecord) -> Self {
        Self {
            id: partner.uid.to_string(),
            code: partner.code.clone(),
            name: partner.name.clone(),
            status: partner.status.as_str(),
            created_at: time(partner.created_at),
            updated_at: time(partner.updated_at),
        }
    }
}

/// A partner to be created.
#[derive(ToSchema)]
#[allow(dead_code, reason = "documents the body; it is read field by field to name every bad one")]
pub struct NewPartnerRequest {
    /// 1 to 64 characters without spaces.
    code: String,
    /// Without it the code.
    name: Option<String>,
}

/// What is to change.
#[derive(ToSchema)]
#[allow(dead_code, reason = "documents the body; it is read field by field to name every bad one")]
pub struct ChangePartnerRequest {
    name: Option<String>,
}

pub fn new_partner(mut fields: Fields) -> Result<NewPartner, V1Error> {
    let code = canonical(&mut fields, "code", canonical_partner_code, "must have 1 to 64 characters without spaces");
    let name = name(&mut fields);
    fields.finish()?;
    Ok(NewPartner { code, name })
}

pub fn partner_change(mut fields: Fields) -> Result<Option<String>, V1Error> {
    let name = name(&mut fields);
    refuse_fixed(&mut fields, &[("code", "cannot be changed"), ("status", "is changed by DELETE")]);
    fields.finish()?;
    Ok(name)
}

documented! {
    /// A page of partners.
    PartnerPage { data: Vec<PartnerResponse>, pagination: PaginationMeta },
    /// One partner.
    OnePartner { data: PartnerResponse },
}
