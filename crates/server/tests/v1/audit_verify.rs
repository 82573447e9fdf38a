//! `cloakroom audit verify`: beside a running server, and after somebody altered the database.

use std::path::{Path, PathBuf};

use cloakroom_store::driver::sqlite::{Location, Options, Sqlite};
use cloakroom_store::driver::{DriverError, WriteClass, query_all};

use crate::server::Server;

/// Runs the command on a database of the test server: exit code, standard output, standard error.
pub fn verify(file: &Path, more: &[&str]) -> (u8, String, String) {
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("cloakroom.toml");
    std::fs::write(&config, format!("[keys]\nmaster = \"{}\"\n", "09a7".repeat(16))).unwrap();
    with_config(&config, file, more)
}

fn with_config(config: &Path, file: &Path, more: &[&str]) -> (u8, String, String) {
    let url = format!("sqlite:{}", file.display());
    let arguments = ["cloakroom", "audit", "verify", "--config", config.to_str().unwrap(), "--database-url", &url];
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let code = cloakroom_server::cli::run_with(arguments.iter().chain(more).map(Into::into), &mut out, &mut err);
    (code, String::from_utf8(out).unwrap(), String::from_utf8(err).unwrap())
}

/// A database with a sealed trail, shut down; the number of its entries; the hashes of two heads on the way.
async fn sealed(folder: &Path) -> (PathBuf, u64, [String; 2]) {
    let file = folder.join("cloakroom.db");
    let server = Server::at(&Location::File(file.clone())).await;
    let root = server.login("super_admin").await;
    for address in ["203.0.113.1", "203.0.113.2", "2001:db8::3"] {
        server.login_at(address, "end_user").await;
    }
    let head = async || {
        server.seal().await;
        server.get("/api/v1/admin/audit/head", &root).await.text_at("/data/hash")
    };
    let noted = head().await;
    server.login_at("203.0.113.4", "bob").await;
    server.login_at("203.0.113.5", "bob").await;
    let last = head().await;
    let entries = server.trail(&root, "").await.len() as u64;
    server.database.shutdown();
    (file, entries, [noted, last])
}

/// A copy of the database with statements run on it that no server would run; what kept them off stands again afterwards.
pub async fn tampered(file: &Path, copy: &Path, statements: &[&str]) {
    std::fs::copy(file, copy).unwrap();
    let database = Sqlite::open(&Location::File(copy.to_owned()), &Options::default()).unwrap();
    let triggers = ["audit_log_keeps_entries", "audit_log_keeps_words", "audit_chain_keeps_links", "audit_chain_keeps_hashes"];
    let drops = triggers.iter().map(|trigger| format!("DROP TRIGGER {trigger}"));
    let mut again = Vec::new();
    for trigger in triggers {
        let read = database.read_here(|conn| {
            Box::pin(async move {
                let sql = "SELECT sql FROM sqlite_schema WHERE name = $1";
                query_all(conn, sql, &[trigger.into()], |row| row.text(0).map(str::to_owned)).await
            })
        });
        let read: Result<Vec<String>, DriverError> = read;
        again.extend(read.unwrap());
    }
    for statement in drops.chain(statements.iter().map(ToString::to_string)).chain(again) {
        let statement: &'static str = statement.leak();
        let done: Result<u64, DriverError> =
            database.write(WriteClass::Ordinary, move |conn| Box::pin(async move { conn.execute(statement, &[]).await })).await;
        done.unwrap_or_else(|error| panic!("{statement}: {error}"));
    }
    database.shutdown();
}

#[tokio::test]
async fn it_works_beside_a_running_server_and_leaves_no_trace() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("cloakroom.db");
    let server = Server::at(&Location::File(file.clone())).await;
    let (code, out, err) = verify(&file, &[]);
    assert_eq!((code, err.as_str()), (0, ""));
    assert!(out.starts_with("the trail is whole: 0 links checked, ") && !out.contains(" 0 entries not sealed"), "{out}");
    server.seal().await;
    let (code, out, _) = verify(&file, &[]);
    let head = server.get("/api/v1/admin/audit/head", &server.login("super_admin").await).await;
    assert!(code == 0 && out.contains(&head.text_at("/data/hash")) && out.contains(", 0 entries not sealed yet"), "{out}");
    server.seal().await;
    assert_eq!(verify(&file, &["--expect", &head.text_at("/data/hash")]).0, 0);
    // The log is the server's: closing the reader neither empties nor removes it.
    assert!(file.with_extension("db-wal").metadata().is_ok_and(|log| log.len() > 0));
}

