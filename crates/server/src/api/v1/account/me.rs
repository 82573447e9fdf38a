//! `/api/v1/me…`: who calls.

use axum::Json;
use axum::extract::State;
use cloakroom_engine::account::store::{Account, Membership, OwnEmail};
use cloakroom_engine::directory::{EmailStatus, LONGEST_NAME, MembershipRole, PlatformRole, UserStatus};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa::openapi::Object;

use super::AccountDesk;
use crate::api::v1::caller::{Caller, PasswordChanger};
use crate::api::v1::envelope::{ApiResponse, time};
use crate::api::v1::error::{ErrorDetail, V1Error};
use crate::http::declared::types::{ChosenPassword, Kind as _, Password, Text};
use crate::http::declared::words::OneOf;
use crate::http::declared::{About, Field, JsonBody, body};
use crate::http::fields::Fields;

body! {
    /// What the caller's account is to be.
    pub struct AccountUpdate {
        /// Empty text removes it.
        display_name: NewDisplayName = "Ada Lovelace",
    }

    /// A new password, and that it is the user who wants it.
    pub struct PasswordChangeRequest {
        current_password: Password = "correct horse battery staple",
        new_password: ChosenPassword = "a better horse battery staple",
    }
}

/// A display name that must be there. Where it is not, the answer names the body: there is nothing else to change.
pub struct NewDisplayName;

type DisplayName = Text<0, LONGEST_NAME>;

impl Field for NewDisplayName {
    type Value = Option<String>;

    fn take(fields: &mut Fields, name: &'static str) -> Option<Option<String>> {
        <Option<DisplayName> as Field>::take(fields, name)
    }

    fn describe(object: &mut Object, name: &'static str, about: About) {
        <DisplayName as Field>::describe(object, name, about);
    }
}

/// The caller's account.
#[derive(Serialize, ToSchema)]
pub struct AccountResponse {
    #[schema(example = "usr_01J8ZQ4Y7N3V5K2M6P9R1S0T8W")]
    id: String,
    #[schema(example = "ada")]
    username: String,
    #[schema(required = true, example = "Ada Lovelace")]
    display_name: Option<String>,
    #[schema(schema_with = OneOf::<UserStatus>::schema)]
    status: &'static str,
    #[schema(schema_with = OneOf::<PlatformRole>::schema)]
    role: &'static str,
    is_operator: bool,
    /// The home tenant.
    #[schema(required = true, example = "tnt_01J8ZQ4Y7N3V5K2M6P9R1S0T8W")]
    tenant_id: Option<String>,
    /// The primary one first.
    emails: Vec<OwnEmailResponse>,
    memberships: Vec<OwnMembershipResponse>,
    #[schema(format = DateTime)]
    created_at: String,
    #[schema(format = DateTime)]
    updated_at: String,
}

/// One of the caller's addresses.
#[derive(Serialize, ToSchema)]
pub struct OwnEmailResponse {
    #[schema(example = "ada@example.com")]
    address: String,
    #[schema(schema_with = OneOf::<EmailStatus>::schema)]
    status: &'static str,
    is_primary: bool,
}

/// What the caller is within a tenant.
#[derive(Serialize, ToSchema)]
pub struct OwnMembershipResponse {
    #[schema(example = "tnt_01J8ZQ4Y7N3V5K2M6P9R1S0T8W")]
    tenant_id: String,
    #[schema(schema_with = OneOf::<MembershipRole>::schema)]
    role: &'static str,
}

/// What a change of password did.
#[derive(Serialize, ToSchema)]
pub struct PasswordChangeResponse {
    /// How many other sessions were live.
    #[schema(example = 2)]
    sessions_ended: usize,
}

impl From<&OwnEmail> for OwnEmailResponse {
    fn from(email: &OwnEmail) -> Self {
        Self { address: email.address.clone(), status: email.status.as_str(), is_primary: email.is_primary }
    }
}

impl From<&Membership> for OwnMembershipResponse {
    fn from(membership: &Membership) -> Self {
        Self { tenant_id: membership.tenant.uid.to_string(), role: membership.role.as_str() }
    }
}

impl From<&Account> for AccountResponse {
    fn from(account: &Account) -> Self {
        Self {
            id: account.uid.to_string(),
            status: account.status.as_str(),
            role: account.role.as_str(),
            is_operator: account.is_operator,
            tenant_id: account.tenant.as_ref().map(|tenant| tenant.uid.to_string()),
            emails: account.emails.iter().map(Into::into).collect(),
            memberships: account.memberships.iter().map(Into::into).collect(),
            created_at: time(account.created_at),
            updated_at: time(account.updated_at),
            username: account.username.clone(),
            display_name: account.display_name.clone(),
        }
    }
}

type AccountAnswer = ApiResponse<AccountResponse>;
type PasswordChangeAnswer = ApiResponse<PasswordChangeResponse>;

/// The caller's account.
#[utoipa::path(get, path = "/api/v1/me", operation_id = "getMe", tag = "me",
    responses((status = 200, description = "The caller's account", body = AccountAnswer)),
    extensions(("x-effect" = json!("reads")))
)]
pub async fn get(State(desk): State<AccountDesk>, caller: Caller) -> Result<Json<AccountAnswer>, V1Error> {
    let account = desk.engine.own_account(&caller.user).await?;
    Ok(Json(ApiResponse { data: (&*account).into(), meta: caller.meta }))
}

/// Change the caller's display name.
#[utoipa::path(patch, path = "/api/v1/me", operation_id = "updateMe", tag = "me",
    request_body = AccountUpdate,
    responses((status = 200, description = "The account as it is now", body = AccountAnswer)),
    extensions(("x-effect" = json!("changes")))
)]
pub async fn rename(
    State(desk): State<AccountDesk>,
    caller: Caller,
    JsonBody(AccountUpdate { display_name }): JsonBody<AccountUpdate>,
) -> Result<Json<AccountAnswer>, V1Error> {
    let Some(display_name) = display_name else {
        return Err(V1Error::nothing_meant("display_name is required: nothing else can be changed here"));
    };
    let display_name = Some(display_name).filter(|name| !name.is_empty());
    let account = desk.engine.rename_own_account(&caller.user, display_name, &caller.origin).await?;
    Ok(Json(ApiResponse { data: (&*account).into(), meta: caller.meta }))
}

/// Change the caller's password; all other sessions of the caller end. With the one-time password of the first administrator this is all
/// that may be done.
#[utoipa::path(post, path = "/api/v1/me/password", operation_id = "changeMyPassword", tag = "me",
    request_body = PasswordChangeRequest,
    responses(
        (status = 200, description = "What was ended", body = PasswordChangeAnswer),
        (status = 403, description = "The current password is another, or the token is an application's", body = ErrorDetail),
        (status = 429, description = "Too many failures, as at a sign-in", body = ErrorDetail),
    ),
    extensions(("x-effect" = json!("changes")))
)]
pub async fn change_password(
    State(desk): State<AccountDesk>,
    caller: PasswordChanger,
    JsonBody(PasswordChangeRequest { current_password, new_password }): JsonBody<PasswordChangeRequest>,
) -> Result<Json<PasswordChangeAnswer>, V1Error> {
    let changed = desk.engine.change_own_password(&caller.user, current_password, new_password, &caller.origin).await;
    Ok(Json(ApiResponse { data: PasswordChangeResponse { sessions_ended: changed?? }, meta: caller.meta }))
}
