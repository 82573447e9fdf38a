//! Applications are told that a session is over (OpenID Connect Back-Channel Logout 1.0).

use std::collections::VecDeque;
use std::sync::Arc;

use async_trait::async_trait;
use cloakroom_engine::openid::logout::deliver::{AT_A_TIME, LogoutDelivery, NotTold, Told};
use cloakroom_engine::policy::{LogoutPolicy, Policy};
use parking_lot::Mutex;
use serde_json::{Value, json};

use crate::browser::Browser;
use crate::scene::{PASSWORD, claims, head, peopled_with, tokens};
use crate::support::{ISSUER, Server, Setup, call};

const OUT: &str = "https://own.test/out";

/// What applications were told, and how often they are to refuse first.
#[derive(Default)]
struct Receivers {
    told: Mutex<Vec<(String, String)>>,
    refusals: Mutex<VecDeque<String>>,
}

#[async_trait]
impl LogoutDelivery for Receivers {
    async fn tell(&self, uri: &str, logout_token: &str) -> Result<(), NotTold> {
        if let Some(refusal) = self.refusals.lock().pop_front() {
            return Err(NotTold(refusal));
        }
        self.told.lock().push((uri.to_owned(), logout_token.to_owned()));
        Ok(())
    }
}

impl Receivers {
    fn take(&self) -> Vec<(String, Value)> {
        std::mem::take(&mut *self.told.lock()).into_iter().map(|(uri, token)| (uri, json!(token))).collect()
    }
}

/// Own and desk want to be told, the shop does not.
async fn listening(attempts: u32) -> (Server, Arc<Receivers>) {
    let receivers = Arc::new(Receivers::default());
    let policy = Policy { logouts: LogoutPolicy { attempts }, ..Policy::default() };
    let server = peopled_with(Setup { policy, logouts: Some(receivers.clone()), ..Setup::default() }).await;
    let applications = json!([
        { "client_id": "own", "backchannel_logout_uri": OUT },
        { "client_id": "desk", "backchannel_logout_uri": "https://desk.test/out" },
    ]);
    server.apply(&json!({ "applications": applications })).await;
    (server, receivers)
}

/// What the background task does while something is due; how each attempt went.
async fn tell_all(server: &Server) -> Vec<Told> {
    let mut told = Vec::new();
    loop {
        let taken = server.engine.take_due_logouts(32, |_| 0).await.unwrap();
        if taken.is_empty() {
            return told;
        }
        for due in &taken {
            told.push(server.engine.tell_of_logout(due).await.unwrap());
        }
    }
}

/// As a super administrator.
async fn administer(server: &Server, method: &str, path: &str, body: Option<Value>) -> Value {
    server
        .apply(&json!({ "users": [{ "username": "root", "email": "root@example.com", "password": PASSWORD, "role": "super_admin" }] }))
        .await;
    let login = json!({ "username": "root", "password": PASSWORD }).to_string();
    let login = server.send(call("POST", "/user/login", login)).await;
    let mut request = call(method, path, body.map(|body| body.to_string()).unwrap_or_default());
    request.headers_mut().insert("authorization", format!("Bearer {}", login.body["accessToken"].as_str().unwrap()).parse().unwrap());
    let answer = server.send(request).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    answer.body["data"].clone()
}

/// Where the application of this client id is administered.
async fn path_of(server: &Server, client_id: &str) -> String {
    let found = administer(server, "GET", &format!("/api/v1/admin/applications/?search={client_id}"), None).await;
    format!("/api/v1/admin/applications/{}", found[0]["id"].as_str().unwrap())
}

/// The notices to an application.
async fn listed(server: &Server, client_id: &str, query: &str) -> Vec<Value> {
    let path = path_of(server, client_id).await;
    administer(server, "GET", &format!("{path}/logouts{query}"), None).await.as_array().unwrap().clone()
}

#[tokio::test]
async fn whoever_was_let_in_is_told_once_by_a_token_that_says_whom() {
    let (server, receivers) = listening(3).await;
    let mut browser = Browser::signed_in(&server, "ada", PASSWORD).await;
    let got = tokens(&mut browser, "own", "openid").await;
    tokens(&mut browser, "own", "openid").await;
    tokens(&mut browser, "shop", "openid").await;
    assert_eq!(tell_all(&server).await, [], "nothing ended");
    browser.fill_in("/logout", &[]).await;
    assert_eq!(tell_all(&server).await, [Told::Delivered], "the shop has no address, the desk was not let in");
    assert_eq!(tell_all(&server).await, []);

    let told = receivers.take();
    let [(uri, token)] = told.as_slice() else { panic!("{told:?}") };
    assert_eq!(uri, OUT);
    let (of, said, within) = (head(token), claims(token), claims(&got["id_token"]));
    assert_eq!((&of["typ"], &of["alg"]), (&json!("logout+jwt"), &json!("ES256")), "as the application's ID tokens are signed");
    assert_eq!((&said["iss"], &said["aud"]), (&json!(ISSUER), &json!("own")));
    assert_eq!((&said["sub"], &said["sid"]), (&within["sub"], &within["sid"]));
    assert_eq!(said["events"], json!({ "http://schemas.openid.net/event/backchannel-logout": {} }));
    assert!(said["jti"].is_string() && said["exp"].is_number() && said.get("nonce").is_none(), "{said}");

    let notices = listed(&server, "own", "").await;
    assert_eq!((&notices[0]["status"], &notices[0]["session_id"], notices.len()), (&json!("delivered"), &said["sid"], 1));
}

