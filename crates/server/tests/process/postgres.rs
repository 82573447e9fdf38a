//! Several processes over one PostgreSQL database: what one acknowledges, the next read of any other sees; what dies takes nothing
//! with it; what PostgreSQL does not answer is 503.

use serde_json::json;

use crate::database::cluster::Scratch;
use crate::support::{Client, Home};

const MASTER: &str = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
const ADA: &str = "ada@example.com";
const PASSCODE: &str = "Correct-horse-7";

/// A data directory of a process of its own, over the shared database.
fn process(scratch: &Scratch) -> Home {
    Home::new().setting("STORE__DATABASE_URL", &scratch.url()).setting("KEYS__MASTER", MASTER).setting("TASKS__TICK_SECONDS", "1")
}

fn people(home: &Home) -> String {
    let ada = json!({ "username": "ada", "email": ADA, "password": PASSCODE });
    let root = json!({ "username": "root", "email": "root@example.com", "password": PASSCODE, "role": "super_admin" });
    home.document("people.json", &json!({ "users": [ada, root] }))
}

#[test]
fn what_one_process_acknowledges_the_other_sees() {
    let scratch = Scratch::bare();
    let homes = [process(&scratch), process(&scratch)];
    let first = homes[0].serve(&["--apply", &people(&homes[0])]);
    let second = homes[1].serve(&[]);
    let (mut here, mut there) = (first.client(), second.client());
    for _ in 0..20 {
        let guid = here.sign_in(ADA, PASSCODE).guid();
        assert_eq!(there.with_guid("session/validate", &guid).status, 200);
        assert_eq!(here.with_guid("session/close", &guid).status, 200);
        assert_eq!(there.with_guid("session/validate", &guid).tag(), here.with_guid("session/validate", &guid).tag());
        assert_ne!(there.with_guid("session/validate", &guid).status, 200);
        std::mem::swap(&mut here, &mut there);
    }
    let kept: Vec<_> = (0..3).map(|_| here.sign_in(ADA, PASSCODE).guid()).collect();
    assert_eq!(there.with_guid("session/logout_everywhere", &kept[0]).status, 200);
    assert!(kept.iter().all(|guid| here.with_guid("session/validate", guid).status != 200));
    assert!(!std::fs::read_dir(homes[1].data()).unwrap().flatten().any(|file| file.file_name() == "admin-password"));
}

#[test]
fn a_killed_process_takes_no_acknowledged_fact_with_it() {
    let scratch = Scratch::bare();
    let homes = [process(&scratch), process(&scratch)];
    let first = homes[0].serve(&["--apply", &people(&homes[0])]);
    let second = homes[1].serve(&[]);
    let mut here = first.client();
    let (mut live, mut ended) = (Vec::new(), Vec::new());
    for turn in 0..10 {
        let guid = here.sign_in(ADA, PASSCODE).guid();
        if turn % 2 == 0 {
            assert_eq!(here.with_guid("session/close", &guid).status, 200);
            ended.push(guid);
        } else {
            live.push(guid);
        }
    }
    first.kill();
    let mut there = second.client();
    assert!(live.iter().all(|guid| there.with_guid("session/validate", guid).status == 200));
    assert!(ended.iter().all(|guid| there.with_guid("session/validate", guid).status != 200));
    // The background tasks were the first's: the trail goes on being sealed by the second.
    let unsealed = "SELECT (SELECT max(sequence) FROM audit_log) - (SELECT max(sequence) FROM audit_chain)";
    while scratch.past().rows(unsealed)[0][0].as_deref() != Some("0") {}
    assert!(homes[1].run(&["audit", "verify"]).stdout.contains("the trail is whole"));
}

/// The database goes away under two processes, and comes back.
#[test]
fn without_its_database_a_process_answers_503_and_recovers_by_itself() {
    let scratch = Scratch::bare();
    let home = process(&scratch);
    let server = home.serve(&["--apply", &people(&home)]);
    let mut client = server.client();
    let guid = client.sign_in(ADA, PASSCODE).guid();
    scratch.shut();
    for answer in [client.with_guid("session/validate", &guid), client.with_guid("session/close", &guid), client.get("/readyz")] {
        assert_eq!(answer.status, 503, "{}", answer.text);
    }
    assert!(client.with_guid("session/validate", &guid).header("retry-after").is_some());
    assert_eq!(client.get("/healthz").status, 200);
    scratch.reopen();
    assert_eq!(client.with_guid("session/validate", &guid).status, 200, "without a restart");
    assert_eq!(client.with_guid("session/close", &guid).status, 200);
    assert_eq!(server.stop().status.code(), Some(0));
}

#[test]
fn commands_work_beside_the_servers() {
    let scratch = Scratch::bare();
    let home = process(&scratch);
    let server = home.serve(&["--apply", &people(&home)]);
    let bob = json!({ "users": [{ "username": "bob", "email": "bob@example.com", "password": PASSCODE }] });
    let applied = home.run(&["apply", &home.document("bob.json", &bob)]);
    assert!(applied.status.success(), "{applied:?}");
    assert!(!server.client().sign_in("bob@example.com", PASSCODE).guid().is_empty());
    assert!(home.run(&["signing-keys", "rotate"]).status.success());
    let examined = home.run(&["doctor"]);
    assert!(examined.status.success() && examined.stdout.contains("it opens"), "{examined:?}");
    for refused in [home.run(&["backup", "--to", "copy.db"]), home.run(&["restore", "--from", "copy.db"])] {
        assert!(refused.status.code() == Some(1) && refused.stderr.contains("are for SQLite"), "{refused:?}");
    }
}

