//! `/api/v1/admin/users/{user_id}/locks`

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use cloakroom_engine::sessions::credentials::SignInLock;
use serde::Serialize;
use utoipa::ToSchema;

use super::DirectoryDesk;
use super::caller::{Changer, Reader};
use super::user::OneUser;
use crate::api::v1::envelope::{ApiResponse, time};
use crate::api::v1::error::V1Error;
use crate::http::declared::parameters::Params;

/// A lock on an account, under whichever of its names the failures came.
#[derive(Serialize, ToSchema)]
pub struct LockResponse {
    /// The network (/24, /64) that it holds for; null: for everybody.
    #[schema(required = true, example = "203.0.113.0/24")]
    network: Option<String>,
    #[schema(format = DateTime)]
    locked_until: String,
}

impl LockResponse {
    fn of(lock: &SignInLock) -> Self {
        Self { network: lock.network.clone(), locked_until: time(lock.until) }
    }
}

/// Those that hold now, that for everybody first.
#[derive(Serialize, ToSchema)]
pub struct LockList(Vec<LockResponse>);

type LocksAnswer = ApiResponse<LockList>;

/// Which locks keep a user from signing in now.
#[utoipa::path(get, path = "/api/v1/admin/users/{user_id}/locks", operation_id = "listUserLocks", tag = "users",
    params(OneUser),
    responses((status = 200, description = "The locks", body = LocksAnswer)),
    extensions(("x-effect" = json!("reads")))
)]
pub async fn list(State(desk): State<DirectoryDesk>, caller: Reader, Params(one): Params<OneUser>) -> Result<Json<LocksAnswer>, V1Error> {
    let locks = desk.engine.sign_in_locks(&caller.reader, one.user_id.or(V1Error::NOT_FOUND)?).await??;
    Ok(Json(ApiResponse { data: LockList(locks.iter().map(LockResponse::of).collect()), meta: caller.meta }))
}

/// Lift every lock on a user's account, and forget the failures that led to them.
#[utoipa::path(delete, path = "/api/v1/admin/users/{user_id}/locks", operation_id = "liftUserLocks", tag = "users",
    params(OneUser),
    responses((status = 204, description = "Done")),
    extensions(("x-effect" = json!("changes")))
)]
pub async fn lift(State(desk): State<DirectoryDesk>, caller: Changer, Params(one): Params<OneUser>) -> Result<StatusCode, V1Error> {
    desk.engine.lift_sign_in_locks(&caller.admin, one.user_id.or(V1Error::NOT_FOUND)?, &caller.origin).await??;
    Ok(StatusCode::NO_CONTENT)
}
