//! Who there is: partners, tenants, users with their emails, applications, service accounts, and their state machines.

pub mod admin;
pub mod apply;
pub mod bootstrap;
mod changeable;
pub mod changes;
pub mod document;
mod email;
pub mod identity_provider;
mod names;
pub mod new_password;
pub mod password;
pub mod password_cost;
mod patch;
pub mod plan;
pub mod records;
mod redirection;
pub mod registration;
mod status;
pub mod store;
mod tenant_policy;

use crate::ids::{PartnerNumber, TenantNumber, TenantUid};
use crate::label::labelled;

pub use email::{EmailProblem, SoughtEmail, ascii_domain, canonical_email, read_email};
pub use names::{
    LONGEST_NAME, canonical_client_id, canonical_org_code, canonical_partner_code, canonical_provider_code, canonical_username,
    is_plain_name, is_role_name, is_word,
};
pub(crate) use redirection::is_resource;
pub use status::{EmailStatus, PartnerStatus, TenantStatus, UserStatus};
pub use tenant_policy::{TenantPolicy, TenantPolicyChange};

labelled! {
    /// What a member may do within one tenant.
    MembershipRole { Owner = "owner", Admin = "admin", Member = "member" }
}

labelled! {
    /// What a user may do across tenants.
    PlatformRole { None = "none", TenantAdmin = "tenant_admin", PartnerAdmin = "partner_admin", SuperAdmin = "super_admin" }
}

impl PlatformRole {
    /// How high it stands; each role includes those below it.
    pub const fn rank(self) -> u8 {
        match self {
            Self::None => 0,
            Self::TenantAdmin => 1,
            Self::PartnerAdmin => 2,
            Self::SuperAdmin => 3,
        }
    }

    /// As which role a user of this one counts. An operator stands with the super administrators, for what operators do reaches every
    /// tenant; whoever could reset an operator's password would reach it too.
    #[must_use]
    pub const fn height(self, is_operator: bool) -> Self {
        if is_operator { Self::SuperAdmin } else { self }
    }
}

labelled! {
    /// What runs a client application, and so whether it can keep a secret (RFC 6749 section 2.1).
    ApplicationKind { Web = "web", Native = "native", Spa = "spa", Service = "service" }
}

labelled! {
    /// Whether a client application may act.
    ApplicationStatus { Active = "active", Disabled = "disabled" }
}

/// The bounds of a user's own cap on active sessions (docs/contracts/usm.md, Sessions).
pub const SESSION_CAP_OVERRIDE: std::ops::RangeInclusive<i64> = 32..=8192;

/// A tenant, and the partner that it belongs to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct TenantPlace {
    pub number: TenantNumber,
    pub uid: TenantUid,
    pub partner: Option<PartnerNumber>,
}
