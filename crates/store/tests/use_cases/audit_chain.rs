//! Sealing: behind the commits, in their order, and never behind what somebody else made.

use cloakroom_engine::EngineError;
use cloakroom_engine::error::StoreError;
use cloakroom_engine::policy::Policy;
use cloakroom_store::trail::Trail;

use crate::world::World;

async fn seal(world: &World) -> Result<usize, EngineError> {
    let mut sealed = 0;
    loop {
        let (more_sealed, more) = world.engine.seal_audit_entries(3).await?;
        sealed += more_sealed;
        if !more {
            return Ok(sealed);
        }
    }
}

async fn is_refused(world: &World) -> bool {
    matches!(world.engine.seal_audit_entries(3).await, Err(EngineError::Store(StoreError::Corrupt(_))))
}

#[tokio::test]
async fn the_trail_is_append_only_for_whoever_uses_plain_sql() {
    let world = World::peopled(Policy::default()).await;
    seal(&world).await.unwrap();
    for statement in [
        "DELETE FROM audit_log WHERE sequence = 1",
        "UPDATE audit_log SET action = 'x' WHERE sequence = 1",
        "UPDATE audit_log SET detail = '{}' WHERE sequence = 1",
        "UPDATE audit_log SET sequence = 99 WHERE sequence = 1",
        "DELETE FROM audit_chain WHERE position = 1",
        "UPDATE audit_chain SET hash = x'00' WHERE position = 1",
    ] {
        let refused = world.sql().execute(statement, ()).unwrap_err();
        assert!(refused.to_string().contains("append-only"), "{statement}: {refused}");
    }
}

#[tokio::test]
async fn every_entry_is_sealed_once_whoever_seals() {
    let world = World::peopled(Policy::default()).await;
    let entries = world.count("SELECT count(*) FROM audit_log");
    let sealers = tokio::join!(seal(&world), seal(&world), seal(&world));
    let sealed = sealers.0.unwrap() + sealers.1.unwrap() + sealers.2.unwrap();
    assert_eq!(sealed as i64, entries);
    assert_eq!(world.count("SELECT count(*) FROM audit_chain WHERE position = sequence"), entries);
    let head = Trail::open(&world.file()).unwrap().head().unwrap().unwrap();
    assert!(head.position == entries && head.voucher.is_some());
}

#[tokio::test]
async fn nothing_is_sealed_behind_what_the_server_did_not_make() {
    let mut world = World::peopled(Policy::default()).await;
    assert!(seal(&world).await.unwrap() > 6);
    let drop = "DROP TRIGGER audit_chain_keeps_links; DROP TRIGGER audit_chain_keeps_hashes; DROP TRIGGER audit_log_keeps_entries;";
    let kept_off = "SELECT group_concat(sql, ';') FROM sqlite_schema WHERE name IN
        ('audit_chain_keeps_links', 'audit_chain_keeps_hashes', 'audit_log_keeps_entries')";
    let again: String = world.sql().query_row(kept_off, (), |row| row.get(0)).unwrap();
    world.sql().execute_batch(drop).unwrap();
    let last = "position = (SELECT max(position) FROM audit_chain)";
    let keep = "CREATE TABLE kept AS SELECT * FROM audit_chain";
    world.sql().execute_batch(keep).unwrap();
    let restore = "DELETE FROM audit_chain; INSERT INTO audit_chain SELECT * FROM kept;";
    for change in ["hash = randomblob(32)", "voucher = randomblob(32)", "voucher = NULL"] {
        world.sql().execute_batch(&format!("UPDATE audit_chain SET {change} WHERE {last}")).unwrap();
        assert!(is_refused(&world).await, "{change}");
        world.sql().execute_batch(restore).unwrap();
        assert_eq!(seal(&world).await.unwrap(), 0);
    }
    // Cut back to the end of an earlier batch, which the server did vouch for.
    world.sql().execute_batch("DELETE FROM audit_chain WHERE position > 3").unwrap();
    assert!(is_refused(&world).await, "the process remembers how far it had come");
    world.sql().execute_batch(&format!("DROP TABLE kept; {again}")).unwrap();
    world.restart();
    assert!(!is_refused(&world).await, "the next process cannot know: that is what noted heads are for");
}

#[tokio::test]
async fn a_trail_beside_a_server_refuses_what_it_does_not_know() {
    let world = World::peopled(Policy::default()).await;
    world.sql().execute_batch("DELETE FROM migrations WHERE version = (SELECT max(version) FROM migrations)").unwrap();
    let Err(behind) = Trail::open(&world.file()) else { panic!("opened") };
    assert!(behind.to_string().contains("lacks migration"), "{behind}");
    world.sql().execute_batch("INSERT INTO migrations (version, name, checksum, applied_at) VALUES (9999, 'later', '', 0)").unwrap();
    let Err(newer) = Trail::open(&world.file()) else { panic!("opened") };
    assert!(newer.to_string().contains("schema 9999"), "{newer}");
    world.sql().execute_batch("PRAGMA application_id = 7").unwrap();
    let Err(foreign) = Trail::open(&world.file()) else { panic!("opened") };
    assert!(foreign.to_string().contains("not a database of Cloakroom"), "{foreign}");
}
