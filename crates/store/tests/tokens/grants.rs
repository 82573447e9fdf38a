//! Grants of applications, and assertions that are used up.

use std::sync::Arc;

use cloakroom_engine::Engine;
use cloakroom_engine::audit::{Action, ResourceKind};
use cloakroom_engine::callers::Authorisation;
use cloakroom_engine::clock::{Span, Timestamp};
use cloakroom_engine::directory::ApplicationStatus;
use cloakroom_engine::directory::document::DirectoryDocument;
use cloakroom_engine::machine::application::{ApplicationEpochs, ClientRecord};
use cloakroom_engine::machine::store::MachineStore as _;
use cloakroom_engine::machine::store::{ClientLookup, SpentAssertion};
use cloakroom_engine::sessions::store::EndCause;
use cloakroom_engine::sessions::store::SessionStore as _;
use cloakroom_engine::sessions::{Authentication, AuthenticationMethod, AuthenticationMethods, End, EndReason};
use cloakroom_engine::tokens::GrantNumber;
use cloakroom_engine::tokens::audience::Audience;
use cloakroom_engine::tokens::store::TokenStore as _;
use cloakroom_engine::tokens::store::{GrantSubject, NewGrant};
use cloakroom_store::Database;

use super::{NOW, application, entry, found, grant, hash, rotation, store_and_engine};

async fn client(store: &Database) -> Arc<ClientRecord> {
    store.client(ClientLookup::ClientId("portal".into())).await.unwrap().unwrap()
}

/// A grant of the application within the session of another one.
async fn begin(store: &Database, within: GrantNumber, epochs: ApplicationEpochs, byte: u8) -> Option<GrantNumber> {
    let new = NewGrant {
        session: found(store, within).await.session.session.number,
        subject: GrantSubject::Secret,
        application: client(store).await.number,
        epochs,
        audience: portal_audience(),
        scope: vec!["profile".into()],
        authentication: Some(portal_authentication()),
        hash: hash(byte),
        now: NOW.plus(Span::from_seconds(byte.into())),
        at_most: 3,
        audit: entry(Action::TokenExchanged, ResourceKind::Session),
    };
    store.begin_application_grant(Authorisation::Verified, new).await.unwrap()
}

fn portal_audience() -> Audience {
    Audience::of(true, vec!["https://api.example.com".into(), "urn:example:files".into()]).unwrap()
}

/// What the user had shown when the application was let in.
fn portal_authentication() -> Authentication {
    let methods = AuthenticationMethods::NONE.with(AuthenticationMethod::OneTimePassword).with(AuthenticationMethod::Password);
    Authentication::by_identity_provider(NOW.minus(Span::from_seconds(60)), methods)
}

#[tokio::test]
async fn a_grant_keeps_what_it_was_given_under_and_for_whom() {
    let (store, _engine) = store_and_engine().await;
    let own = grant(&store, 1).await;
    let begun = begin(&store, own, client(&store).await.epochs, 2).await.unwrap();
    for (number, authentication) in [(own, Authentication::by_password(NOW)), (begun, portal_authentication())] {
        // As it is read first, as it is remembered, and after a rotation.
        for round in 0..2 {
            for known in [found(&store, number).await, store.live_grant(number, NOW).await.unwrap().unwrap()] {
                assert_eq!(known.authentication, Some(authentication), "{number:?} in round {round}");
                assert_eq!(known.session.session.authentication, Some(Authentication::by_password(NOW)));
                assert!(known.holder.is_none_or(|holder| holder.audience == portal_audience()));
            }
            let rotated = rotation(&found(&store, number).await, 9, NOW);
            assert!(round == 1 || store.rotate_grant(Authorisation::Verified, rotated).await.unwrap());
        }
    }
}

async fn change(engine: &Engine, status: ApplicationStatus) {
    let applications = vec![application(Some(status))];
    let document = DirectoryDocument { applications, ..DirectoryDocument::default() };
    engine.apply_directory(document, true, "test").await.unwrap().unwrap();
}

