//! Client applications as they are remembered, by the name or the token that they show.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::sync::Arc;

use cloakroom_engine::error::StoreError;
use cloakroom_engine::machine::application::ClientRecord;
use cloakroom_engine::machine::store::ClientLookup;

use super::allocated;
use super::fact::{Fact, number_of_uid};
use super::memory::{Key, Known};
use super::sessions::last_bits;
use crate::database::Database;
use crate::machine::clients;

/// An application that may act.
#[derive(Clone)]
pub(super) struct KnownClient {
    record: Arc<ClientRecord>,
    /// The token of its own that it was found by, which was not revoked.
    token: Option<[u8; 16]>,
}

impl KnownClient {
    pub(super) fn rests_on(&self) -> impl Iterator<Item = Fact> + '_ {
        let token = self.token.map(|token| Fact::TokenRevocation(number_of_uid(&token)));
        stands_on(&self.record).chain(token)
    }

    /// The record of one that is found by a token is shared by all its tokens.
    pub(super) fn bytes(&self) -> usize {
        if self.token.is_some() { 0 } else { bytes(&self.record) }
    }

    fn is_named(&self, lookup: &ClientLookup) -> bool {
        match lookup {
            ClientLookup::ClientId(client_id) => self.record.client_id == *client_id,
            ClientLookup::Uid(uid) => self.record.uid == *uid,
            ClientLookup::Token(uid, token) => self.record.uid == *uid && self.token == Some(*token),
        }
    }
}

/// Every row that a client's record was made of.
pub(super) fn stands_on(record: &ClientRecord) -> impl Iterator<Item = Fact> + use<> {
    let tenant = record.tenant;
    let sometimes = [
        tenant.map(|tenant| Fact::Tenant(tenant.number.0)),
        tenant.and_then(|tenant| tenant.partner).map(|partner| Fact::Partner(partner.0)),
        record.owner.as_ref().map(|owner| Fact::User(owner.number.0)),
    ];
    [Fact::Server, Fact::Application(record.number.0)].into_iter().chain(sometimes.into_iter().flatten())
}

pub(super) fn bytes(record: &ClientRecord) -> usize {
    let texts =
        record.client_id.len() + record.jwks.as_ref().map_or(0, String::len) + record.owner.as_ref().map_or(0, |o| o.username.len());
    let scopes: usize = record.scopes.iter().map(|scope| scope.len() + size_of::<String>()).sum();
    allocated(size_of::<ClientRecord>() + texts + scopes + size_of_val(&*record.secrets))
}

fn key(lookup: &ClientLookup) -> Key {
    match lookup {
        ClientLookup::ClientId(client_id) => {
            let mut hasher = DefaultHasher::new();
            client_id.hash(&mut hasher);
            Key::ClientId(hasher.finish())
        }
        ClientLookup::Uid(uid) => Key::ClientUid(last_bits(uid.as_bytes())),
        ClientLookup::Token(_, token) => Key::Token(last_bits(token)),
    }
}

/// The application that `lookup` names: from memory where it may act, and else as the database has it.
pub(crate) async fn client(store: &Database, lookup: ClientLookup) -> Result<Option<Arc<ClientRecord>>, StoreError> {
    let (live, key) = (store.live(), key(&lookup));
    if let Some(record) = remembered(store, key, &lookup).await? {
        live.hit();
        return Ok(Some(record));
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
        live.keep(key, Known::Client(KnownClient { record: record.clone(), token }), read_at);
    }
    Ok(Some(record))
}

async fn remembered(store: &Database, key: Key, lookup: &ClientLookup) -> Result<Option<Arc<ClientRecord>>, StoreError> {
    Ok(match store.live().known(store, key).await? {
        Some(Known::Client(known)) if known.is_named(lookup) => Some(known.record),
        _ => None,
    })
}
