//! A refresh token that comes back: theft ends the session, what only looks like one ends nothing.

use aws_lc_rs::digest::{SHA256, digest};
use cloakroom_engine::sessions::EndReason;
use cloakroom_engine::tokens::refresh::RefreshRefusal;
use cloakroom_engine::tokens::refresh_token::RefreshToken;
use cloakroom_engine::tokens::{Generation, GrantNumber};
use cloakroom_store::driver::sqlite::{Location, Options, Sqlite};
use cloakroom_store::driver::{DriverError, query_all};

use super::scene::{Scene, Setting};

#[tokio::test]
async fn a_reuse_beyond_the_interval_ends_the_session_and_all_its_tokens() {
    let scene = Scene::new().await;
    let old = scene.log_in("alice").await;
    let other = scene.log_in("alice").await;
    let current = scene.rotate(&old).await.unwrap();
    scene.clock.advance(cloakroom_engine::clock::Span::from_millis(10_001));
    assert_eq!(scene.rotate(&old).await.unwrap_err(), RefreshRefusal::Stolen);
    assert_eq!(scene.end_reason(&current).await, Some(EndReason::RefreshTokenReused));
    assert!(!scene.opens(&current.access.text).await);
    for dead in [&old, &current] {
        assert_eq!(scene.rotate(dead).await.unwrap_err(), RefreshRefusal::SessionOver);
    }
    assert!(scene.opens(&other.access.text).await, "another session of the same user goes on");
}

#[tokio::test]
async fn a_reuse_from_any_distance_is_theft() {
    for distance in [2, 5, 50] {
        let scene = Scene::new().await;
        let old = scene.log_in("alice").await;
        let mut current = scene.rotate(&old).await.unwrap();
        for _ in 1..distance {
            current = scene.rotate(&current).await.unwrap();
        }
        assert_eq!(scene.rotate(&old).await.unwrap_err(), RefreshRefusal::Stolen, "{distance} back, the clock at rest");
        assert_eq!(scene.end_reason(&current).await, Some(EndReason::RefreshTokenReused));
        assert!(!scene.opens(&current.access.text).await);
        assert_eq!(scene.rotate(&current).await.unwrap_err(), RefreshRefusal::SessionOver);
    }
}

async fn trail(path: &std::path::Path) -> Vec<(String, String, String, String)> {
    let store = Sqlite::open(&Location::File(path.to_owned()), &Options::default()).unwrap();
    let read: Result<_, DriverError> = store.read_here(|conn| {
        Box::pin(async move {
            let sql = "SELECT action, result, coalesce(address, ''), detail FROM audit_log ORDER BY sequence";
            let text = |row: &dyn cloakroom_store::driver::Row, at| row.text(at).map(str::to_owned);
            query_all(conn, sql, &[], |row| Ok((text(row, 0)?, text(row, 1)?, text(row, 2)?, text(row, 3)?))).await
        })
    });
    read.unwrap()
}

#[tokio::test]
async fn theft_is_told_to_the_trail_with_where_it_came_from() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("cloakroom.db");
    let scene = Scene::of(Setting { location: Location::File(path.clone()), ..Setting::default() }).await;
    let old = scene.log_in("alice").await;
    scene.rotate(&old).await.unwrap();
    scene.later(11);
    scene.rotate(&old).await.unwrap_err();
    let texts = [old.access.text.to_string(), old.refresh.expose().to_string()];
    scene.database.shutdown();
    drop(scene);
    let trail = trail(&path).await;
    let (action, result, address, detail) = trail.last().unwrap();
    assert_eq!((action.as_str(), result.as_str(), address.as_str()), ("session.ended", "refused", "203.0.113.77"), "{detail}");
    assert!(detail.contains("refresh token") && detail.contains("again"), "{detail}");
    let refreshed = trail.iter().filter(|entry| entry.0.contains("refresh")).count();
    assert_eq!(refreshed, 1, "{trail:?}");
    for (.., detail) in &trail {
        assert!(texts.iter().all(|text| !detail.contains(text)), "no secret in the trail");
    }
}

/// What a refresh token says, without the checksum that would give a change away.
fn resealed(body: &str) -> String {
    const DIGITS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    let hash = digest(&SHA256, body.as_bytes());
    let mut value = hash.as_ref()[..4].iter().fold(0_u32, |value, byte| value << 8 | u32::from(*byte));
    let mut digits = [b'0'; 6];
    for digit in digits.iter_mut().rev() {
        *digit = DIGITS[(value % 62) as usize];
        value /= 62;
    }
    format!("{body}_{}", String::from_utf8_lossy(&digits))
}

