//! The claims of our access tokens (RFC 9068), and how the kinds of tokens are distinguished.

use std::borrow::Cow;
use std::collections::BTreeMap;

use cloakroom_engine::clock::Timestamp;
use cloakroom_engine::directory::PlatformRole;
use cloakroom_engine::ids::{ApplicationUid, SessionUid, TenantUid, UserUid};
use cloakroom_engine::machine::application::ApplicationEpochs;
use cloakroom_engine::sessions::metadata::SessionMetadata;
use cloakroom_engine::sessions::{Authentication, AuthenticationMethod};
use cloakroom_engine::tokens::access_token::{
    AccessTokenClaims, ApplicationBound, BUILT_IN_CLIENT, SessionBound, StorageBound, TokenSubject,
};
use cloakroom_engine::tokens::audience::Audience;
use cloakroom_engine::tokens::{Generation, GrantNumber};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::audience_names::AudienceNames;

/// The claims of a token. The optional ones that are present determine its kind; see [`Claims::decoded`].
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Claims {
    iss: String,
    sub: String,
    aud: AudienceNames,
    iat: i64,
    nbf: i64,
    exp: i64,
    jti: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    sid: Option<String>,
    tenant_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    role: Option<String>,
    scope: String,
    /// The grant, which is a chain of refresh tokens.
    #[serde(skip_serializing_if = "Option::is_none")]
    gid: Option<i64>,
    /// The generation of that chain when the token was issued.
    #[serde(rename = "gen", skip_serializing_if = "Option::is_none")]
    generation: Option<u32>,
    /// The application that the token was issued to (RFC 8693 section 4.3), or this server itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    client_id: Option<String>,
    /// The epochs of server, partner, tenant and application when the token was issued.
    #[serde(skip_serializing_if = "Option::is_none")]
    epochs: Option<(i64, Option<i64>, Option<i64>, i64)>,
    /// When, how far and how its user had proved to be themselves (RFC 9068 section 2.2.1).
    #[serde(skip_serializing_if = "Option::is_none")]
    auth_time: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    acr: Option<Cow<'static, str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    amr: Option<Vec<Cow<'static, str>>>,
    /// Of what is kept with the session: one claim, so that no member is taken for another claim.
    #[serde(skip_serializing_if = "Option::is_none")]
    session_metadata: Option<BTreeMap<String, Box<RawValue>>>,
}

impl Claims {
    /// Writes `claims` for this issuer. `ours`: its name among audiences.
    pub fn written(claims: &AccessTokenClaims, iss: String, ours: &str) -> Self {
        let issued_at = claims.issued_at.as_millis() / 1000;
        let (sub, tenant) = match &claims.subject {
            TokenSubject::User(bound) | TokenSubject::Delegate(bound, _) => (bound.user.to_string(), bound.tenant),
            TokenSubject::Application(bound) => (bound.application.to_string(), bound.tenant),
            // Its subject is the session itself, not a user.
            TokenSubject::Storage(bound) => (bound.session.to_string(), bound.tenant),
        };
        let mut written = Self {
            iss,
            sub,
            aud: AudienceNames::of(&claims.audience, ours),
            iat: issued_at,
            nbf: issued_at,
            exp: claims.expires_at.as_millis() / 1000,
            jti: uuid::Uuid::from_bytes(claims.token_uid).simple().to_string(),
            sid: None,
            tenant_id: tenant.map(|tenant| tenant.to_string()),
            role: None,
            scope: claims.scope.join(" "),
            gid: None,
            generation: None,
            client_id: None,
            epochs: None,
            auth_time: None,
            acr: None,
            amr: None,
            session_metadata: claims.session_metadata.as_ref().and_then(raw_members),
        };
        match &claims.subject {
            TokenSubject::User(bound) => {
                written.bind(bound);
                written.client_id = Some(BUILT_IN_CLIENT.to_owned());
            }
            TokenSubject::Delegate(bound, client_id) => {
                written.bind(bound);
                written.client_id = Some(client_id.clone());
            }
            TokenSubject::Application(ApplicationBound { client_id, epochs, .. }) => {
                written.client_id = Some(client_id.clone());
                written.epochs = Some((epochs.server, epochs.partner, epochs.tenant, epochs.application));
            }
            TokenSubject::Storage(bound) => {
                written.sid = Some(bound.session.to_string());
                written.client_id = Some(bound.client_id.clone());
            }
        }
        if let Some(authentication) = &claims.authentication {
            written.prove(authentication);
        }
        written
    }

    fn prove(&mut self, authentication: &Authentication) {
        let methods: Vec<_> = authentication.methods.iter().map(|method| method.as_str().into()).collect();
        self.auth_time = Some(authentication.at.as_millis() / 1000);
        self.acr = Some(authentication.assurance().as_str().into());
        self.amr = Some(methods).filter(|methods| !methods.is_empty());
    }

    fn bind(&mut self, bound: &SessionBound) {
        self.sid = Some(bound.session.to_string());
        self.role = Some(bound.role.as_str().to_owned());
        self.gid = Some(bound.grant.0);
        self.generation = Some(bound.generation.0);
    }