#[test]
fn a_master_key_is_asked_for_and_no_password_is_told() {
    let scratch = Scratch::new();
    let url = scratch.url().replace("cloakroom@", "cloakroom:hunter2@");
    let without = Home::new().setting("STORE__DATABASE_URL", &url).refuse_to_serve(&[]);
    assert!(without.stderr.contains("keys.master"), "{}", without.stderr);
    let nowhere = url.replace("/test_", "/no_such_");
    let home = Home::new().setting("STORE__DATABASE_URL", &nowhere).setting("KEYS__MASTER", MASTER);
    let refused = home.refuse_to_serve(&[]);
    assert!(refused.stderr.contains("no_such_"), "{}", refused.stderr);
    let shown = home.run(&["config", "show"]);
    for told in [without, refused, shown] {
        assert!(!told.stderr.contains("hunter2") && !told.stdout.contains("hunter2"), "{told:?}");
    }
}

#[test]
fn a_database_that_says_nothing_ends_the_start() {
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("postgres://ada@{}/wardrobe", silent.local_addr().unwrap());
    let home =
        Home::new().setting("STORE__DATABASE_URL", &url).setting("KEYS__MASTER", MASTER).setting("POSTGRES__CONNECT_TIMEOUT_SECONDS", "1");
    let refused = home.refuse_to_serve(&[]);
    assert_eq!(refused.status.code(), Some(1));
    assert!(refused.stderr.contains("database wardrobe on 127.0.0.1 cannot be reached: it said nothing for 1 s"), "{}", refused.stderr);
}

/// Both look after the same people; whoever of them is asked tells the same.
#[test]
fn touches_of_both_are_merged_by_the_greatest() {
    let scratch = Scratch::bare();
    let homes = [process(&scratch), process(&scratch)];
    let first = homes[0].serve(&["--apply", &people(&homes[0])]);
    let second = homes[1].serve(&[]);
    let body = json!({ "email": ADA, "passcode": PASSCODE, "ttl_seconds": 3600, "ttl_refresh_enabled": true });
    let guid = first.client().usm("session/create", &body).guid();
    let mut latest = String::new();
    for client in [&mut first.client(), &mut second.client(), &mut first.client(), &mut second.client()] {
        latest = expiry(client, "session/validate", &guid).max(latest);
    }
    // Stopping saves what is pending; the second's was the latest.
    assert!(second.stop().status.success());
    assert!(expiry(&mut first.client(), "session/get", &guid) >= latest);
    assert!(first.stop().status.success());
    let stored =
        "SELECT to_char(to_timestamp(expires_at / 1000.0) AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"') FROM session_touches";
    assert_eq!(scratch.past().rows(stored)[0][0].as_deref(), Some(latest.as_str()));
}

/// From the file of one process to PostgreSQL and back, its sessions with it.
#[test]
fn everything_moves_to_postgres_and_back() {
    let (scratch, small) = (Scratch::bare(), Home::new().setting("KEYS__MASTER", MASTER));
    let server = small.serve(&["--apply", &people(&small)]);
    let guid = server.client().sign_in(ADA, PASSCODE).guid();
    let file = |home: &Home| format!("sqlite:{}", home.data().join("cloakroom.db").display());
    let refused = small.run(&["transfer", "--from", &file(&small), "--to", &scratch.url()]);
    assert!(refused.stderr.contains("in use"), "{refused:?}");
    server.stop();
    let moved = small.run(&["transfer", "--from", &file(&small), "--to", &scratch.url()]);
    assert!(moved.status.success() && moved.stdout.contains("sessions: 1 rows"), "{moved:?}");
    let large = process(&scratch);
    let server = large.serve(&[]);
    assert_eq!(server.client().with_guid("session/validate", &guid).status, 200);
    let again = Home::new().setting("KEYS__MASTER", MASTER);
    let to = format!("sqlite:{}", again.file("cloakroom.db", ""));
    let refused = again.run(&["transfer", "--from", &scratch.url(), "--to", &to]);
    assert!(refused.stderr.contains("the source is in use"), "{refused:?}");
    server.stop();
    // PostgreSQL learns of the end a moment later.
    while !scratch
        .past()
        .rows("SELECT 1 FROM pg_stat_activity WHERE application_name = 'cloakroom' AND datname = current_database()")
        .is_empty()
    {}
    let back = again.run(&["transfer", "--from", &scratch.url(), "--to", &to]);
    assert!(back.status.success(), "{back:?}");
    let again = again.setting("STORE__DATABASE_URL", &to);
    assert_eq!(again.serve(&[]).client().with_guid("session/validate", &guid).status, 200);
}

fn expiry(client: &mut Client, route: &str, guid: &str) -> String {
    let answer = client.with_guid(route, guid);
    assert_eq!(answer.status, 200, "{}", answer.text);
    answer.json()["data"]["expires_at_utc"].as_str().unwrap().to_owned()
}
