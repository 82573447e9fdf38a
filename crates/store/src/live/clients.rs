//! Client applications as they are remembered, by the name or the token that they show.

use std::sync::Arc;

use cloakroom_engine::machine::application::ClientRecord;
use cloakroom_engine::machine::store::ClientLookup;

use super::asked_by::allocated;
use super::fact::{Fact, FactKind, number_of_uid};

/// An application that may act.
pub(crate) struct KnownClient {
    pub(crate) record: Arc<ClientRecord>,
    /// The token of its own that it was found by, which was not revoked.
    pub(crate) token: Option<[u8; 16]>,
}

impl KnownClient {
    pub(super) fn rests_on(&self) -> impl Iterator<Item = Fact> + '_ {
        let token = self.token.map(|token| FactKind::TokenRevocation.numbered(number_of_uid(&token)));
        stands_on(&self.record).chain(token)
    }

    /// The record of one that is found by a token is shared by all its tokens.
    pub(super) fn bytes(&self) -> usize {
        if self.token.is_some() { 0 } else { bytes(&self.record) }
    }

    pub(crate) fn is_named(&self, lookup: &ClientLookup) -> bool {
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
        tenant.map(|tenant| FactKind::Tenant.numbered(tenant.number.0)),
        tenant.and_then(|tenant| tenant.partner).map(|partner| FactKind::Partner.numbered(partner.0)),
        record.owner.as_ref().map(|owner| FactKind::User.numbered(owner.number.0)),
    ];
    [Fact::SERVER, FactKind::Application.numbered(record.number.0)].into_iter().chain(sometimes.into_iter().flatten())
}

pub(super) fn bytes(record: &ClientRecord) -> usize {
    let maybe = [record.jwks.as_ref(), record.backchannel_logout_uri.as_ref(), record.owner.as_ref().map(|owner| &owner.username)];
    let texts = record.client_id.len() + record.name.len() + maybe.iter().flatten().map(|text| text.len()).sum::<usize>();
    let addresses = [&record.redirect_uris, &record.post_logout_redirect_uris, &record.origins];
    let lists = addresses.into_iter().chain([&record.scopes, &record.resources, &record.session_claims]);
    let words: usize = lists.flatten().map(|word| word.len() + size_of::<String>()).sum();
    allocated(size_of::<ClientRecord>() + texts + words + size_of_val(&*record.secrets))
}
