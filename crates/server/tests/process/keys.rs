//! Keys that others may read, or that are none, keep a server from starting; passwords on command lines are told of.

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use crate::support::Home;

fn mode(file: &Path, mode: u32) {
    std::fs::set_permissions(file, std::fs::Permissions::from_mode(mode)).unwrap();
}

#[test]
fn a_key_that_others_may_open_is_not_used() {
    let home = Home::new();
    home.serve(&[]).stop();
    let master = home.data().join("master.key");
    let tls = home.file("tls.key", "no key yet");
    let named = |home: &Home, file: &str, mode: &str| {
        let refused = home.refuse_to_serve(&[]);
        assert!(refused.status.code() == Some(1) && refused.stderr.contains(file) && refused.stderr.contains(mode), "{refused:?}");
    };
    for open in [0o666, 0o644, 0o620] {
        mode(&master, open);
        named(&home, "master.key", &format!("{open:04o}"));
    }
    mode(&master, 0o600);
    mode(Path::new(&tls), 0o644);
    let speaking = Home::new().setting("SERVER__TLS_CERTIFICATE_FILE", &tls).setting("SERVER__TLS_KEY_FILE", &tls);
    named(&speaking, "tls.key", "0644");
    std::fs::write(&master, "0".repeat(64)).unwrap();
    named(&home, "master.key", "one byte over and over");
    let zero = Home::new().setting("KEYS__MASTER", &"0".repeat(64));
    named(&zero, "keys.master", "one byte over and over");
}

#[test]
fn a_password_on_the_command_line_is_told_of_and_a_file_takes_its_place() {
    let home = Home::new().setting("KEYS__MASTER", &"0123456789abcdef".repeat(4));
    let url = "postgres://me:hunter2hunter2@127.0.0.1:1/db?connect_timeout=1";
    let file = home.file("url", &format!("{url}\n"));
    let shown = home.run(&["config", "check", "--database-url", url]);
    assert!(shown.stderr.contains("warning: the password in --database-url shows in the list of processes"), "{shown:?}");
    let kept = home.run(&["config", "check", "--database-url-file", &file]);
    assert!(kept.status.success() && !kept.stderr.contains("warning"), "{kept:?}");
    let moved = home.run(&["transfer", "--from", "sqlite:/nowhere/x.db", "--to", url]);
    assert!(moved.stderr.contains("the password in --to shows"), "{moved:?}");
    let moved = home.run(&["transfer", "--from", "sqlite:/nowhere/x.db", "--to-file", &file]);
    assert!(moved.stderr.contains("there is no database in") && !moved.stderr.contains("warning"), "{moved:?}");
    for finished in [shown, kept, moved] {
        assert!(!finished.stderr.contains("hunter2") && !finished.stdout.contains("hunter2"), "{finished:?}");
    }
}
