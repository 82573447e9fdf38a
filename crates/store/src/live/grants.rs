//! Grants as they are remembered: the generation of a user's own, and with its holder what an application was given.

use std::sync::Arc;

use cloakroom_engine::clock::Timestamp;
use cloakroom_engine::error::StoreError;
use cloakroom_engine::ids::SessionNumber;
use cloakroom_engine::sessions::touches::PendingTouches;
use cloakroom_engine::tokens::grant::{GrantHolder, GrantSnapshot};
use cloakroom_engine::tokens::refresh_token::RefreshSecretHash;
use cloakroom_engine::tokens::{Generation, GrantNumber};

use super::clients::stands_on;
use super::fact::Fact;
use super::memory::{Key, Known};
use super::sessions::KnownSession;
use super::{allocated, clients};
use crate::database::Database;
use crate::tokens;

/// A user's own grant of a session.
#[derive(Clone, Copy)]
pub(super) struct KnownGeneration {
    grant: GrantNumber,
    session: SessionNumber,
    generation: Generation,
}

impl KnownGeneration {
    pub(super) const fn rests_on(&self) -> [Fact; 1] {
        [Fact::Grant(self.grant.0)]
    }
}

/// A grant with its session and, where an application has it, that application.
pub(super) struct KnownGrant {
    grant: GrantNumber,
    hash: RefreshSecretHash,
    generation: Generation,
    reached_at: Timestamp,
    holder: Option<Arc<GrantHolder>>,
    session: KnownSession,
}

impl KnownGrant {
    /// Every row that it was made of.
    pub(super) fn rests_on(&self) -> impl Iterator<Item = Fact> + '_ {
        let holder = self.holder.iter().flat_map(|holder| stands_on(&holder.client));
        self.session.rests_on().chain([Fact::Grant(self.grant.0)]).chain(holder)
    }

    pub(super) fn bytes(&self) -> usize {
        let scope = |holder: &Arc<GrantHolder>| holder.scope.iter().map(|word| word.len() + size_of::<String>()).sum::<usize>();
        let held = |holder: &Arc<GrantHolder>| allocated(size_of::<GrantHolder>()) + scope(holder) + clients::bytes(&holder.client);
        allocated(size_of::<Self>()) + self.session.bytes() + self.holder.as_ref().map_or(0, held)
    }

    fn snapshot(&self, touches: &PendingTouches) -> GrantSnapshot {
        let Self { grant, hash, generation, reached_at, holder, session } = self;
        let session = session.snapshot(touches);
        GrantSnapshot { grant: *grant, hash: *hash, generation: *generation, reached_at: *reached_at, holder: holder.clone(), session }
    }
}

/// A grant with its session: from memory where what was issued from it lives at `now`, and else as the database has it.
pub(crate) async fn grant(
    store: &Database,
    grant: GrantNumber,
    now: Timestamp,
    touches: &PendingTouches,
) -> Result<Option<GrantSnapshot>, StoreError> {
    let (live, key) = (store.live(), Key::Grant(grant.0));
    if let Some(Known::Grant(known)) = live.known(store, key).await?
        && let snapshot = known.snapshot(touches)
        && snapshot.lives(now) == Ok(true)
    {
        live.hit();
        return Ok(Some(snapshot));
    }
    let read_at = live.position();
    let found = store.read_point(|conn, touches| Box::pin(tokens::tied_grant(conn, grant, touches))).await?;
    let Some((mut found, ties)) = found else { return Ok(None) };
    if live.is_on()
        && let Some(session) = KnownSession::of(&mut found.session, ties, &live.shared)
    {
        let GrantSnapshot { grant, hash, generation, reached_at, ref holder, .. } = found;
        let known = KnownGrant { grant, hash, generation, reached_at, holder: holder.clone(), session };
        live.keep(key, Known::Grant(Arc::new(known)), read_at);
    }
    Ok(Some(found))
}

/// Whether the user's own grant of this session is at this generation: only that it is, memory says.
pub(crate) async fn is_current(
    store: &Database,
    grant: GrantNumber,
    session: SessionNumber,
    generation: Generation,
) -> Result<bool, StoreError> {
    let (live, key) = (store.live(), Key::Generation(grant.0));
    if let Some(Known::Generation(known)) = live.known(store, key).await?
        && (known.session, known.generation) == (session, generation)
    {
        live.hit();
        return Ok(true);
    }
    let read_at = live.position();
    let found = store.read_point(|conn, _| Box::pin(tokens::generation(conn, grant, session))).await?;
    if let Some(generation) = found {
        live.keep(key, Known::Generation(KnownGeneration { grant, session, generation }), read_at);
    }
    Ok(found == Some(generation))
}
