//! A pair of tokens in many hands: renewed once, kept through losses, dead when the session is.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use cloakroom_client::{Auth, AuthOptions, Credentials, Error, Secret};
use tokio::sync::Barrier;

use crate::proxy::Proxy;
use crate::server::PASSWORD;
use crate::serving::{Serving, patient};

const REFRESH: &str = "/user/refreshToken";

/// Past the life of an access token.
const TOO_LATE: u32 = 20 * 60 + 1;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_thousand_tasks_renew_once() {
    let serving = Serving::start().await;
    let auth = serving.log_in("end_user").await;
    let first = auth.ensure_valid_token().await.unwrap();
    serving.server.advance(TOO_LATE);
    let barrier = Arc::new(Barrier::new(1000));
    let tasks: Vec<_> = (0..1000)
        .map(|_| {
            let (auth, barrier) = (auth.clone(), barrier.clone());
            tokio::spawn(async move {
                barrier.wait().await;
                auth.ensure_valid_token().await.unwrap()
            })
        })
        .collect();
    let mut tokens = Vec::new();
    for task in tasks {
        tokens.push(task.await.unwrap());
    }
    assert_eq!(serving.count(REFRESH), 1);
    assert!(tokens.iter().all(|token| *token == tokens[0]) && tokens[0] != first);
    auth.client().account().get().await.unwrap();
    assert_eq!(serving.count(REFRESH), 1);
}

#[tokio::test]
async fn renewed_half_a_minute_before_the_end() {
    let serving = Serving::start().await;
    let auth = serving.log_in("end_user").await;
    serving.server.advance(20 * 60 - 31);
    auth.ensure_valid_token().await.unwrap();
    assert_eq!(serving.count(REFRESH), 0);
    serving.server.advance(1);
    auth.ensure_valid_token().await.unwrap();
    assert_eq!(serving.count(REFRESH), 1);
}

#[tokio::test]
async fn a_lost_answer_signs_nobody_out() {
    let serving = Serving::start().await;
    let proxy = Proxy::losing(2, "/user/refreshtoken", serving.address).await;
    let auth = Auth::login_with(&serving.client_by(proxy.address), "end_user", &Secret::new(PASSWORD), patient()).await.unwrap();
    serving.server.advance(TOO_LATE);
    let token = auth.ensure_valid_token().await.unwrap();
    assert_eq!((proxy.lost.load(Ordering::SeqCst), serving.count(REFRESH)), (2, 3));
    let me = serving.client().with(Credentials::AccessToken(token)).account().get().await.unwrap();
    assert_eq!(me.username, "end_user");
    // And again: the pair that is kept is the server's current one.
    serving.server.advance(TOO_LATE);
    auth.client().account().get().await.unwrap();
    assert_eq!(serving.count(REFRESH), 4);
}

#[tokio::test]
async fn nobody_asks_beyond_the_reuse_interval() {
    let serving = Serving::start().await;
    let proxy = Proxy::losing(usize::MAX, "/user/refreshtoken", serving.address).await;
    let client = serving.client_by(proxy.address);
    let pair = client.user_tokens().login("end_user", &Secret::new(PASSWORD)).await.unwrap();
    let mut options = AuthOptions::default();
    options.reuse_interval = std::time::Duration::from_secs(10);
    let auth = Auth::resume(&client, pair, options);
    serving.server.advance(TOO_LATE);
    let begun = serving.server.clock.clone();
    let begun = cloakroom_engine::clock::Clock::now(&*begun);
    let lost = auth.ensure_valid_token().await;
    assert!(lost.as_ref().is_err_and(Error::is_passing), "{lost:?}");
    let took = cloakroom_engine::clock::Clock::now(&*serving.server.clock).since(begun);
    assert!(took.as_millis() < 10_000 && serving.count(REFRESH) <= 8, "{took:?}");
    assert!(auth.tokens().is_some(), "what was lost may still be found");
}

#[tokio::test]
async fn a_token_that_is_still_good_serves_while_the_server_cannot_renew() {
    let serving = Serving::start().await;
    let proxy = Proxy::losing(usize::MAX, "/user/refreshtoken", serving.address).await;
    let auth = Auth::login(&serving.client_by(proxy.address), "end_user", &Secret::new(PASSWORD)).await.unwrap();
    let first = auth.ensure_valid_token().await.unwrap();
    serving.server.advance(20 * 60 - 29);
    assert_eq!(auth.ensure_valid_token().await.unwrap(), first);
}