#[tokio::test]
async fn what_never_was_a_token_is_refused_and_ends_nothing() {
    let scene = Scene::new().await;
    let old = scene.log_in("alice").await;
    let pair = scene.rotate(&old).await.unwrap();
    let other = scene.log_in("alice").await;
    let stranger = scene.log_in("bob").await;
    scene.later(60);
    let text = pair.refresh.expose().to_string();
    let body = text.rsplit_once('_').unwrap().0.to_owned();
    assert_eq!(resealed(&body), text, "the checksum of the test is the checksum of the engine");
    let with = |change: &dyn Fn(&mut RefreshToken)| {
        let mut token = pair.refresh.clone();
        change(&mut token);
        token.expose().to_string()
    };
    let mut forged = vec![
        with(&|token| token.generation = Generation(2)),
        with(&|token| token.generation = Generation(u32::MAX)),
        with(&|token| token.generation = Generation(0)),
        with(&|token| token.grant = GrantNumber(i64::MAX)),
        with(&|token| token.grant = other.refresh.grant),
        with(&|token| token.grant = GrantNumber(0)),
        with(&|token| token.secret = stranger.refresh.secret.clone()),
        other.refresh.expose().to_string(),
        stranger.refresh.expose().to_string(),
        String::new(),
        "clr_".into(),
        "clr____".into(),
        "é".repeat(40),
        format!("{text}\u{0}"),
        format!(" {text}"),
        text.to_uppercase(),
        text.replacen("clr", "clk", 1),
        resealed(&body.replacen("clr", "clk", 1)),
        resealed(&format!("{body}_0")),
        resealed(&body.replacen("_1_", "_01_", 1)),
        resealed(&body.replacen("_1_", "_-1_", 1)),
        resealed(&body.replacen("_1_", "_zzzzzzzzzz_", 1)),
        resealed(&body[..body.len() - 1]),
        resealed(&format!("{body}0")),
    ];
    // A token without a MAC is one from before there were any, and is judged by the chain.
    forged.extend(forged[..7].iter().map(|text| without_mac(text)).collect::<Vec<_>>());
    forged.extend((0..text.len()).map(|length| text[..length].to_owned()));
    for digit in "09Az".chars() {
        let mut other_checksum = text.clone();
        let last = other_checksum.pop().unwrap();
        other_checksum.push(digit);
        if digit != last {
            forged.push(other_checksum);
        }
    }
    for forged in &forged {
        assert_eq!(scene.redeem(&pair.access.text, forged).await.unwrap_err(), RefreshRefusal::Invalid, "{forged:?}");
    }
    for untouched in [&pair, &other, &stranger] {
        assert_eq!(scene.end_reason(untouched).await, None);
    }
    assert!(scene.rotate(&pair).await.is_ok(), "and the true one goes on");
}

/// The same token as it was made before tokens had a MAC.
fn without_mac(text: &str) -> String {
    let (body, _checksum) = text.rsplit_once('_').unwrap();
    let (body, _mac) = body.rsplit_once('_').unwrap();
    resealed(body)
}

/// Each step of a walk is a hash, and whoever holds an access token could ask for 65,000 of them with a token that they made up.
#[tokio::test]
async fn nothing_without_a_mac_is_walked_far() {
    let scene = Scene::new().await;
    let old = scene.log_in("alice").await;
    let mut current = scene.rotate(&old).await.unwrap();
    for _ in 1..33 {
        current = scene.rotate(&current).await.unwrap();
    }
    let refused = scene.redeem(&current.access.text, &without_mac(&old.refresh.expose())).await;
    assert_eq!(refused.unwrap_err(), RefreshRefusal::Invalid, "beyond the walk it proves nothing, and nothing ends");
    assert_eq!(scene.end_reason(&current).await, None);
    let near = current.refresh.expose();
    current = scene.rotate(&current).await.unwrap();
    scene.later(60);
    let stolen = scene.redeem(&current.access.text, &without_mac(&near)).await;
    assert_eq!(stolen.unwrap_err(), RefreshRefusal::Stolen, "tokens from before are still theft within the walk");
}

#[tokio::test]
async fn a_token_from_before_there_were_macs_is_redeemed() {
    let scene = Scene::new().await;
    let pair = scene.log_in("alice").await;
    let next = scene.redeem(&pair.access.text, &without_mac(&pair.refresh.expose())).await.unwrap();
    assert!(scene.rotate(&next).await.is_ok());
}

#[tokio::test]
async fn the_refresh_token_of_one_session_does_not_go_with_the_access_token_of_another() {
    let scene = Scene::new().await;
    let (one, two, bob) = (scene.log_in("alice").await, scene.log_in("alice").await, scene.log_in("bob").await);
    for (access, refresh) in [(&one, &two), (&two, &one), (&bob, &one), (&one, &bob)] {
        let refused = scene.redeem(&access.access.text, &refresh.refresh.expose()).await;
        assert_eq!(refused.unwrap_err(), RefreshRefusal::Invalid);
    }
    // Nor is a replay taken for theft where the thief holds no access token of that session.
    let next = scene.rotate(&one).await.unwrap();
    scene.later(60);
    assert_eq!(scene.redeem(&two.access.text, &one.refresh.expose()).await.unwrap_err(), RefreshRefusal::Invalid);
    for untouched in [&next, &two, &bob] {
        assert_eq!(scene.end_reason(untouched).await, None);
        assert!(scene.rotate(untouched).await.is_ok());
    }
}
