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
