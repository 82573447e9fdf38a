//! Token exchange (RFC 8693): a live session's credential for tokens of the client within that session.

use axum::response::Response;
use cloakroom_engine::ids::parse_guid;
use cloakroom_engine::secret::SessionSecret;
use cloakroom_engine::tokens::exchange::SubjectCredential;
use utoipa::openapi::path::{Parameter as Described, ParameterIn};

use super::Protocols;
use super::client::ClientCall;
use super::error::OauthError;
use super::form::{FormWord, Needed, Single, WordOf, once};
use super::token::{handed_over, wish};
use crate::http::declared::About;
use crate::http::declared::many::Many;
use crate::http::declared::parameters::{Given, Parameter, parameters};
use crate::http::declared::words::Word;

const ACCESS_TOKEN: &str = "urn:ietf:params:oauth:token-type:access_token";
const ID_TOKEN: &str = "urn:ietf:params:oauth:token-type:id_token";
const JWT: &str = "urn:ietf:params:oauth:token-type:jwt";

/// What is given in exchange, which is an access token under either name.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum IssuedType {
    AccessToken,
    Jwt,
}

impl Word for IssuedType {
    const ALL: &'static [Self] = &[Self::AccessToken, Self::Jwt];

    fn as_str(self) -> &'static str {
        match self {
            Self::AccessToken => ACCESS_TOKEN,
            Self::Jwt => JWT,
        }
    }
}

impl FormWord for IssuedType {
    const UNKNOWN: (&'static str, &'static str) = ("only access tokens are given in exchange", "");
    const IN_EVERY_FORM: bool = false;

    fn absent() -> Option<Self> {
        Some(Self::AccessToken)
    }
}

/// What is exchanged: a live session's credential, or what begins one.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SubjectType {
    /// The bearer guid of a USM session. The name is ours: no register has one.
    SessionGuid,
    AccessToken,
    Jwt,
    /// Of an identity provider: a session begins with it.
    IdToken,
}

impl Word for SubjectType {
    const ALL: &'static [Self] = &[Self::SessionGuid, Self::AccessToken, Self::Jwt, Self::IdToken];

    fn as_str(self) -> &'static str {
        match self {
            Self::SessionGuid => "urn:cloakroom:params:oauth:token-type:session_guid",
            Self::AccessToken => ACCESS_TOKEN,
            Self::Jwt => JWT,
            Self::IdToken => ID_TOKEN,
        }
    }
}

impl FormWord for SubjectType {
    const UNKNOWN: (&'static str, &'static str) = ("the subject token is of no type that is taken", "");
    const IN_EVERY_FORM: bool = false;

    fn absent() -> Option<Self> {
        None
    }
}

/// A parameter that nobody may send.
pub struct NoActor;

impl Parameter for NoActor {
    type Value = ();

    fn take(given: &mut Given, name: &'static str) -> Option<()> {
        if once(given, name)?.is_none() {
            return Some(());
        }
        given.refuse(name, "there are no actor tokens here; the client itself is the actor", "");
        None
    }

    fn describe(_: &'static str, _: ParameterIn, _: About) -> Vec<Described> {
        Vec::new()
    }
}

parameters! {
    /// For tokens within a session that the client was shown.
    in Form pub struct ExchangeForm {
        /// Of a token exchange: an access token, which is also what is given without it.
        requested_token_type: WordOf<IssuedType>,
        /// Of a token exchange: a `session_guid`, an access token, or an ID token of an identity provider.
        subject_token: Needed<false>,
        /// Of a token exchange.
        subject_token_type: WordOf<SubjectType> => |given| {
            let is_guid = || subject_token.as_ref().is_some_and(|token| parse_guid(token).is_some());
            if subject_token_type == Some(SubjectType::SessionGuid) && !is_guid() {
                given.refuse("subject_token", "the subject token is not valid", "");
            }
        },
        _actor_token as "actor_token": NoActor,
        _actor_token_type as "actor_token_type": NoActor,
        /// Of a token exchange: the audience of this server's tokens or the client itself.
        audience: Many = "cloakroom",
        /// Resource servers that the token is to be for (RFC 8707); may stand there several times.
        resource: Many = "https://api.example.com",
        /// Words separated by spaces; everything that was given where it is left out.
        scope: Single = "admin:read",
    }
}

/// Tokens for the client within the session that the subject token stands for.
pub async fn grant(desk: &Protocols, mut call: ClientCall) -> Result<Response, OauthError> {
    let form: ExchangeForm = call.form.read()?;
    within_reach(desk, &call, &form)?;
    if form.subject_token_type == SubjectType::IdToken {
        return trade(desk, &call, &form).await;
    }
    let credential = match (form.subject_token_type, parse_guid(&form.subject_token)) {
        (SubjectType::SessionGuid, Some(guid)) => SubjectCredential::SessionSecret(SessionSecret::from_bytes(guid)),
        _ => SubjectCredential::AccessToken(form.subject_token.clone()),
    };
    let tokens = desk.engine.exchange_token(&call.client, credential, wish(form.scope.as_ref(), &form.resource), &call.origin).await??;
    Ok(handed_over(&tokens, Some(form.requested_token_type.as_str())))
}

/// Tokens within a session that begins with an identity provider's ID token.
async fn trade(desk: &Protocols, call: &ClientCall, form: &ExchangeForm) -> Result<Response, OauthError> {
    let tokens =
        desk.engine.trade_id_token(&call.client, &form.subject_token, wish(form.scope.as_ref(), &form.resource), &call.origin).await??;
    Ok(handed_over(&tokens, Some(form.requested_token_type.as_str())))
}

/// An `audience` names this server or the client itself, which changes nothing; anything else is refused (RFC 8693 section 2.2.2). Resource
/// servers are named by `resource`.
fn within_reach(desk: &Protocols, call: &ClientCall, form: &ExchangeForm) -> Result<(), OauthError> {
    let (issuer, audience) = (&desk.surface.issuer, &desk.surface.audience);
    let is_ours = |named: &String| named == audience || named == issuer || call.client.is_called(named);
    if form.audience.iter().all(is_ours) { Ok(()) } else { Err(OauthError::invalid_target()) }
}
