//! `/api/v1/admin/users/…`

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use cloakroom_engine::directory::admin::passwords::PasswordReset;
use cloakroom_engine::directory::changes::{NewUser, Patch, SparedSessions, UserChange};
use cloakroom_engine::directory::records::UserRecord;
use cloakroom_engine::directory::{EmailStatus, MembershipRole, PlatformRole, UserStatus};
use cloakroom_engine::ids::{PartnerUid, TenantUid, UserUid};
use serde::Serialize;
use utoipa::ToSchema;

use super::DirectoryDesk;
use super::caller::{Changer, Reader};
use super::email::EmailResponse;
use super::parts::{BodyId, Memberships, filter, named_in_patch, refuse_fixed};
use crate::api::v1::envelope::{ApiResponse, PaginatedResponse, time};
use crate::api::v1::error::V1Error;
use crate::api::v1::parameters::{self as query, Paging, QueryId, if_named};
use crate::http::declared::names::{DisplayName, Email, SessionCap, Username};
use crate::http::declared::parameters::{Flat, Params, PathId, parameters};
use crate::http::declared::types::{Bool, ChosenPassword, Flag, Kind as _};
use crate::http::declared::words::{Name, Named, OneOf};
use crate::http::declared::{JsonBody, body};

body! {
    /// A user to be created.
    pub struct NewUserRequest {
        username: Name<Username>,
        /// verified unless said otherwise.
        email_status: Option<OneOf<EmailStatus>> = "verified",
        /// Becomes the primary address.
        email: Option<Name<Email>> => |fields| {
            if email == Some(None) && email_status.flatten().is_some() {
                fields.refuse("email_status", "stands without an email");
            }
        },
        /// Without it the user cannot sign in.
        password: Option<ChosenPassword> = "correct horse battery staple",
        display_name: Option<DisplayName> = "Ada Lovelace",
        /// Without it the caller's own home; of a super administrator's none.
        tenant_id: Option<BodyId<TenantUid>>,
        /// Tenants, and what the user is there.
        memberships: Option<Memberships>,
        /// none unless said otherwise; never above the caller's own.
        role: Option<OneOf<PlatformRole>> = "none",
        /// true by super administrators alone.
        is_operator: Option<Bool> = false,
        /// verified unless said otherwise.
        status: Option<OneOf<UserStatus>> = "verified",
        session_cap: Option<SessionCap> = 64,
    }

    /// What is to change. `null` takes a value away where it may be absent.
    pub struct ChangeUserRequest {
        display_name: Patch<DisplayName> = "Ada King",
        tenant_id: Patch<BodyId<TenantUid>>,
        /// Replaces all memberships within the caller's reach.
        memberships: Option<Memberships>,
        role: Option<OneOf<PlatformRole>> = "tenant_admin",
        /// By super administrators.
        is_operator: Option<Bool> = false,
        session_cap: Patch<SessionCap> = 64 => |fields| {
            refuse_fixed(fields, &[
                ("username", "cannot be changed"),
                ("status", "is changed by POST …/status"),
                ("password", "is changed by POST …/password"),
                ("email", "is changed by POST …/emails"),
                ("emails", "is changed by POST …/emails"),
            ]);
        },
    }

    /// The status that a user is to have.
    pub struct UserStatusRequest {
        status: OneOf<UserStatus> = "suspended",
    }

    /// A new password.
    pub struct PasswordRequest {
        password: ChosenPassword = "correct horse battery staple",
        /// Whether every session lives on.
        keep_sessions: Flag<false>,
    }
}

parameters! {
    /// Which user.
    in Path pub struct OneUser {
        /// `usr_…`
        user_id: PathId<UserUid>,
    }

    /// Which users.
    in Query pub struct UsersQuery {
        page: Flat<Paging>,
        /// The beginning of a username, an address or a display name
        search: query::Words,
        /// Without it all but what is doomed
        status: query::OneOf<UserStatus>,
        /// Only who is at home in this tenant
        tenant_id: QueryId<TenantUid>,
        /// Only who is at home in a tenant of this partner
        partner_id: QueryId<PartnerUid>,
    }
}

