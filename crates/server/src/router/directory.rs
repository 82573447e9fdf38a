//! The URL map of the directory.

use std::sync::Arc;

use axum::Router;
use axum::routing::{delete, get, patch, post};

use super::App;
use crate::api::v1::directory::{applications, openapi, partners, tenants, users};
use crate::api::v1::error::V1Error;
use crate::api::v1::{self, V1};
use crate::http::limits::{Priority, guard};

pub fn routes(app: &App) -> Router {
    let surface = V1 { engine: app.engine.clone(), detached: app.detached.clone(), body_limits: app.body_limits, clock: app.clock.clone() };
    let enclosed = |routes: Router<V1>, priority| guard(routes, app.limits(priority, Arc::new(v1::refusal)));
    let about = Router::new().route("/api/v1/directory/openapi.json", get(openapi::document));
    let routes = enclosed(ends(), Priority::Last).merge(enclosed(others(), Priority::Normal)).merge(about);
    routes.method_not_allowed_fallback(async || V1Error::METHOD_NOT_ALLOWED).with_state(surface)
}

/// What ends sessions, or takes away what opens them.
fn ends() -> Router<V1> {
    Router::new()
        .route("/api/v1/admin/partners/{partner_id}", delete(partners::remove::remove))
        .route("/api/v1/admin/tenants/{tenant_id}", patch(tenants::change::change).delete(tenants::remove::remove))
        .route("/api/v1/admin/users/{user_id}", delete(users::remove::remove))
        .route("/api/v1/admin/users/{user_id}/status", post(users::change_status::change_status))
        .route("/api/v1/admin/users/{user_id}/password", post(users::reset_password::reset_password))
        .route("/api/v1/admin/users/{user_id}/emails/{email}", delete(users::remove_email::remove_email))
        .route("/api/v1/admin/users/{user_id}/emails/{email}/status", post(users::change_email_status::change_email_status))
        .route("/api/v1/admin/applications/{application_id}", patch(applications::change::change).delete(applications::remove::remove))
        .route("/api/v1/admin/applications/{application_id}/secrets/{secret_id}", delete(applications::remove_secret::remove_secret))
}

fn others() -> Router<V1> {
    Router::new()
        .route("/api/v1/admin/partners", get(partners::list::list).post(partners::create::create))
        .route("/api/v1/admin/partners/", get(partners::list::list).post(partners::create::create))
        .route("/api/v1/admin/partners/{partner_id}", get(partners::get::get).patch(partners::change::change))
        .route("/api/v1/admin/tenants", get(tenants::list::list).post(tenants::create::create))
        .route("/api/v1/admin/tenants/", get(tenants::list::list).post(tenants::create::create))
        .route("/api/v1/admin/tenants/{tenant_id}", get(tenants::get::get))
        .route("/api/v1/admin/users", get(users::list::list).post(users::create::create))
        .route("/api/v1/admin/users/", get(users::list::list).post(users::create::create))
        .route("/api/v1/admin/users/{user_id}", get(users::get::get).patch(users::change::change))
        .route("/api/v1/admin/users/{user_id}/emails", post(users::add_email::add_email))
        .route("/api/v1/admin/users/{user_id}/emails/{email}/primary", post(users::make_email_primary::make_email_primary))
        .route("/api/v1/admin/applications", get(applications::list::list).post(applications::create::create))
        .route("/api/v1/admin/applications/", get(applications::list::list).post(applications::create::create))
        .route("/api/v1/admin/applications/{application_id}", get(applications::get::get))
        .route(
            "/api/v1/admin/applications/{application_id}/secrets",
            get(applications::list_secrets::list_secrets).post(applications::add_secret::add_secret),
        )
}
