//! `/api/v1/admin/applications/{application_id}/logouts`

use axum::Json;
use axum::extract::State;
use cloakroom_engine::ids::ApplicationUid;
use cloakroom_engine::openid::logout::{LogoutRecord, LogoutStatus};
use serde::Serialize;
use utoipa::ToSchema;

use super::DirectoryDesk;
use super::caller::Reader;
use crate::api::v1::envelope::{PaginatedResponse, time};
use crate::api::v1::error::V1Error;
use crate::api::v1::parameters::{self as query, Paging};
use crate::http::declared::parameters::{Flat, Params, PathId, parameters};
use crate::http::declared::types::Kind as _;
use crate::http::declared::words::OneOf;

parameters! {
    /// Of which application.
    in Path pub struct OfApplication {
        /// `app_…`
        application_id: PathId<ApplicationUid>,
    }

    /// Which notices.
    in Query pub struct LogoutsQuery {
        page: Flat<Paging>,
        /// Without it all
        status: query::OneOf<LogoutStatus>,
    }
}

/// A notice to an application that a session is over.
#[derive(Serialize, ToSchema)]
pub struct LogoutNotice {
    #[schema(example = "ses_01J8ZQ4Y7N3V5K2M6P9R1S0T8W")]
    session_id: String,
    #[schema(example = "usr_01J8ZQ4Y7N3V5K2M6P9R1S0T8W")]
    user_id: String,
    #[schema(schema_with = OneOf::<LogoutStatus>::schema)]
    status: &'static str,
    /// How often it was tried.
    attempts: u32,
    /// When the session ended.
    #[schema(format = DateTime)]
    ended_at: String,
    /// When it is tried next; null where it never is again.
    #[schema(format = DateTime, required = true)]
    next_attempt_at: Option<String>,
    /// When it was delivered or given up.
    #[schema(format = DateTime, required = true)]
    settled_at: Option<String>,
    /// Why the last attempt failed.
    #[schema(required = true, example = "it answered 503")]
    problem: Option<String>,
}

impl LogoutNotice {
    fn of(notice: &LogoutRecord) -> Self {
        Self {
            session_id: notice.session.to_string(),
            user_id: notice.user.to_string(),
            status: notice.status().as_str(),
            attempts: notice.attempts,
            ended_at: time(notice.ended_at),
            next_attempt_at: notice.due.map(time),
            settled_at: notice.settled_at.map(time),
            problem: notice.problem.clone(),
        }
    }
}

type LogoutNoticePage = PaginatedResponse<LogoutNotice>;

/// List what an application is told of sessions that are over (OpenID Connect Back-Channel Logout), the newest first. A notice is kept for
/// a week after it was delivered or given up.
#[utoipa::path(get, path = "/api/v1/admin/applications/{application_id}/logouts", operation_id = "listLogouts", tag = "applications",
    params(OfApplication, LogoutsQuery),
    responses((status = 200, description = "A page", body = LogoutNoticePage)),
    extensions(("x-effect" = json!("reads")))
)]
pub async fn list(
    State(desk): State<DirectoryDesk>,
    caller: Reader,
    Params(of): Params<OfApplication>,
    Params(query): Params<LogoutsQuery>,
) -> Result<Json<LogoutNoticePage>, V1Error> {
    let (application, page) = (of.application_id.or(V1Error::NOT_FOUND)?, query.page.asked());
    let listed = desk.engine.list_logouts(&caller.reader, application, query.status, page).await??;
    Ok(Json(PaginatedResponse::of(&listed, page, caller.meta, LogoutNotice::of)))
}
