//! `/login/idp/{code}/logout`: a provider says that somebody signed out there (OpenID Connect Back-Channel Logout 1.0 section 2.5).

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use cloakroom_engine::federation::log_out::ProviderLogoutRefusal;
use serde::Serialize;
use utoipa::ToSchema;

use crate::http::declared::parameters::parameters;
use crate::http::fault::Fault;
use crate::web::error::{PageError, PageRefusals};
use crate::web::form::{Filled, Typed};
use crate::web::surface::FrontDesk;
use crate::web::visitor::Coming;

parameters! {
    /// What a provider sends.
    in Form pub struct ToldLogout {
        /// A JWT of the provider that says whose sessions are over.
        logout_token: Typed,
    }
}

/// That a logout token ends nothing (section 2.8).
#[derive(Serialize, ToSchema)]
pub struct LogoutFailure {
    /// `invalid_request`
    #[schema(max_length = 64)]
    error: &'static str,
}

/// End the sessions that were born from a session of an identity provider.
#[utoipa::path(post, path = "/login/idp/{code}/logout", operation_id = "endSessionsByProvider", tag = "openid",
    params(("code" = String, Path, description = "The provider's code.", example = "acme")),
    request_body(content = ToldLogout, content_type = "application/x-www-form-urlencoded"),
    responses(
        PageRefusals,
        (status = 200, description = "They are over, on every surface; or there were none."),
        (status = 400, description = "The token is not believed, or was used before; or, as a page, what was sent cannot be read.",
            content((LogoutFailure = "application/json"), (String = "text/html"))),
        (status = 404, description = "There is no such provider.", body = str, content_type = "text/html"),
    ),
    security(()),
    extensions(("x-effect" = json!("ends")))
)]
pub async fn end_by_provider(
    State(desk): State<FrontDesk>,
    coming: Coming,
    Path(code): Path<String>,
    Filled(told): Filled<ToldLogout>,
) -> Result<Response, PageError> {
    match desk.engine.log_out_at_provider(&code, &told.logout_token, &coming.origin).await? {
        Ok(_) => Ok((StatusCode::OK, [(header::CACHE_CONTROL, "no-store")]).into_response()),
        Err(ProviderLogoutRefusal::NotBelieved) => {
            let failure = Json(LogoutFailure { error: "invalid_request" });
            Ok((StatusCode::BAD_REQUEST, [(header::CACHE_CONTROL, "no-store")], failure).into_response())
        }
        Err(ProviderLogoutRefusal::Unknown) => Err(PageError::NOT_FOUND),
        Err(ProviderLogoutRefusal::Away) => Err(PageError::PROVIDER_AWAY),
        Err(ProviderLogoutRefusal::Limited { wait }) => Err(Fault::TooMany { retry_after: wait.as_seconds_ceil() }.into()),
    }
}
