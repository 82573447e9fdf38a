//! The whole URL map.

use std::sync::{Arc, LazyLock};
use std::time::Duration;

use axum::extract::Request;
use axum::response::Response;
use cloakroom_engine::Engine;
use tower::util::MapRequest;
use utoipa::openapi::OpenApi as Document;

use crate::api::authenticated_sessions::{self, AuthenticatedSessions};
use crate::api::docs::Docs;
use crate::api::oauth::{self, Oauth};
use crate::api::ops;
use crate::api::session_storage::{self, SessionStorage};
use crate::api::user_tokens::{self, UserTokens};
use crate::api::usm::{self, Usm};
use crate::api::v1::account::{self, OwnAccount};
use crate::api::v1::audit::{self, AuditTrail};
use crate::api::v1::directory::{self, Directory};
use crate::api::v1::sessions::{self as v1_sessions, V1Sessions};
use crate::http::arrival::noting;
use crate::http::body::Bodies;
use crate::http::detached::Detached;
use crate::http::document::Served;
use crate::http::places::{InFlight, Streams};
use crate::http::rates::Rates;
use crate::http::readiness::Readiness;
use crate::http::server_clock::ServerClock;
use crate::http::surface::{Serving, Surface};
use crate::http::{Front, Kit, wrap};
use crate::metrics::Metrics;
use crate::web::{self, Door, FrontDoor, Health};

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
    pub streams: Streams,
    pub rates: Rates,
    pub request_timeout: Duration,
    pub max_header_bytes: usize,
    pub bodies: Bodies,
    /// Whether `/docs` is served.
    pub docs: bool,
    /// What tokens name as their issuer.
    pub issuer: String,
    /// What tokens name as their audience.
    pub audience: String,
    /// What browsers see.
    pub door: Arc<Door>,
}

impl App {
    /// What surfaces are mounted with.
    fn serving(&self) -> Serving {
        Serving {
            engine: self.engine.clone(),
            clock: self.clock.clone(),
            bodies: self.bodies.clone(),
            detached: self.detached.clone(),
            answers: self.kit.answers.clone(),
            in_flight: self.in_flight.clone(),
            streams: self.streams.clone(),
            rates: self.rates.clone(),
            request_timeout: self.request_timeout,
            max_header_bytes: self.max_header_bytes,
        }
    }
}

/// What answers every request.
pub type Routes = MapRequest<Front, fn(Request) -> Request>;

/// Every route of the server.
pub fn router(app: App) -> Routes {
    let door = app.door.clone();
    let routes = ops::routes(app.readiness.clone(), app.metrics_here.clone(), app.docs.then(|| Docs::of(&app.issuer, documents)))
        .merge(WHOLE.clone().routes(ops::WHOLE.path))
        .layer(noting())
        .merge(usm::routes(&app.serving()))
        .merge(user_tokens::routes(&app.serving()))
        .merge(v1_sessions::routes(&app.serving()))
        .merge(audit::routes(&app.serving()))
        .merge(authenticated_sessions::routes(&app.serving()))
        .merge(directory::routes(&app.serving()))
        .merge(session_storage::routes(&app.serving()))
        .merge(oauth::routes(&app.serving(), Oauth { issuer: app.issuer.clone(), audience: app.audience.clone() }))
        .merge(account::routes(&app.serving()))
        .merge(web::routes(
            &app.serving(),
            FrontDoor(app.door.clone(), Health { readiness: app.readiness.clone(), metrics: app.kit.observed.metrics.clone() }),
        ))
        .fallback(move |request| nowhere(door.clone(), request))
        .method_not_allowed_fallback(ops::method_not_allowed);
    // Before anything is routed: the paths of one surface match in any case.
    MapRequest::new(wrap(routes, app.kit), user_tokens::fold_path)
}

/// The answer to a path that is not ours: a page for whoever looks at it, and for programs what they read.
async fn nowhere(door: Arc<Door>, request: Request) -> Response {
    if web::is_navigation(request.headers()) { web::nothing_there(&door, &request) } else { ops::not_found().await }
}

/// All documents as one. Made once, whatever the number of routers.
static WHOLE: LazyLock<Served> = LazyLock::new(|| Served::when_asked(|| ops::whole(documents().into_iter().map(|(_, document)| document))));

/// Every OpenAPI document that is served, under the path it is served at.
pub fn documents() -> Vec<(&'static str, Document)> {
    vec![
        (ops::DOCUMENT.path, ops::document()),
        (Usm::DOCUMENT.path, usm::operations().document()),
        (UserTokens::DOCUMENT.path, user_tokens::operations().document()),
        (V1Sessions::DOCUMENT.path, v1_sessions::operations().document()),
        (AuditTrail::DOCUMENT.path, audit::operations().document()),
        (AuthenticatedSessions::DOCUMENT.path, authenticated_sessions::operations().document()),
        (Directory::DOCUMENT.path, directory::operations().document()),
        (OwnAccount::DOCUMENT.path, account::operations().document()),
        (Oauth::DOCUMENT.path, oauth::operations().document()),
        (SessionStorage::DOCUMENT.path, session_storage::operations().document()),
        (FrontDoor::DOCUMENT.path, web::operations().document()),
    ]
}