    /// The claims of a verified token; `None` unless they are exactly those of one kind. `is_ours`: whether a name of an audience means this
    /// server.
    pub fn decoded(&self, is_ours: impl Fn(&str) -> bool) -> Option<AccessTokenClaims> {
        let session = self.session_bound();
        let subject = match (session, &self.client_id, self.epochs) {
            _ if self.names_itself() => TokenSubject::Storage(StorageBound {
                session: SessionUid::parse(self.sid.as_ref()?)?,
                client_id: self.client_id.clone()?,
                tenant: self.tenant()?,
            }),
            // Before it stood in every token, those of a login had no client.
            (Some(bound), None, None) => TokenSubject::User(bound?),
            (Some(bound), Some(client_id), None) if client_id == BUILT_IN_CLIENT => TokenSubject::User(bound?),
            (Some(bound), Some(client_id), None) => TokenSubject::Delegate(bound?, client_id.clone()),
            (None, Some(client_id), Some((server, partner, tenant, application))) => TokenSubject::Application(ApplicationBound {
                application: ApplicationUid::parse(&self.sub)?,
                client_id: client_id.clone(),
                tenant: self.tenant()?,
                epochs: ApplicationEpochs { server, partner, tenant, application },
            }),
            _ => return None,
        };
        let authentication = self.authentication()?;
        let has_user = matches!(subject, TokenSubject::User(_) | TokenSubject::Delegate(..));
        if authentication.is_some() && !has_user {
            return None;
        }
        // Only applications are given tokens for others.
        let audience = self.aud.read(is_ours)?;
        let is_of_application = matches!(subject, TokenSubject::Delegate(..) | TokenSubject::Application(_));
        if audience != Audience::default() && !is_of_application {
            return None;
        }
        let session_metadata = self.members()?;
        if session_metadata.is_some() && !matches!(subject, TokenSubject::Delegate(..)) {
            return None;
        }
        Some(AccessTokenClaims {
            subject,
            audience,
            scope: self.scope.split_whitespace().map(str::to_owned).collect(),
            authentication,
            session_metadata,
            token_uid: uuid::Uuid::try_parse(&self.jti).ok()?.into_bytes(),
            issued_at: seconds(self.iat.max(self.nbf))?,
            expires_at: seconds(self.exp)?,
        })
    }

    /// `None` if it is not as it is written.
    fn members(&self) -> Option<Option<SessionMetadata>> {
        let Some(claimed) = &self.session_metadata else { return Some(None) };
        let members = claimed.iter().map(|(name, value)| (name.clone(), value.get().to_owned())).collect();
        SessionMetadata::new(members).ok().filter(|members| !members.is_empty()).map(Some)
    }

    /// `None` if a part of it is missing or malformed.
    fn authentication(&self) -> Option<Option<Authentication>> {
        let (at, level) = match (self.auth_time, &self.acr, &self.amr) {
            (None, None, None) => return Some(None),
            (Some(at), Some(level), _) => (at, level),
            _ => return None,
        };
        let methods = self.amr.iter().flatten().map(|method| AuthenticationMethod::parse(method)).collect::<Option<_>>()?;
        let authentication = Authentication { at: seconds(at)?, methods };
        let is_written_so = authentication.assurance().as_str() == level && self.amr.as_ref().is_none_or(|methods| !methods.is_empty());
        is_written_so.then_some(Some(authentication))
    }

    /// Whether its subject is its session, and it has no claim of any other kind.
    fn names_itself(&self) -> bool {
        let others = (&self.role, self.gid, self.generation, self.epochs);
        self.sid.as_ref() == Some(&self.sub) && matches!(others, (None, None, None, None))
    }

    /// `None` if it has no claim of a session, `Some(None)` if one of these claims is missing or malformed.
    fn session_bound(&self) -> Option<Option<SessionBound>> {
        let parts = (&self.sid, &self.role, self.gid, self.generation);
        if matches!(parts, (None, None, None, None)) {
            return None;
        }
        let (Some(sid), Some(role), Some(gid), Some(generation)) = parts else { return Some(None) };
        let bound = || {
            Some(SessionBound {
                user: UserUid::parse(&self.sub)?,
                session: SessionUid::parse(sid)?,
                grant: GrantNumber(gid),
                generation: Generation(generation),
                tenant: self.tenant()?,
                role: PlatformRole::parse(role)?,
            })
        };
        Some(bound())
    }

    fn tenant(&self) -> Option<Option<TenantUid>> {
        match &self.tenant_id {
            Some(tenant) => TenantUid::parse(tenant).map(Some),
            None => Some(None),
        }
    }
}

/// Each value as it was read.
fn raw_members(metadata: &SessionMetadata) -> Option<BTreeMap<String, Box<RawValue>>> {
    metadata.members().map(|(name, value)| Some((name.to_owned(), RawValue::from_string(value.to_owned()).ok()?))).collect()
}

fn seconds(at: i64) -> Option<Timestamp> {
    at.checked_mul(1000).map(Timestamp::from_millis)
}
