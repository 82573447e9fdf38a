//! Token introspection (RFC 7662), `POST /oauth/introspect`: what a token is worth at this moment.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use cloakroom_engine::sessions::{Authentication, AuthenticationMethod};
use cloakroom_engine::tokens::access_token::{BUILT_IN_CLIENT, SessionBound, TokenSubject};
use cloakroom_engine::tokens::inspect::ActiveToken;
use serde::Serialize;
use serde_json::value::RawValue;
use utoipa::ToSchema;

use super::client::ProvenCall;
use super::error::OauthError;
use super::form::{ClientForm, Ignored, Needed};
use super::{Oauth, Protocols};
use crate::http::declared::form::Joined;
use crate::http::declared::metadata::raw;
use crate::http::declared::parameters::parameters;
use crate::jose::audience_names::AudienceNames;

parameters! {
    /// Which token.
    in Form pub struct TokenForm {
        /// An access or a refresh token.
        token: Needed<true>,
        /// Taken and not needed: what a token is, is seen from itself.
        _token_type_hint as "token_type_hint": Ignored = "access_token",
    }
}

/// Which token, and how the client proves who it is.
pub type TokenRequest = Joined<TokenForm, ClientForm>;

/// What a token is worth (RFC 7662 section 2.2). All but `active` only where it is.
#[derive(Default, Serialize, ToSchema)]
pub struct Introspection {
    active: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    token_type: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    scope: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sub: Option<String>,
    /// The application that it was issued to; `cloakroom` for an access token of a login.
    #[serde(skip_serializing_if = "Option::is_none")]
    client_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sid: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tenant_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    role: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    jti: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    iss: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    aud: Option<AudienceNames>,
    #[serde(skip_serializing_if = "Option::is_none")]
    iat: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    nbf: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    exp: Option<i64>,
    /// When its user had proved to be themselves, in seconds since 1970 (RFC 9470 section 6.2).
    #[serde(skip_serializing_if = "Option::is_none")]
    auth_time: Option<i64>,
    /// How far that can be relied on.
    #[serde(skip_serializing_if = "Option::is_none")]
    acr: Option<&'static str>,
    /// By which methods (RFC 8176).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(max_items = 21)]
    amr: Vec<&'static str>,
    /// Of what is kept with the session: the members that the directory gives the application as `session_claims`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(schema_with = crate::http::declared::metadata::shown)]
    session_metadata: Option<Box<RawValue>>,
}

/// Say what a token is worth; a token that is not active, or not in the client's reach, is `{"active": false}`.
#[utoipa::path(post, path = "/oauth/introspect", operation_id = "introspectToken", tag = "oauth",
    request_body(content = TokenRequest, content_type = "application/x-www-form-urlencoded"),
    responses((status = 200, description = "What it is worth", body = Introspection)),
    // Authenticating by an assertion uses it up.
    extensions(("x-effect" = json!("changes")))
)]
pub async fn introspect(State(desk): State<Protocols>, ProvenCall(mut call): ProvenCall) -> Result<Response, OauthError> {
    let TokenForm { token, .. } = call.form.read()?;
    let active = desk.engine.inspect_token(&call.client, &token).await?;
    let introspection = active.map_or_else(Introspection::default, |token| describe(&desk.surface, token));
    Ok(Json(introspection).into_response())
}

fn describe(oauth: &Oauth, token: ActiveToken) -> Introspection {
    match token {
        ActiveToken::Access(claims) => {
            let issued_at = claims.issued_at.as_millis() / 1000;
            let described = Introspection {
                active: true,
                token_type: Some("Bearer"),
                scope: Some(claims.scope.join(" ")),
                jti: Some(uuid::Uuid::from_bytes(claims.token_uid).simple().to_string()),
                iss: Some(oauth.issuer.clone()),
                aud: Some(AudienceNames::of(&claims.audience, &oauth.audience)),
                iat: Some(issued_at),
                nbf: Some(issued_at),
                exp: Some(claims.expires_at.as_millis() / 1000),
                session_metadata: claims.session_metadata.as_ref().map(raw),
                ..Introspection::default()
            };
            let described = described.proven(claims.authentication);
            match claims.subject {
                TokenSubject::User(bound) => Introspection { client_id: Some(BUILT_IN_CLIENT.to_owned()), ..described.within(&bound) },
                TokenSubject::Delegate(bound, client_id) => Introspection { client_id: Some(client_id), ..described.within(&bound) },
                TokenSubject::Application(bound) => Introspection {
                    sub: Some(bound.application.to_string()),
                    client_id: Some(bound.client_id),
                    tenant_id: bound.tenant.map(|tenant| tenant.to_string()),
                    ..described
                },
                TokenSubject::Storage(bound) => Introspection {
                    sub: Some(bound.session.to_string()),
                    sid: Some(bound.session.to_string()),
                    client_id: Some(bound.client_id),
                    tenant_id: bound.tenant.map(|tenant| tenant.to_string()),
                    ..described
                },
            }
        }
        ActiveToken::Refresh { expires_at, session, holder, authentication } => Introspection {
            active: true,
            sub: Some(session.session.user_uid.to_string()),
            sid: Some(session.session.uid.to_string()),
            iss: Some(oauth.issuer.clone()),
            exp: Some(expires_at.as_millis() / 1000),
            scope: holder.as_ref().map(|holder| holder.scope.join(" ")),
            client_id: holder.map(|holder| holder.client.client_id.clone()),
            ..Introspection::default().proven(authentication)
        },
    }
}

impl Introspection {
    /// How its user had proved to be themselves.
    fn proven(self, authentication: Option<Authentication>) -> Self {
        let Some(authentication) = authentication else { return self };
        Self {
            auth_time: Some(authentication.at.as_millis() / 1000),
            acr: Some(authentication.assurance().as_str()),
            amr: authentication.methods.iter().map(AuthenticationMethod::as_str).collect(),
            ..self
        }
    }

    /// What the session of the token adds.
    fn within(self, bound: &SessionBound) -> Self {
        Self {
            sub: Some(bound.user.to_string()),
            sid: Some(bound.session.to_string()),
            tenant_id: bound.tenant.map(|tenant| tenant.to_string()),
            role: Some(bound.role.as_str()),
            ..self
        }
    }
}
