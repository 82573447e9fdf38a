//! A backup is put back only as it was made: its seal, its schema.

use std::os::unix::fs::FileExt as _;
use std::path::PathBuf;

use serde_json::json;

use crate::support::{Finished, Home};

const PASSCODE: &str = "Correct-horse-7";
const EVIL: &str = "CREATE TRIGGER evil AFTER INSERT ON sessions BEGIN UPDATE users SET role = 'super_admin' WHERE username = 'ada'; END";

fn backed_up() -> (Home, PathBuf, String) {
    let home = Home::new();
    let users = home.document("users.json", &json!({ "users": [{ "username": "ada", "email": "ada@example.com", "password": PASSCODE }] }));
    let server = home.serve(&["--apply", &users]);
    server.client().sign_in("ada@example.com", PASSCODE).guid();
    server.stop();
    let copy = home.data().parent().unwrap().join("backup.db");
    let to = copy.to_str().unwrap().to_owned();
    done(&home.run(&["backup", "--to", &to]));
    (home, copy, to)
}

fn done(finished: &Finished) {
    assert!(finished.status.success(), "{finished:?}");
}

fn refused(finished: &Finished, why: &str) {
    assert!(finished.status.code() == Some(1) && finished.stderr.contains(why), "{finished:?}");
}

fn sql(file: &std::path::Path, sql: &str) {
    rusqlite::Connection::open(file).unwrap().execute_batch(sql).unwrap();
}

#[test]
fn what_was_altered_is_not_restored() {
    let (home, copy, to) = backed_up();
    let restore = |home: &Home| home.run(&["restore", "--from", &to, "--force"]);
    let whole = std::fs::read(&copy).unwrap();
    // One bit anywhere: the first page, the middle, the seal.
    for place in [30, whole.len() / 2, whole.len() - 40, whole.len() - 1] {
        let file = std::fs::File::options().write(true).open(&copy).unwrap();
        file.write_all_at(&[whole[place] ^ 1], place as u64).unwrap();
        refused(&restore(&home), "its seal");
        file.write_all_at(&[whole[place]], place as u64).unwrap();
    }
    std::fs::write(&copy, [whole.clone(), vec![0]].concat()).unwrap();
    refused(&restore(&home), "no seal");
    std::fs::write(&copy, &whole).unwrap();
    // It is a plain database all the same.
    let read = rusqlite::Connection::open_with_flags(&copy, rusqlite::OpenFlags::SQLITE_OPEN_READ_ONLY).unwrap();
    assert_eq!(read.query_row("PRAGMA integrity_check", (), |row| row.get::<_, String>(0)).unwrap(), "ok");
    drop(read);
    done(&restore(&home));
    sql(&copy, EVIL);
    let finished = restore(&home);
    assert!(!finished.status.success() && finished.stderr.contains("seal"), "{finished:?}");
}

#[test]
fn a_backup_without_a_seal_needs_a_word_and_a_planted_object_has_none() {
    let (home, copy, to) = backed_up();
    // As a version made it that sealed nothing.
    let whole = std::fs::read(&copy).unwrap();
    std::fs::write(&copy, &whole[..whole.len() - 64]).unwrap();
    refused(&home.run(&["restore", "--from", &to, "--force"]), "--accept-unsealed");
    let accepted = home.run(&["restore", "--from", &to, "--force", "--accept-unsealed"]);
    done(&accepted);
    assert!(accepted.stdout.contains("no seal"), "{accepted:?}");
    sql(&copy, EVIL);
    refused(&home.run(&["restore", "--from", &to, "--force", "--accept-unsealed"]), "trigger evil");
    let left: Vec<_> = std::fs::read_dir(home.data()).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    assert!(!left.iter().any(|name| name.contains("restoring")), "{left:?}");
    done(&home.run(&["doctor"]));
}

#[test]
fn a_planted_object_is_found_by_whoever_looks() {
    let (home, _, to) = backed_up();
    let database = home.data().join("cloakroom.db");
    for (plant, named) in [
        (EVIL, "trigger evil"),
        ("DROP TRIGGER evil; CREATE VIEW planted AS SELECT 1", "view planted"),
        ("DROP VIEW planted; CREATE UNIQUE INDEX planted ON users (role)", "index planted"),
    ] {
        sql(&database, plant);
        let found = |finished: Finished, code: i32| {
            let told = format!("{}{}", finished.stdout, finished.stderr);
            assert!(finished.status.code() == Some(code) && told.contains(named), "{named}: {finished:?}");
        };
        found(home.run(&["doctor"]), 1);
        found(home.run(&["audit", "verify"]), 2);
        found(home.run(&["backup", "--to", &format!("{to}.new")]), 1);
        found(home.refuse_to_serve(&[]), 1);
    }
}
