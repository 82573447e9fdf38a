//! API keys and service accounts by the commands of those who administer them.

use serde_json::{Value, json};

use crate::scene::Scene;

struct Owner {
    scene: Scene,
    guid: String,
    guid_file: String,
}

impl Owner {
    fn new() -> Self {
        let scene = Scene::new();
        let (guid, guid_file) = scene.sign_in("ada", "ada.guid");
        Self { scene, guid, guid_file }
    }

    fn run(&self, words: &[&str]) -> crate::scene::Left {
        self.scene.run(&[&["key"], words, &["--session-guid-file", &self.guid_file, "--json"]].concat())
    }

    fn account(&self, caption: &str) -> String {
        text(&self.run(&["account", "create", "--caption", caption, "--role", "pvv"]).json(), "service_account_id")
    }

    /// The ids that a list shows.
    fn keys(&self, words: &[&str]) -> Vec<String> {
        self.run(&[&["list"], words].concat()).lines().iter().map(|key| text(key, "api_key_id")).collect()
    }
}

fn text(record: &Value, name: &str) -> String {
    record[name].as_str().unwrap_or_else(|| panic!("{name}: {record}")).to_owned()
}

#[test]
fn keys_from_birth_to_end() {
    let owner = Owner::new();
    let (till, shop) = (owner.account("till"), owner.account("shop"));
    let file = owner.scene.path("shop.key");
    let made = owner.run(&["create", &shop, "--caption", "production", "--key-file", file.to_str().unwrap()]).json();
    assert_eq!((&made["api_key"], std::fs::read_to_string(&file).unwrap().starts_with("clk_")), (&json!("[redacted]"), true));
    let first = text(&made, "api_key_id");
    let second = text(&owner.run(&["create", &shop]).json(), "api_key_id");
    let other = owner.run(&["create", &till]).json();
    assert!(text(&other, "api_key").starts_with("clk_"));
    let other = text(&other, "api_key_id");
    assert_eq!(owner.keys(&["--account", &shop]), [second.clone(), first.clone()]);
    assert_eq!(owner.keys(&[]), [second.clone(), first.clone(), other.clone()]);
    assert_eq!(
        owner.scene.run(&["key", "validate", "--api-key-file", file.to_str().unwrap(), "--json"]).json()["api_key_id"],
        first.as_str()
    );

    assert_eq!(owner.run(&["revoke", &first, "--reason", "rotated"]).json()["status"], "doomed");
    assert_eq!((owner.keys(&["--status", "doomed"]), owner.keys(&["--status", "all"]).len()), (vec![first.clone()], 3));
    let shown = owner.run(&["show", &first]).json();
    assert_eq!((&shown["caption"], &shown["doom_reason"]), (&json!("production"), &json!("revoked")));
    assert_eq!(owner.run(&["set-policy", "--max-age-days", "90"]).json()["max_age_days"], 90);
    assert!(owner.run(&["show", &second]).json()["expires_at_utc"].is_string());
    assert!(owner.run(&["revoke-all", &shop, "--yes"]).json()["revoked_before_utc"].is_string());
    assert_eq!(owner.keys(&[]), std::slice::from_ref(&other));
    // With its account a key is over, and is still found.
    assert_eq!(owner.run(&["account", "remove", &till, "--yes"]).json()["status"], "doomed");
    assert_eq!((owner.keys(&[]).len(), owner.keys(&["--status", "all"]).len()), (0, 3));
    assert_eq!(owner.run(&["show", &other]).json()["doom_reason"], "service-account-doomed");
    assert_eq!(owner.run(&["account", "list", "--status", "all"]).lines().len(), 2);
    let last = text(&owner.run(&["create", &shop]).json(), "api_key_id");
    assert!(owner.run(&["revoke-all-org", "--yes"]).json()["revoked_before_utc"].is_string());
    assert_eq!(owner.run(&["show", &last]).json()["doom_reason"], "revoked-with-org");
}

#[test]
fn who_owns_nothing_sees_no_key() {
    let owner = Owner::new();
    let account = owner.account("till");
    owner.run(&["create", &account]);
    assert_eq!(owner.run(&["show", "apk_0000000000000000000001"]).code, 4);
    let nobody = owner.scene.run(&["key", "list"]);
    assert!(nobody.code == 2 && nobody.stderr.contains("CLOAKROOM_SESSION_GUID"), "{nobody:?}");
    let (_, bob) = owner.scene.sign_in("bob", "bob.guid");
    for words in [&["list"][..], &["list", "--account", &account], &["show", "apk_0000000000000000000001"], &["revoke-all-org", "--yes"]] {
        let refused = owner.scene.run(&[&["key"], words, &["--session-guid-file", &bob]].concat());
        assert!(matches!(refused.code, 3 | 4) && refused.stdout.is_empty(), "{words:?} {refused:?}");
    }
    assert_eq!(owner.keys(&[]).len(), 1);
}

#[test]
fn lists_go_on_to_their_end() {
    let owner = Owner::new();
    let account = owner.account("till");
    let mut client = owner.scene.server.client();
    let wish = json!({ "session_guid": owner.guid, "orgcode": "ACME", "service_account_id": account });
    let mut made: Vec<_> = (0..260).map(|_| text(&client.usm("api_key/create", &wish).json()["data"], "api_key_id")).collect();
    made.reverse();
    assert_eq!(owner.keys(&[]), made);
    assert_eq!(owner.run(&["show", made.last().unwrap()]).json()["status"], "active");
}