#[tokio::test]
async fn whatever_column_is_altered_its_entry_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let (file, entries, [noted, last]) = sealed(folder.path()).await;
    let (code, out, _) = verify(&file, &["--expect", &noted, "--expect", &last]);
    assert!(code == 0 && out.contains(&format!("{entries} links checked, 0 entries")), "{out}");
    // One that is old and has everything: the log-in from 203.0.113.2.
    let victim = entries - 4;
    let copy = folder.path().join("copy.db");
    for change in [
        "at = at + 1",
        "action = 'session.enxed'",
        "result = 'refused'",
        "actor_kind = 'usex'",
        "actor_id = actor_id || 'x'",
        "actor_id = NULL",
        "tenant_number = tenant_number + 1",
        "tenant_number = NULL",
        "tenant_number = 4711",
        "resource_kind = 'sessiox'",
        "resource_id = NULL",
        "address = '203.0.113.3'",
        "address = '203.0.113.0/24'",
        "address = NULL",
        "user_agent = user_agent || ' '",
        "user_agent = NULL",
        "request_id = 'mintee'",
        "detail = detail || ' '",
        "at = 'soon'",
        "detail = x'00'",
        "sequence = 900",
    ] {
        let statement = format!("UPDATE audit_log SET {change} WHERE sequence = {victim}");
        tampered(&file, &copy, &[&statement]).await;
        let (code, out, err) = verify(&copy, &[]);
        assert!(code == 1 && err.contains(&format!("entry {victim} (link {victim})")), "{change}: {code} {out}{err}");
    }
    for change in ["salt = x'00'", "salt = NULL", "commitment = randomblob(32)", "hash = randomblob(32)", "sequence = sequence + 1"] {
        let statement = format!("UPDATE audit_chain SET {change} WHERE position = {victim}");
        tampered(&file, &copy, &[&statement]).await;
        let (code, out, err) = verify(&copy, &[]);
        assert!(code == 1 && err.contains(&format!("entry {victim} (link {victim})")), "{change}: {code} {out}{err}");
    }
}

#[tokio::test]
async fn entries_that_are_removed_exchanged_inserted_or_cut_off_are_named() {
    let folder = tempfile::tempdir().unwrap();
    let (file, entries, [noted, last]) = sealed(folder.path()).await;
    let copy = folder.path().join("copy.db");
    let check = async |statements: &[&str], more: &[&str], expected: &str| {
        tampered(&file, &copy, statements).await;
        let (code, out, err) = verify(&copy, more);
        assert!(code == 1 && err.contains(expected), "{statements:?}: {code} {out}{err}");
    };
    check(&["DELETE FROM audit_log WHERE sequence = 5"], &[], "entry 5 (link 5): the entry is gone").await;
    check(&["DELETE FROM audit_chain WHERE position = 5"], &[], "entry 5 (link 5): the chain has no such link").await;
    let both = ["DELETE FROM audit_log WHERE sequence = 5", "DELETE FROM audit_chain WHERE position = 5"];
    check(&both, &[], "entry 5 (link 5): the chain has no such link").await;
    let closed_up = [
        both[0],
        both[1],
        "UPDATE audit_chain SET position = -position WHERE position > 5",
        "UPDATE audit_chain SET position = -position - 1 WHERE position < 0",
    ];
    check(&closed_up, &[], "entry 6 (link 5): the entry or its link").await;
    let exchange = |table: &str, column: &str| {
        [(5, -1), (6, 5), (-1, 6)].map(|(from, to)| format!("UPDATE {table} SET {column} = {to} WHERE {column} = {from}"))
    };
    let entries_exchanged = exchange("audit_log", "sequence");
    check(&entries_exchanged.each_ref().map(String::as_str), &[], "entry 5 (link 5): the entry or its link").await;
    let links_exchanged = exchange("audit_chain", "position");
    check(&links_exchanged.each_ref().map(String::as_str), &[], "(link 5)").await;
    let inserted = "INSERT INTO audit_log (sequence, at, action, result, actor_kind, resource_kind, detail)
                    VALUES (0, 0, 'session.created', 'success', 'user', 'session', '{}')";
    check(&[inserted], &[], "entry 0 (link 1): no link leads to the entry").await;
    let cut = |after: &str| {
        [format!("DELETE FROM audit_chain WHERE position > {after}"), format!("DELETE FROM audit_log WHERE sequence > {after}")]
    };
    // Anywhere but at the end of a batch: even without a noted head.
    let inside = cut(&(entries - 1).to_string());
    check(&inside.each_ref().map(String::as_str), &[], "the chain ends without the server's word").await;
    // At the end of a batch: only who noted a later head can know.
    let batch =
        cut("(SELECT max(position) FROM audit_chain WHERE voucher IS NOT NULL AND position < (SELECT max(position) FROM audit_chain))");
    let at_a_batch = [batch[1].as_str(), batch[0].as_str()];
    tampered(&file, &copy, &at_a_batch).await;
    assert_eq!(verify(&copy, &["--expect", &noted]).0, 0, "what was noted before the cut is still there");
    let (code, _, err) = verify(&copy, &["--expect", &last]);
    assert!(code == 1 && err.contains(&format!("the noted head {last} is not in the chain")), "{err}");
}

