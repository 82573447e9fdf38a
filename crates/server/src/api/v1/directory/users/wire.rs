//! The shapes of users. They never leave this folder.

use std::collections::BTreeMap;

use cloakroom_engine::directory::admin::passwords::PasswordReset;
use cloakroom_engine::directory::changes::{EmailChange, NewUser, Patch, SparedSessions, UserChange};
use cloakroom_engine::directory::records::{EmailRecord, UserRecord};
use cloakroom_engine::directory::{EmailStatus, MembershipRole, PlatformRole, UserStatus, canonical_email, canonical_username};
use cloakroom_engine::ids::TenantUid;
use cloakroom_engine::secret::Passcode;
use serde::Serialize;
use utoipa::ToSchema;

use crate::api::v1::decode::{PathIds, named};
use crate::api::v1::directory::decode::{ID, NAME, canonical, label, password, patch, patched_id, refuse_fixed, session_cap};
use crate::api::v1::envelope::{MetaResponse, PaginationMeta, documented, time};
use crate::api::v1::error::V1Error;
use crate::http::fields::Fields;

/// An address of a user.
#[derive(Serialize, ToSchema)]
pub struct EmailResponse {
    pub email: String,
    /// unverified, verified or doomed.
    pub status: &'static str,
    #[schema(format = DateTime)]
    pub status_since: String,
    pub is_primary: bool,
}

impl EmailResponse {
    fn of(email: &EmailRecord) -> Self {
        Self {
            email: email.address.clone(),
            status: email.status.as_str(),
            status_since: time(email.status_since),
            is_primary: email.is_primary,
        }
    }
}

/// A user.
#[derive(Serialize, ToSchema)]
pub struct UserResponse {
    pub id: String,
    pub username: String,
    #[schema(required = true)]
    pub display_name: Option<String>,
    /// The primary one first.
    pub emails: Vec<EmailResponse>,
    /// unverified, verified, suspended or doomed.
    pub status: &'static str,
    #[schema(format = DateTime)]
    pub status_since: String,
    /// The home tenant.
    #[schema(required = true)]
    pub tenant_id: Option<String>,
    /// Tenants within the caller's reach, each with owner, admin or member.
    pub memberships: BTreeMap<String, &'static str>,
    /// none, tenant_admin, partner_admin or super_admin.
    pub role: &'static str,
    pub is_operator: bool,
    #[schema(required = true)]
    pub session_cap: Option<i64>,
    pub has_password: bool,
    #[schema(format = DateTime)]
    pub created_at: String,
    #[schema(format = DateTime)]
    pub updated_at: String,
}

impl UserResponse {
    pub fn of(user: &UserRecord) -> Self {
        Self {
            id: user.uid.to_string(),
            username: user.username.clone(),
            display_name: user.display_name.clone(),
            emails: user.emails.iter().map(EmailResponse::of).collect(),
            status: user.status.as_str(),
            status_since: time(user.status_since),
            tenant_id: user.home.map(|home| home.uid.to_string()),
            memberships: user.memberships.iter().map(|(tenant, role)| (tenant.uid.to_string(), role.as_str())).collect(),
            role: user.role.as_str(),
            is_operator: user.is_operator,
            session_cap: user.session_cap,
            has_password: user.has_password,
            created_at: time(user.created_at),
            updated_at: time(user.updated_at),
        }
    }
}

/// A user to be created.
#[derive(ToSchema)]
#[allow(dead_code, reason = "documents the body; it is read field by field to name every bad one")]
pub struct NewUserRequest {
    username: String,
    /// Becomes the primary address.
    email: Option<String>,
    /// verified unless said otherwise.
    email_status: Option<String>,
    /// Without it the user cannot sign in.
    password: Option<String>,
    display_name: Option<String>,
    /// Without it the caller's own home; of a super administrator's none.
    tenant_id: Option<String>,
    /// Tenant and owner, admin or member.
    memberships: Option<BTreeMap<String, String>>,
    /// none unless said otherwise; never above the caller's own.
    role: Option<String>,
    /// true by super administrators alone.
    is_operator: Option<bool>,
    /// verified unless said otherwise.
    status: Option<String>,
    /// 32 to 8192.
    session_cap: Option<u32>,
}

/// What is to change. `null` takes a value away where it may be absent.
#[derive(ToSchema)]
#[allow(dead_code, reason = "documents the body; it is read field by field to name every bad one")]
pub struct ChangeUserRequest {
    display_name: Option<String>,
    tenant_id: Option<String>,
    /// Replaces all memberships within the caller's reach.
    memberships: Option<BTreeMap<String, String>>,
    role: Option<String>,
    /// By super administrators.
    is_operator: Option<bool>,
    session_cap: Option<u32>,
}

/// The status that a user is to have.
#[derive(ToSchema)]
#[allow(dead_code, reason = "documents the body; it is read field by field to name every bad one")]
pub struct UserStatusRequest {
    status: String,
}

/// The status that an address is to have.
#[derive(ToSchema)]
#[allow(dead_code, reason = "documents the body; it is read field by field to name every bad one")]
pub struct EmailStatusRequest {
    status: String,
}

/// Another address.
#[derive(ToSchema)]
#[allow(dead_code, reason = "documents the body; it is read field by field to name every bad one")]
pub struct NewEmailRequest {
    email: String,
    /// verified unless said otherwise.
    status: Option<String>,
    #[schema(default = false)]
    is_primary: Option<bool>,
}

/// A new password.
#[derive(ToSchema)]
#[allow(dead_code, reason = "documents the body; it is read field by field to name every bad one")]
pub struct PasswordRequest {
    password: String,
    /// Whether every session lives on.
    #[schema(default = false)]
    keep_sessions: Option<bool>,
    /// Whether the session that asks lives on, should it be the user's own.
    #[schema(default = false)]
    except_current: Option<bool>,
}

