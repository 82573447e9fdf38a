//! From SQLite to PostgreSQL and back: everything, once, and on from where it was interrupted.

use std::path::Path;
use std::sync::Arc;

use cloakroom_engine::audit::RequestOrigin;
use cloakroom_engine::clock::{ManualClock, Timestamp};
use cloakroom_engine::directory::document::{DirectoryDocument, TenantEntry, UserEntry};
use cloakroom_engine::directory::password::InlineHashing;
use cloakroom_engine::entropy::SeededEntropy;
use cloakroom_engine::keys::{Keyring, MasterKey};
use cloakroom_engine::policy::Policy;
use cloakroom_engine::sessions::Birth;
use cloakroom_engine::sessions::credentials::{SignInName, SignInSubject};
use cloakroom_engine::sessions::metadata::{KeptMetadata, SessionMetadata};
use cloakroom_engine::sessions::open::{OpenedSession, ProvenUser, SessionWish};
use cloakroom_engine::sessions::store::SessionStore as _;
use cloakroom_engine::sessions::touches::PendingTouches;
use cloakroom_engine::store::Store as _;
use cloakroom_engine::tokens::access_token::NoTokens;
use cloakroom_engine::{Engine, Parts};
use cloakroom_store::Database;
use cloakroom_store::driver::postgres::Address;
use cloakroom_store::driver::sqlite::{Location, Options};
use cloakroom_store::transfer::{OF_POSTGRES_ALONE, Step, TABLES, TransferError, transfer};

use crate::cluster::Scratch;
use crate::options;

const NOW: Timestamp = Timestamp::from_millis(1_767_225_600_000);
const PEOPLE: usize = 20;

fn sqlite(file: &Path) -> Arc<Database> {
    Arc::new(Database::open(&Location::File(file.to_owned()), &Options::default(), Arc::default()).unwrap())
}

fn postgres(scratch: &Scratch) -> Arc<Database> {
    let address = Address::parse(&scratch.url(), &options()).unwrap();
    Arc::new(Database::connect(&address, &options(), Arc::default()).unwrap())
}

pub(crate) fn engine(database: &Arc<Database>) -> Engine {
    Engine::new(Parts {
        store: database.clone(),
        clock: Arc::new(ManualClock::at(NOW)),
        entropy: Arc::new(SeededEntropy::new(3)),
        hashing: Arc::new(InlineHashing),
        touches: Arc::new(PendingTouches::default()),
        keys: Keyring::derive(&MasterKey::from_bytes([7; 32])),
        crypto: Arc::new(NoTokens),
        policy: Policy::default(),
    })
}

