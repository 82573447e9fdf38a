//! The directory file as the engine understands it (docs/contracts/directory.md). What is `None` is left as it is.

use super::identity_provider::{GroupMembership, IdentityProviderStatus, ProviderSettingsChange};
use super::password::PasswordHash;
use super::registration::RegistrationChange;
use super::{ApplicationStatus, EmailStatus, MembershipRole, PlatformRole, TenantPolicy, TenantStatus, UserStatus};
use crate::secret::{ClientSecret, Passcode};

/// A whole directory file.
#[derive(Debug, Default)]
pub struct DirectoryDocument {
    pub partners: Vec<PartnerEntry>,
    pub tenants: Vec<TenantEntry>,
    pub users: Vec<UserEntry>,
    pub applications: Vec<ApplicationEntry>,
    pub identity_providers: Vec<IdentityProviderEntry>,
    pub service_accounts: Vec<ServiceAccountEntry>,
}

/// A partner, found by its code.
#[derive(Debug, Clone)]
pub struct PartnerEntry {
    pub code: String,
    pub name: Option<String>,
}

/// A tenant, found by its code.
#[derive(Debug, Clone, Default)]
pub struct TenantEntry {
    pub code: String,
    pub name: Option<String>,
    /// Code of a partner.
    pub partner: Option<String>,
    /// On creation `verified` unless said otherwise.
    pub status: Option<TenantStatus>,
    pub policy: TenantPolicy,
}

/// A user, found by the username.
#[derive(Debug, Clone, Default)]
pub struct UserEntry {
    pub username: String,
    /// Becomes the primary address.
    pub email: Option<String>,
    /// On creation `verified` unless said otherwise.
    pub email_status: Option<EmailStatus>,
    pub password: Option<Passcode>,
    pub password_hash: Option<PasswordHash>,
    /// Whether a new user has to set another before anything else. No file says so: Cloakroom does of the password that it minted.
    pub password_is_due: bool,
    pub display_name: Option<String>,
    /// Code of the home tenant.
    pub tenant: Option<String>,
    /// Tenant code and role; replaces all memberships.
    pub memberships: Option<Vec<(String, MembershipRole)>>,
    pub role: Option<PlatformRole>,
    pub is_operator: Option<bool>,
    /// On creation `verified` unless said otherwise.
    pub status: Option<UserStatus>,
    pub session_cap: Option<i64>,
}

/// A client application, found by its client id.
#[derive(Debug, Clone, Default)]
pub struct ApplicationEntry {
    pub name: Option<String>,
    /// Code of its tenant.
    pub tenant: Option<String>,
    /// Username of its owner.
    pub owner: Option<String>,
    pub client_id: String,
    pub client_secret: Option<ClientSecret>,
    /// The public keys that it signs assertions with: a JSON Web Key Set (RFC 7517 section 5), checked by whoever read it.
    pub jwks: Option<String>,
    /// Its kind is on creation `web` unless said otherwise.
    pub registration: RegistrationChange,
    pub scopes: Option<Vec<String>>,
    pub platform: Option<bool>,
    /// On creation `active` unless said otherwise.
    pub status: Option<ApplicationStatus>,
}

/// An identity provider, found by its code. The domains that it names are approved by that.
#[derive(Debug, Clone, Default)]
pub struct IdentityProviderEntry {
    pub code: String,
    /// Code of its tenant.
    pub tenant: Option<String>,
    /// Its name is on creation the code unless said otherwise.
    pub settings: ProviderSettingsChange,
    /// For the issuer that stands beside it.
    pub client_secret: Option<ClientSecret>,
    /// With codes of tenants; replaces all.
    pub group_memberships: Option<Vec<GroupMembership<String>>>,
    /// On creation `active` unless said otherwise.
    pub status: Option<IdentityProviderStatus>,
}

/// A service account, found by its tenant and caption.
#[derive(Debug, Clone)]
pub struct ServiceAccountEntry {
    /// Code of its tenant.
    pub tenant: String,
    pub caption: String,
    pub roles: Option<Vec<String>>,
}

/// What is wrong with which entry. Names the entry, never a secret in it.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{section}[{index}] {name:?}: {problem}")]
pub struct EntryError {
    pub section: &'static str,
    /// Position in its section, from 0.
    pub index: usize,
    /// The entry's code, username, client id or caption.
    pub name: String,
    pub problem: String,
}
