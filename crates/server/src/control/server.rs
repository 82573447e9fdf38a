//! The server's end of the socket.

use std::convert::Infallible;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, post};
use cloakroom_engine::Engine;
use tokio::net::UnixListener;
use tower::limit::ConcurrencyLimitLayer;
use tower_http::limit::RequestBodyLimitLayer;
use tower_http::timeout::TimeoutLayer;

use super::{Call, Command, MAX_COMMAND_BYTES, command};
use crate::http::detached::Detached;
use crate::tasks::stop::{Stage, Stop};

/// Commands under way at the same time; the others wait.
const AT_ONCE: usize = 4;
/// Time for a whole command to arrive and be answered. A command that has begun runs to its end.
const TIMEOUT: Duration = Duration::from_secs(600);

/// What commands work on.
#[derive(Clone)]
pub struct Commands {
    pub engine: Arc<Engine>,
    pub detached: Detached,
    /// The database of the engine, its path resolved.
    pub database: PathBuf,
}

/// Answers commands until `stop` asks to drain, then gives those under way `grace`.
pub async fn serve(listener: UnixListener, commands: Commands, grace: Duration, stop: Stop) {
    let draining = stop.clone();
    let served = axum::serve(listener, service(commands).into_make_service())
        .with_graceful_shutdown(async move { draining.reached(Stage::Draining).await });
    let over = async {
        stop.reached(Stage::Draining).await;
        // The time is over, or the server stops at once; closing the store waits for a mutation under way.
        let _ = tokio::time::timeout(grace, stop.reached(Stage::Now)).await;
    };
    tokio::select! {
        served = served => {
            if let Err(error) = served {
                tracing::error!(error = %error, "the control socket broke; commands cannot reach this server");
            }
        }
        () = over => {}
    }
}

/// One method and no path: there is nothing to route.
fn service(commands: Commands) -> MethodRouter {
    post(answer)
        .layer::<_, Infallible>(DefaultBodyLimit::disable())
        .layer::<_, Infallible>(RequestBodyLimitLayer::new(MAX_COMMAND_BYTES))
        .layer::<_, Infallible>(TimeoutLayer::with_status_code(StatusCode::GATEWAY_TIMEOUT, TIMEOUT))
        .layer::<_, Infallible>(ConcurrencyLimitLayer::new(AT_ONCE))
        .with_state(commands)
}

async fn answer(State(commands): State<Commands>, Json(call): Json<Call<Command>>) -> Response {
    let Commands { engine, detached, database } = commands;
    if call.database != database {
        return StatusCode::MISDIRECTED_REQUEST.into_response();
    }
    match detached.run(async move { command::execute(&engine, call.command).await }).await {
        Ok(done) => Json(done).into_response(),
        Err(lost) => (StatusCode::INTERNAL_SERVER_ERROR, lost.to_string()).into_response(),
    }
}
