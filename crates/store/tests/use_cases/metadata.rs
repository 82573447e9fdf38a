//! What applications keep with sessions: written by who read what is there, apart from what is asked at every request, and gone with the
//! session.

use cloakroom_engine::audit::RequestOrigin;
use cloakroom_engine::policy::Policy;
use cloakroom_engine::sessions::Birth;
use cloakroom_engine::sessions::get::SessionPointer;
use cloakroom_engine::sessions::metadata::{KeptMetadata, SessionMetadata};
use cloakroom_engine::sessions::open::{OpenedSession, SessionWish};
use cloakroom_engine::sessions::set_metadata::MetadataRefusal::{self, Conflict, HeldByBrowser};

use crate::world::{World, bearer, wish};

fn of(members: &[(&str, &str)]) -> SessionMetadata {
    SessionMetadata::new(members.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()).unwrap()
}

async fn kept(world: &World, pointer: &SessionPointer) -> KeptMetadata {
    world.engine.get_session(pointer, true).await.unwrap().unwrap().kept
}

async fn set(world: &World, opened: &OpenedSession, read: i64, metadata: SessionMetadata) -> Result<KeptMetadata, MetadataRefusal> {
    let caller = world.caller(&opened.secret).await;
    let set = world.engine.set_session_metadata(&caller, read, metadata, &RequestOrigin::default()).await.unwrap();
    set.map(|set| set.kept)
}