/// People with sessions, of which every other one ended; nothing of it is like anything else.
pub(crate) async fn lived_in(database: &Arc<Database>) -> Vec<OpenedSession> {
    let engine = engine(database);
    let name = |number: usize| format!("user{number}");
    let user = |number| UserEntry { username: name(number), email: Some(format!("{}@example.org", name(number))), ..UserEntry::default() };
    let tenants = vec![TenantEntry { code: "ACME".into(), ..TenantEntry::default() }];
    let document = DirectoryDocument { tenants, users: (0..PEOPLE).map(user).collect(), ..DirectoryDocument::default() };
    engine.apply_directory(document, false, "test").await.unwrap().unwrap();
    let mut opened = Vec::new();
    for number in 0..PEOPLE {
        let subject = SignInSubject { name: [0; 16], network: String::new() };
        let record = database.sign_in_record(&SignInName::Username(name(number)).sought(), &subject, NOW).await.unwrap();
        let metadata = SessionMetadata::new(vec![("place".into(), number.to_string()), ("text".into(), r#""a\n}""#.into())]).unwrap();
        let wish = SessionWish { birth: Birth::Usm, ttl_seconds: None, slides: None, caption: None, label: None, note: None, metadata };
        let proven = ProvenUser::believed(record.credentials.unwrap());
        let session = engine.open_session(proven, wish, RequestOrigin::default()).await.unwrap().unwrap();
        if number % 2 == 1 {
            let pointer = cloakroom_engine::sessions::get::SessionPointer::from_guid(*session.secret.expose());
            engine.close_session(&pointer, None, &RequestOrigin::default()).await.unwrap().unwrap();
        }
        opened.push(session);
    }
    while engine.seal_audit_entries(1000).await.unwrap().1 {}
    opened
}

/// What is kept with each.
async fn kept(database: &Arc<Database>, opened: &[OpenedSession]) -> Vec<KeptMetadata> {
    database.session_metadata(opened.iter().map(|session| session.view.session.number).collect()).await.unwrap()
}

async fn live(database: &Arc<Database>, opened: &[OpenedSession]) -> Vec<bool> {
    let engine = engine(database);
    let mut live = Vec::new();
    for session in opened {
        live.push(engine.validate_session(&session.secret, &RequestOrigin::default()).await.unwrap().is_ok());
    }
    live
}

#[tokio::test]
async fn everything_goes_there_and_back() {
    let (home, scratch) = (tempfile::tempdir().unwrap(), Scratch::new());
    let (source, middle) = (sqlite(&home.path().join("source.db")), postgres(&scratch));
    let opened = lived_in(&source).await;
    let expected: Vec<_> = (0..PEOPLE).map(|number| number % 2 == 0).collect();
    let mut steps = Vec::new();
    let there = transfer(&source, &middle, &mut |step| steps.push(step)).await.unwrap();
    assert_eq!(there.len(), TABLES.len());
    assert!(there.contains(&("sessions", PEOPLE as u64)), "{there:?}");
    assert!(there.contains(&("session_metadata", PEOPLE as u64)), "{there:?}");
    let first: Vec<_> = opened.iter().map(|session| session.kept.clone()).collect();
    assert_eq!(kept(&middle, &opened).await, first);
    assert_eq!(live(&middle, &opened).await, expected);
    let of: u64 = there.iter().map(|(_, rows)| rows).sum();
    assert!(matches!(steps.last(), Some(Step::Compared { rows, of: all }) if (*rows, *all) == (of, of)), "{steps:?}");
    let back = sqlite(&home.path().join("back.db"));
    assert_eq!(transfer(&middle, &back, &mut |_| {}).await.unwrap(), there);
    assert_eq!(live(&back, &opened).await, expected);
    assert_eq!(kept(&back, &opened).await, first);
    // Both give numbers that nothing has, and the trail goes on.
    for database in [&middle, &back] {
        let later = lived_in_later(database).await;
        assert!(opened.iter().all(|session| session.view.session.number < later.view.session.number));
    }
}

async fn lived_in_later(database: &Arc<Database>) -> OpenedSession {
    let subject = SignInSubject { name: [0; 16], network: String::new() };
    let record = database.sign_in_record(&SignInName::Username("user0".into()).sought(), &subject, NOW).await.unwrap();
    let wish = SessionWish {
        birth: Birth::Usm,
        ttl_seconds: None,
        slides: None,
        caption: None,
        label: None,
        note: None,
        metadata: Default::default(),
    };
    // Other chance than before, or its names would be those of the first session.
    let engine = engine(database);
    for _ in 0..PEOPLE * 8 {
        engine.mint_password().unwrap();
    }
    engine.open_session(ProvenUser::believed(record.credentials.unwrap()), wish, RequestOrigin::default()).await.unwrap().unwrap()
}

#[tokio::test]
async fn what_was_interrupted_goes_on_where_it_stopped() {
    let (home, scratch) = (tempfile::tempdir().unwrap(), Scratch::new());
    let (source, target) = (sqlite(&home.path().join("source.db")), postgres(&scratch));
    let opened = lived_in(&source).await;
    let stop = tokio::sync::Notify::new();
    let mut seen = 0;
    let mut watch = |step| {
        if let Step::Copied { rows, .. } = step {
            seen = rows;
        }
        if seen > PEOPLE as u64 * 2 {
            stop.notify_one();
        }
    };
    tokio::select! {
        biased;
        () = stop.notified() => {}
        done = transfer(&source, &target, &mut watch) => panic!("not interrupted: {done:?}"),
    }
    let mut first = None;
    let done = transfer(&source, &target, &mut |step| {
        first.get_or_insert(step);
    })
    .await
    .unwrap();
    assert!(matches!(first, Some(Step::Copied { rows, of }) if rows >= PEOPLE as u64 * 2 && rows < of), "{first:?}");
    assert!(done.contains(&("users", PEOPLE as u64)));
    assert_eq!(live(&target, &opened).await.iter().filter(|live| **live).count(), PEOPLE / 2);
    // Once more changes nothing.
    assert_eq!(transfer(&source, &target, &mut |_| {}).await.unwrap(), done);
}

#[tokio::test]
async fn a_target_with_anything_else_in_it_is_left_alone() {
    let (home, scratch) = (tempfile::tempdir().unwrap(), Scratch::new());
    let (source, target) = (sqlite(&home.path().join("source.db")), postgres(&scratch));
    assert!(matches!(transfer(&source, &target, &mut |_| {}).await, Err(TransferError::NothingThere)));
    lived_in(&source).await;
    let other =
        DirectoryDocument { users: vec![UserEntry { username: "other".into(), ..UserEntry::default() }], ..DirectoryDocument::default() };
    engine(&target).apply_directory(other, false, "test").await.unwrap().unwrap();
    let before = scratch.past().rows("SELECT sequence, detail FROM audit_log");
    assert!(matches!(transfer(&source, &target, &mut |_| {}).await, Err(TransferError::Other("users"))));
    assert_eq!(scratch.past().rows("SELECT sequence, detail FROM audit_log"), before);
    assert_eq!(scratch.past().rows("SELECT username FROM users"), [[Some("other".to_owned())]]);
}

/// A row that changed behind its back is found in the end.
#[tokio::test]
async fn a_difference_is_found() {
    let (home, scratch) = (tempfile::tempdir().unwrap(), Scratch::new());
    let (source, target) = (sqlite(&home.path().join("source.db")), postgres(&scratch));
    lived_in(&source).await;
    scratch.past().batch(
        "CREATE FUNCTION spoil() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.label := 'spoilt'; RETURN NEW; END $$;
         CREATE TRIGGER spoil BEFORE INSERT ON sessions FOR EACH ROW WHEN (NEW.number = 7) EXECUTE FUNCTION spoil()",
    );
    assert!(matches!(transfer(&source, &target, &mut |_| {}).await, Err(TransferError::Differs("sessions"))));
}

/// The list has every table of the schema, so that none is forgotten.
#[test]
fn every_table_is_transferred() {
    let sql = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'migrations' ORDER BY tablename COLLATE \"C\"";
    let there: Vec<_> = Scratch::new().past().rows(sql).into_iter().map(|mut row| row.remove(0).unwrap()).collect();
    let mut listed = [TABLES, OF_POSTGRES_ALONE].concat();
    listed.sort_unstable();
    assert_eq!(there, listed);
}

#[tokio::test]
async fn who_else_is_connected_is_counted() {
    let scratch = Scratch::new();
    let address = Address::parse(&scratch.url(), &options()).unwrap();
    let own = Database::connect(&address.calling_itself("cloakroom transfer"), &options(), Arc::default()).unwrap();
    own.check().await.unwrap();
    assert_eq!(own.others_connected().await, Ok(0));
    let other = postgres(&scratch);
    other.check().await.unwrap();
    assert!(own.others_connected().await.unwrap() > 0);
}
