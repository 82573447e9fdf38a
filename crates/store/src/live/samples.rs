//! Entries for tests: an application's own tokens, by number.

use std::sync::Arc;

use cloakroom_engine::directory::{ApplicationKind, ApplicationStatus, TenantPolicy};
use cloakroom_engine::ids::{ApplicationNumber, ApplicationUid};
use cloakroom_engine::machine::application::{ApplicationEpochs, ClientRecord};
use cloakroom_engine::machine::store::ClientLookup;
use cloakroom_engine::tokens::TokenAlgorithm;

use super::fact::{Fact, FactKind};
use super::{AskedBy, Known, KnownClient, number_of_uid};

fn uid(number: u64) -> [u8; 16] {
    let mut uid = [0; 16];
    uid[..8].copy_from_slice(&number.to_be_bytes());
    uid[8..].copy_from_slice(&number.to_be_bytes());
    uid
}

pub(super) fn asked_by(number: u64) -> AskedBy {
    AskedBy::client(&ClientLookup::Token(ApplicationUid::from_bytes([1; 16]), uid(number)))
}

/// What it rests on alone.
pub(super) fn revocation(number: u64) -> Fact {
    FactKind::TokenRevocation.numbered(number_of_uid(&uid(number)))
}

pub(super) fn token(number: u64) -> Known {
    let record = ClientRecord {
        number: ApplicationNumber(1),
        uid: ApplicationUid::from_bytes([1; 16]),
        client_id: "shop".into(),
        name: String::new(),
        owner: None,
        tenant: None,
        tenant_status: None,
        tenant_policy: TenantPolicy::default(),
        status: ApplicationStatus::Active,
        scopes: Vec::new(),
        is_platform: false,
        epochs: ApplicationEpochs { server: 1, partner: None, tenant: None, application: 1 },
        secrets: Vec::new(),
        jwks: None,
        kind: ApplicationKind::Service,
        redirect_uris: Vec::new(),
        post_logout_redirect_uris: Vec::new(),
        backchannel_logout_uri: None,
        resources: Vec::new(),
        session_claims: Vec::new(),
        origins: Vec::new(),
        is_first_party: false,
        id_token_algorithm: TokenAlgorithm::Rs256,
    };
    Known::Client(Arc::new(KnownClient { record: Arc::new(record), token: Some(uid(number)) }))
}
