//! The private halves of signing keys, and every token, are nowhere in clear in the files of the database (P8).

use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use cloakroom_engine::policy::{Policy, TokenPolicy};
use cloakroom_engine::tokens::TokenAlgorithm;
use cloakroom_store::driver::sqlite::Location;

use super::scene::{Scene, Setting};

fn holds(haystack: &[u8], needle: &[u8]) -> bool {
    haystack.windows(needle.len()).any(|window| window == needle)
}

/// Everything that the database has written, the write-ahead log included.
fn files(folder: &Path) -> Vec<u8> {
    let entries = std::fs::read_dir(folder).unwrap();
    entries.flat_map(|entry| std::fs::read(entry.unwrap().path()).unwrap()).collect()
}

/// The bytes after `marker`: where the encoding of each kind of key keeps what is secret.
fn after<'k>(pkcs8: &'k [u8], marker: &[u8], length: usize) -> &'k [u8] {
    let at = pkcs8.windows(marker.len()).position(|window| window == marker).unwrap() + marker.len();
    &pkcs8[at..at + length]
}

fn secret(algorithm: TokenAlgorithm, pkcs8: &[u8]) -> &[u8] {
    match algorithm {
        // ECPrivateKey (RFC 5915): version 1, then the scalar.
        TokenAlgorithm::Es256 => after(pkcs8, &[2, 1, 1, 4, 32], 32),
        // CurvePrivateKey (RFC 8410): the seed.
        TokenAlgorithm::EdDsa => after(pkcs8, &[4, 34, 4, 32], 32),
        // RSAPrivateKey (RFC 8017): the last numbers are prime factors and what is made of them.
        TokenAlgorithm::Rs256 => &pkcs8[pkcs8.len() - 96..pkcs8.len() - 32],
    }
}

fn spellings(secret: &[u8]) -> Vec<Vec<u8>> {
    let hex: String = secret.iter().map(|byte| format!("{byte:02x}")).collect();
    // The last digits of base 64 depend on what follows.
    let short = |text: String| text.into_bytes()[..40].to_vec();
    vec![
        secret.to_vec(),
        secret.iter().rev().copied().collect(),
        hex.to_uppercase().into_bytes(),
        hex.into_bytes(),
        short(URL_SAFE_NO_PAD.encode(secret)),
        short(STANDARD_NO_PAD.encode(secret)),
    ]
}

#[tokio::test]
async fn no_private_half_and_no_token_is_in_the_database() {
    for algorithm in TokenAlgorithm::ALL {
        let folder = tempfile::tempdir().unwrap();
        let location = Location::File(folder.path().join("cloakroom.db"));
        let tokens = TokenPolicy { algorithm: *algorithm, ..TokenPolicy::default() };
        let scene = Scene::of(Setting { location, policy: Policy { tokens, ..Policy::default() }, ..Setting::default() }).await;
        let pair = scene.log_in("alice").await;
        let next = scene.rotate(&pair).await.unwrap();
        let keys = scene.crypto.private_halves();
        let live = files(folder.path());
        scene.database.shutdown();
        for bytes in [live, files(folder.path())] {
            for (key, pkcs8) in &keys {
                assert!(holds(&bytes, key.kid.as_bytes()) && holds(&bytes, &key.sealed_private), "the search finds what is there");
                assert!(!holds(&bytes, &pkcs8[..32]) && !holds(&bytes, &pkcs8[pkcs8.len() - 32..]), "{algorithm:?}");
                for spelling in spellings(secret(*algorithm, pkcs8)) {
                    assert!(!holds(&bytes, &spelling), "{algorithm:?}");
                }
            }
            for pair in [&pair, &next] {
                let refresh = pair.refresh.expose();
                let root = refresh.split('_').nth(3).unwrap();
                assert!(!holds(&bytes, root.as_bytes()) && !holds(&bytes, pair.access.text.as_bytes()));
                assert!(!holds(&bytes, pair.access.text.rsplit('.').next().unwrap().as_bytes()));
            }
        }
    }
}
