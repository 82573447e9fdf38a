//! How long tokens and their sessions live.

use cloakroom_engine::clock::{Span, Timestamp};
use cloakroom_engine::policy::{Policy, SessionPolicy, TokenPolicy};
use cloakroom_engine::sessions::EndReason;
use cloakroom_engine::tokens::refresh::RefreshRefusal;

use super::claims::part;
use super::scene::{NOON, Scene, origin};

const DAY: u32 = 86_400;

fn exp(token: &str) -> i64 {
    part(token, 1)["exp"].as_i64().unwrap()
}

#[tokio::test]
async fn an_access_token_is_good_for_twenty_minutes_to_the_millisecond_of_its_exp() {
    let scene = Scene::new().await;
    let pair = scene.log_in("alice").await;
    let expiry = exp(&pair.access.text) * 1000;
    assert_eq!(expiry, NOON.as_millis() / 1000 * 1000 + 1_200_000);
    scene.clock.set(Timestamp::from_millis(expiry - 1));
    assert!(scene.opens(&pair.access.text).await);
    scene.clock.set(Timestamp::from_millis(expiry));
    assert!(!scene.opens(&pair.access.text).await);
}

#[tokio::test]
async fn a_clock_that_stepped_back_five_seconds_refuses_no_token_and_revives_none() {
    let scene = Scene::new().await;
    let (pair, ended) = (scene.log_in("alice").await, scene.log_in("bob").await);
    let caller = scene.engine.authenticate_token(&ended.access.text, &origin()).await.unwrap().unwrap();
    scene.engine.log_out_here(&caller, &origin()).await.unwrap();
    let issued = NOON.as_millis() / 1000 * 1000;
    for (moved, opens) in [(-1500, true), (-5000, true), (-5001, false)] {
        scene.clock.set(Timestamp::from_millis(issued + moved));
        assert_eq!(scene.opens(&pair.access.text).await, opens, "{moved} ms");
        assert!(!scene.opens(&ended.access.text).await, "what ended stays ended, {moved} ms");
    }
}

#[tokio::test]
async fn the_leeway_is_the_operators_choice_and_lengthens_no_life() {
    let tokens = TokenPolicy { clock_leeway_seconds: 0, ..TokenPolicy::default() };
    let scene = Scene::with(Policy { tokens, ..Policy::default() }).await;
    let pair = scene.log_in("alice").await;
    scene.clock.set(Timestamp::from_millis(NOON.as_millis() / 1000 * 1000 - 1));
    assert!(!scene.opens(&pair.access.text).await);
    let tokens = TokenPolicy { clock_leeway_seconds: 300, ..TokenPolicy::default() };
    let scene = Scene::with(Policy { tokens, ..Policy::default() }).await;
    let pair = scene.log_in("alice").await;
    scene.clock.set(Timestamp::from_millis(exp(&pair.access.text) * 1000));
    assert!(!scene.opens(&pair.access.text).await);
}

#[tokio::test]
async fn access_ttl_is_the_operators_choice() {
    let tokens = TokenPolicy { access_ttl_seconds: 90, ..TokenPolicy::default() };
    let scene = Scene::with(Policy { tokens, ..Policy::default() }).await;
    let pair = scene.log_in("alice").await;
    scene.later(89);
    assert!(scene.opens(&pair.access.text).await);
    scene.later(1);
    assert!(!scene.opens(&pair.access.text).await);
}

#[tokio::test]
async fn each_refresh_slides_the_session_by_thirty_days() {
    let scene = Scene::new().await;
    let mut pair = scene.log_in("alice").await;
    for _ in 0..2 {
        let now = scene.engine.now();
        assert_eq!(scene.session(&pair).await.session.activity.expires_at, now.plus(Span::from_seconds(30 * DAY)));
        scene.later(29 * DAY);
        pair = scene.rotate(&pair).await.unwrap();
    }
    scene.later(30 * DAY);
    assert_eq!(scene.rotate(&pair).await.unwrap_err(), RefreshRefusal::SessionOver);
    assert_eq!(scene.end_reason(&pair).await, Some(EndReason::Expired));
}

#[tokio::test]
async fn nothing_else_slides_it() {
    let scene = Scene::new().await;
    let pair = scene.log_in("alice").await;
    scene.later(600);
    assert!(scene.opens(&pair.access.text).await);
    let activity = scene.session(&pair).await.session.activity;
    assert_eq!(activity.last_active_at, NOON.plus(Span::from_seconds(600)), "a request is activity");
    assert_eq!(activity.expires_at, NOON.plus(Span::from_seconds(30 * DAY)), "and moves no expiry");
    let next = scene.rotate(&pair).await.unwrap();
    scene.later(5);
    scene.rotate(&pair).await.unwrap();
    let expires_at = scene.session(&next).await.session.activity.expires_at;
    assert_eq!(expires_at, NOON.plus(Span::from_seconds(30 * DAY + 600)), "the same child again is no second refresh");
}

#[tokio::test]
async fn no_refresh_leads_past_the_absolute_lifetime_and_no_token_outlives_it() {
    let scene = Scene::new().await;
    let mut pair = scene.log_in("alice").await;
    let end = NOON.plus(Span::from_seconds(90 * DAY));
    for _ in 0..4 {
        scene.later(22 * DAY);
        pair = scene.rotate(&pair).await.unwrap();
    }
    assert_eq!(scene.session(&pair).await.session.activity.expires_at.min(end), end);
    scene.clock.set(end.minus(Span::from_seconds(60)));
    pair = scene.rotate(&pair).await.unwrap();
    assert_eq!(exp(&pair.access.text), end.as_millis() / 1000, "sixty seconds are left, whatever the access ttl");
    assert!(scene.opens(&pair.access.text).await);
    scene.clock.set(end);
    assert!(!scene.opens(&pair.access.text).await);
    assert_eq!(scene.rotate(&pair).await.unwrap_err(), RefreshRefusal::SessionOver);
    assert_eq!(scene.end_reason(&pair).await, Some(EndReason::Expired));
}

#[tokio::test]
async fn an_access_token_never_outlives_a_short_session() {
    let tokens = TokenPolicy { refresh_ttl_seconds: 300, ..TokenPolicy::default() };
    let sessions = SessionPolicy { absolute_ttl_seconds: 400, ..SessionPolicy::default() };
    let scene = Scene::with(Policy { tokens, sessions, ..Policy::default() }).await;
    let pair = scene.log_in("alice").await;
    assert_eq!(exp(&pair.access.text), NOON.plus(Span::from_seconds(300)).as_millis() / 1000);
    scene.later(250);
    let next = scene.rotate(&pair).await.unwrap();
    assert_eq!(exp(&next.access.text), NOON.plus(Span::from_seconds(400)).as_millis() / 1000);
}

#[tokio::test]
async fn a_reuse_interval_of_nought_gives_nothing_twice_once_time_moved() {
    let tokens = TokenPolicy { reuse_interval_seconds: 0, ..TokenPolicy::default() };
    let scene = Scene::with(Policy { tokens, ..Policy::default() }).await;
    let pair = scene.log_in("alice").await;
    scene.rotate(&pair).await.unwrap();
    scene.clock.advance(Span::from_millis(1));
    assert_eq!(scene.rotate(&pair).await.unwrap_err(), RefreshRefusal::Stolen);
}