impl NewUserRequest {
    /// The user without the password, which is hashed first.
    fn wish(self) -> Result<NewUser, V1Error> {
        Ok(NewUser {
            username: self.username,
            email: self.email.map(|email| (email, self.email_status.unwrap_or(EmailStatus::Verified))),
            display_name: self.display_name,
            tenant: if_named(self.tenant_id)?,
            memberships: named_memberships(self.memberships.unwrap_or_default())?,
            role: self.role.unwrap_or(PlatformRole::None),
            is_operator: self.is_operator.unwrap_or(false),
            status: self.status.unwrap_or(UserStatus::Verified),
            session_cap: self.session_cap,
            password: None,
            password_is_due: false,
        })
    }
}

impl ChangeUserRequest {
    fn wish(self) -> Result<UserChange, V1Error> {
        Ok(UserChange {
            display_name: self.display_name,
            memberships: self.memberships.map(named_memberships).transpose()?,
            tenant: named_in_patch(self.tenant_id)?,
            role: self.role,
            is_operator: self.is_operator,
            session_cap: self.session_cap,
        })
    }
}

fn named_memberships(named: Vec<(Named<TenantUid>, MembershipRole)>) -> Result<Vec<(TenantUid, MembershipRole)>, V1Error> {
    named.into_iter().map(|(tenant, role)| Ok((tenant.or(V1Error::NOT_FOUND)?, role))).collect()
}

/// A user.
#[derive(Serialize, ToSchema)]
pub struct UserResponse {
    #[schema(example = "usr_01J8ZQ4Y7N3V5K2M6P9R1S0T8W")]
    id: String,
    #[schema(example = "ada")]
    username: String,
    #[schema(required = true, example = "Ada Lovelace")]
    display_name: Option<String>,
    /// The primary one first.
    emails: Vec<EmailResponse>,
    #[schema(schema_with = OneOf::<UserStatus>::schema)]
    status: &'static str,
    #[schema(format = DateTime)]
    status_since: String,
    /// The home tenant.
    #[schema(required = true, example = "tnt_01J8ZQ4Y7N3V5K2M6P9R1S0T8W")]
    tenant_id: Option<String>,
    /// Tenants within the caller's reach, and what the user is there.
    #[schema(schema_with = Memberships::schema)]
    memberships: BTreeMap<String, &'static str>,
    #[schema(schema_with = OneOf::<PlatformRole>::schema)]
    role: &'static str,
    is_operator: bool,
    #[schema(required = true, example = 64)]
    session_cap: Option<i64>,
    has_password: bool,
    #[schema(format = DateTime)]
    created_at: String,
    #[schema(format = DateTime)]
    updated_at: String,
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

pub type UserAnswer = ApiResponse<UserResponse>;
type UserPage = PaginatedResponse<UserResponse>;

/// List the users within reach, newest first.
#[utoipa::path(get, path = "/api/v1/admin/users/", operation_id = "listUsers", tag = "users",
    params(UsersQuery),
    responses((status = 200, description = "A page", body = UserPage)),
    extensions(("x-effect" = json!("reads")))
)]
pub async fn list(State(desk): State<DirectoryDesk>, caller: Reader, Params(query): Params<UsersQuery>) -> Result<Json<UserPage>, V1Error> {
    let page = query.page.asked();
    let filter = filter(query.search, query.status, query.tenant_id, query.partner_id)?;
    let listed = desk.engine.list_users(&caller.reader, filter, page).await??;
    Ok(Json(PaginatedResponse::of(&listed, page, caller.meta, UserResponse::of)))
}

/// Create a user.
#[utoipa::path(post, path = "/api/v1/admin/users/", operation_id = "createUser", tag = "users",
    request_body = NewUserRequest,
    responses((status = 201, description = "What was created", body = UserAnswer)),
    extensions(("x-effect" = json!("changes")))
)]
pub async fn create(
    State(desk): State<DirectoryDesk>,
    caller: Changer,
    JsonBody(mut body): JsonBody<NewUserRequest>,
) -> Result<(StatusCode, Json<UserAnswer>), V1Error> {
    let password = body.password.take();
    let created = desk.engine.create_user(&caller.admin, body.wish()?, password, &caller.origin).await??;
    Ok((StatusCode::CREATED, Json(ApiResponse { data: UserResponse::of(&created), meta: caller.meta })))
}

