//! The shapes of these routes.

use cloakroom_engine::account::store::{Account, OwnEmail};
use serde::Serialize;
use utoipa::ToSchema;

use crate::api::v1::envelope::{MetaResponse, documented, time};

/// The caller's account.
#[derive(Serialize, ToSchema)]
pub struct AccountResponse {
    /// `usr_…`
    pub id: String,
    pub username: String,
    #[schema(required = true)]
    pub display_name: Option<String>,
    pub status: &'static str,
    /// `none`, `tenant_admin`, `partner_admin` or `super_admin`.
    pub role: &'static str,
    pub is_operator: bool,
    /// The home tenant, `tnt_…`.
    #[schema(required = true)]
    pub tenant_id: Option<String>,
    /// The primary one first.
    pub emails: Vec<EmailResponse>,
    pub memberships: Vec<MembershipResponse>,
    #[schema(format = DateTime)]
    pub created_at: String,
    #[schema(format = DateTime)]
    pub updated_at: String,
}

/// One of the caller's addresses.
#[derive(Serialize, ToSchema)]
pub struct EmailResponse {
    pub address: String,
    /// `unverified`, `verified` or `doomed`.
    pub status: &'static str,
    pub is_primary: bool,
}

/// What the caller is within a tenant.
#[derive(Serialize, ToSchema)]
pub struct MembershipResponse {
    /// `tnt_…`
    pub tenant_id: String,
    /// `owner`, `admin` or `member`.
    pub role: &'static str,
}

/// What a change of password did.
#[derive(Serialize, ToSchema)]
pub struct PasswordChangeResponse {
    /// How many other sessions were live.
    pub sessions_ended: usize,
}

/// Says nothing about whether there is anybody to send a mail to.
#[derive(Serialize, ToSchema)]
pub struct AcceptedResponse {
    /// Always true.
    pub accepted: bool,
}

documented! {
    /// The caller's account.
    OwnAccount { data: AccountResponse },
    /// What a change of password did.
    PasswordChanged { data: PasswordChangeResponse },
    /// The request was taken.
    MailAsked { data: AcceptedResponse },
}

/// What the caller's account is to be.
#[derive(ToSchema)]
#[allow(dead_code, reason = "documents a body, which is read field by field")]
pub struct AccountUpdate {
    /// Empty text removes it.
    #[schema(max_length = 256)]
    display_name: String,
}

#[derive(ToSchema)]
#[allow(dead_code, reason = "documents a body, which is read field by field")]
pub struct PasswordChangeRequest {
    #[schema(max_length = 1024)]
    current_password: String,
    #[schema(max_length = 1024)]
    new_password: String,
}

/// One of the two.
#[derive(ToSchema)]
#[allow(dead_code, reason = "documents a body, which is read field by field")]
pub struct ForgotPasswordRequest {
    email: Option<String>,
    username: Option<String>,
}

#[derive(ToSchema)]
#[allow(dead_code, reason = "documents a body, which is read field by field")]
pub struct ResetPasswordRequest {
    /// `clp_…`, as the mail has it.
    token: String,
    #[schema(max_length = 1024)]
    new_password: String,
}

#[derive(ToSchema)]
#[allow(dead_code, reason = "documents a body, which is read field by field")]
pub struct ResendVerificationRequest {
    email: String,
}

#[derive(ToSchema)]
#[allow(dead_code, reason = "documents a body, which is read field by field")]
pub struct VerifyEmailRequest {
    /// `clv_…`, as the mail has it.
    token: String,
}

impl From<&OwnEmail> for EmailResponse {
    fn from(email: &OwnEmail) -> Self {
        Self { address: email.address.clone(), status: email.status.as_str(), is_primary: email.is_primary }
    }
}

impl From<Account> for AccountResponse {
    fn from(account: Account) -> Self {
        let membership = |(tenant, role): &(cloakroom_engine::ids::TenantUid, cloakroom_engine::directory::MembershipRole)| {
            MembershipResponse { tenant_id: tenant.to_string(), role: role.as_str() }
        };
        Self {
            id: account.uid.to_string(),
            status: account.status.as_str(),
            role: account.role.as_str(),
            is_operator: account.is_operator,
            tenant_id: account.tenant.map(|tenant| tenant.to_string()),
            emails: account.emails.iter().map(EmailResponse::from).collect(),
            memberships: account.memberships.iter().map(membership).collect(),
            created_at: time(account.created_at),
            updated_at: time(account.updated_at),
            username: account.username,
            display_name: account.display_name,
        }
    }
}
