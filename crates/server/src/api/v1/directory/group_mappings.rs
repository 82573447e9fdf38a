//! The groups that an identity provider maps, as bodies and answers have them.

use cloakroom_engine::directory::identity_provider::{GroupMembership, MOST_GROUPS};
use cloakroom_engine::directory::{LONGEST_NAME, MembershipRole, TenantPlace};
use cloakroom_engine::ids::TenantUid;
use cloakroom_engine::policy::Policy;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa::openapi::schema::{AdditionalProperties, ArrayBuilder};
use utoipa::openapi::{RefOr, Schema, Type};

use super::parts::BodyId;
use crate::api::v1::error::V1Error;
use crate::http::declared::About;
use crate::http::declared::types::{Kind, Read, Text, insert, schema_of};
use crate::http::declared::words::{Named, OneOf};
use crate::http::fields::{Entries, Value, Wrong};

type GroupName = Text<1, LONGEST_NAME>;

/// Groups, each with the membership that its people have by it.
pub struct GroupMappings;

impl Kind for GroupMappings {
    type Value = Vec<GroupMembership<Named<TenantUid>>>;

    fn read(value: Value<'_>, policy: &Policy) -> Read<Self::Value> {
        let Value::List(items) = value else { return Err("must be a list".into()) };
        if items.len() > MOST_GROUPS {
            return Err(format!("must have at most {MOST_GROUPS} items").into());
        }
        let item = |(index, item)| match item {
            Value::Object(entries) => mapping(entries, policy).map_err(|problem| Wrong { problem: problem.into(), item: Some(index) }),
            _ => Err(Wrong { problem: "each item must be an object".into(), item: Some(index) }),
        };
        items.into_iter().enumerate().map(item).collect()
    }

    fn schema() -> Schema {
        let item = schema_of(Type::Object, |object| {
            for (name, schema, description) in [
                ("group", GroupName::schema(), "As the provider calls it, to the letter."),
                ("tenant_id", BodyId::<TenantUid>::schema(), "Where its people are members: of a tenant's own provider that tenant."),
                ("role", OneOf::<MembershipRole>::schema(), "As what they are."),
            ] {
                insert(object, name, schema, About { description, example: None });
                object.required.push(name.to_owned());
            }
            object.additional_properties = Some(Box::new(AdditionalProperties::FreeForm(false)));
        });
        Schema::Array(ArrayBuilder::new().items(RefOr::T(item)).max_items(Some(MOST_GROUPS)).build())
    }
}

const WANTED: &str = "each item must have group, tenant_id and role, and nothing else";

fn mapping(entries: Entries<'_>, policy: &Policy) -> Result<GroupMembership<Named<TenantUid>>, String> {
    let said = |wrong: Wrong| wrong.problem.into_owned();
    let (mut group, mut tenant, mut role) = (None, None, None);
    for (name, value) in entries {
        match &*name {
            "group" => group = Some(GroupName::read(value, policy).map_err(|wrong| format!("group {}", said(wrong)))?),
            "tenant_id" => tenant = Some(BodyId::read(value, policy).map_err(|wrong| format!("tenant_id {}", said(wrong)))?),
            "role" => role = Some(OneOf::read(value, policy).map_err(|wrong| format!("role {}", said(wrong)))?),
            _ => return Err(WANTED.to_owned()),
        }
    }
    match (group, tenant, role) {
        (Some(group), Some(tenant), Some(role)) => Ok(GroupMembership { group, tenant, role }),
        _ => Err(WANTED.to_owned()),
    }
}

/// The groups with the tenants that they name.
pub fn named(groups: Vec<GroupMembership<Named<TenantUid>>>) -> Result<Vec<GroupMembership<TenantUid>>, V1Error> {
    let named = |GroupMembership { group, tenant, role }: GroupMembership<Named<TenantUid>>| {
        Ok(GroupMembership { group, tenant: tenant.or(V1Error::NOT_FOUND)?, role })
    };
    groups.into_iter().map(named).collect()
}

/// A group, and the membership that its people have by it.
#[derive(Serialize, ToSchema)]
pub struct GroupMappingResponse {
    #[schema(example = "engineering")]
    group: String,
    #[schema(example = "tnt_01J8ZQ4Y7N3V5K2M6P9R1S0T8W")]
    tenant_id: String,
    #[schema(schema_with = OneOf::<MembershipRole>::schema)]
    role: &'static str,
}

impl GroupMappingResponse {
    pub fn of(mapped: &GroupMembership<TenantPlace>) -> Self {
        Self { group: mapped.group.clone(), tenant_id: mapped.tenant.uid.to_string(), role: mapped.role.as_str() }
    }
}
