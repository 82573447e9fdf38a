//! Names, numbers and lists of words of the directory, as types of declarations.

use std::ops::RangeInclusive;

use cloakroom_engine::directory::identity_provider::{LONGEST_VALUE, MOST_DOMAINS, MOST_WORDS};
use cloakroom_engine::directory::{
    LONGEST_NAME, SESSION_CAP_OVERRIDE, ascii_domain, canonical_client_id, canonical_email, canonical_org_code, canonical_partner_code,
    canonical_provider_code, canonical_username, is_word,
};
use cloakroom_engine::machine::api_keys::policy::MAX_AGE_DAYS;
use cloakroom_engine::policy::Policy;
use utoipa::openapi::Schema;

use super::types::{Bounds, Kind, Read, Text, Texts, Whole};
use super::words::Canonical;
use crate::http::fields::{Value, Wrong};

/// What is called by it.
pub type Caption = Text<1, LONGEST_NAME>;

/// What a user is called; empty text says nothing.
pub type DisplayName = Text<0, LONGEST_NAME>;

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

/// A client id, the name of a claim.
pub type ProviderValue = Text<1, LONGEST_VALUE>;

/// Scopes of a provider, and names of whom its tokens are for.
pub type ProviderValues = Texts<MOST_WORDS, LONGEST_VALUE>;

/// Names of domains, read as A-labels.
pub struct Domains;

type DomainTexts = Texts<MOST_DOMAINS, 253>;

impl Kind for Domains {
    type Value = Vec<String>;

    fn read(value: Value<'_>, policy: &Policy) -> Read<Vec<String>> {
        let domain = |(index, text): (usize, String)| {
            ascii_domain(&text)
                .ok_or(Wrong { problem: "each item must be the name of a domain, such as example.com".into(), item: Some(index) })
        };
        DomainTexts::read(value, policy)?.into_iter().enumerate().map(domain).collect()
    }

    fn schema() -> Schema {
        DomainTexts::schema()
    }
}