#[tokio::test]
async fn who_has_the_database_alone_cannot_seal_it_anew() {
    let folder = tempfile::tempdir().unwrap();
    let (file, entries, _) = sealed(folder.path()).await;
    let elsewhere = folder.path().join("other.toml");
    std::fs::write(&elsewhere, format!("[keys]\nmaster = \"{}\"\n", "0a1b".repeat(16))).unwrap();
    let (code, _, err) = with_config(&elsewhere, &file, &[]);
    assert!(code == 1 && err.contains("is not the server's"), "{err}");
    let (code, out, _) = with_config(&elsewhere, &file, &["--without-key"]);
    assert!(code == 0 && out.contains("word for it was not checked"), "{out}");
    let copy = folder.path().join("copy.db");
    tampered(&file, &copy, &["UPDATE audit_chain SET voucher = NULL"]).await;
    let (code, _, err) = verify(&copy, &[]);
    assert!(code == 1 && err.contains(&format!("(link {entries})")) && err.contains("without the server's word"), "{err}");
}

/// A salt that is gone hides what was there: only the server drops one, and says so under its seal.
#[tokio::test]
async fn an_address_that_was_erased_by_others_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let (file, entries, [_, last]) = sealed(folder.path()).await;
    let copy = folder.path().join("copy.db");
    let victim = entries - 4;
    let erase = |whom: String| {
        [
            format!("UPDATE audit_chain SET salt = NULL WHERE commitment IS NOT NULL AND {whom}"),
            format!("UPDATE audit_log SET user_agent = NULL WHERE {whom}"),
            format!("UPDATE audit_log SET address = '203.0.113.0/24' WHERE address LIKE '203.0.113.%' AND {whom}"),
            format!("UPDATE audit_log SET address = '2001:db8::/48' WHERE address LIKE '2001:db8:%' AND {whom}"),
        ]
    };
    let by_nobody = "INSERT INTO audit_log (at, action, result, actor_kind, actor_id, resource_kind, detail) VALUES (1, 'audit.minimised',
        'success', 'system', 'minimiser', 'audit', '{\"first_link\":\"1\",\"through_link\":\"900\",\"through_hash\":\"HASH\",
        \"before_ms\":\"1\",\"after_days\":\"90\",\"seal\":\"HASH\"}')"
        .replace("HASH", &"ab".repeat(32));
    for (whom, first) in [(format!("sequence = {victim}"), victim), (format!("sequence >= {victim}"), victim)] {
        let mut statements = erase(whom).to_vec();
        tampered(&file, &copy, &statements.iter().map(String::as_str).collect::<Vec<_>>()).await;
        for more in [&[][..], &["--expect", &last]] {
            let (code, out, err) = verify(&copy, more);
            let expected = format!("entry {first} (link {first}): the address and the user agent were erased, but not by the server");
            assert!(code == 1 && err.contains(&expected), "{code} {out}{err}");
        }
        // Nor does an entry help that claims it, and that the next batch would seal.
        statements.push(by_nobody.clone());
        tampered(&file, &copy, &statements.iter().map(String::as_str).collect::<Vec<_>>()).await;
        assert_eq!(verify(&copy, &[]).0, 1);
    }
}

#[tokio::test]
async fn codes_tell_what_is_wrong_from_what_could_not_be_checked() {
    let folder = tempfile::tempdir().unwrap();
    let (file, entries, _) = sealed(folder.path()).await;
    let (code, out, _) = verify(&file, &["--from", &entries.to_string()]);
    assert!(code == 0 && out.contains("whole: 1 links checked"), "{out}");
    let copy = folder.path().join("copy.db");
    tampered(&file, &copy, &["UPDATE audit_log SET at = 0 WHERE sequence = 3"]).await;
    assert_eq!((verify(&copy, &[]).0, verify(&copy, &["--from", "5"]).0), (1, 0), "what was checked before is not checked again");
    assert_eq!(verify(&copy, &["--from", "9000"]).0, 1);
    assert_eq!(verify(&folder.path().join("none.db"), &[]).0, 2);
    assert!(!folder.path().join("none.db").exists());
    assert_eq!(verify(&file, &["--expect", "abc"]).0, 2);
    std::fs::write(&copy, "no database").unwrap();
    assert_eq!(verify(&copy, &[]).0, 2);
}
