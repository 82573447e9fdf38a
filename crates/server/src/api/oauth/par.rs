//! Pushed authorization requests (RFC 9126), `POST /oauth/par`: an application hands its request over by itself, so that nobody on the way alters
//! or reads it, and learns at once what is wrong with it.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

use super::Protocols;
use super::client::ClientCall;
use super::error::{OauthError, OauthFailure};
use super::form::ClientForm;
use crate::http::declared::form::{Form, Joined};
use crate::web::authorize::{AuthorizationParameters, check, pushed};

/// Bytes that a request may have: its name has to fit into an address.
const LONGEST: usize = 2048;

/// How a client proves who it is, which is no part of its request.
const OF_THE_CLIENT: [&str; 3] = ["client_secret", "client_assertion", "client_assertion_type"];

/// How the client proves who it is, and its authorization request.
type PushedRequest = Joined<ClientForm, AuthorizationParameters>;

/// The name of a request (RFC 9126 section 2.2).
#[derive(Serialize, ToSchema)]
pub struct PushedResponse {
    /// To be sent to `/oauth/authorize`, with the `client_id`.
    #[schema(example = "urn:ietf:params:oauth:request_uri:4lIZn0zU…")]
    request_uri: String,
    /// Seconds.
    expires_in: u32,
}

/// Hand an authorization request over, and get a name to send the browser with.
#[utoipa::path(post, path = "/oauth/par", operation_id = "pushAuthorizationRequest", tag = "openid",
    request_body(content = PushedRequest, content_type = "application/x-www-form-urlencoded"),
    responses(
        (status = 201, description = "Its name", body = PushedResponse),
        (status = 400, body = OauthFailure, description = "invalid_request, invalid_scope, invalid_target, unsupported_response_type, request_not_supported"),
    ),
    // Authenticating by an assertion uses it up.
    extensions(("x-effect" = json!("changes")))
)]
pub async fn push(State(desk): State<Protocols>, call: ClientCall) -> Result<Response, OauthError> {
    let query = call.form.without(&OF_THE_CLIENT, ("client_id", call.client.client_id()));
    if query.len() > LONGEST {
        return Err(OauthError::invalid_request("the request may have 2048 bytes"));
    }
    let asked: AuthorizationParameters = Form::parse(query.as_bytes()).read()?;
    let (authorization, _) = check(&asked).map_err(OauthError::of_request)?;
    let redirect_uri = asked.redirect_uri.text().unwrap_or_default();
    let asker = desk.engine.asking_application(call.client.client_id(), redirect_uri).await?;
    let asker = asker.ok_or(OauthError::invalid_request("redirect_uri is none of the client's"))?;
    asker.scope(&authorization)?;
    desk.engine.askable_audience(&asker, &authorization)?;
    let chance = desk.engine.mint_flow_secret()?;
    let name = pushed::named(desk.engine.keys(), &chance, desk.clock.now(), &query).ok_or_else(OauthError::internal)?;
    Ok((StatusCode::CREATED, Json(PushedResponse { request_uri: name, expires_in: pushed::PUSHED_SECONDS })).into_response())
}