fn email(fields: &mut Fields) -> String {
    canonical(fields, "email", canonical_email, "must be an email address")
}

type NamedMemberships = Vec<(String, MembershipRole)>;

fn memberships(fields: &mut Fields) -> Option<NamedMemberships> {
    let wanted = fields.optional_text_map("memberships", 1000, ID)?;
    let read: Option<Vec<_>> = wanted.into_iter().map(|(tenant, role)| Some((tenant, MembershipRole::parse(&role)?))).collect();
    if read.is_none() {
        fields.refuse("memberships", "each must be one of: owner, admin, member");
    }
    read
}

fn named_memberships(wanted: NamedMemberships) -> Result<Vec<(TenantUid, MembershipRole)>, V1Error> {
    let name = |(tenant, role)| Ok(named(Some(tenant), TenantUid::parse)?.map(|tenant| (tenant, role)));
    wanted.into_iter().filter_map(|item| name(item).transpose()).collect()
}

pub fn new_user(mut fields: Fields) -> Result<(NewUser, Option<Passcode>), V1Error> {
    let username = canonical(&mut fields, "username", canonical_username, "must match ^[a-z0-9][a-z0-9._@-]{0,62}$");
    let email_status = label(&mut fields, "email_status", EmailStatus::ALL, EmailStatus::as_str);
    let email = fields.has("email").then(|| email(&mut fields));
    if email.is_none() && email_status.is_some() {
        fields.refuse("email_status", "stands without an email");
    }
    let password = password(&mut fields);
    let display_name = fields.optional_text("display_name", NAME);
    let tenant = fields.optional_text("tenant_id", ID);
    let memberships = memberships(&mut fields);
    let role = label(&mut fields, "role", PlatformRole::ALL, PlatformRole::as_str);
    let is_operator = fields.optional_bool("is_operator");
    let status = label(&mut fields, "status", UserStatus::ALL, UserStatus::as_str);
    let session_cap = session_cap(&mut fields);
    fields.finish()?;
    let new = NewUser {
        username,
        email: email.map(|email| (email, email_status.unwrap_or(EmailStatus::Verified))),
        display_name,
        tenant: named(tenant, TenantUid::parse)?,
        memberships: named_memberships(memberships.unwrap_or_default())?,
        role: role.unwrap_or(PlatformRole::None),
        is_operator: is_operator.unwrap_or(false),
        status: status.unwrap_or(UserStatus::Verified),
        session_cap,
        password: None,
    };
    Ok((new, password))
}

pub fn user_change(mut fields: Fields) -> Result<UserChange, V1Error> {
    let display_name = patch(&mut fields, "display_name", |fields| fields.optional_text("display_name", NAME));
    let tenant = patch(&mut fields, "tenant_id", |fields| fields.optional_text("tenant_id", ID));
    let memberships = memberships(&mut fields);
    let role = label(&mut fields, "role", PlatformRole::ALL, PlatformRole::as_str);
    let is_operator = fields.optional_bool("is_operator");
    let session_cap: Patch<i64> = patch(&mut fields, "session_cap", session_cap);
    let fixed = [
        ("username", "cannot be changed"),
        ("status", "is changed by POST …/status"),
        ("password", "is changed by POST …/password"),
        ("email", "is changed by POST …/emails"),
        ("emails", "is changed by POST …/emails"),
    ];
    refuse_fixed(&mut fields, &fixed);
    fields.finish()?;
    let memberships = memberships.map(named_memberships).transpose()?;
    Ok(UserChange { display_name, tenant: patched_id(tenant, TenantUid::parse)?, memberships, role, is_operator, session_cap })
}

pub fn user_status(mut fields: Fields) -> Result<UserStatus, V1Error> {
    required_status(&mut fields);
    let status = label(&mut fields, "status", UserStatus::ALL, UserStatus::as_str);
    fields.finish()?;
    status.ok_or_else(|| V1Error::nothing_meant("status is required"))
}

pub fn email_status(mut fields: Fields) -> Result<EmailStatus, V1Error> {
    required_status(&mut fields);
    let status = label(&mut fields, "status", EmailStatus::ALL, EmailStatus::as_str);
    fields.finish()?;
    status.ok_or_else(|| V1Error::nothing_meant("status is required"))
}

fn required_status(fields: &mut Fields) {
    if !fields.has("status") {
        fields.refuse("status", "is required");
    }
}

pub fn new_email(mut fields: Fields) -> Result<EmailChange, V1Error> {
    let address = email(&mut fields);
    let status = label(&mut fields, "status", EmailStatus::ALL, EmailStatus::as_str);
    let is_primary = fields.optional_bool("is_primary").unwrap_or(false);
    fields.finish()?;
    Ok(EmailChange::Add { address, status: status.unwrap_or(EmailStatus::Verified), is_primary })
}

pub fn password_reset(mut fields: Fields, ids: &PathIds) -> Result<PasswordReset, V1Error> {
    let text = fields.required_secret("password", Passcode::MAX_BYTES);
    let password = Passcode::new(text.as_bytes().to_vec());
    let keep = fields.optional_bool("keep_sessions").unwrap_or(false);
    let except_current = fields.optional_bool("except_current").unwrap_or(false);
    fields.finish()?;
    let user = ids.user()?;
    let spared = match (keep, except_current) {
        (true, _) => SparedSessions::All,
        (false, true) => SparedSessions::Current,
        (false, false) => SparedSessions::None,
    };
    Ok(PasswordReset { user, password, spared })
}

documented! {
    /// A page of users.
    UserPage { data: Vec<UserResponse>, pagination: PaginationMeta },
    /// One user.
    OneUser { data: UserResponse },
}
