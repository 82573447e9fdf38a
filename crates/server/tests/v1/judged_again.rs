//! Whatever changes something on the word of a caller judges that caller again in its own transaction: a caller who was suspended,
//! demoted or narrowed between the authentication of a request and its change changes nothing.

use std::convert::Infallible;

use axum::body::Body;
use axum::http::Request;
use futures_util::{StreamExt as _, stream};
use serde_json::{Value, json};
use tokio::sync::oneshot;

use crate::mutations::{Scene, documented, is_page, request, scene, with_ops};
use crate::server::{Answer, Server};

/// What is not done on the word of a caller who was authenticated before: why.
const NOT_ON_A_CALLERS_WORD: &[(&str, &str)] = &[
    ("POST /usm/session/create", "the transaction compares what the passcode matched, status and lock"),
    ("POST /user/login", "the transaction compares what the password matched, status and lock"),
    ("POST /login", "the transaction compares what the password matched, status and lock"),
    ("POST /console/confirm", "the transaction compares what the password matched, status and lock"),
    ("GET /login/idp/{code}/callback", "the transaction judges provider, identity and user"),
    ("POST /login/idp/{code}/logout", "the transaction uses up the token that was shown"),
    ("POST /user/refreshtoken", "the transaction rotates only from the generation that was shown, within a live session"),
    ("POST /usm/session/close", "what is shown is the session that the transaction judges"),
    ("POST /oauth/introspect", "it tells, and changes nothing"),
    ("POST /oauth/par", "it names a request, and keeps nothing of it"),
    ("POST /api/v1/auth/forgot-password", "anybody may ask"),
    ("POST /api/v1/auth/resend-verification", "anybody may ask"),
    ("POST /api/v1/auth/reset-password", "the transaction redeems the token that was shown"),
    ("POST /api/v1/auth/verify-email", "the transaction redeems the token that was shown"),
    ("POST /password/reset", "the transaction redeems the token that was shown"),
    ("POST /email/verify", "the transaction redeems the token that was shown"),
];

/// Who makes the request of an operation.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Caller {
    User(&'static str),
    Application,
}

fn caller(operation: &str) -> Caller {
    let (_, path) = operation.split_once(' ').unwrap();
    if path.starts_with("/session-storage/") || (path.starts_with("/oauth/") && !is_page(path)) {
        return Caller::Application;
    }
    let own =
        (is_page(path) && !path.starts_with("/console")) || ["/usm/", "/user/", "/api/v1/me"].iter().any(|begin| path.starts_with(begin));
    Caller::User(if own { "end_user" } else { "super_admin" })
}

/// What happens to the caller while the request stands before its change.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Fate {
    /// A user is suspended, an application disabled.
    Suspended,
    /// The session is ended, the secret removed.
    Revoked,
    /// Role, membership or scopes are taken away.
    Narrowed,
}

/// A second administrator, who does to the caller what happens, and takes it back.
struct Judge<'a> {
    server: &'a Server,
    token: String,
    super_admin: String,
    ops: String,
}

