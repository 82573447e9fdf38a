//! What somebody at a terminal sees, and is asked.

use std::fs::File;
use std::io::{Read as _, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::process::Command;

use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{Winsize, tcsetwinsize};

use crate::scene::Scene;

/// Runs a command at a terminal that is so wide, where somebody types this; its exit code and what was seen.
fn at_terminal(scene: &Scene, columns: u16, typed: &str, arguments: &[&str]) -> (i32, String) {
    let master = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
    grantpt(&master).unwrap();
    unlockpt(&master).unwrap();
    tcsetwinsize(&master, Winsize { ws_row: 50, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0 }).unwrap();
    let name = ptsname(&master, Vec::new()).unwrap();
    let no_control = i32::try_from(rustix::fs::OFlags::NOCTTY.bits()).unwrap();
    let slave = || File::options().read(true).write(true).custom_flags(no_control).open(name.to_str().unwrap()).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_cloakroom"));
    command.env_clear().env("TERM", "xterm").env("NO_COLOR", "1").env("CLOAKROOM_PROFILES", scene.profiles());
    let mut child = command.args(arguments).args(["--profile", "acme"]).stdin(slave()).stdout(slave()).stderr(slave()).spawn().unwrap();
    // Else it would keep the other side open for ever.
    drop(command);
    let mut terminal = File::from(master);
    terminal.write_all(typed.as_bytes()).unwrap();
    let (mut seen, mut some) = (Vec::new(), [0; 4096]);
    // When nobody has the other side any more, reading fails (EIO).
    while let Ok(count @ 1..) = terminal.read(&mut some) {
        seen.extend_from_slice(&some[..count]);
    }
    (child.wait().unwrap().code().unwrap(), String::from_utf8(seen).unwrap().replace('\r', ""))
}

fn widest(seen: &str) -> usize {
    seen.lines().map(|line| line.chars().count()).max().unwrap_or(0)
}

#[test]
fn no_table_is_wider_than_the_terminal() {
    let scene = Scene::new();
    scene.log_in("root");
    scene.sign_in("ada", "ada.guid");
    scene.run(&["identity-provider", "create", "staff", "https://id.example", "us", "--domain", "a-domain-with-a-long-name.example"]);
    for words in [
        &["session", "ls", "--everyone"][..],
        &["user", "list"],
        &["tenant", "list"],
        &["app", "list"],
        &["identity-provider", "list"],
        &["audit", "list"],
    ] {
        for columns in [40, 80, 120] {
            let (code, seen) = at_terminal(&scene, columns, "", words);
            let table: Vec<_> = seen.lines().filter(|line| !line.starts_with("no room for: ") && !line.starts_with("more: ")).collect();
            assert!(code == 0 && table.len() >= 2 && widest(&table.join("\n")) <= usize::from(columns), "{words:?} at {columns}:\n{seen}");
        }
    }
    let (_, narrow) = at_terminal(&scene, 80, "", &["session", "ls", "--everyone"]);
    assert!(narrow.contains("no room for: ") && narrow.contains('…') && narrow.contains("ada@example.com"), "{narrow}");
    let (_, wide) = at_terminal(&scene, 200, "", &["session", "ls", "--everyone"]);
    assert!(!wide.contains("no room for: ") && !wide.contains('…'), "{wide}");
    // What is shown is taken, too.
    let short = narrow.lines().find(|line| line.contains("ada@example.com")).unwrap().split_whitespace().next().unwrap();
    let shown = scene.run(&["session", "show", short, "--json"]).json();
    assert_eq!(shown["user_email"], "ada@example.com");
    assert_eq!(scene.run(&["session", "end", short]).stdout, "ended\n");
}

#[test]
fn what_cannot_be_taken_back_is_asked_about() {
    let scene = Scene::new();
    scene.log_in("root");
    scene.sign_in("ada", "1.guid");
    scene.sign_in("ada", "2.guid");
    let (code, seen) = at_terminal(&scene, 80, "n\n", &["session", "end", "--user", "ada"]);
    assert!(code == 1 && seen.contains("This ends 2 live sessions of the user ada.") && seen.contains("nothing was done"), "{seen}");
    let (code, seen) = at_terminal(&scene, 80, "\n", &["tenant", "remove", "ACME"]);
    assert!(code == 1 && seen.contains("3 live sessions") && seen.contains("3 users"), "{seen}");
    assert_eq!(scene.run(&["session", "ls", "--user", "ada", "--json"]).lines().len(), 2);
    let (code, seen) = at_terminal(&scene, 80, "y\n", &["session", "end", "--user", "ada"]);
    assert!(code == 0 && seen.contains("revoked count"), "{seen}");
    assert_eq!(scene.run(&["session", "ls", "--user", "ada", "--json"]).lines().len(), 0);
}