#[tokio::test]
async fn a_grant_begins_only_where_session_and_application_stand() {
    let (store, engine) = store_and_engine().await;
    let own = grant(&store, 1).await;
    let epochs = client(&store).await.epochs;
    let begun = begin(&store, own, epochs, 2).await.unwrap();
    let snapshot = found(&store, begun).await;
    assert_eq!(snapshot.holder.as_ref().map(|holder| (&holder.client.client_id[..], holder.epochs)), Some(("portal", epochs)));
    assert!(snapshot.lives(NOW).unwrap());
    let session = snapshot.session.session.number;
    let remembered = store.live_grant(own, NOW).await.unwrap().unwrap();
    assert!(remembered.holder.is_none() && remembered.session.session.number == session, "the user's own");
    assert_eq!(begin(&store, own, ApplicationEpochs { application: epochs.application + 1, ..epochs }, 3).await, None);
    assert_eq!(begin(&store, own, ApplicationEpochs { server: epochs.server - 1, ..epochs }, 3).await, None);
    change(&engine, ApplicationStatus::Disabled).await;
    assert_eq!(begin(&store, own, client(&store).await.epochs, 3).await, None, "disabled");
    change(&engine, ApplicationStatus::Active).await;
    assert_eq!(begin(&store, own, epochs, 3).await, None, "the epoch moved");
    let end = End { at: NOW, reason: EndReason::Closed, by: None };
    store
        .end_session(Authorisation::Server, session, EndCause::Deliberate(end), NOW, entry(Action::SessionEnded, ResourceKind::Session))
        .await
        .unwrap();
    assert_eq!(begin(&store, own, client(&store).await.epochs, 3).await, None, "the session is over");
}

#[tokio::test]
async fn nothing_rotates_under_a_disabled_application() {
    let (store, engine) = store_and_engine().await;
    let own = grant(&store, 1).await;
    let epochs = client(&store).await.epochs;
    let two = begin(&store, own, epochs, 3).await.unwrap();
    let other = found(&store, two).await;
    assert!(store.rotate_grant(Authorisation::Verified, rotation(&other, 9, NOW)).await.unwrap());
    let other = found(&store, two).await;
    change(&engine, ApplicationStatus::Disabled).await;
    assert!(!store.rotate_grant(Authorisation::Verified, rotation(&other, 10, NOW)).await.unwrap(), "disabled");
    change(&engine, ApplicationStatus::Active).await;
    assert!(!store.rotate_grant(Authorisation::Verified, rotation(&other, 10, NOW)).await.unwrap(), "and what died stays dead");
    let users = found(&store, own).await;
    assert!(
        store.rotate_grant(Authorisation::Verified, rotation(&users, 11, NOW)).await.unwrap(),
        "the user's own ends with its session alone"
    );
}

#[tokio::test]
async fn what_rested_longest_makes_room() {
    let (store, _) = store_and_engine().await;
    let own = grant(&store, 1).await;
    let epochs = client(&store).await.epochs;
    let mut begun = Vec::new();
    for byte in 2..6 {
        begun.push(begin(&store, own, epochs, byte).await.unwrap());
    }
    let there = async |grants: &[GrantNumber]| {
        let mut there = Vec::new();
        for grant in grants {
            there.push(store.grant(*grant).await.unwrap().is_some());
        }
        there
    };
    assert_eq!(there(&begun).await, [false, true, true, true]);
    assert!(store.grant(own).await.unwrap().is_some(), "the user's own is never counted");
}

#[tokio::test]
async fn an_assertion_is_taken_once_until_it_expires() {
    let (store, _) = store_and_engine().await;
    let application = client(&store).await.number;
    let spend = async |byte: u8, expires_in: u32, now: Timestamp| {
        let spent = SpentAssertion { application, id_hash: [byte; 32], expires_at: NOW.plus(Span::from_seconds(expires_in)), now };
        store.spend_assertion(spent).await.unwrap()
    };
    assert!(spend(1, 60, NOW).await && !spend(1, 60, NOW).await && spend(2, 30, NOW).await);
    let later = NOW.plus(Span::from_seconds(30));
    assert!(!spend(1, 60, later).await, "still in force");
    assert!(spend(2, 90, later).await, "what expired was forgotten");
}
