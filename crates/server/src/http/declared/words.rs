//! The words, names and ids that the engine knows, as types of declarations.

use std::marker::PhantomData;

use cloakroom_engine::audit::{Action, AuditResult, ResourceKind};
use cloakroom_engine::directory::identity_provider::IdentityProviderStatus;
use cloakroom_engine::directory::{
    ApplicationKind, ApplicationStatus, EmailStatus, MembershipRole, PartnerStatus, PlatformRole, TenantStatus, UserStatus,
};
use cloakroom_engine::ids::{
    ApiKeyUid, ApplicationUid, ClientSecretUid, IdentityProviderUid, PartnerUid, ServiceAccountUid, SessionUid, StorageId, TenantUid,
    UserUid,
};
use cloakroom_engine::openid::logout::LogoutStatus;
use cloakroom_engine::policy::Policy;
use cloakroom_engine::sessions::DeviceType;
use cloakroom_engine::tokens::TokenAlgorithm;
use serde_json::json;
use utoipa::openapi::Schema;

use super::types::{Kind, Read, Text, string, words_of};
use crate::http::fields::Value;

/// An enum whose variants have one spelling each.
pub trait Word: Copy + 'static {
    const ALL: &'static [Self];

    fn as_str(self) -> &'static str;

    /// The one that is spelled so.
    fn spelled(text: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|one| one.as_str() == text)
    }
}

macro_rules! words {
    ($($name:ty),+ $(,)?) => {
        $(impl Word for $name {
            const ALL: &'static [Self] = <$name>::ALL;

            fn as_str(self) -> &'static str {
                <$name>::as_str(self)
            }
        })+
    };
}

words!(
    UserStatus,
    EmailStatus,
    LogoutStatus,
    PartnerStatus,
    TenantStatus,
    ApplicationStatus,
    ApplicationKind,
    IdentityProviderStatus,
    MembershipRole,
    PlatformRole,
    Action,
    ResourceKind,
    AuditResult,
    DeviceType,
    TokenAlgorithm,
);

/// One of the words of an enum, to the letter.
pub struct OneOf<T>(PhantomData<T>);

impl<T: Word> Kind for OneOf<T> {
    type Value = T;

    fn read(value: Value<'_>, _: &Policy) -> Read<T> {
        value.as_str().and_then(T::spelled).ok_or_else(|| format!("must be one of: {}", spellings::<T>().join(", ")).into())
    }

    fn schema() -> Schema {
        words_of(spellings::<T>())
    }
}

/// Every spelling of an enum.
pub fn spellings<T: Word>() -> Vec<&'static str> {
    T::ALL.iter().map(|one| one.as_str()).collect()
}

/// A name that the engine keeps in one form.
pub trait Canonical {
    /// What is said of a text that is no such name.
    const PROBLEM: &'static str;
    const EXAMPLE: &'static str;

    fn canonical(text: &str) -> Option<String>;
}

/// A name in the form in which the engine keeps it.
pub struct Name<N>(PhantomData<N>);

impl<N: Canonical> Kind for Name<N> {
    type Value = String;

    fn read(value: Value<'_>, policy: &Policy) -> Read<String> {
        let text = Text::<1, 256>::read(value, policy)?;
        N::canonical(&text).ok_or(N::PROBLEM.into())
    }

    fn schema() -> Schema {
        string(|name| {
            (name.min_length, name.max_length) = (Some(1), Some(256));
            name.examples = vec![json!(N::EXAMPLE)];
        })
    }
}

/// Something that a public id names.
pub trait Identified: Sized {
    const EXAMPLE: &'static str;

    fn parse(text: &str) -> Option<Self>;
}

macro_rules! identified {
    ($($name:ty = $example:literal),+ $(,)?) => {
        $(impl Identified for $name {
            const EXAMPLE: &'static str = $example;

            fn parse(text: &str) -> Option<Self> {
                <$name>::parse(text)
            }
        })+
    };
}

identified!(
    SessionUid = "ses_01J8ZQ4Y7N3V5K2M6P9R1S0T8W",
    UserUid = "usr_01J8ZQ4Y7N3V5K2M6P9R1S0T8W",
    TenantUid = "tnt_01J8ZQ4Y7N3V5K2M6P9R1S0T8W",
    PartnerUid = "prt_01J8ZQ4Y7N3V5K2M6P9R1S0T8W",
    ApplicationUid = "app_01J8ZQ4Y7N3V5K2M6P9R1S0T8W",
    ClientSecretUid = "csc_01J8ZQ4Y7N3V5K2M6P9R1S0T8W",
    IdentityProviderUid = "idp_01J8ZQ4Y7N3V5K2M6P9R1S0T8W",
    ServiceAccountUid = "sva_01J8ZQ4Y7N3V5K2M6P9R1S0T8W",
    ApiKeyUid = "apk_0SdJ3mPq7XnZb2Kc9LwVtR",
    StorageId = "ada.9f1c2b3a.5d6e7f80",
);

/// What an id names. What is not of an id's shape names nothing, as an id that was never given out names nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Named<T>(pub Option<T>);

impl<T> Named<T> {
    /// # Errors
    /// `missing`, where it names nothing.
    pub fn or<E>(self, missing: E) -> Result<T, E> {
        self.0.ok_or(missing)
    }
}

/// A public id of `MIN` to `MAX` characters.
pub struct PublicId<T, const MIN: usize, const MAX: usize>(PhantomData<T>);

impl<T: Identified, const MIN: usize, const MAX: usize> Kind for PublicId<T, MIN, MAX> {
    type Value = Named<T>;

    fn read(value: Value<'_>, policy: &Policy) -> Read<Named<T>> {
        Text::<MIN, MAX>::read(value, policy).map(|text| Named(T::parse(&text)))
    }

    fn schema() -> Schema {
        string(|id| {
            (id.min_length, id.max_length) = ((MIN > 0).then_some(MIN), Some(MAX));
            id.examples = vec![json!(T::EXAMPLE)];
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_example_of_an_id_is_one() {
        fn is_one<T: Identified>() {
            assert!(T::parse(T::EXAMPLE).is_some(), "{}", T::EXAMPLE);
        }
        is_one::<SessionUid>();
        is_one::<UserUid>();
        is_one::<TenantUid>();
        is_one::<PartnerUid>();
        is_one::<ApplicationUid>();
        is_one::<ClientSecretUid>();
        is_one::<ServiceAccountUid>();
        is_one::<ApiKeyUid>();
        is_one::<StorageId>();
    }
}
