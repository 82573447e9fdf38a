//! The whole URL map.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::routing::{delete, get, post};
use cloakroom_engine::Engine;
use tower::util::MapRequest;
use utoipa::OpenApi;
use utoipa::openapi::OpenApi as Document;

use crate::api::authenticated_sessions::error::AdminError;
use crate::api::authenticated_sessions::openapi::AuthenticatedSessionsApi;
use crate::api::authenticated_sessions::{self, AuthenticatedSessions};
use crate::api::docs::Docs;
use crate::api::oauth::{self, Oauth};
use crate::api::ops::{self, Readiness};
use crate::api::session_storage::{self, SessionStorage};
use crate::api::user_tokens::{self, UserTokens};
use crate::api::usm::{self, Usm};
use crate::api::v1::account::{self, OwnAccount};
use crate::api::v1::audit;
use crate::api::v1::audit::openapi::AuditApi;
use crate::api::v1::directory::{self, Directory};
use crate::api::v1::error::V1Error;
use crate::api::v1::sessions as v1_sessions;
use crate::api::v1::sessions::openapi::V1SessionsApi;
use crate::api::v1::{self, V1};
use crate::http::body::BodyLimits;
use crate::http::detached::Detached;
use crate::http::limits::{InFlight, Limits, Priority, Shape, guard};
use crate::http::server_clock::ServerClock;
use crate::http::surface::{Serving, Surface};
use crate::http::{Kit, wrap};
use crate::metrics::Metrics;

/// Everything that the routes are made of.
#[derive(Clone)]
pub struct App {
    pub engine: Arc<Engine>,
    pub detached: Detached,
    pub clock: ServerClock,
    pub readiness: Readiness,
    /// `None` where `/metrics` has a listener of its own.
    pub metrics_here: Option<Arc<Metrics>>,
    pub kit: Kit,
    pub in_flight: InFlight,
    pub request_timeout: Duration,
    pub max_header_bytes: usize,
    pub body_limits: BodyLimits,
    /// Whether `/docs` is served.
    pub docs: bool,
    /// What tokens name as their issuer.
    pub issuer: String,
    /// What tokens name as their audience.
    pub audience: String,
}

impl App {
    /// What surfaces are mounted with.
    fn serving(&self) -> Serving {
        Serving {
            engine: self.engine.clone(),
            clock: self.clock.clone(),
            body_limits: self.body_limits,
            detached: self.detached.clone(),
            in_flight: self.in_flight.clone(),
            request_timeout: self.request_timeout,
            max_header_bytes: self.max_header_bytes,
        }
    }

    /// What holds for the routes of a surface that answers refusals in this shape.
    fn limits(&self, priority: Priority, shape: Shape) -> Limits {
        Limits {
            in_flight: self.in_flight.clone(),
            priority,
            timeout: self.request_timeout,
            max_header_bytes: self.max_header_bytes,
            shape,
        }
    }
}

/// Every route of the server.
pub fn router(app: App) -> Router {
    let routes = ops::routes(app.readiness.clone(), app.metrics_here.clone(), app.docs.then(|| Docs::of(documents)))
        .merge(usm::routes(&app.serving()))
        .merge(user_tokens::routes(&app.serving()))
        .merge(v1_sessions_routes(&app))
        .merge(audit_routes(&app))
        .merge(authenticated_sessions_routes(&app))
        .merge(directory::routes(&app.serving()))
        .merge(session_storage::routes(&app.serving()))
        .merge(oauth::routes(&app.serving(), Oauth { issuer: app.issuer.clone(), audience: app.audience.clone() }))
        .merge(account::routes(&app.serving()))
        .fallback(ops::not_found)
        .method_not_allowed_fallback(ops::method_not_allowed);
    // Before anything is routed: the paths of one surface match in any case.
    Router::new().fallback_service(MapRequest::new(wrap(routes, app.kit), user_tokens::fold_path))
}

