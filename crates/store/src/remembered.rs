//! Reads that facts in memory may answer. Each asks memory first, and believes it only where it says that something lives; what it reads
//! from the database instead it leaves there for the next one.

use std::sync::Arc;

use cloakroom_engine::account::store::Account;
use cloakroom_engine::clock::Timestamp;
use cloakroom_engine::directory::UserStatus;
use cloakroom_engine::error::StoreError;
use cloakroom_engine::ids::{ApiKeyUid, UserNumber};
use cloakroom_engine::machine::application::ClientRecord;
use cloakroom_engine::machine::store::{ClientLookup, StoredApiKey};
use cloakroom_engine::machine::verdict::{self as keys, ApiKeyVerdict};
use cloakroom_engine::sessions::store::SessionLookup;
use cloakroom_engine::sessions::touches::PendingTouches;
use cloakroom_engine::sessions::verdict::{SessionSnapshot, Verdict, verdict};
use cloakroom_engine::tokens::GrantNumber;
use cloakroom_engine::tokens::grant::GrantSnapshot;

use crate::account::own;
use crate::database::Database;
use crate::live::{AskedBy, Entry, Known, KnownClient, KnownGrant, KnownSession, Live, Position};
use crate::machine::{api_keys, clients};
use crate::sessions::snapshot::{self, Ties};
use crate::tokens;

/// What is remembered under this name and holds now: in a database that others write to, by everything that was committed before this was
/// asked.
async fn known(store: &Database, asked_by: Option<AskedBy>) -> Result<Option<Known>, StoreError> {
    let Some(entry) = asked_by.and_then(|asked_by| store.live().find(asked_by)) else { return Ok(None) };
    store.catch_up().await?;
    Ok(store.live().holding(entry))
}

/// The session that `lookup` names: from memory where it lives at `now`, and else as the database has it.
pub(crate) async fn session(
    store: &Database,
    lookup: SessionLookup,
    now: Timestamp,
    touches: &PendingTouches,
) -> Result<Option<SessionSnapshot>, StoreError> {
    let (live, asked_by) = (store.live(), AskedBy::session(&lookup));
    let known = known(store, asked_by).await?;
    if let Some(snapshot) = known.and_then(|known| living(&known, &lookup, now, touches)) {
        live.hit();
        return Ok(Some(snapshot));
    }
    let read_at = live.position();
    let found = store.read_point(|conn, touches| Box::pin(async move { Ok(snapshot::find_tied(conn, lookup, touches).await?) })).await?;
    let Some((mut found, ties)) = found else { return Ok(None) };
    keep_session(live, asked_by, (&mut found, ties), read_at);
    Ok(Some(found))
}

/// As [`session`], with the account of its user. What memory holds of the two is proven to be up to date by one question.
pub(crate) async fn session_with_account(
    store: &Database,
    lookup: SessionLookup,
    now: Timestamp,
    touches: &PendingTouches,
) -> Result<Option<(SessionSnapshot, Arc<Account>)>, StoreError> {
    let (live, asked_by) = (store.live(), AskedBy::session(&lookup));
    let session = asked_by.and_then(|asked_by| live.find(asked_by));
    let account = session.as_ref().and_then(Entry::user).and_then(|user| live.find(AskedBy::account(user)));
    if let Some((session, account)) = session.zip(account) {
        store.catch_up().await?;
        if let Some(snapshot) = live.holding(session).and_then(|known| living(&known, &lookup, now, touches))
            && let Some(account) = live.holding(account).and_then(|known| account_of(known, snapshot.session.user))
        {
            live.hit();
            return Ok(Some((snapshot, account)));
        }
    }
    let read_at = live.position();
    let read = store.read_point(|conn, touches| {
        Box::pin(async move {
            let Some((found, ties)) = snapshot::find_tied(conn, lookup, touches).await? else { return Ok(None) };
            let account = own::account(conn, found.session.user).await?;
            let account = account.ok_or_else(|| StoreError::Corrupt("a session belongs to no user".to_owned()))?;
            Ok(Some((found, ties, Arc::new(account))))
        })
    });
    let Some((mut found, ties, account)) = read.await? else { return Ok(None) };
    keep_session(live, asked_by, (&mut found, ties), read_at);
    keep_account(live, &account, read_at);
    Ok(Some((found, account)))
}

/// The session that was known under the name of `lookup`, where it is that one and lives at `now`.
fn living(known: &Known, lookup: &SessionLookup, now: Timestamp, touches: &PendingTouches) -> Option<SessionSnapshot> {
    let Known::Session(known) = known else { return None };
    let snapshot = known.is_named(lookup).then(|| known.snapshot(touches))?;
    (verdict(&snapshot, now) == Ok(Verdict::Live)).then_some(snapshot)
}

fn keep_session(live: &Live, asked_by: Option<AskedBy>, (found, ties): (&mut SessionSnapshot, Ties), read_at: Position) {
    if let Some(asked_by) = asked_by.filter(|_| live.is_on())
        && let Some(known) = KnownSession::of(found, ties, &live.shared)
    {
        live.keep(asked_by, Known::Session(Arc::new(known)), read_at);
    }
}

