//! The routes of a user's own account.

use std::sync::Arc;

use axum::Router;
use axum::routing::{get, post};

use super::App;
use crate::api::v1::account::openapi;
use crate::api::v1::account::{auth, me};
use crate::api::v1::error::V1Error;
use crate::api::v1::{self, V1};
use crate::http::limits::{Priority, guard};

pub(super) fn routes(app: &App) -> Router {
    let surface = V1 { engine: app.engine.clone(), detached: app.detached.clone(), body_limits: app.body_limits, clock: app.clock.clone() };
    let routes = Router::new()
        .route("/api/v1/me", get(me::get::get).patch(me::update::update))
        .route("/api/v1/me/password", post(me::change_password::change_password))
        .route("/api/v1/auth/forgot-password", post(auth::forgot_password::forgot_password))
        .route("/api/v1/auth/reset-password", post(auth::reset_password::reset_password))
        .route("/api/v1/auth/resend-verification", post(auth::resend_verification::resend_verification))
        .route("/api/v1/auth/verify-email", post(auth::verify_email::verify_email));
    let guarded = guard(routes, app.limits(Priority::Normal, Arc::new(v1::refusal)));
    let about = Router::new().route("/openapi/account.yaml", get(openapi::document));
    guarded.merge(about).method_not_allowed_fallback(async || V1Error::METHOD_NOT_ALLOWED).with_state(surface)
}