impl Judge<'_> {
    async fn new(server: &Server) -> Judge<'_> {
        with_ops(server).await;
        let root = server.login("super_admin").await;
        let (super_admin, _) = server.whereabouts("super_admin", &root).await;
        let judge = json!({ "username": "judge", "role": "super_admin", "password": crate::server::PASSWORD });
        server.post("/api/v1/admin/users/", &root, judge).await.expect(201);
        let token = server.login("judge").await;
        let ops = server.get("/api/v1/admin/applications/?search=ops", &token).await.expect(200).ids()[0].clone();
        Judge { server, token, super_admin, ops }
    }

    async fn call(&self, method: &str, path: &str, body: Value) -> Answer {
        let answer = self.server.call(method, path, Some(&self.token), Some(body)).await;
        assert!(answer.status.is_success(), "{method} {path}: {answer:?}");
        answer
    }

    fn user<'u>(&'u self, name: &str, scene: &'u Scene) -> &'u str {
        if name == "end_user" { &scene.user } else { &self.super_admin }
    }

    /// Whether there is anything to take away that the operation needs.
    fn has(fate: Fate, operation: &str) -> bool {
        let org = ["/usm/service_account", "/usm/api_key"].iter().any(|begin| operation.contains(begin));
        fate != Fate::Narrowed || caller(operation) != Caller::User("end_user") || org
    }

    async fn strike(&self, fate: Fate, caller: Caller, scene: &Scene) {
        let application = format!("/api/v1/admin/applications/{}", self.ops);
        match (fate, caller) {
            (Fate::Suspended, Caller::User(name)) => {
                let path = format!("/api/v1/admin/users/{}/status", self.user(name, scene));
                self.call("POST", &path, json!({ "status": "suspended" })).await;
            }
            (Fate::Revoked, Caller::User(name)) => {
                let user = self.user(name, scene);
                self.call("POST", "/api/v1/admin/sessions/revoke-all", json!({ "user_id": user })).await;
            }
            (Fate::Narrowed, Caller::User("end_user")) => {
                let member = json!({ "memberships": { scene.tenant.clone(): "member" } });
                self.call("PATCH", &format!("/api/v1/admin/users/{}", scene.user), member).await;
            }
            (Fate::Narrowed, Caller::User(_)) => {
                self.call("PATCH", &format!("/api/v1/admin/users/{}", self.super_admin), json!({ "role": "none" })).await;
            }
            (Fate::Suspended, Caller::Application) => {
                self.call("PATCH", &application, json!({ "status": "disabled" })).await;
            }
            (Fate::Revoked, Caller::Application) => {
                for secret in self.server.get(&format!("{application}/secrets"), &self.token).await.expect(200).ids() {
                    self.call("DELETE", &format!("{application}/secrets/{secret}"), json!({})).await;
                }
            }
            (Fate::Narrowed, Caller::Application) => {
                self.call("PATCH", &application, json!({ "scopes": ["profile"] })).await;
            }
        }
    }

    /// All as it was.
    async fn mend(&self, scene: &Scene) {
        for user in [&scene.user, &self.super_admin] {
            self.call("POST", &format!("/api/v1/admin/users/{user}/status"), json!({ "status": "verified" })).await;
        }
        self.call("PATCH", &format!("/api/v1/admin/users/{}", self.super_admin), json!({ "role": "super_admin" })).await;
        self.call("PATCH", &format!("/api/v1/admin/applications/{}", self.ops), json!({ "status": "active" })).await;
        with_ops(self.server).await;
    }

    /// The number of the trail's last entry.
    async fn newest(&self) -> i64 {
        self.server.get("/api/v1/admin/audit/?per_page=1", &self.token).await.expect(200).at("/data/0/id").as_i64().unwrap()
    }

    /// What the operation is answered whose caller met this fate in the midst of it, and how many entries the trail got by it.
    async fn tried(&self, fate: Fate, operation: &str, scene: &Scene) -> (Answer, i64) {
        let mut closed = self.server.database.gate.close();
        let mut sent = Box::pin(self.server.send(request(operation, scene)));
        tokio::select! {
            answer = &mut sent => panic!("{operation} judges nobody again: {answer:?}"),
            () = closed.reached() => {}
        }
        self.strike(fate, caller(operation), scene).await;
        let before = self.newest().await;
        closed.open();
        let answer = sent.await;
        (answer, self.newest().await - before)
    }
}

/// Every operation that is done on the word of a caller.
fn operations() -> Vec<String> {
    let documented = documented();
    let excepted: Vec<_> = NOT_ON_A_CALLERS_WORD.iter().map(|(operation, _)| *operation).collect();
    let unknown: Vec<_> = excepted.iter().filter(|operation| !documented.contains(**operation)).collect();
    assert!(unknown.is_empty(), "no document says that these change anything: {unknown:?}");
    documented.into_iter().filter(|operation| !excepted.contains(&operation.as_str())).collect()
}

