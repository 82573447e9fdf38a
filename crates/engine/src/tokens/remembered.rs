//! What is remembered of a token, and how much memory that takes.

use std::sync::Arc;

use quick_cache::Weighter;

use super::access_token::{AccessTokenClaims, SessionBound, TokenSubject};
use super::audience::Audience;
use crate::clock::Timestamp;
use crate::sessions::Authentication;
use crate::sessions::metadata::SessionMetadata;

/// What a token takes beside its claims: twice its place in a table that is half empty, and half of that again for the trace that
/// evicted ones leave (their hash, by which one that comes back is known to be worth more).
pub(super) const PLACE_BYTES: u64 = 200;

/// Claims, as compact as they may be.
pub(super) struct Remembered {
    subject: Subject,
    /// One text, too; `None` where it is this server alone, as of nearly all.
    audience: Option<Box<str>>,
    /// One text: as a list it would take half as much again.
    scope: Box<str>,
    authentication: Option<Authentication>,
    /// As it is kept; `None` of nearly all.
    session_metadata: Option<Box<str>>,
    token_uid: [u8; 16],
    issued_at: Timestamp,
    expires_at: Timestamp,
    /// How often the keys had changed before it was signed or verified.
    pub(super) keys: u64,
}

/// Nearly all are of users: the others take a place of their own.
enum Subject {
    User(SessionBound),
    Other(Box<TokenSubject>),
}

impl Remembered {
    pub(super) fn new(claims: &AccessTokenClaims, keys: u64) -> Self {
        let subject = match &claims.subject {
            TokenSubject::User(bound) => Subject::User(*bound),
            other => Subject::Other(Box::new(other.clone())),
        };
        let AccessTokenClaims { authentication, token_uid, issued_at, expires_at, .. } = *claims;
        let audience = claims.audience.kept().map(String::into_boxed_str);
        let session_metadata = claims.session_metadata.as_ref().map(|members| members.kept().into());
        let scope = claims.scope.join(" ").into();
        Self { subject, audience, scope, authentication, session_metadata, token_uid, issued_at, expires_at, keys }
    }

    pub(super) fn claims(&self) -> AccessTokenClaims {
        let subject = match &self.subject {
            Subject::User(bound) => TokenSubject::User(*bound),
            Subject::Other(other) => (**other).clone(),
        };
        let scope = self.scope.split(' ').filter(|word| !word.is_empty()).map(str::to_owned).collect();
        // What was kept reads back.
        let audience = self.audience.as_deref().and_then(Audience::parse).unwrap_or_default();
        let Self { authentication, token_uid, issued_at, expires_at, .. } = *self;
        let session_metadata = self.session_metadata.as_deref().and_then(SessionMetadata::parse);
        AccessTokenClaims { subject, audience, scope, authentication, session_metadata, token_uid, issued_at, expires_at }
    }
}

/// What a token takes, its place and what the allocator rounds up included.
#[derive(Clone)]
pub(super) struct Bytes;

impl<Digest> Weighter<Digest, Arc<Remembered>> for Bytes {
    fn weight(&self, _: &Digest, remembered: &Arc<Remembered>) -> u64 {
        const COUNTS: usize = 2 * size_of::<usize>();
        let named = match &remembered.subject {
            Subject::User(_) => 0,
            Subject::Other(other) => size_of::<TokenSubject>() + client_id(other).len(),
        };
        let texts = [&remembered.audience, &remembered.session_metadata].into_iter().flatten().map(|text| text.len()).sum::<usize>();
        let allocated = COUNTS + size_of::<Remembered>() + named + remembered.scope.len() + texts;
        PLACE_BYTES + (allocated + allocated / 8) as u64
    }
}

fn client_id(subject: &TokenSubject) -> &str {
    match subject {
        TokenSubject::User(_) => "",
        TokenSubject::Delegate(_, client_id) => client_id,
        TokenSubject::Application(bound) => &bound.client_id,
        TokenSubject::Storage(bound) => &bound.client_id,
    }
}
