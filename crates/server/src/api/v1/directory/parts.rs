//! What the bodies and queries of several nouns are made of.

use std::ops::RangeInclusive;

use cloakroom_engine::directory::admin::list::{DirectoryFilter, NamedOrganisation};
use cloakroom_engine::directory::changes::Patch;
use cloakroom_engine::directory::{
    LONGEST_NAME, MembershipRole, SESSION_CAP_OVERRIDE, SoughtEmail, canonical_client_id, canonical_email, canonical_org_code,
    canonical_partner_code, canonical_provider_code, canonical_username, is_word,
};
use cloakroom_engine::ids::{PartnerUid, TenantUid};
use cloakroom_engine::machine::api_keys::policy::MAX_AGE_DAYS;
use cloakroom_engine::policy::Policy;
use serde_json::json;
use utoipa::openapi::schema::AdditionalProperties;
use utoipa::openapi::{Schema, Type};

use crate::api::v1::error::V1Error;
use crate::api::v1::parameters::if_named;
use crate::http::declared::types::{Bounds, Kind, Read, Text, TextMap, Texts, Whole, schema_of};
use crate::http::declared::words::{Canonical, Identified, Named, OneOf, PublicId, Word, spellings};
use crate::http::fields::{Fields, Value, Wrong};

/// What is called by it.
pub type Caption = Text<1, LONGEST_NAME>;

/// What a user is called; empty text says nothing.
pub type DisplayName = Text<0, LONGEST_NAME>;

/// What may be an id. What is longer is none.
pub type BodyId<T> = PublicId<T, 0, 256>;

/// How old a tenant lets its API keys become.
pub type KeyAge = Whole<u32, 1, { MAX_AGE_DAYS as i64 }>;

/// A user's own cap.
pub type SessionCap = Whole<i64, { *SESSION_CAP_OVERRIDE.start() }, { *SESSION_CAP_OVERRIDE.end() }>;

macro_rules! policy_bounds {
    ($($(#[$doc:meta])* $name:ident: $bounds:ident;)+) => {
        $($(#[$doc])*
        pub struct $name;

        impl Bounds for $name {
            fn range(policy: &Policy) -> RangeInclusive<i64> {
                let bounds = policy.sessions.$bounds();
                i64::from(*bounds.start())..=i64::from(*bounds.end())
            }
        })+
    };
}

policy_bounds! {
    /// What a tenant may let its sessions live without activity.
    TenantTtl: tenant_ttl;
    /// What a tenant may let its sessions live whatever their activity.
    TenantAbsoluteTtl: tenant_absolute_ttl;
    /// How many sessions a tenant may let its users have.
    TenantCap: tenant_cap;
}

macro_rules! canonical {
    ($($(#[$doc:meta])* $name:ident: $canonical:ident, $problem:literal, $example:literal;)+) => {
        $($(#[$doc])*
        pub struct $name;

        impl Canonical for $name {
            const PROBLEM: &'static str = $problem;
            const EXAMPLE: &'static str = $example;

            fn canonical(text: &str) -> Option<String> {
                $canonical(text)
            }
        })+
    };
}

canonical! {
    PartnerCode: canonical_partner_code, "must have 1 to 64 characters without spaces", "north";
    OrgCode: canonical_org_code, "must have 1 to 64 characters without spaces", "ACME";
    Username: canonical_username, "must match ^[a-z0-9][a-z0-9._@-]{0,62}$", "ada";
    Email: canonical_email, "must be an email address with one @ and a domain name, without spaces or characters that nobody sees", "ada@example.com";
    ProviderCode: canonical_provider_code, "must have 1 to 64 lower-case letters, digits and hyphens", "acme";
    ClientId: canonical_client_id, "must have 1 to 128 visible ASCII characters and no colon", "shop";
}

/// An email address in a path.
pub struct Address(pub SoughtEmail);

impl Identified for Address {
    const EXAMPLE: &'static str = Email::EXAMPLE;

    fn parse(text: &str) -> Option<Self> {
        let sought = SoughtEmail::of(text);
        sought.name().is_some().then_some(Self(sought))
    }
}

/// Texts without spaces.
pub struct WordList;

type WordTexts = Texts<64, 2048>;

impl Kind for WordList {
    type Value = Vec<String>;

    fn read(value: Value<'_>, policy: &Policy) -> Read<Vec<String>> {
        let words = WordTexts::read(value, policy)?;
        match words.iter().position(|word| !is_word(word)) {
            Some(index) => Err(Wrong { problem: "each item must be one word without spaces".into(), item: Some(index) }),
            None => Ok(words),
        }
    }

    fn schema() -> Schema {
        WordTexts::schema()
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
