//! What identity providers say: keys, headers, claims. Nothing of it panics, and claims are believed only where every rule holds, which is
//! worked out here once more.

use cloakroom_engine::clock::Timestamp;
use cloakroom_server::identity_providers::claims::{Claims, Expected, claimed_origin, identity, judge_id_token, judge_logout_token};
use cloakroom_server::identity_providers::key_set::KeySet;
use cloakroom_server::identity_providers::signed::Signed;
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::run::{Held, Run, holds};

const ISSUER: &str = "https://id.example";
const CLIENT: &str = "cloakroom";
const NOW: i64 = 1_767_323_045;
const NONCE: &str = "n";
const EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";

/// Right and wrong values of a claim, of every type.
fn value(right: Value) -> impl Strategy<Value = Option<Value>> {
    let near = prop_oneof![
        Just(json!(null)),
        Just(json!([])),
        Just(json!({})),
        Just(json!("")),
        Just(json!("another")),
        Just(json!([CLIENT, "another"])),
        Just(json!([CLIENT])),
        Just(json!([CLIENT, 7])),
        Just(json!({ EVENT: {} })),
        Just(json!({ EVENT: true })),
        (-400i64..400).prop_map(|seconds| json!(NOW + seconds)),
        (-400.0f64..400.0).prop_map(|seconds| json!(1_767_323_045.0 + seconds)),
        any::<f64>().prop_map(|number| json!(number)),
        any::<bool>().prop_map(|truth| json!(truth)),
        ".{0,300}".prop_map(|text| json!(text)),
    ];
    prop_oneof![6 => Just(Some(right)), 3 => near.prop_map(Some), 1 => Just(None)]
}

fn claims() -> impl Strategy<Value = Claims> {
    let named = |name: &'static str, right: Value| value(right).prop_map(move |value| value.map(|value| (name.to_owned(), value)));
    let whose = (named("iss", json!(ISSUER)), named("aud", json!(CLIENT)), named("azp", json!(CLIENT)), named("sub", json!("s")));
    let when = (named("iat", json!(NOW)), named("exp", json!(NOW + 60)), named("auth_time", json!(NOW)));
    let what = (named("nonce", json!(NONCE)), named("events", json!({ EVENT: {} })), named("sid", json!("s")), named("jti", json!("j")));
    (whose, when, what)
        .prop_map(|((a, b, c, d), (e, f, g), (h, i, j, k))| [a, b, c, d, e, f, g, h, i, j, k].into_iter().flatten().collect())
}

fn is_for_us(claims: &Claims) -> bool {
    let aud = &claims["aud"];
    *aud == CLIENT || aud.as_array().is_some_and(|all| !all.is_empty() && all.iter().all(|one| one == CLIENT))
}

fn seconds(claims: &Claims, name: &str) -> Option<f64> {
    claims.get(name)?.as_f64()
}

fn judged(claims: &Claims) -> Held {
    let expected = Expected { issuer: ISSUER, client_id: CLIENT, further_audiences: &[], now: Timestamp::from_millis(NOW * 1000) };
    let now = 1_767_323_045.0;
    let is_timely = || seconds(claims, "iat").is_some_and(|at| at < now + 60.1);
    let has = |name: &str, text: &str| claims.get(name).is_some_and(|value| value == text);
    if judge_id_token(claims, expected, Some(NONCE)).is_ok() {
        let lives = seconds(claims, "exp").is_some_and(|at| at > now - 60.1);
        let all = has("iss", ISSUER) && is_for_us(claims) && has("nonce", NONCE) && lives && is_timely();
        let party = claims.get("azp").is_none_or(|party| party == CLIENT);
        let somebody = claims["sub"].as_str().is_some_and(|sub| !sub.is_empty() && sub.len() <= 255);
        holds(all && party && somebody, || format!("an ID token that says {claims:?} is believed"))?;
    }
    if judge_logout_token(claims, expected).is_ok() {
        let all = has("iss", ISSUER) && is_for_us(claims) && is_timely() && !claims.contains_key("nonce");
        let tells = claims["events"][EVENT].is_object() && claims["jti"].as_str().is_some_and(|id| !id.is_empty());
        let named = ["sub", "sid"].iter().any(|name| claims.get(*name).is_some_and(Value::is_string));
        holds(all && tells && named, || format!("a logout token that says {claims:?} is believed"))?;
    }
    let names =
        cloakroom_engine::federation::protocol::ClaimNames { username: "sub".into(), name: "jti".into(), groups: Some("aud".into()) };
    let _ = identity(claims, &names);
    Ok(())
}

/// # Errors
/// An input that a property does not hold for.
pub fn fuzz(run: &mut Run) -> Result<(), String> {
    let text = prop_oneof![
        ".{0,200}",
        "[A-Za-z0-9_-]{0,80}\\.[A-Za-z0-9_-]{0,80}\\.[A-Za-z0-9_-]{0,90}",
        "\\{\"keys\":\\[(\\{\"kty\":\"(RSA|EC|OKP|oct)\",\"(n|x|k)\":\"[A-Za-z0-9_-]{0,60}\",\"(e|y|crv)\":\"(AQAB|P-256|Ed25519)\"\\},?){0,3}\\]\\}",
    ];
    run.over(&(claims(), text), |(claims, text)| {
        judged(claims)?;
        let _ = KeySet::read(text.as_bytes());
        if let Ok(signed) = Signed::read(text, &["jwt"]) {
            let _ = claimed_origin(&signed);
            holds(KeySet::default().verified(&signed).is_none(), || format!("{text:?} is signed by nobody, and believed"))?;
        }
        Ok(())
    })
}