/// The account of `user`: from memory where it is that of somebody verified, and else as the database has it.
pub(crate) async fn account(store: &Database, user: UserNumber) -> Result<Option<Arc<Account>>, StoreError> {
    let (live, asked_by) = (store.live(), AskedBy::account(user));
    if let Some(account) = known(store, Some(asked_by)).await?.and_then(|known| account_of(known, user)) {
        live.hit();
        return Ok(Some(account));
    }
    let read_at = live.position();
    let found = store.read_point(|conn, _| Box::pin(own::account(conn, user))).await?;
    let Some(found) = found.map(Arc::new) else { return Ok(None) };
    keep_account(live, &found, read_at);
    Ok(Some(found))
}

fn account_of(known: Known, user: UserNumber) -> Option<Arc<Account>> {
    if let Known::Account(account) = known { Some(account).filter(|account| account.number == user) } else { None }
}

fn keep_account(live: &Live, account: &Arc<Account>, read_at: Position) {
    if live.is_on() && account.status == UserStatus::Verified {
        live.keep(AskedBy::account(account.number), Known::Account(account.clone()), read_at);
    }
}

/// A grant with its session: from memory where what was issued from it lives at `now`, and else as the database has it.
pub(crate) async fn grant(
    store: &Database,
    grant: GrantNumber,
    now: Timestamp,
    touches: &PendingTouches,
) -> Result<Option<GrantSnapshot>, StoreError> {
    let (live, asked_by) = (store.live(), AskedBy::grant(grant));
    if let Some(Known::Grant(known)) = known(store, Some(asked_by)).await?
        && known.grant == grant
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
        live.keep(asked_by, Known::Grant(Arc::new(KnownGrant::of(&found, session))), read_at);
    }
    Ok(Some(found))
}

/// The application that `lookup` names: from memory where it may act, and else as the database has it.
pub(crate) async fn client(store: &Database, lookup: ClientLookup) -> Result<Option<Arc<ClientRecord>>, StoreError> {
    let (live, asked_by) = (store.live(), AskedBy::client(&lookup));
    if let Some(Known::Client(known)) = known(store, Some(asked_by)).await?
        && known.is_named(&lookup)
    {
        live.hit();
        return Ok(Some(known.record.clone()));
    }
    let read_at = live.position();
    let asked = lookup.clone();
    let found = store.read_point(|conn, _| Box::pin(async move { clients::client(conn, &asked).await })).await?;
    let Some(mut record) = found.map(Arc::new) else { return Ok(None) };
    if live.is_on() && record.may_act() {
        let mut token = None;
        if let ClientLookup::Token(_, shown) = lookup {
            token = Some(shown);
            record = live.shared.client(record);
        }
        live.keep(asked_by, Known::Client(Arc::new(KnownClient { record: record.clone(), token })), read_at);
    }
    Ok(Some(record))
}

/// The key of this uid: from memory where it lives at `now`, and else as the database has it.
pub(crate) async fn api_key(store: &Database, uid: ApiKeyUid, now: Timestamp) -> Result<Option<Arc<StoredApiKey>>, StoreError> {
    let (live, asked_by) = (store.live(), AskedBy::api_key(uid));
    if let Some(Known::ApiKey(known)) = known(store, Some(asked_by)).await?
        && known.snapshot.api_key.uid == uid
        && keys::verdict(&known.snapshot, now) == Ok(ApiKeyVerdict::Live)
    {
        live.hit();
        return Ok(Some(known));
    }
    let read_at = live.position();
    let found = store.read_point(|conn, _| Box::pin(api_keys::find(conn, uid))).await?;
    let Some(found) = found.map(Arc::new) else { return Ok(None) };
    if live.is_on() && keys::verdict(&found.snapshot, now) == Ok(ApiKeyVerdict::Live) {
        live.keep(asked_by, Known::ApiKey(found.clone()), read_at);
    }
    Ok(Some(found))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::live::FACT_TABLES;

    /// Every statement whose answers are remembered.
    const REMEMBERED: &[&str] = &[
        snapshot::BY_SECRET,
        snapshot::BY_UID,
        snapshot::BY_NUMBER,
        tokens::GRANT,
        api_keys::STORED,
        clients::BY_CLIENT_ID,
        clients::BY_UID,
        clients::BY_NUMBER,
        clients::BY_TOKEN,
        clients::SECRETS,
        own::ACCOUNT,
        own::EMAILS,
        own::MEMBERSHIPS,
    ];

    #[test]
    fn every_table_that_remembered_statements_read_is_one_of_facts() {
        let tables: BTreeSet<&str> = FACT_TABLES.iter().map(|table| table.name).collect();
        let mut read = BTreeSet::new();
        for statement in REMEMBERED {
            let words: Vec<&str> = statement.split_whitespace().collect();
            for pair in words.windows(2).filter(|pair| ["FROM", "JOIN"].contains(&pair[0])) {
                read.insert(pair[1].trim_matches(|c: char| !c.is_alphanumeric() && c != '_'));
            }
        }
        assert_eq!(read, tables);
    }
}
