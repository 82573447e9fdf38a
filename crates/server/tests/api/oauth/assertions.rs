//! Clients that authenticate with a signature (RFC 7523, `private_key_jwt`).

use std::sync::Arc;

use aws_lc_rs::hmac;
use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair as _};
use axum::body::Body;
use axum::http::Request;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use parking_lot::Mutex;
use serde_json::{Value, json};

use super::peopled;
use crate::support::{Answer, ISSUER, Server, call, from_address};

const TYPE: &str = "urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer";

/// 2026-01-02T03:04:05Z, when every server of these tests begins.
const NOW: i64 = 1_767_323_045;

fn encode(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

fn jwk(pair: &Ed25519KeyPair) -> Value {
    json!({ "kty": "OKP", "crv": "Ed25519", "kid": "one", "alg": "EdDSA", "use": "sig", "x": encode(pair.public_key().as_ref()) })
}

fn signed(pair: &Ed25519KeyPair, header: &Value, claims: &Value) -> String {
    let message = format!("{}.{}", encode(header.to_string().as_bytes()), encode(claims.to_string().as_bytes()));
    format!("{message}.{}", encode(pair.sign(message.as_bytes()).as_ref()))
}

fn header() -> Value {
    json!({ "alg": "EdDSA", "kid": "one", "typ": "JWT" })
}

fn claims(jti: &str) -> Value {
    json!({ "iss": "signer", "sub": "signer", "aud": ISSUER, "iat": NOW, "exp": NOW + 60, "jti": jti })
}

async fn with_keys() -> (Server, Ed25519KeyPair) {
    let (server, pair) = (peopled().await, Ed25519KeyPair::generate().unwrap());
    server
        .apply(&json!({ "applications": [
            { "client_id": "signer", "tenant": "ACME", "scopes": ["admin:read"], "jwks": { "keys": [jwk(&pair)] } },
            { "client_id": "other", "tenant": "ACME", "jwks": jwk(&Ed25519KeyPair::generate().unwrap()) },
        ] }))
        .await;
    (server, pair)
}

async fn send(server: &Server, path: &str, assertion: &str, rest: &str) -> Answer {
    server.send(shown(path, assertion, rest)).await
}

fn shown(path: &str, assertion: &str, rest: &str) -> Request<Body> {
    let mut request = call("POST", path, format!("client_assertion_type={TYPE}&client_assertion={assertion}{rest}"));
    request.headers_mut().insert("content-type", "application/x-www-form-urlencoded".parse().unwrap());
    request
}

const ASK: &str = "&grant_type=client_credentials";

#[tokio::test]
async fn a_signed_assertion_opens_all_three_endpoints_and_each_but_once() {
    let (server, pair) = with_keys().await;
    let assertion = signed(&pair, &header(), &claims("1"));
    let answer = send(&server, "/oauth/token", &assertion, ASK).await;
    assert_eq!((answer.status, &answer.body["scope"]), (200, &json!("admin:read")), "{}", answer.text);
    for path in ["/oauth/token", "/oauth/introspect", "/oauth/revoke"] {
        assert_eq!(send(&server, path, &assertion, ASK).await.status, 401, "{path}: used up");
    }
    let endpoint = json!([format!("{ISSUER}/oauth/token")]);
    for (jti, path, status) in [("2", "/oauth/introspect", 200), ("3", "/oauth/revoke", 200)] {
        let mut claims = claims(jti);
        claims["aud"] = endpoint.clone();
        assert_eq!(send(&server, path, &signed(&pair, &header(), &claims), "&token=x&client_id=signer").await.status, status, "{path}");
    }
}

#[tokio::test]
async fn of_many_at_once_one_uses_it_up() {
    let (server, pair) = with_keys().await;
    let assertion = signed(&pair, &header(), &claims("1"));
    let sent: Vec<_> = (0..50).map(|_| send(&server, "/oauth/token", &assertion, ASK)).collect();
    let mut taken = 0;
    for answer in futures_of(sent).await {
        taken += usize::from(answer.status == 200);
    }
    assert_eq!(taken, 1);
}

/// All of them, begun before any is waited for.
async fn futures_of<F: Future>(futures: Vec<F>) -> Vec<F::Output> {
    let mut pinned: Vec<_> = futures.into_iter().map(|future| (Box::pin(future), None)).collect();
    std::future::poll_fn(|context| {
        for (future, done) in &mut pinned {
            if done.is_none()
                && let std::task::Poll::Ready(output) = future.as_mut().poll(context)
            {
                *done = Some(output);
            }
        }
        if pinned.iter().all(|(_, done)| done.is_some()) { std::task::Poll::Ready(()) } else { std::task::Poll::Pending }
    })
    .await;
    pinned.into_iter().filter_map(|(_, done)| done).collect()
}

#[tokio::test]
async fn whatever_is_wrong_with_it_is_one_answer_and_uses_nothing_up() {
    let (server, pair) = with_keys().await;
    let stranger = Ed25519KeyPair::generate().unwrap();
    let with = |name: &str, value: Value| {
        let mut claims = claims("1");
        claims[name] = value;
        signed(&pair, &header(), &claims)
    };
    let headed = |name: &str, value: Value| {
        let mut header = header();
        header[name] = value;
        signed(&pair, &header, &claims("1"))
    };
    let shared = hmac::Key::new(hmac::HMAC_SHA256, pair.public_key().as_ref());
    let message = format!("{}.{}", encode(br#"{"alg":"HS256","kid":"one"}"#), encode(claims("1").to_string().as_bytes()));
    let symmetric = format!("{message}.{}", encode(hmac::sign(&shared, message.as_bytes()).as_ref()));
    let unsigned = format!("{}.{}.", encode(br#"{"alg":"none"}"#), encode(claims("1").to_string().as_bytes()));
    let good = signed(&pair, &header(), &claims("1"));
    let mut answers = Vec::new();
    for (what, assertion) in [
        ("a stranger's key", signed(&stranger, &header(), &claims("1"))),
        ("another client's name", with("sub", json!("other"))),
        ("another issuer", with("iss", json!("other"))),
        ("nobody", signed(&pair, &header(), &json!({ "iss": "x", "sub": "x", "aud": ISSUER, "exp": NOW + 60, "jti": "1" }))),
        (
            "a client without keys",
            signed(&pair, &header(), &json!({ "iss": "shop", "sub": "shop", "aud": ISSUER, "exp": NOW + 60, "jti": "1" })),
        ),
        ("another audience", with("aud", json!("https://other.test/oauth/token"))),
        ("no audience", with("aud", json!(null))),
        ("expired", with("exp", json!(NOW))),
        ("good for too long", with("exp", json!(NOW + 3600))),
        ("no expiry", with("exp", json!(null))),
        ("an expiry out of this world", with("exp", json!(i64::MAX))),
        ("issued tomorrow", with("iat", json!(NOW + 86_400))),
        ("not yet good", with("nbf", json!(NOW + 3600))),
        ("no jti", with("jti", json!(""))),
        ("a number as jti", with("jti", json!(7))),
        ("another key's name", headed("kid", json!("two"))),
        ("another algorithm", headed("alg", json!("ES256"))),
        ("an extension", headed("crit", json!(["exp"]))),
        ("the public key as a secret", symmetric),
        ("unsigned", unsigned),
        ("cut", good[..good.len() - 4].to_owned()),
        ("nonsense", "a.b.c".into()),
        ("a login's token", super::log_in(&server, "ada").await.0),
    ] {
        // Each from a network of its own: failures of one client from one network are limited.
        let request = from_address(shown("/oauth/token", &assertion, ASK), &format!("10.0.{}.1", answers.len()));
        let answer = server.send(request).await;
        assert_eq!(answer.status, 401, "{what}: {}", answer.text);
        answers.push(answer.text);
    }
    answers.dedup();
    assert_eq!(answers.len(), 1);
    assert_eq!(send(&server, "/oauth/token", &good, &format!("{ASK}&client_id=other")).await.status, 401);
    assert_eq!(send(&server, "/oauth/token", &good, &format!("{ASK}&client_id=signer&client_secret=x")).await.status, 400);
    assert_eq!(send(&server, "/oauth/token", &good, ASK).await.status, 200, "the good one is still good");
}

/// What is logged, as text.
#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl std::io::Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// What of refused assertions is logged while `work` runs.
fn reasons(work: impl Future<Output = ()>) -> (Vec<(Value, Value)>, String) {
    let lines = Lines::default();
    let writer = lines.clone();
    // With one subscriber alone, whether a line is wanted is asked of the thread that first came to it, which may be another test's.
    let _second = tracing::Dispatch::new(tracing::subscriber::NoSubscriber::default());
    let subscriber = tracing_subscriber::fmt().json().flatten_event(true).with_writer(move || writer.clone()).finish();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    tracing::subscriber::with_default(subscriber, || runtime.block_on(work));
    let text = String::from_utf8(lines.0.lock().clone()).unwrap();
    let lines = text.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let lines = lines.filter(|line| line["message"] == "a client assertion is refused");
    (lines.map(|line| (line["client_id"].clone(), line["why"].clone())).collect(), text)
}

#[test]
fn the_log_says_why_and_shows_nothing_of_the_assertion() {
    let mut shown = Vec::new();
    let (told, text) = reasons(async {
        let (server, pair) = with_keys().await;
        let with = |name: &str, value: Value| {
            let mut claims = claims("a-jti-of-this-test");
            claims[name] = value;
            signed(&pair, &header(), &claims)
        };
        let good = with("exp", json!(NOW + 60));
        let nobody = json!({ "iss": "a-secret-as-name", "sub": "a-secret-as-name", "aud": ISSUER, "exp": NOW + 60, "jti": "1" });
        let keyless = json!({ "iss": "shop", "sub": "shop", "aud": ISSUER, "exp": NOW + 60, "jti": "1" });
        assert_eq!(send(&server, "/oauth/token", &good, ASK).await.status, 200);
        for (assertion, rest) in [
            (good.clone(), ""),
            (good.clone(), "&client_id=other"),
            (with("exp", json!(NOW)), ""),
            (with("exp", json!(NOW + 3600)), ""),
            (with("nbf", json!(NOW + 3600)), ""),
            (with("aud", json!("https://other.test")), ""),
            (with("jti", json!(7)), ""),
            (with("iss", json!("other")), ""),
            (signed(&Ed25519KeyPair::generate().unwrap(), &header(), &claims("1")), ""),
            (signed(&pair, &json!({ "alg": "EdDSA", "kid": "two" }), &claims("1")), ""),
            (signed(&pair, &header(), &keyless), ""),
            (signed(&pair, &header(), &nobody), ""),
            ("a.b.c".to_owned(), ""),
        ] {
            let request = from_address(shown_with(&assertion, rest), &format!("10.0.{}.1", shown.len()));
            assert_eq!(server.send(request).await.status, 401, "{rest}");
            shown.push(assertion);
        }
    });
    let signer = |why: &str| (json!("signer"), json!(why));
    let unnamed = |why: &str| (Value::Null, json!(why));
    let expected = [
        signer("its jti was used before"),
        unnamed("its sub is not the client_id beside it"),
        signer("its exp is over"),
        signer("its exp is more than ten minutes ahead"),
        signer("its iat or nbf lies ahead"),
        signer("its aud is neither the issuer nor the token endpoint"),
        signer("one of iss, sub, aud, exp and jti is missing, or a claim is of a wrong type"),
        signer("its iss and sub are not both the client_id"),
        signer("no key of the client made its signature"),
        signer("no key of the client fits its kid and alg"),
        (json!("shop"), json!("the client has no keys")),
        unnamed("no client has this name"),
        unnamed("it is no signed JWT"),
    ];
    assert_eq!(told, expected);
    let parts = shown.iter().flat_map(|assertion| assertion.split('.')).filter(|part| part.len() > 1);
    for secret in parts.chain(["a-jti-of-this-test", "a-secret-as-name"]) {
        assert!(!text.contains(secret), "{secret}");
    }
}

fn shown_with(assertion: &str, rest: &str) -> Request<Body> {
    shown("/oauth/token", assertion, &format!("{ASK}{rest}"))
}

#[tokio::test]
async fn keys_are_replaced_by_overwriting_and_a_disabled_client_proves_nothing() {
    let (server, pair) = with_keys().await;
    let fresh = Ed25519KeyPair::generate().unwrap();
    server.apply(&json!({ "applications": [{ "client_id": "signer", "jwks": jwk(&fresh) }] })).await;
    assert_eq!(send(&server, "/oauth/token", &signed(&pair, &header(), &claims("1")), ASK).await.status, 401);
    assert_eq!(send(&server, "/oauth/token", &signed(&fresh, &header(), &claims("1")), ASK).await.status, 200);
    server.apply(&json!({ "applications": [{ "client_id": "signer", "status": "disabled" }] })).await;
    assert_eq!(send(&server, "/oauth/token", &signed(&fresh, &header(), &claims("2")), ASK).await.status, 401);
}

#[tokio::test]
async fn an_expired_assertion_may_be_forgotten_for_it_is_refused_anyway() {
    let (server, pair) = with_keys().await;
    let assertion = signed(&pair, &header(), &claims("1"));
    assert_eq!(send(&server, "/oauth/token", &assertion, ASK).await.status, 200);
    server.pass(59);
    assert_eq!(send(&server, "/oauth/token", &assertion, ASK).await.status, 401, "still known");
    server.pass(1);
    let mut later = claims("2");
    later["exp"] = json!(NOW + 120);
    assert_eq!(send(&server, "/oauth/token", &signed(&pair, &header(), &later), ASK).await.status, 200);
    assert_eq!(send(&server, "/oauth/token", &assertion, ASK).await.status, 401, "expired");
}
