//! A grant: one chain of refresh tokens within a session, and whether tokens issued from it can be valid.

use std::sync::Arc;

use super::access_token::SessionBound;
use super::audience::Audience;
use super::refresh_token::RefreshSecretHash;
use super::{Generation, GrantNumber};
use crate::clock::Timestamp;
use crate::error::Doubt;
use crate::machine::application::{ApplicationEpochs, ClientRecord};
use crate::sessions::verdict::{SessionSnapshot, Verdict, verdict};
use crate::sessions::{Authentication, Session};

/// A grant as it stands, with its session.
#[derive(Clone, Debug)]
pub struct GrantSnapshot {
    pub grant: GrantNumber,
    pub hash: RefreshSecretHash,
    pub generation: Generation,
    /// When the current generation was reached.
    pub reached_at: Timestamp,
    /// The application that it was issued to; `None`: the user's own.
    pub holder: Option<Arc<GrantHolder>>,
    /// How the user had proved to be themselves when it was given: that of all tokens that are issued from it (RFC 9068 section 2.2.1).
    pub authentication: Option<Authentication>,
    pub session: SessionSnapshot,
}

/// The application that a grant was issued to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct GrantHolder {
    /// As it is now.
    pub client: Arc<ClientRecord>,
    /// What the grant was issued under.
    pub epochs: ApplicationEpochs,
    /// What its tokens are good for, at most.
    pub scope: Vec<String>,
    /// Who its tokens are for, at most.
    pub audience: Audience,
    /// Whether the session's user has a membership in the application's tenant now.
    pub is_member: bool,
}

/// What is given to an application: fixed for all tokens that derive from it.
pub(crate) struct GrantTerms {
    pub(crate) audience: Audience,
    pub(crate) scope: Vec<String>,
    pub(crate) authentication: Option<Authentication>,
}

impl GrantHolder {
    /// Whether the application may hold anything within this session: its tenant is the session's or one that the user is a member of, or
    /// it is of the platform.
    pub fn is_admitted_to(&self, session: &Session) -> bool {
        self.is_member || self.client.reaches(session)
    }
}

impl GrantSnapshot {
    /// Whether its tokens can be valid at `now`: the session is live, and so is the application's grant.
    ///
    /// # Errors
    /// As the verdict.
    pub fn lives(&self, now: Timestamp) -> Result<bool, Doubt> {
        let session = &self.session.session;
        let stands = |holder: &Arc<GrantHolder>| holder.client.stands_by(&holder.epochs) && holder.is_admitted_to(session);
        Ok(verdict(&self.session, now)? == Verdict::Live && self.holder.as_ref().is_none_or(stands))
    }

    /// Whether it is the grant that these claims name.
    pub(super) fn is_of(&self, claimed: &SessionBound) -> bool {
        let session = &self.session.session;
        self.grant == claimed.grant && session.uid == claimed.session && session.user_uid == claimed.user
    }
}