/// Doom a user, which ends every session of it. Its names stay taken.
#[utoipa::path(delete, path = "/api/v1/admin/users/{user_id}", operation_id = "removeUser", tag = "users",
    params(OneUser),
    responses((status = 204, description = "Done")),
    extensions(("x-effect" = json!("ends")))
)]
pub async fn remove(State(desk): State<DirectoryDesk>, caller: Changer, Params(one): Params<OneUser>) -> Result<StatusCode, V1Error> {
    desk.engine.doom_user(&caller.admin, one.user_id.or(V1Error::NOT_FOUND)?, &caller.origin).await??;
    Ok(StatusCode::NO_CONTENT)
}

/// Look at one user within reach.
#[utoipa::path(get, path = "/api/v1/admin/users/{user_id}", operation_id = "getUser", tag = "users",
    params(OneUser),
    responses((status = 200, description = "The user", body = UserAnswer)),
    extensions(("x-effect" = json!("reads")))
)]
pub async fn get(State(desk): State<DirectoryDesk>, caller: Reader, Params(one): Params<OneUser>) -> Result<Json<UserAnswer>, V1Error> {
    let found = desk.engine.user(&caller.reader, one.user_id.or(V1Error::NOT_FOUND)?).await??;
    Ok(Json(ApiResponse { data: UserResponse::of(&found), meta: caller.meta }))
}

/// Change what is named of a user; what is not named stays. Another home ends every session of the user at once.
#[utoipa::path(patch, path = "/api/v1/admin/users/{user_id}", operation_id = "changeUser", tag = "users",
    params(OneUser),
    request_body = ChangeUserRequest,
    responses((status = 200, description = "What it is now", body = UserAnswer)),
    extensions(("x-effect" = json!("ends")))
)]
pub async fn change(
    State(desk): State<DirectoryDesk>,
    caller: Changer,
    Params(one): Params<OneUser>,
    JsonBody(body): JsonBody<ChangeUserRequest>,
) -> Result<Json<UserAnswer>, V1Error> {
    let user = one.user_id.or(V1Error::NOT_FOUND)?;
    let changed = desk.engine.change_user(&caller.admin, user, body.wish()?, &caller.origin).await??;
    Ok(Json(ApiResponse { data: UserResponse::of(&changed), meta: caller.meta }))
}

/// Move a user to another status. Out of verified ends every session of the user at once.
#[utoipa::path(post, path = "/api/v1/admin/users/{user_id}/status", operation_id = "changeUserStatus", tag = "users",
    params(OneUser),
    request_body = UserStatusRequest,
    responses((status = 200, description = "The user as it is now", body = UserAnswer)),
    extensions(("x-effect" = json!("ends")))
)]
pub async fn change_status(
    State(desk): State<DirectoryDesk>,
    caller: Changer,
    Params(one): Params<OneUser>,
    JsonBody(body): JsonBody<UserStatusRequest>,
) -> Result<Json<UserAnswer>, V1Error> {
    let user = one.user_id.or(V1Error::NOT_FOUND)?;
    let changed = desk.engine.change_user_status(&caller.admin, user, body.status, &caller.origin).await??;
    Ok(Json(ApiResponse { data: UserResponse::of(&changed), meta: caller.meta }))
}

/// Set the password of another user, which ends every session of that user unless they are spared.
#[utoipa::path(post, path = "/api/v1/admin/users/{user_id}/password", operation_id = "resetUserPassword", tag = "users",
    params(OneUser),
    request_body = PasswordRequest,
    responses((status = 200, description = "The user as it is now", body = UserAnswer)),
    extensions(("x-effect" = json!("ends")))
)]
pub async fn reset_password(
    State(desk): State<DirectoryDesk>,
    caller: Changer,
    Params(one): Params<OneUser>,
    JsonBody(PasswordRequest { password, keep_sessions }): JsonBody<PasswordRequest>,
) -> Result<Json<UserAnswer>, V1Error> {
    let user = one.user_id.or(V1Error::NOT_FOUND)?;
    let spared = if keep_sessions { SparedSessions::All } else { SparedSessions::None };
    let reset = PasswordReset { user, password, spared };
    let changed = desk.engine.reset_password(&caller.admin, reset, &caller.origin).await??;
    Ok(Json(ApiResponse { data: UserResponse::of(&changed), meta: caller.meta }))
}
