//! Grants as they are remembered: each with its session and, where an application has it, that application.

use std::sync::Arc;

use cloakroom_engine::clock::Timestamp;
use cloakroom_engine::sessions::Authentication;
use cloakroom_engine::sessions::touches::PendingTouches;
use cloakroom_engine::tokens::grant::{GrantHolder, GrantSnapshot};
use cloakroom_engine::tokens::refresh_token::RefreshSecretHash;
use cloakroom_engine::tokens::{Generation, GrantNumber};

use super::asked_by::allocated;
use super::clients;
use super::clients::stands_on;
use super::fact::{Fact, FactKind};
use super::sessions::KnownSession;

/// A grant with its session and, where an application has it, that application.
pub(crate) struct KnownGrant {
    pub(crate) grant: GrantNumber,
    hash: RefreshSecretHash,
    generation: Generation,
    reached_at: Timestamp,
    holder: Option<Arc<GrantHolder>>,
    authentication: Option<Authentication>,
    session: KnownSession,
}

impl KnownGrant {
    /// `session`: what is remembered of the grant's.
    pub(crate) fn of(found: &GrantSnapshot, session: KnownSession) -> Self {
        let GrantSnapshot { grant, hash, generation, reached_at, ref holder, authentication, .. } = *found;
        Self { grant, hash, generation, reached_at, holder: holder.clone(), authentication, session }
    }

    /// Every row that it was made of.
    pub(super) fn rests_on(&self) -> impl Iterator<Item = Fact> + '_ {
        let holder = self.holder.iter().flat_map(|holder| stands_on(&holder.client));
        self.session.rests_on().chain([FactKind::Grant.numbered(self.grant.0)]).chain(holder)
    }

    pub(super) fn bytes(&self) -> usize {
        let scope = |holder: &Arc<GrantHolder>| {
            holder.scope.iter().chain(holder.audience.resources()).map(|word| word.len() + size_of::<String>()).sum::<usize>()
        };
        let held = |holder: &Arc<GrantHolder>| allocated(size_of::<GrantHolder>()) + scope(holder) + clients::bytes(&holder.client);
        allocated(size_of::<Self>()) + self.session.bytes() + self.holder.as_ref().map_or(0, held)
    }

    pub(crate) fn snapshot(&self, touches: &PendingTouches) -> GrantSnapshot {
        let Self { grant, hash, generation, reached_at, ref holder, authentication, ref session } = *self;
        let session = session.snapshot(touches);
        GrantSnapshot { grant, hash, generation, reached_at, holder: holder.clone(), authentication, session }
    }
}
