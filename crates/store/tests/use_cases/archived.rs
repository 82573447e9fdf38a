//! Ended sessions are archived after a while, found only by who asks for them, and purged in the end.

use cloakroom_engine::clock::{Span, Timestamp};
use cloakroom_engine::policy::Policy;
use cloakroom_engine::sessions::SessionState;
use cloakroom_engine::sessions::list::ListQuery;
use cloakroom_engine::sessions::open::OpenedSession;
use cloakroom_engine::sessions::pages::{ArchivedFilter, Side};

use crate::list::{list, numbers, query};
use crate::world::{World, bearer};

fn policy() -> Policy {
    let mut policy = Policy::default();
    (policy.sessions.archive_after_seconds, policy.sessions.retention_seconds) = (600, 6000);
    policy
}

fn with(archived: ArchivedFilter) -> ListQuery {
    ListQuery { archived, ..query(Side::Ended, None, 100) }
}

const INCLUDE: ArchivedFilter = ArchivedFilter { include: true, from: None, to: None };

/// Two sessions archived ten seconds apart, one that ended and is not archived, and who lists them.
async fn archives() -> (World, OpenedSession, [OpenedSession; 3], [Timestamp; 2]) {
    let world = World::peopled(policy()).await;
    let caller = world.open("ada").await;
    let ended = [world.open("ada").await, world.open("ada").await, world.open("ada").await];
    let mut archived_at = [world.now(); 2];
    world.close(&bearer(&ended[0])).await.unwrap();
    world.advance(10);
    world.close(&bearer(&ended[1])).await.unwrap();
    world.advance(590);
    for (at, pause) in archived_at.iter_mut().zip([10, 0]) {
        *at = world.now();
        assert_eq!(world.engine.archive_sessions(100).await.unwrap(), 1);
        world.advance(pause);
    }
    world.close(&bearer(&ended[2])).await.unwrap();
    (world, caller, ended, archived_at)
}

#[tokio::test]
async fn the_archived_are_found_only_by_who_asks_for_them() {
    let (world, caller, ended, archived_at) = archives().await;
    let [first, second, third] = [0, 1, 2].map(|index: usize| ended[index].view.session.number.0);
    assert_eq!(numbers(&list(&world, &caller, &query(Side::Ended, None, 8)).await), [third]);
    assert_eq!(numbers(&list(&world, &caller, &with(INCLUDE)).await), [third, second, first]);
    for pointer in [bearer(&ended[0]), world.reference(&ended[0])] {
        assert_eq!(world.get(&pointer, false).await, None);
        let view = world.get(&pointer, true).await.unwrap();
        let SessionState::Archived { at, end } = view.session.state else { panic!("{:?}", view.session.state) };
        assert_eq!((at, Some(end)), (archived_at[0], view.end));
    }
    assert!(world.validate(&ended[0].secret).await.is_err());
}

#[tokio::test]
async fn bounds_are_inclusive_from_and_exclusive_to() {
    let (world, caller, ended, [first, second]) = archives().await;
    let [a, b, open_end] = [0, 1, 2].map(|index: usize| ended[index].view.session.number.0);
    let millisecond = Span::from_millis(1);
    for (from, to, expected) in [
        (Some(first), None, vec![open_end, b, a]),
        (Some(first.plus(millisecond)), None, vec![open_end, b]),
        (Some(second), None, vec![open_end, b]),
        (None, Some(second), vec![open_end, a]),
        (None, Some(second.plus(millisecond)), vec![open_end, b, a]),
        (Some(first), Some(first), vec![open_end]),
    ] {
        let filtered = with(ArchivedFilter { include: true, from, to });
        assert_eq!(numbers(&list(&world, &caller, &filtered).await), expected, "{from:?} {to:?}");
    }
}

#[tokio::test]
async fn archiving_waits_for_its_delay_and_purging_for_its_own() {
    let world = World::peopled(policy()).await;
    let opened = world.open("ada").await;
    world.close(&bearer(&opened)).await.unwrap();
    world.advance(599);
    assert_eq!(world.engine.archive_sessions(10).await.unwrap(), 0);
    world.advance(1);
    assert_eq!(world.engine.purge_sessions(10).await.unwrap(), 0);
    assert_eq!(world.engine.archive_sessions(10).await.unwrap(), 1);
    world.advance(5999);
    assert_eq!(world.engine.purge_sessions(10).await.unwrap(), 0);
    world.advance(1);
    assert_eq!(world.engine.purge_sessions(10).await.unwrap(), 1);
    assert_eq!(world.get(&world.reference(&opened), true).await, None);
    assert_eq!(world.count("SELECT (SELECT count(*) FROM sessions) + (SELECT count(*) FROM session_touches)"), 0);
    assert!(world.open("ada").await.view.session.number > opened.view.session.number, "a number names one session for ever");
}
