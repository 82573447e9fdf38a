//! Clients that others wrote ask for tokens: oauth4webapi from npm, Authlib from PyPI.

use std::process::Command;

use aws_lc_rs::encoding::{AsBigEndian as _, EcPrivateKeyBin};
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use super::clients::{SCRIPTS, need_npm, need_python, run};
use super::scene::PASSWORD;
use super::serving::Serving;

/// A private key as a JSON Web Key, and its public half.
fn key() -> (Value, Value) {
    let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap();
    let text = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
    let point = pair.public_key().as_ref();
    let public = json!({ "kty": "EC", "crv": "P-256", "x": text(&point[1..33]), "y": text(&point[33..]), "kid": "signing" });
    let bytes: EcPrivateKeyBin<'_> = pair.private_key().as_be_bytes().unwrap();
    let mut private = public.clone();
    private["d"] = text(bytes.as_ref()).into();
    (private, public)
}

/// Alice, an application with a secret and one with a key.
fn directory(public: &Value) -> Value {
    let scopes = json!(["profile", "mail"]);
    json!({
        "tenants": [{ "code": "ACME" }],
        "users": [{ "username": "alice", "email": "alice@example.com", "password": PASSWORD, "tenant": "ACME" }],
        "applications": [
            { "client_id": "portal", "tenant": "ACME", "client_secret": "a-secret-of-the-portal", "scopes": scopes },
            { "client_id": "signer", "tenant": "ACME", "jwks": { "keys": [public] }, "scopes": scopes },
        ],
    })
}

#[test]
fn authlib_asks_exchanges_refreshes_and_revokes() {
    let Some(python) = need_python() else {
        eprintln!("SKIPPED: Authlib could not be installed");
        return;
    };
    let serving = Serving::with(&directory(&key().1), &[]);
    let case = json!({ "issuer": serving.url, "logins": [serving.log_in(), serving.log_in()] });
    assert_eq!(run(Command::new(python).arg(format!("{SCRIPTS}/grants.py")), &case), 2);
}

#[test]
fn oauth4webapi_discovers_us_and_uses_every_grant_with_every_authentication() {
    let Some(folder) = need_npm(&["oauth4webapi@^3"]) else {
        eprintln!("SKIPPED: oauth4webapi could not be installed");
        return;
    };
    let (private, public) = key();
    let serving = Serving::with(&directory(&public), &[]);
    // A revocation ends the session: each of the three turns has its own.
    let logins: Vec<_> = (0..3).map(|_| serving.log_in()).collect();
    let guids: Vec<_> = (0..3).map(|_| serving.sign_in()).collect();
    let case = json!({ "issuer": serving.url, "logins": logins, "guids": guids, "key": private });
    assert_eq!(run(Command::new("node").arg(format!("{SCRIPTS}/grants.mjs")).arg(folder), &case), 4);
}
