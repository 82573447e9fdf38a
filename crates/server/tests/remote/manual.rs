//! What is made from the definitions of the commands.

use crate::scene::Left;

fn run(arguments: &[&str]) -> Left {
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_cloakroom")).env_clear().args(arguments).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    Left { code: output.status.code().unwrap(), stdout: text(output.stdout), stderr: text(output.stderr) }
}

#[test]
fn shells_complete_every_command() {
    // clap's script for fish knows commands and those right below them.
    let shells =
        [("bash", "--session-guid-file"), ("zsh", "--session-guid-file"), ("fish", "service-account"), ("elvish", "--session-guid-file")];
    for (shell, deepest) in shells {
        let script = run(&["completions", shell]);
        assert_eq!(script.code, 0, "{script:?}");
        assert!(script.stdout.contains("whoami") && script.stdout.contains(deepest), "{shell}");
    }
}

#[test]
fn a_bench_measures_and_leaves_nothing_behind() {
    let folder = tempfile::tempdir().unwrap();
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_cloakroom"));
    command.env_clear().env("TMPDIR", folder.path()).args(["bench", "--seconds", "1", "--callers", "2", "--sessions", "2", "--json"]);
    let output = command.output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{text} {:?}", String::from_utf8(output.stderr));
    let rows: Vec<serde_json::Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(rows.len(), 5, "{text}");
    assert!(rows.iter().all(|row| row["calls"].as_u64().unwrap() > 0 && row["of_no_op"].is_number()), "{text}");
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn every_command_has_a_page() {
    let folder = tempfile::tempdir().unwrap();
    let to = folder.path().join("man1");
    let written = run(&["man", "--to", to.to_str().unwrap()]);
    assert_eq!(written.code, 0, "{written:?}");
    assert!(to.join("cloakroom.1").exists());
    for page in ["cloakroom-serve.1", "cloakroom-usm-session-create.1", "cloakroom-user-email-add.1"] {
        let text = std::fs::read_to_string(to.join(page)).unwrap_or_else(|_| panic!("{page}"));
        assert!(text.contains("Example") && text.contains(".SH OPTIONS"), "{page}: {text}");
    }
}