async fn nothing_is_changed(fate: Fate) {
    let server = Server::start().await;
    let judge = Judge::new(&server).await;
    let mut wrong = Vec::new();
    for (number, operation) in operations().iter().enumerate().filter(|(_, operation)| Judge::has(fate, operation)) {
        let scene = scene(&server, &format!("fresh{number}"), operation).await;
        let (answer, changes) = judge.tried(fate, operation, &scene).await;
        let expected: &[u16] = match (fate, operation.contains("/oauth/")) {
            // A browser is led to signing in.
            // Whose session is over is signed out.
            (Fate::Suspended | Fate::Revoked, _) if operation.contains("/oauth/logout") => &[200],
            (Fate::Suspended | Fate::Revoked, _) if is_page(operation.split_once(' ').unwrap().1) => &[303],
            (Fate::Suspended | Fate::Revoked, _) => &[401],
            (Fate::Narrowed, false) => &[403],
            // unauthorized_client (RFC 6749 section 5.2).
            (Fate::Narrowed, true) => &[400],
        };
        if changes != 0 || !expected.contains(&answer.status.as_u16()) {
            wrong.push(format!("{operation}: {} and {changes} entries", answer.status));
        }
        judge.mend(&scene).await;
    }
    assert!(wrong.is_empty(), "{fate:?}: {wrong:#?}");
}

#[tokio::test]
async fn a_suspended_caller_changes_nothing() {
    nothing_is_changed(Fate::Suspended).await;
}

#[tokio::test]
async fn a_revoked_caller_changes_nothing() {
    nothing_is_changed(Fate::Revoked).await;
}

#[tokio::test]
async fn a_narrowed_caller_changes_nothing() {
    nothing_is_changed(Fate::Narrowed).await;
}

/// A request whose body is held back half-way: what tells that the server waits for the rest, and what lets it come.
fn held_back(request: Request<Body>) -> (Request<Body>, oneshot::Receiver<()>, oneshot::Sender<()>) {
    let ((waiting, waits), (rest, comes)) = (oneshot::channel::<()>(), oneshot::channel::<()>());
    let (head, body) = request.into_parts();
    let halves = stream::once(async move {
        let whole = axum::body::to_bytes(body, usize::MAX).await.unwrap();
        let (first, second) = (whole.slice(..1), whole.slice(1..));
        let second = stream::once(async move {
            let _ = waiting.send(());
            let _ = comes.await;
            Ok::<_, Infallible>(second)
        });
        stream::once(async move { Ok(first) }).chain(second)
    });
    (Request::from_parts(head, Body::from_stream(halves.flatten())), waits, rest)
}

#[tokio::test]
async fn a_body_that_is_finished_after_its_sender_was_suspended_changes_nothing() {
    let server = Server::start().await;
    let judge = Judge::new(&server).await;
    let slow = [
        "POST /api/v1/admin/users/",
        "POST /api/v1/admin/applications/",
        "POST /api/v1/admin/users/{user_id}/password",
        "POST /api/v1/tenants/{tenant_id}/sessions/users/{user_id}/revoke",
        "POST /api/admin/v1/authenticated-sessions/revoke",
        "PATCH /api/v1/me",
        "POST /usm/api_key/create",
    ];
    for (number, operation) in slow.into_iter().enumerate() {
        let scene = scene(&server, &format!("slow{number}"), operation).await;
        let (request, mut waits, rest) = held_back(request(operation, &scene));
        let mut sent = Box::pin(server.send(request));
        tokio::select! {
            answer = &mut sent => panic!("{operation} needs no body: {answer:?}"),
            _ = &mut waits => {}
        }
        judge.strike(Fate::Suspended, caller(operation), &scene).await;
        let before = judge.newest().await;
        rest.send(()).unwrap();
        assert_eq!((sent.await.status.as_u16(), judge.newest().await - before), (401, 0), "{operation}");
        judge.mend(&scene).await;
    }
}
