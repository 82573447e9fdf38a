//! Whoever cannot prove to be a client application learns nothing about which there are (P5).

use cloakroom_engine::callers::ClientRefusal;

use super::scene::{NOON, Scene};

/// Signed by nobody whom the server knows: the signature is made up.
fn assertion(client_id: &str) -> String {
    use base64::Engine as _;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;
    let exp = NOON.as_millis() / 1000 + 60;
    let part = |json: String| URL_SAFE_NO_PAD.encode(json);
    let header = part(r#"{"alg":"ES256"}"#.into());
    let claims = part(format!(r#"{{"iss":"{client_id}","sub":"{client_id}","aud":"x","exp":{exp},"jti":"1"}}"#));
    format!("{header}.{claims}.{}", URL_SAFE_NO_PAD.encode([7; 64]))
}

#[tokio::test]
async fn an_assertion_of_an_unknown_client_is_verified_all_the_same() {
    let scene = Scene::new().await;
    for client_id in ["nobody", "portal"] {
        let answered = scene.engine.authenticate_client_by_assertion(client_id, &assertion(client_id), &Default::default()).await.unwrap();
        assert_eq!(answered.err().map(|refused| refused.refusal), Some(ClientRefusal::Invalid), "{client_id}");
    }
    // The second exists and has no keys.
    assert_eq!(*scene.crypto.assertions.lock(), [false, false]);
}
