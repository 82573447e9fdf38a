//! `GET /.well-known/jwks.json`

use super::peopled;
use crate::support::call;

#[tokio::test]
async fn every_key_is_named_and_has_its_algorithm_and_use() {
    let server = peopled().await;
    let answer = server.send(call("GET", "/.well-known/jwks.json", "")).await;
    assert_eq!((answer.status, answer.header("cache-control")), (200, Some("public, max-age=300")));
    let keys = answer.body["keys"].as_array().unwrap();
    assert_eq!(keys.len(), 2, "the active one, and the next one before it signs");
    for key in keys {
        for name in ["kid", "alg", "use", "kty"] {
            assert!(key[name].as_str().is_some_and(|text| !text.is_empty()), "{name}: {key}");
        }
        assert!(key.get("d").is_none(), "a private half is never published");
    }
    assert_ne!(keys[0]["kid"], keys[1]["kid"]);
}