fn v1_sessions_routes(app: &App) -> Router {
    use v1_sessions::{admin, me, tenants};
    let surface = V1 { engine: app.engine.clone(), detached: app.detached.clone(), body_limits: app.body_limits, clock: app.clock.clone() };
    let enclosed = |routes: Router<V1>, priority| {
        let limits = app.limits(priority, Arc::new(v1::refusal));
        guard(routes, limits)
    };
    let ends = Router::new()
        .route("/api/v1/admin/sessions/revoke-all", post(admin::revoke_all::revoke_all))
        .route("/api/v1/admin/sessions/{session_id}", delete(admin::revoke::revoke))
        .route("/api/v1/me/sessions/revoke-all", post(me::revoke_all::revoke_all))
        .route("/api/v1/me/sessions/{session_id}", delete(me::revoke::revoke))
        .route("/api/v1/tenants/{tenant_id}/sessions/revoke-all", post(tenants::revoke_all::revoke_all))
        .route("/api/v1/tenants/{tenant_id}/sessions/users/{user_id}/revoke", post(tenants::revoke_of_user::revoke_of_user))
        .route("/api/v1/tenants/{tenant_id}/sessions/{session_id}", delete(tenants::revoke::revoke));
    let others = Router::new()
        .route("/api/v1/admin/sessions", get(admin::list::list))
        .route("/api/v1/admin/sessions/", get(admin::list::list))
        .route("/api/v1/admin/sessions/{session_id}", get(admin::get::get))
        .route("/api/v1/me/sessions", get(me::list::list))
        .route("/api/v1/tenants/{tenant_id}/sessions", get(tenants::list::list))
        .route("/api/v1/tenants/{tenant_id}/sessions/stats", get(tenants::stats::stats))
        .route("/api/v1/tenants/{tenant_id}/sessions/users/{user_id}", get(tenants::list_of_user::list_of_user))
        .route("/api/v1/tenants/{tenant_id}/sessions/{session_id}", get(tenants::get::get));
    let about = Router::new().route("/api/v1/openapi.json", get(v1_sessions::openapi::document));
    let routes = enclosed(ends, Priority::Last).merge(enclosed(others, Priority::Normal)).merge(about);
    routes.method_not_allowed_fallback(async || V1Error::METHOD_NOT_ALLOWED).with_state(surface)
}

fn audit_routes(app: &App) -> Router {
    let surface = V1 { engine: app.engine.clone(), detached: app.detached.clone(), body_limits: app.body_limits, clock: app.clock.clone() };
    let routes = Router::new()
        .route("/api/v1/admin/audit", get(audit::list::list))
        .route("/api/v1/admin/audit/", get(audit::list::list))
        .route("/api/v1/admin/audit/actions", get(audit::actions::actions))
        .route("/api/v1/admin/audit/resource-types", get(audit::resource_types::resource_types))
        .route("/api/v1/admin/audit/head", get(audit::head::head))
        .route("/api/v1/admin/audit/export", get(audit::export::export));
    let about = Router::new().route("/openapi/audit.yaml", get(audit::openapi::document));
    let routes = guard(routes, app.limits(Priority::Normal, Arc::new(v1::refusal))).merge(about);
    routes.method_not_allowed_fallback(async || V1Error::METHOD_NOT_ALLOWED).with_state(surface)
}

fn authenticated_sessions_routes(app: &App) -> Router {
    use authenticated_sessions::{list, openapi, revoke, user_sessions};
    let surface = AuthenticatedSessions { engine: app.engine.clone(), detached: app.detached.clone(), body_limits: app.body_limits };
    let enclosed = |routes: Router<AuthenticatedSessions>, priority| {
        let limits = app.limits(priority, Arc::new(authenticated_sessions::refusal));
        guard(routes, limits)
    };
    let ends = Router::new().route("/api/admin/v1/authenticated-sessions/revoke", post(revoke::revoke));
    let others = Router::new()
        .route("/api/admin/v1/authenticated-sessions/list", get(list::list))
        .route("/api/admin/v1/authenticated-sessions/user-sessions/{guid}", get(user_sessions::user_sessions));
    let about = Router::new().route("/api/admin/openapi.json", get(openapi::document));
    let routes = enclosed(ends, Priority::Last).merge(enclosed(others, Priority::Normal)).merge(about);
    routes.method_not_allowed_fallback(async || AdminError::METHOD_NOT_ALLOWED).with_state(surface)
}

/// Every OpenAPI document that is served, under the path it is served at.
pub fn documents() -> Vec<(&'static str, Document)> {
    vec![
        (ops::DOCUMENT.path, ops::document()),
        (Usm::DOCUMENT.path, usm::operations().document()),
        (UserTokens::DOCUMENT.path, user_tokens::operations().document()),
        ("/api/v1/openapi.json", V1SessionsApi::openapi()),
        ("/openapi/audit.yaml", AuditApi::openapi()),
        ("/api/admin/openapi.json", AuthenticatedSessionsApi::openapi()),
        (Directory::DOCUMENT.path, directory::operations().document()),
        (OwnAccount::DOCUMENT.path, account::operations().document()),
        (Oauth::DOCUMENT.path, oauth::operations().document()),
        (SessionStorage::DOCUMENT.path, session_storage::operations().document()),
    ]
}
