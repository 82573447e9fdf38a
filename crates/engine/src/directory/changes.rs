//! What an administrator wants of the directory. Names in it are canonical, values within their bounds.

use super::password::PasswordHash;
use super::{ApplicationKind, ApplicationStatus, EmailStatus, MembershipRole, PlatformRole, TenantPolicy, TenantStatus, UserStatus};
use crate::ids::{PartnerUid, TenantUid, UserUid};

/// What becomes of a value that may be absent.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub enum Patch<T> {
    #[default]
    Keep,
    Clear,
    Set(T),
}

impl<T> Patch<T> {
    /// What stands after it where `current` stood before.
    pub fn over(self, current: Option<T>) -> Option<T> {
        match self {
            Self::Keep => current,
            Self::Clear => None,
            Self::Set(value) => Some(value),
        }
    }

    pub const fn keeps(&self) -> bool {
        matches!(self, Self::Keep)
    }
}

/// A partner to be created.
#[derive(Clone, Debug)]
pub struct NewPartner {
    pub code: String,
    pub name: Option<String>,
}

/// A tenant to be created.
#[derive(Clone, Debug)]
pub struct NewTenant {
    pub code: String,
    pub name: Option<String>,
    pub partner: Option<PartnerUid>,
    pub status: TenantStatus,
    pub policy: TenantPolicy,
}

/// What is to change of a tenant.
#[derive(Clone, Debug, Default)]
pub struct TenantChange {
    pub name: Option<String>,
    pub partner: Patch<PartnerUid>,
    pub status: Option<TenantStatus>,
    pub ttl_seconds: Patch<u32>,
    pub absolute_ttl_seconds: Patch<u32>,
    pub slides: Patch<bool>,
    pub session_cap: Patch<u32>,
    pub api_key_max_age_days: Patch<u32>,
}

impl TenantChange {
    /// The policy that it makes of `current`.
    pub fn policy(&self, current: TenantPolicy) -> TenantPolicy {
        TenantPolicy {
            ttl_seconds: self.ttl_seconds.clone().over(current.ttl_seconds),
            absolute_ttl_seconds: self.absolute_ttl_seconds.clone().over(current.absolute_ttl_seconds),
            slides: self.slides.clone().over(current.slides),
            session_cap: self.session_cap.clone().over(current.session_cap),
            api_key_max_age_days: self.api_key_max_age_days.clone().over(current.api_key_max_age_days),
        }
    }
}

/// A user to be created.
#[derive(Clone, Debug)]
pub struct NewUser {
    pub username: String,
    /// Becomes the primary address.
    pub email: Option<(String, EmailStatus)>,
    pub display_name: Option<String>,
    /// `None`: the home tenant of the administrator.
    pub tenant: Option<TenantUid>,
    pub memberships: Vec<(TenantUid, MembershipRole)>,
    pub role: PlatformRole,
    pub is_operator: bool,
    pub status: UserStatus,
    pub session_cap: Option<i64>,
    pub password: Option<PasswordHash>,
}

/// What is to change of a user.
#[derive(Clone, Debug, Default)]
pub struct UserChange {
    pub display_name: Patch<String>,
    pub tenant: Patch<TenantUid>,
    /// Replaces all memberships within reach.
    pub memberships: Option<Vec<(TenantUid, MembershipRole)>>,
    pub role: Option<PlatformRole>,
    pub is_operator: Option<bool>,
    pub session_cap: Patch<i64>,
}

/// What is to happen to the addresses of a user.
#[derive(Clone, Debug)]
pub enum EmailChange {
    Add { address: String, status: EmailStatus, is_primary: bool },
    Status { address: String, status: EmailStatus },
    MakePrimary { address: String },
}

/// Which sessions of a user outlive a new password.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SparedSessions {
    None,
    /// The one that asks, should it be the user's own.
    Current,
    All,
}

/// An application to be created.
#[derive(Clone, Debug)]
pub struct NewApplication {
    pub client_id: String,
    pub name: Option<String>,
    /// `None`: the home tenant of the administrator.
    pub tenant: Option<TenantUid>,
    pub owner: Option<UserUid>,
    pub kind: ApplicationKind,
    pub scopes: Vec<String>,
    pub redirect_uris: Vec<String>,
    /// A JSON Web Key Set, checked by whoever read it.
    pub jwks: Option<String>,
    pub is_platform: bool,
    pub status: ApplicationStatus,
}

/// What is to change of an application.
#[derive(Clone, Debug, Default)]
pub struct ApplicationChange {
    pub name: Option<String>,
    pub tenant: Patch<TenantUid>,
    pub owner: Patch<UserUid>,
    pub kind: Option<ApplicationKind>,
    pub scopes: Option<Vec<String>>,
    pub redirect_uris: Option<Vec<String>>,
    pub jwks: Patch<String>,
    pub is_platform: Option<bool>,
    pub status: Option<ApplicationStatus>,
}
