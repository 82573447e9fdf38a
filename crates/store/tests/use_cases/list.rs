//! Listing: sides, filters, limits, and cursors that open only where they were made.

use cloakroom_engine::policy::Policy;
use cloakroom_engine::sessions::EndReason;
use cloakroom_engine::sessions::cursor::{Cursor, CursorRefused};
use cloakroom_engine::sessions::list::{ListQuery, SideListed, SideQuery};
use cloakroom_engine::sessions::open::{OpenedSession, SessionWish};
use cloakroom_engine::sessions::pages::{ArchivedFilter, Side};

use crate::world::{START, World, bearer, ended, seconds, wish};

pub fn query(side: Side, after: Option<Cursor>, limit: usize) -> ListQuery {
    let archived = ArchivedFilter::default();
    ListQuery { sides: vec![SideQuery { side, after }], limit, caption: None, label: None, archived }
}

pub async fn try_list(world: &World, caller: &OpenedSession, query: &ListQuery) -> Result<Vec<SideListed>, CursorRefused> {
    let caller = world.caller(&caller.secret).await;
    world.engine.list_sessions(&caller, query).await.unwrap()
}

pub async fn list(world: &World, caller: &OpenedSession, query: &ListQuery) -> SideListed {
    try_list(world, caller, query).await.unwrap().remove(0)
}

pub fn numbers(listed: &SideListed) -> Vec<i64> {
    listed.sessions.iter().map(|placed| placed.view.session.number.0).collect()
}

fn number(opened: &OpenedSession) -> i64 {
    opened.view.session.number.0
}

#[tokio::test]
async fn a_session_stands_on_exactly_one_side() {
    let world = World::peopled(Policy::default()).await;
    let (caller, closed, brief) =
        (world.open("ada").await, world.open("ada").await, world.open_as("ada", SessionWish { ttl_seconds: Some(60), ..wish() }).await);
    world.open("bob").await;
    world.close(&bearer(&closed)).await.unwrap();
    assert_eq!(numbers(&list(&world, &caller, &query(Side::Live, None, 8)).await), [number(&brief), number(&caller)]);
    assert_eq!(numbers(&list(&world, &caller, &query(Side::Ended, None, 8)).await), [number(&closed)]);
    world.advance(60);
    assert_eq!(numbers(&list(&world, &caller, &query(Side::Live, None, 8)).await), [number(&caller)]);
    let dead = list(&world, &caller, &query(Side::Ended, None, 8)).await;
    assert_eq!(numbers(&dead), [number(&brief), number(&closed)], "expired before anything swept it");
    assert_eq!(dead.sessions[0].view.end, ended(START.plus(seconds(60)), EndReason::Expired));
    let both =
        ListQuery { sides: [Side::Ended, Side::Live].map(|side| SideQuery { side, after: None }).into(), ..query(Side::Live, None, 1) };
    let both = try_list(&world, &caller, &both).await.unwrap();
    assert_eq!((numbers(&both[0]), numbers(&both[1])), (vec![number(&brief)], vec![number(&caller)]), "the limit counts per side");
    assert_eq!((both[0].next.is_some(), both[1].next.is_some()), (true, false));
}

#[tokio::test]
async fn filters_are_exact() {
    let world = World::peopled(Policy::default()).await;
    let caller = world.open("ada").await;
    let wished = |caption: &str, label: &str| SessionWish { caption: Some(caption.into()), label: Some(label.into()), ..wish() };
    let (a, b) = (world.open_as("ada", wished("Phone", "work")).await, world.open_as("ada", wished("Phone", "home")).await);
    for (caption, label, expected) in [
        (Some("Phone"), None, vec![number(&b), number(&a)]),
        (Some("Phone"), Some("work"), vec![number(&a)]),
        (None, Some("home"), vec![number(&b)]),
        (Some("phone"), None, vec![]),
        (Some(""), None, vec![]),
        (Some("%"), None, vec![]),
    ] {
        let filtered = ListQuery { caption: caption.map(Into::into), label: label.map(Into::into), ..query(Side::Live, None, 8) };
        assert_eq!(numbers(&list(&world, &caller, &filtered).await), expected, "{caption:?} {label:?}");
    }
}

#[tokio::test]
async fn a_page_holds_no_more_than_asked_and_the_last_one_has_no_cursor() {
    let world = World::peopled(Policy::default()).await;
    let mut opened = Vec::new();
    for _ in 0..5 {
        opened.push(world.open("ada").await);
    }
    let newest_first: Vec<i64> = opened.iter().rev().map(number).collect();
    for limit in 1..=6 {
        let (mut walked, mut after) = (Vec::new(), None);
        loop {
            let page = list(&world, &opened[0], &query(Side::Live, after, limit)).await;
            assert!(page.sessions.len() <= limit && !page.sessions.is_empty(), "a cursor promises that something follows");
            walked.extend(numbers(&page));
            after = page.next;
            if after.is_none() {
                break;
            }
        }
        assert_eq!(walked, newest_first, "limit {limit}");
    }
}

