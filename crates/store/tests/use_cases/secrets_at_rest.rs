//! No secret reaches a database file (P8): not raw, not in hex, not as a guid, not in text.

use std::path::Path;

use cloakroom_engine::audit::RequestOrigin;
use cloakroom_engine::directory::document::{ApplicationEntry, DirectoryDocument, UserEntry};
use cloakroom_engine::ids::render_guid;
use cloakroom_engine::policy::Policy;
use cloakroom_engine::secret::{ClientSecret, Passcode};
use cloakroom_engine::sessions::log_out::LogOutReach;

use crate::sign_in::sign_in_from;
use crate::world::{World, bearer, user, users};

const PASSCODE: &str = "Unmistakable-passcode-41";
const WRONG: &str = "Unmistakably-wrong-42";
const RESET: &str = "Unmistakably-reset-43";
const CLIENT_SECRET: &str = "Unmistakable-client-secret-44";

fn directory() -> DirectoryDocument {
    let shop = ApplicationEntry {
        client_id: "shop".into(),
        client_secret: Some(ClientSecret::new(CLIENT_SECRET.into())),
        ..ApplicationEntry::default()
    };
    let eve = UserEntry { password: Some(Passcode::new(PASSCODE.into())), ..user("eve", None) };
    DirectoryDocument { users: vec![eve], applications: vec![shop], ..DirectoryDocument::default() }
}

/// Everything in which a secret occurs, and the secrets of the sessions as they were handed out.
async fn live_through_everything(world: &World) -> Vec<[u8; 16]> {
    world.apply(directory(), false).await;
    let mut opened = Vec::new();
    for _ in 0..3 {
        opened.push(sign_in_from(world, RequestOrigin::default(), "eve@example.org", PASSCODE).await.unwrap());
    }
    for (email, passcode) in [("eve@example.org", WRONG), ("nobody@example.org", WRONG), (PASSCODE, PASSCODE)] {
        for _ in 0..2 {
            assert!(sign_in_from(world, RequestOrigin::default(), email, passcode).await.is_err());
        }
    }
    world.advance(100);
    for opened in &opened {
        world.validate(&opened.secret).await.unwrap();
    }
    world.engine.save_touches(true, 10).await.unwrap();
    world.close(&bearer(&opened[0])).await.unwrap();
    world.engine.log_out(&world.caller(&opened[1].secret).await, LogOutReach::OtherDevices, &RequestOrigin::default()).await.unwrap();
    let reset = UserEntry { username: "eve".into(), password: Some(Passcode::new(RESET.into())), ..UserEntry::default() };
    world.apply(users(vec![reset]), true).await;
    world.engine.settle_sign_in_failures(100).await.unwrap();
    opened.iter().map(|opened| *opened.secret.expose()).collect()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Every form in which a secret might stand somewhere.
fn forms(secrets: &[[u8; 16]]) -> Vec<Vec<u8>> {
    let mut forms = Vec::new();
    for secret in secrets {
        forms.push(secret.to_vec());
        for text in [hex(secret), render_guid(secret)] {
            forms.push(text.to_uppercase().into_bytes());
            forms.push(text.into_bytes());
        }
    }
    for text in [PASSCODE, WRONG, RESET, CLIENT_SECRET] {
        forms.extend([text.as_bytes().to_vec(), text.to_lowercase().into_bytes(), hex(text.as_bytes()).into_bytes()]);
    }
    forms
}

fn occurrences(file: &Path, forms: &[Vec<u8>]) -> Vec<String> {
    let bytes = std::fs::read(file).unwrap();
    let within = |form: &&Vec<u8>| bytes.windows(form.len()).any(|window| window == form.as_slice());
    forms.iter().filter(within).map(|form| format!("{}: {}", file.display(), String::from_utf8_lossy(form))).collect()
}

#[tokio::test]
async fn no_database_file_holds_a_secret() {
    let world = World::new(Policy::default());
    let secrets = live_through_everything(&world).await;
    let forms = forms(&secrets);
    let file = world.file();
    for file in [&file, &file.with_extension("db-wal"), &file.with_extension("db-shm")] {
        assert_eq!(occurrences(file, &forms), Vec::<String>::new());
    }
    assert!(std::fs::metadata(file.with_extension("db-wal")).unwrap().len() > 0, "there was a log to look into");
    world.database.shutdown();
    assert_eq!(occurrences(&file, &forms), Vec::<String>::new());
    let found = occurrences(&file, &[b"eve@example.org".to_vec()]);
    assert_eq!(found.len(), 1, "the search finds what is there");
}
