//! What the bodies and queries of several nouns are made of.

use cloakroom_engine::directory::admin::list::{DirectoryFilter, NamedOrganisation};
use cloakroom_engine::directory::changes::Patch;
use cloakroom_engine::directory::{MembershipRole, SoughtEmail};
use cloakroom_engine::ids::{PartnerUid, TenantUid};
use cloakroom_engine::policy::Policy;
use serde_json::json;
use utoipa::openapi::schema::AdditionalProperties;
use utoipa::openapi::{Schema, Type};

use crate::api::v1::error::V1Error;
use crate::api::v1::parameters::if_named;
use crate::http::declared::names::Email;
use crate::http::declared::types::{Kind, Read, TextMap, schema_of};
use crate::http::declared::words::{Canonical as _, Identified, Named, OneOf, PublicId, Word, spellings};
use crate::http::fields::{Fields, Value};

/// What may be an id. What is longer is none.
pub type BodyId<T> = PublicId<T, 0, 256>;

/// An email address in a path.
pub struct Address(pub SoughtEmail);

impl Identified for Address {
    const EXAMPLE: &'static str = Email::EXAMPLE;

    fn parse(text: &str) -> Option<Self> {
        let sought = SoughtEmail::of(text);
        sought.name().is_some().then_some(Self(sought))
    }
}

/// Tenants, and what a user is there.
pub struct Memberships;

type MembershipTexts = TextMap<1000, 256>;

impl Kind for Memberships {
    type Value = Vec<(Named<TenantUid>, MembershipRole)>;

    fn read(value: Value<'_>, policy: &Policy) -> Read<Self::Value> {
        let read = |(tenant, role): (String, String)| Some((Named(TenantUid::parse(&tenant)), MembershipRole::parse(&role)?));
        let memberships: Option<_> = MembershipTexts::read(value, policy)?.into_iter().map(read).collect();
        memberships.ok_or_else(|| format!("each must be one of: {}", spellings::<MembershipRole>().join(", ")).into())
    }

    fn schema() -> Schema {
        schema_of(Type::Object, |map| {
            map.additional_properties = Some(Box::new(AdditionalProperties::RefOr(OneOf::<MembershipRole>::schema().into())));
            map.examples = vec![json!({ TenantUid::EXAMPLE: "owner" })];
        })
    }
}

/// Refuses fields that this call does not change, so that nobody believes that it did.
pub fn refuse_fixed(fields: &mut Fields, fixed: &[(&'static str, &'static str)]) {
    for (name, problem) in fixed {
        if fields.has(name) || fields.is_null(name) {
            fields.refuse(name, *problem);
        }
    }
}

/// What is named in a change.
pub fn named_in_patch<T>(id: Patch<Named<T>>) -> Result<Patch<T>, V1Error> {
    Ok(match id {
        Patch::Keep => Patch::Keep,
        Patch::Clear => Patch::Clear,
        Patch::Set(id) => Patch::Set(id.or(V1Error::NOT_FOUND)?),
    })
}

/// What a list is asked for.
pub fn filter<S: Word>(
    search: Option<String>,
    status: Option<S>,
    tenant: Option<Named<TenantUid>>,
    partner: Option<Named<PartnerUid>>,
) -> Result<DirectoryFilter, V1Error> {
    let within = NamedOrganisation { tenant: if_named(tenant)?, partner: if_named(partner)? };
    // What is longer is the beginning of nothing.
    let search = search.filter(|text| text.len() <= 256);
    Ok(DirectoryFilter { within, search, status: status.map(S::as_str) })
}