#[tokio::test]
async fn a_cursor_opens_for_its_caller_its_side_and_its_filters_only() {
    let world = World::peopled(Policy::default()).await;
    let mut opened = Vec::new();
    for username in ["ada", "ada", "ada", "bob", "bob"] {
        opened.push(world.open(username).await);
    }
    let caller = &opened[0];
    let cursor = list(&world, caller, &query(Side::Live, None, 1)).await.next.unwrap();
    assert!(try_list(&world, caller, &query(Side::Live, Some(cursor), 2)).await.is_ok(), "another limit is the same list");
    assert!(try_list(&world, &opened[1], &query(Side::Live, Some(cursor), 1)).await.is_ok(), "and so is another session of the caller");
    let refused = Err(CursorRefused(Side::Live));
    let asked = async |caller: &OpenedSession, query: &ListQuery| try_list(&world, caller, query).await.map(|_| ());
    let same = || query(Side::Live, Some(cursor), 1);
    let archived = |archived| ListQuery { archived, ..same() };
    assert_eq!(asked(&opened[3], &same()).await, refused, "another caller");
    assert_eq!(asked(caller, &query(Side::Ended, Some(cursor), 1)).await, Err(CursorRefused(Side::Ended)));
    assert_eq!(asked(caller, &ListQuery { caption: Some(String::new()), ..same() }).await, refused);
    assert_eq!(asked(caller, &ListQuery { label: Some("work".into()), ..same() }).await, refused);
    assert_eq!(asked(caller, &archived(ArchivedFilter { include: true, ..ArchivedFilter::default() })).await, refused);
    assert_eq!(asked(caller, &archived(ArchivedFilter { from: Some(START), ..ArchivedFilter::default() })).await, refused);
    assert_eq!(asked(caller, &archived(ArchivedFilter { to: Some(START), ..ArchivedFilter::default() })).await, refused);
    for byte in 0..32 {
        let mut altered = cursor;
        altered.0[byte] ^= 1;
        assert_eq!(asked(caller, &query(Side::Live, Some(altered), 1)).await, refused, "byte {byte}");
    }
}

/// The mark that a filter is there is a byte that a text may hold: only the lengths keep the two apart.
#[tokio::test]
async fn a_text_does_not_move_from_one_filter_into_the_other() {
    let world = World::peopled(Policy::default()).await;
    let caller = world.open("ada").await;
    for _ in 0..2 {
        world.open_as("ada", SessionWish { caption: Some("a\u{1}b".into()), label: Some("c".into()), ..wish() }).await;
    }
    let filtered = |caption: &str, label: &str, after| ListQuery {
        caption: Some(caption.into()),
        label: Some(label.into()),
        ..query(Side::Live, after, 1)
    };
    let cursor = list(&world, &caller, &filtered("a\u{1}b", "c", None)).await.next;
    assert!(cursor.is_some());
    assert!(try_list(&world, &caller, &filtered("a", "b\u{1}c", cursor)).await.is_err());
}

#[tokio::test]
async fn a_cursor_is_bound_to_what_a_filter_says_not_only_to_its_being_there() {
    let world = World::peopled(Policy::default()).await;
    let caller = world.open("ada").await;
    for _ in 0..2 {
        world.open_as("ada", SessionWish { caption: Some("Phone".into()), label: Some("work".into()), ..wish() }).await;
    }
    let bounds = |from, to| ArchivedFilter { include: true, from: Some(START.plus(seconds(from))), to: Some(START.plus(seconds(to))) };
    let asked = |caption: &str, label: &str, archived, after| ListQuery {
        caption: Some(caption.into()),
        label: Some(label.into()),
        archived,
        ..query(Side::Live, after, 1)
    };
    let cursor = list(&world, &caller, &asked("Phone", "work", bounds(1, 9), None)).await.next;
    assert!(try_list(&world, &caller, &asked("Phone", "work", bounds(1, 9), cursor)).await.is_ok());
    for other in [
        asked("Phono", "work", bounds(1, 9), cursor),
        asked("Phone", "walk", bounds(1, 9), cursor),
        asked("Phone", "work", bounds(2, 9), cursor),
        asked("Phone", "work", bounds(1, 8), cursor),
    ] {
        assert!(try_list(&world, &caller, &other).await.is_err(), "{other:?}");
    }
}