#[tokio::test]
async fn it_is_told_of_every_end_and_of_time_too() {
    for why in ["elsewhere", "suspended", "a closed tenant", "expired"] {
        let (server, receivers) = listening(3).await;
        let mut browser = Browser::signed_in(&server, "ada", PASSWORD).await;
        let got = tokens(&mut browser, "own", "openid").await;
        match why {
            "elsewhere" => drop(server.with_guid("session/logout_everywhere", &browser.guid()).await),
            "suspended" => server.apply(&json!({ "users": [{ "username": "ada", "status": "suspended" }] })).await,
            "a closed tenant" => server.apply(&json!({ "tenants": [{ "code": "ACME", "status": "suspended" }] })).await,
            _ => server.pass(90_000),
        }
        server.upkeep().await;
        assert_eq!(tell_all(&server).await, [Told::Delivered], "{why}");
        assert_eq!(claims(&receivers.take()[0].1)["sid"], claims(&got["id_token"])["sid"], "{why}");
    }
}

#[tokio::test]
async fn whoever_does_not_take_it_is_told_again_with_another_token_until_it_is_given_up() {
    let (server, receivers) = listening(3).await;
    let mut browser = Browser::signed_in(&server, "ada", PASSWORD).await;
    tokens(&mut browser, "own", "openid").await;
    browser.fill_in("/logout", &[]).await;
    receivers.refusals.lock().extend(["it answered 503".to_owned()]);
    assert_eq!(tell_all(&server).await, [Told::Later("it answered 503".into())]);
    let waiting = listed(&server, "own", "?status=waiting").await;
    assert_eq!((&waiting[0]["attempts"], &waiting[0]["problem"]), (&json!(1), &json!("it answered 503")));
    server.pass(4);
    assert_eq!(tell_all(&server).await, [], "not yet");
    server.pass(1);
    assert_eq!(tell_all(&server).await, [Told::Delivered]);
    assert_eq!(listed(&server, "own", "?status=waiting").await, Vec::<Value>::new());

    let mut browser = Browser::signed_in(&server, "ada", PASSWORD).await;
    tokens(&mut browser, "own", "openid").await;
    browser.fill_in("/logout", &[]).await;
    receivers.refusals.lock().extend(["it did not answer in time"; 3].map(str::to_owned));
    let mut told = Vec::new();
    for _ in 0..9 {
        told.extend(tell_all(&server).await);
        server.pass(3600);
    }
    assert_eq!(told.last(), Some(&Told::GivenUp("it did not answer in time".into())));
    assert_eq!(told.len(), 3);
    let given_up = listed(&server, "own", "?status=given_up").await;
    assert_eq!((&given_up[0]["attempts"], &given_up[0]["next_attempt_at"], given_up.len()), (&json!(3), &Value::Null, 1));

    let trail = administer(&server, "GET", "/api/v1/admin/audit/?action=logout.given_up", None).await;
    assert_eq!((&trail[0]["detail"]["client_id"], trail.as_array().unwrap().len()), (&json!("own"), 1));

    server.pass(7 * 86_400);
    assert_eq!(server.engine.forget_old_logouts(100).await.unwrap(), 2);
    assert_eq!(listed(&server, "own", "").await, Vec::<Value>::new());
}

#[tokio::test]
async fn what_was_taken_over_by_a_process_that_died_is_due_again() {
    let (server, receivers) = listening(3).await;
    let mut browser = Browser::signed_in(&server, "ada", PASSWORD).await;
    tokens(&mut browser, "own", "openid").await;
    browser.fill_in("/logout", &[]).await;
    let taken = server.engine.take_due_logouts(32, |_| 0).await.unwrap();
    assert_eq!(taken.len(), 1);
    assert_eq!(tell_all(&server).await, [], "somebody is at it");
    server.pass(5);
    assert_eq!(tell_all(&server).await, [Told::Delivered]);
    assert_eq!(receivers.take().len(), 1);
}

#[tokio::test]
async fn one_that_is_slow_keeps_itself_waiting_alone() {
    let (server, _) = listening(3).await;
    let many = AT_A_TIME as usize + 2;
    for _ in 0..many {
        let mut browser = Browser::signed_in(&server, "ada", PASSWORD).await;
        tokens(&mut browser, "own", "openid").await;
        browser.fill_in("/logout", &[]).await;
    }
    let mut browser = Browser::signed_in(&server, "ada", PASSWORD).await;
    tokens(&mut browser, "desk", "openid").await;
    browser.fill_in("/logout", &[]).await;
    let taken = server.engine.take_due_logouts(32, |_| 0).await.unwrap();
    let of = |client_id: &str| taken.iter().filter(|due| due.client_id == client_id).count();
    assert_eq!((of("own"), of("desk")), (AT_A_TIME as usize, 1));
    let slow = taken.iter().find(|due| due.client_id == "own").unwrap().application;
    let others = server.engine.take_due_logouts(32, |of| if of == slow { AT_A_TIME } else { 0 }).await.unwrap();
    assert_eq!(others, []);
    assert_eq!(server.engine.take_due_logouts(1, |_| 0).await.unwrap().len(), 1, "no more than there is room for");
}

#[tokio::test]
async fn whoever_is_out_of_use_or_gave_its_address_up_is_told_nothing() {
    for change in [json!({ "status": "disabled" }), json!({ "backchannel_logout_uri": null })] {
        let (server, _) = listening(3).await;
        let mut browser = Browser::signed_in(&server, "ada", PASSWORD).await;
        tokens(&mut browser, "own", "openid").await;
        browser.fill_in("/logout", &[]).await;
        administer(&server, "PATCH", &path_of(&server, "own").await, Some(change.clone())).await;
        assert_eq!(tell_all(&server).await, [], "{change}");
        server.pass(7 * 86_400);
        assert_eq!(server.engine.forget_old_logouts(100).await.unwrap(), 1, "{change}");
    }
}
