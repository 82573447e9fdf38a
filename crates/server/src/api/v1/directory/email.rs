//! `/api/v1/admin/users/{user_id}/emails…`

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use cloakroom_engine::directory::changes::EmailChange;
use cloakroom_engine::directory::records::EmailRecord;
use cloakroom_engine::directory::{EmailStatus, SoughtEmail};
use cloakroom_engine::ids::UserUid;
use serde::Serialize;
use utoipa::ToSchema;

use super::DirectoryDesk;
use super::caller::Changer;
use super::parts::Address;
use super::user::{OneUser, UserAnswer, UserResponse};
use crate::api::v1::envelope::time;
use crate::api::v1::error::V1Error;
use crate::http::declared::names::Email;
use crate::http::declared::parameters::{Params, PathId, parameters};
use crate::http::declared::types::{Flag, Kind as _};
use crate::http::declared::words::{Name, OneOf};
use crate::http::declared::{JsonBody, body};

body! {
    /// Another address.
    pub struct NewEmailRequest {
        email: Name<Email>,
        /// verified unless said otherwise.
        status: Option<OneOf<EmailStatus>> = "verified",
        is_primary: Flag<false>,
    }

    /// The status that an address is to have.
    pub struct EmailStatusRequest {
        status: OneOf<EmailStatus> = "unverified",
    }
}

parameters! {
    /// Which address.
    in Path pub struct OneEmail {
        /// `usr_…`
        user_id: PathId<UserUid>,
        /// The address
        email: PathId<Address>,
    }
}

impl OneEmail {
    fn named(self) -> Result<(UserUid, SoughtEmail), V1Error> {
        Ok((self.user_id.or(V1Error::NOT_FOUND)?, self.email.or(V1Error::NOT_FOUND)?.0))
    }
}

/// An address of a user.
#[derive(Serialize, ToSchema)]
pub struct EmailResponse {
    #[schema(example = "ada@example.com")]
    email: String,
    #[schema(schema_with = OneOf::<EmailStatus>::schema)]
    status: &'static str,
    #[schema(format = DateTime)]
    status_since: String,
    is_primary: bool,
}

impl EmailResponse {
    pub fn of(email: &EmailRecord) -> Self {
        Self {
            email: email.address.clone(),
            status: email.status.as_str(),
            status_since: time(email.status_since),
            is_primary: email.is_primary,
        }
    }
}

async fn changed(desk: &DirectoryDesk, caller: Changer, user: UserUid, change: EmailChange) -> Result<Json<UserAnswer>, V1Error> {
    let changed = desk.engine.change_emails(&caller.admin, user, change, &caller.origin).await??;
    Ok(Json(UserAnswer { data: UserResponse::of(&changed), meta: caller.meta }))
}

/// Give a user another address. The first one becomes the primary one.
#[utoipa::path(post, path = "/api/v1/admin/users/{user_id}/emails", operation_id = "addUserEmail", tag = "users",
    params(OneUser),
    request_body = NewEmailRequest,
    responses((status = 200, description = "The user as it is now", body = UserAnswer)),
    extensions(("x-effect" = json!("changes")))
)]
pub async fn add(
    State(desk): State<DirectoryDesk>,
    caller: Changer,
    Params(one): Params<OneUser>,
    JsonBody(NewEmailRequest { email, status, is_primary }): JsonBody<NewEmailRequest>,
) -> Result<Json<UserAnswer>, V1Error> {
    let change = EmailChange::Add { address: email, status: status.unwrap_or(EmailStatus::Verified), is_primary };
    changed(&desk, caller, one.user_id.or(V1Error::NOT_FOUND)?, change).await
}

/// Doom an address, which ends every session of its user. It stays taken.
#[utoipa::path(delete, path = "/api/v1/admin/users/{user_id}/emails/{email}", operation_id = "removeUserEmail", tag = "users",
    params(OneEmail),
    responses((status = 204, description = "Done")),
    extensions(("x-effect" = json!("ends")))
)]
pub async fn remove(State(desk): State<DirectoryDesk>, caller: Changer, Params(one): Params<OneEmail>) -> Result<StatusCode, V1Error> {
    let (user, address) = one.named()?;
    let change = EmailChange::Status { address, status: EmailStatus::Doomed };
    changed(&desk, caller, user, change).await.map(|_| StatusCode::NO_CONTENT)
}

/// Move an address to another status. Out of verified ends every session of its user at once.
#[utoipa::path(post, path = "/api/v1/admin/users/{user_id}/emails/{email}/status", operation_id = "changeUserEmailStatus", tag = "users",
    params(OneEmail),
    request_body = EmailStatusRequest,
    responses((status = 200, description = "The user as it is now", body = UserAnswer)),
    extensions(("x-effect" = json!("ends")))
)]
pub async fn change_status(
    State(desk): State<DirectoryDesk>,
    caller: Changer,
    Params(one): Params<OneEmail>,
    JsonBody(EmailStatusRequest { status }): JsonBody<EmailStatusRequest>,
) -> Result<Json<UserAnswer>, V1Error> {
    let (user, address) = one.named()?;
    changed(&desk, caller, user, EmailChange::Status { address, status }).await
}

/// Make an address of a user the primary one.
#[utoipa::path(post, path = "/api/v1/admin/users/{user_id}/emails/{email}/primary", operation_id = "makeUserEmailPrimary", tag = "users",
    params(OneEmail),
    responses((status = 200, description = "The user as it is now", body = UserAnswer)),
    extensions(("x-effect" = json!("changes")))
)]
pub async fn make_primary(
    State(desk): State<DirectoryDesk>,
    caller: Changer,
    Params(one): Params<OneEmail>,
) -> Result<Json<UserAnswer>, V1Error> {
    let (user, address) = one.named()?;
    changed(&desk, caller, user, EmailChange::MakePrimary { address }).await
}
