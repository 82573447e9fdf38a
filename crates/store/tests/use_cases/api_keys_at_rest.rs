//! API keys in the file of SQLite: what is damaged is not valid, and nothing there is a key.

use crate::api_keys::{ORIGIN, account, dead, key, keys, owned};

#[tokio::test]
async fn a_damaged_row_is_not_valid() {
    let (world, owner) = owned().await;
    let account = account(&world, &owner).await;
    for damage in ["secret_hash = x'00'", "created_at = 'once'", "account_epoch = x'01'"] {
        let damaged = key(&world, &owner, &account).await;
        let uid = damaged.shown.uid;
        world.sql().execute(&format!("UPDATE api_keys SET {damage} WHERE uid = $1"), (uid.as_bytes(),)).unwrap();
        assert!(world.engine.validate_api_key(&damaged.shown, None, &ORIGIN).await.is_err(), "{damage}");
    }
}

#[tokio::test]
async fn no_database_file_holds_a_key() {
    let (world, owner) = owned().await;
    let account = account(&world, &owner).await;
    let made = key(&world, &owner, &account).await;
    assert_eq!(dead(&world, &made.shown).await, None);
    world.engine.save_api_key_uses(true, 10).await.unwrap();
    world.engine.revoke_api_key(&keys(&owner), made.shown.uid, None, &ORIGIN).await.unwrap().unwrap();
    let text = made.shown.expose();
    let secret = text.split('_').nth(2).unwrap().as_bytes();
    let file = world.file();
    let holds = |bytes: &[u8], what: &[u8]| bytes.windows(what.len()).any(|window| window == what);
    let mut hashed = false;
    for file in [&file, &file.with_extension("db-wal")] {
        let bytes = std::fs::read(file).unwrap();
        assert!(!holds(&bytes, secret), "{}", file.display());
        hashed |= holds(&bytes, made.shown.secret.hash().as_bytes());
    }
    assert!(hashed, "the search finds what is there");
}