#[tokio::test]
async fn it_is_kept_from_the_beginning_and_changed_by_who_read_it() {
    let mut world = World::peopled(Policy::default()).await;
    let gold = of(&[("tier", r#""gold s3cret""#), ("lines", r#""a\n\"},""#)]);
    let opened = world.open_as("ada", SessionWish { metadata: gold.clone(), ..wish() }).await;
    assert_eq!(opened.kept, KeptMetadata { edition: 1, metadata: gold.clone() });
    let bare = world.open("ada").await;
    assert_eq!((&bare.kept, kept(&world, &bearer(&bare)).await), (&KeptMetadata::default(), KeptMetadata::default()));
    for pointer in [bearer(&opened), world.reference(&opened)] {
        assert_eq!(kept(&world, &pointer).await, opened.kept);
    }
    let silver = of(&[("tier", "2")]);
    for wrong in [0, 2, -1] {
        assert_eq!(set(&world, &opened, wrong, silver.clone()).await, Err(Conflict), "{wrong}");
    }
    assert_eq!(kept(&world, &bearer(&opened)).await, opened.kept, "a conflict changes nothing");
    let second = KeptMetadata { edition: 2, metadata: silver };
    assert_eq!(set(&world, &opened, 1, second.metadata.clone()).await, Ok(second.clone()));
    assert_eq!(set(&world, &opened, 1, gold).await, Err(Conflict), "whoever read what was there before");
    // What is emptied has been written, too.
    assert_eq!(set(&world, &bare, 0, of(&[("a", "1")])).await.map(|kept| kept.edition), Ok(1));
    assert_eq!(set(&world, &bare, 1, SessionMetadata::default()).await.map(|kept| kept.edition), Ok(2));
    world.restart();
    assert_eq!(kept(&world, &bearer(&opened)).await, second);
    assert_eq!(kept(&world, &bearer(&bare)).await, KeptMetadata { edition: 2, metadata: SessionMetadata::default() });
    let told: Vec<_> = world.trail().into_iter().filter(|told| told.action == "session.metadata_set").collect();
    assert_eq!(told.len(), 3, "one entry for each change, none for a conflict");
    assert_eq!(told[0].resource_id, Some(opened.view.session.uid.to_string()));
    for told in world.trail() {
        assert!(!told.detail.to_string().contains("s3cret"), "{}", told.detail);
    }
}

#[tokio::test]
async fn what_a_browser_holds_keeps_nothing_on_its_word_and_what_is_over_changes_no_more() {
    let mut policy = Policy::default();
    (policy.sessions.archive_after_seconds, policy.sessions.retention_seconds) = (600, 6000);
    let world = World::peopled(policy).await;
    let browser = world.open_as("ada", SessionWish { birth: Birth::Browser, ..wish() }).await;
    assert_eq!(set(&world, &browser, 0, of(&[("a", "1")])).await, Err(HeldByBrowser));
    let opened = world.open_as("ada", SessionWish { metadata: of(&[("a", "1")]), ..wish() }).await;
    let caller = world.caller(&opened.secret).await;
    world.close(&bearer(&opened)).await.unwrap();
    let late = world.engine.set_session_metadata(&caller, 1, of(&[("a", "2")]), &RequestOrigin::default()).await;
    assert!(late.is_err(), "judged again in the transaction: {late:?}");
    assert_eq!(kept(&world, &world.reference(&opened)).await, opened.kept, "what is over says what it had");
    world.advance(600);
    assert_eq!(world.engine.archive_sessions(10).await.unwrap(), 1);
    assert_eq!(kept(&world, &bearer(&opened)).await, opened.kept, "in the archive, too");
    world.advance(6000);
    assert_eq!(world.engine.purge_sessions(10).await.unwrap(), 1);
    assert_eq!(world.count("SELECT count(*) FROM session_metadata"), 0, "it goes with the session");
}

#[tokio::test]
async fn whoever_only_asks_whether_a_session_lives_reads_none_of_it() {
    let world = World::peopled(Policy::default()).await;
    let long = format!("\"{}\"", "x".repeat(4000));
    let opened = [world.open("ada").await, world.open_as("ada", SessionWish { metadata: of(&[("a", &long)]), ..wish() }).await];
    let mut bytes = Vec::new();
    for opened in &opened {
        let before = world.database.live_stats().bytes;
        world.validate(&opened.secret).await.unwrap();
        bytes.push(world.database.live_stats().bytes - before);
    }
    assert_eq!(bytes[0], bytes[1], "in memory a session is as large with it as without");
    let before = world.database.live_stats();
    set(&world, &opened[1], 1, of(&[("a", "1")])).await.unwrap();
    world.validate(&opened[1].secret).await.unwrap();
    let after = world.database.live_stats();
    assert_eq!(after.fills, before.fills, "and a change of it is no reason to look again");
}

/// Random histories of several who write, of whom each knows what it read when, against a map.
#[tokio::test]
async fn of_those_who_write_at_the_same_time_the_model_says_who_was_first() {
    let world = World::peopled(Policy::default()).await;
    let sessions = [world.open("ada").await, world.open("ada").await, world.open("bob").await];
    let mut model = vec![KeptMetadata::default(); sessions.len()];
    // What each of four writers read last of each session.
    let mut read = vec![[0_i64; 4]; sessions.len()];
    let mut chance: u64 = 0x9E37_79B9_7F4A_7C15;
    let mut dice = |sides: u64| {
        chance = chance.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from((chance >> 33) % sides).unwrap()
    };
    let (mut written, mut conflicts) = (0, 0);
    for step in 0..240 {
        let (session, writer) = (dice(3), dice(4));
        if dice(3) == 0 {
            let found = kept(&world, &bearer(&sessions[session])).await;
            assert_eq!(found, model[session], "step {step}");
            read[session][writer] = found.edition;
            continue;
        }
        let (by_step, by_writer) = (step.to_string(), writer.to_string());
        let metadata = of(&[("step", by_step.as_str()), ("writer", by_writer.as_str())][..dice(3)]);
        let outcome = set(&world, &sessions[session], read[session][writer], metadata.clone()).await;
        if read[session][writer] == model[session].edition {
            model[session] = KeptMetadata { edition: model[session].edition + 1, metadata };
            read[session][writer] = model[session].edition;
            assert_eq!(outcome.as_ref(), Ok(&model[session]), "step {step}");
            written += 1;
        } else {
            assert_eq!(outcome, Err(Conflict), "step {step}");
            conflicts += 1;
        }
    }
    assert!(written > 20 && conflicts > 20, "{written} written, {conflicts} conflicts");
    for (session, model) in sessions.iter().zip(&model) {
        assert_eq!(kept(&world, &bearer(session)).await, *model);
    }
}

#[tokio::test]
async fn of_many_at_once_one_is_first() {
    let world = std::sync::Arc::new(World::peopled(Policy::default()).await);
    let opened = std::sync::Arc::new(world.open("ada").await);
    let mut writers = tokio::task::JoinSet::new();
    for writer in 0..16 {
        let (world, opened) = (world.clone(), opened.clone());
        writers.spawn(async move { set(&world, &opened, 0, of(&[("writer", &writer.to_string())])).await });
    }
    let outcomes = writers.join_all().await;
    let [first] = outcomes.iter().filter_map(|outcome| outcome.as_ref().ok()).collect::<Vec<_>>().try_into().unwrap();
    assert_eq!((first.edition, kept(&world, &bearer(&opened)).await), (1, first.clone()));
}
