//! A user's own list reads a page at once; each session in it is what it is when it is read by itself.

use cloakroom_engine::clock::Clock as _;
use cloakroom_engine::cursor::Place;
use cloakroom_engine::directory::TenantStatus;
use cloakroom_engine::directory::document::{ApplicationEntry, DirectoryDocument, TenantEntry};
use cloakroom_engine::page::{PageNumber, Paged};
use cloakroom_engine::secret::ClientSecret;
use cloakroom_engine::sessions::detail::DetailedSnapshot;
use cloakroom_engine::sessions::pages::{ListOwnSessions, OwnSessions};
use cloakroom_engine::sessions::store::{SessionLookup, SessionStore as _};
use cloakroom_engine::tokens::access_token::{TokenCrypto as _, TokenSubject};
use cloakroom_engine::tokens::log_in::TokenPair;

use super::scene::{CLIENT_SECRET, Scene, origin};

async fn read_alone(scene: &Scene, pair: &TokenPair) -> DetailedSnapshot {
    let TokenSubject::User(bound) = scene.crypto.verify(&pair.access.text).unwrap().subject else { panic!("a pair is a user's") };
    scene.database.session_detail(SessionLookup::Uid(bound.session)).await.unwrap().unwrap()
}

async fn page(scene: &Scene, of: &DetailedSnapshot, page: Paged<Place>) -> OwnSessions {
    let list = ListOwnSessions { user: of.snapshot.session.user, under: None, page, now: scene.clock.now() };
    scene.database.live_sessions_of_user(list).await.unwrap()
}

/// By places and by numbers, in pages of every length: the same sessions, and `more` as long as there are.
async fn walk_shows(scene: &Scene, of: &DetailedSnapshot, expected: &[DetailedSnapshot]) {
    for per_page in 1..=u32::try_from(expected.len()).unwrap() + 1 {
        let (mut place, mut shown, mut number) = (Place::NEWEST, 0, 1);
        loop {
            let found = page(scene, of, Paged::After { place, per_page }).await;
            let numbered = page(scene, of, PageNumber { page: number, per_page }.into()).await;
            assert_eq!((&found.sessions, found.more), (&numbered.sessions, numbered.more));
            assert_eq!(found.sessions[..], expected[shown..expected.len().min(shown + per_page as usize)], "{per_page} a page");
            shown += found.sessions.len();
            assert_eq!(found.more, shown < expected.len());
            let Some(last) = found.sessions.last().filter(|_| found.more) else { break };
            (place, number) = (Place::of(&last.snapshot.session), number + 1);
        }
    }
}

/// A second application beside the portal.
async fn shop(scene: &Scene) {
    let shop = ApplicationEntry {
        name: Some("The shop".into()),
        tenant: Some("ACME".into()),
        client_id: "shop".into(),
        client_secret: Some(ClientSecret::new(CLIENT_SECRET.into())),
        scopes: Some(vec!["profile".into()]),
        ..ApplicationEntry::default()
    };
    scene.apply(DirectoryDocument { applications: vec![shop], ..DirectoryDocument::default() }).await;
}

#[tokio::test]
async fn a_page_shows_each_session_as_it_is_by_itself() {
    let scene = Scene::new().await;
    shop(&scene).await;
    let portal = scene.application().await;
    let secret = ClientSecret::new(CLIENT_SECRET.into());
    let shop = scene.engine.authenticate_client("shop", &secret, &origin()).await.unwrap().unwrap();
    let mut pairs = Vec::new();
    for _ in 0..6 {
        pairs.push(scene.log_in("alice").await);
        scene.log_in("bob").await;
        scene.later(1);
    }
    scene.exchange(&portal, &pairs[1].access.text).await;
    scene.later(1);
    scene.exchange(&shop, &pairs[1].access.text).await;
    scene.exchange(&portal, &pairs[4].access.text).await;
    let reference = scene.reference(&pairs[2]);
    scene.engine.close_session(&reference, None, &origin()).await.unwrap().unwrap();
    assert!(scene.opens(&pairs[3].access.text).await, "a touch that is not on disk");
    let mut expected = Vec::new();
    for at in [5, 4, 3, 1, 0] {
        expected.push(read_alone(&scene, &pairs[at]).await);
    }
    let reached = |at: usize| expected[at].surroundings.applications.iter().map(|reached| reached.name.clone()).collect::<Vec<_>>();
    assert_eq!((reached(3), reached(1)), (vec!["The shop".to_owned(), "portal".to_owned()], vec!["portal".to_owned()]), "the latest first");
    walk_shows(&scene, &expected[0], &expected).await;
}

#[tokio::test]
async fn what_died_is_on_no_page() {
    let scene = Scene::new().await;
    let (first, _) = (scene.log_in("alice").await, scene.log_in("alice").await);
    let known = read_alone(&scene, &first).await;
    assert_eq!(page(&scene, &known, Paged::After { place: Place::NEWEST, per_page: 20 }).await.sessions.len(), 2);
    let frozen = TenantEntry { code: "ACME".into(), status: Some(TenantStatus::Frozen), ..TenantEntry::default() };
    scene.apply(DirectoryDocument { tenants: vec![frozen], ..DirectoryDocument::default() }).await;
    let found = page(&scene, &known, Paged::After { place: Place::NEWEST, per_page: 20 }).await;
    assert!(found.sessions.is_empty() && !found.more, "its tenant's epoch moved");
}