#[tokio::test]
async fn a_session_that_ended_is_told_apart() {
    let serving = Serving::start().await;
    let auth = serving.log_in("end_user").await;
    let other = serving.log_in("end_user").await;
    other.client().sessions().revoke_own_others().await.unwrap();
    // The token has time left: the first that is refused finds out, and all later ones know.
    for _ in 0..2 {
        let refused = auth.client().account().get().await;
        assert!(matches!(refused, Err(Error::SessionDead { .. })), "{refused:?}");
    }
    assert_eq!(serving.count(REFRESH), 1);
    assert!(auth.tokens().is_none());
    auth.logout().await.unwrap();
    assert!(other.ensure_valid_token().await.is_ok());
}

#[tokio::test]
async fn a_token_that_died_before_its_time_is_replaced() {
    let serving = Serving::start().await;
    let auth = serving.log_in("end_user").await;
    let pair = auth.tokens().unwrap();
    // Another holder of the pair rotates it, within the reuse interval.
    let next = serving.client().user_tokens().refresh(&pair).await.unwrap();
    assert_ne!(next.access_token, pair.access_token);
    auth.client().account().get().await.unwrap();
    assert_eq!(serving.count(REFRESH), 2);
}

#[tokio::test]
async fn logging_out_ends_the_session_on_the_server() {
    let serving = Serving::start().await;
    let auth = serving.log_in("end_user").await;
    let token = auth.ensure_valid_token().await.unwrap();
    serving.server.advance(TOO_LATE);
    auth.logout().await.unwrap();
    assert!(matches!(auth.ensure_valid_token().await, Err(Error::SessionDead { reason }) if reason == "closed"));
    let refused = serving.client().with(Credentials::AccessToken(token)).account().get().await;
    assert_eq!(refused.unwrap_err().status(), Some(401));
}

#[tokio::test]
async fn a_kept_pair_goes_on() {
    let serving = Serving::start().await;
    let pair = serving.log_in("end_user").await.tokens().unwrap();
    let again = Auth::resume(&serving.client(), pair.clone(), patient());
    again.client().account().get().await.unwrap();
    assert_eq!(serving.count(REFRESH), 0);
    serving.server.advance(TOO_LATE);
    let again = Auth::resume(&serving.client(), pair, patient());
    again.client().account().get().await.unwrap();
    assert_eq!(serving.count(REFRESH), 1);
}

#[tokio::test]
async fn whoever_keeps_the_pair_is_told_of_the_next() {
    let serving = Serving::start().await;
    let auth = serving.log_in("end_user").await;
    let kept = Arc::new(parking_lot::Mutex::new(Vec::new()));
    let keeping = kept.clone();
    auth.keep(move |pair| keeping.lock().push(pair.clone()));
    auth.ensure_valid_token().await.unwrap();
    assert!(kept.lock().is_empty());
    for round in 1..=2 {
        serving.server.advance(TOO_LATE);
        auth.ensure_valid_token().await.unwrap();
        let told = kept.lock().clone();
        assert_eq!((told.len(), told.last().cloned()), (round, auth.tokens()));
    }
    // With what was kept another process goes on.
    let last = auth.tokens().unwrap();
    serving.server.advance(TOO_LATE);
    Auth::resume(&serving.client(), last, patient()).client().account().get().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn an_application_fetches_one_token_for_all() {
    let serving = Serving::start().await;
    let application = serving.application("machine_reader");
    let ask = |count: usize| {
        let application = application.clone();
        async move {
            let ask = |application: cloakroom_client::ClientCredentials| async move { application.ensure_valid_token().await.unwrap() };
            let tasks: Vec<_> = (0..count).map(|_| tokio::spawn(ask(application.clone()))).collect();
            for task in tasks {
                task.await.unwrap();
            }
        }
    };
    ask(100).await;
    assert_eq!(serving.count("/oauth/token"), 1);
    application.client().directory().users().list(&Default::default()).await.unwrap();
    serving.server.advance(TOO_LATE);
    ask(100).await;
    assert_eq!(serving.count("/oauth/token"), 2);
    let wrong = cloakroom_client::ClientCredentials::new(&serving.client(), "machine_reader", Secret::new("wrong"));
    assert_eq!(wrong.ensure_valid_token().await.unwrap_err().status(), Some(401));
}
