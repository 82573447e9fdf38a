//! The secrets that identity providers know this server by: given by a file, shown to nobody but the provider, nowhere in clear (P8).

use std::path::Path;

use cloakroom_engine::directory::identity_provider::StoredIdentityProvider;
use cloakroom_engine::directory::identity_provider::store::IdentityProviderStore as _;
use cloakroom_engine::directory::plan::ApplyReport;
use cloakroom_store::driver::sqlite::Location;
use serde_json::{Value, json};

use super::scene::{Scene, Setting};

const SECRET: &str = "Unmistakable-provider-secret-52";
const OTHER: &str = "Unmistakable-provider-secret-53";

async fn apply(scene: &Scene, more: Value, overwrite: bool) -> Result<ApplyReport, String> {
    let mut entry = json!({ "code": "acme", "client_id": "us" });
    entry.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    let document = json!({ "identity_providers": [entry] }).to_string();
    let read = cloakroom_server::directory_file::read(&document).unwrap();
    scene.engine.apply_directory(read, overwrite, "apply").await.unwrap().map_err(|wrong| wrong.to_string())
}

async fn stored(scene: &Scene) -> StoredIdentityProvider {
    scene.database.identity_provider_called("acme").await.unwrap().unwrap()
}

/// What the provider would be shown.
async fn shown(scene: &Scene) -> Option<String> {
    scene.engine.provider_secret(&stored(scene).await).unwrap().map(|secret| secret.reveal().to_owned())
}

fn is_nowhere_in(folder: &Path) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let bytes = std::fs::read(entry.unwrap().path()).unwrap();
        for secret in [SECRET, OTHER] {
            assert!(!bytes.windows(secret.len()).any(|window| window == secret.as_bytes()), "{secret}");
        }
    }
}

#[tokio::test]
async fn a_file_gives_a_secret_once_and_replaces_it_when_it_may() {
    let folder = tempfile::tempdir().unwrap();
    let location = Location::File(folder.path().join("cloakroom.db"));
    let scene = Scene::of(Setting { location, ..Setting::default() }).await;
    let with = |secret: &str| json!({ "issuer": "https://id.example", "client_secret": secret });
    apply(&scene, with(SECRET), false).await.unwrap();
    assert_eq!(shown(&scene).await.as_deref(), Some(SECRET));
    let sealed = stored(&scene).await.sealed_secret;
    for overwrite in [false, true] {
        assert_eq!(apply(&scene, with(SECRET), overwrite).await.unwrap().unchanged, 1, "nothing new is said");
    }
    assert_eq!(stored(&scene).await.sealed_secret, sealed);
    apply(&scene, with(OTHER), false).await.unwrap();
    assert_eq!(shown(&scene).await.as_deref(), Some(SECRET), "a restart takes back no rotation");
    apply(&scene, with(OTHER), true).await.unwrap();
    assert_eq!(shown(&scene).await.as_deref(), Some(OTHER));
    is_nowhere_in(folder.path());
    scene.database.shutdown();
    is_nowhere_in(folder.path());
}

#[tokio::test]
async fn a_secret_opens_for_its_issuer_alone() {
    let scene = Scene::of(Setting::default()).await;
    apply(&scene, json!({ "issuer": "https://id.example", "client_secret": SECRET }), false).await.unwrap();
    let wrong = apply(&scene, json!({ "issuer": "https://id.evil.example" }), true).await.unwrap_err();
    assert!(wrong.contains("client_secret was given for another issuer"), "{wrong}");
    // Whoever moves rows about learns nothing either.
    let mut moved = stored(&scene).await;
    moved.provider.settings.issuer = "https://id.evil.example".into();
    assert!(scene.engine.provider_secret(&moved).is_err());
    let other_key = Scene::of(Setting { master: [8; 32], ..Setting::default() }).await;
    assert!(other_key.engine.provider_secret(&stored(&scene).await).is_err());
    // With its issuer a secret changes, whatever else may stay.
    apply(&scene, json!({ "issuer": "https://id.other.example", "client_secret": OTHER }), false).await.unwrap();
    assert_eq!(shown(&scene).await.as_deref(), Some(OTHER));
    let unplaced = apply(&scene, json!({ "client_secret": SECRET }), true).await.unwrap_err();
    assert!(unplaced.contains("client_secret goes with the issuer") && !unplaced.contains(SECRET), "{unplaced}");
    assert!(!format!("{:?}", stored(&scene).await).contains("SealedSecret(["));
}
