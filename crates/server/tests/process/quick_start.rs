//! `docs/quick-start.md` does what it says.

use std::process::Command;

use crate::support::Home;

const PAGE: &str = include_str!("../../../../docs/quick-start.md");
const EXAMPLE: &str = include_str!("../../../../examples/directory.yaml");

/// What the page says to run here, but for installing and serving, and the output that it shows.
fn steps() -> Vec<(&'static str, String)> {
    let blocks = PAGE.split("```console\n").skip(1).map(|rest| rest.split("```").next().unwrap());
    let mut steps: Vec<(&str, String)> = Vec::new();
    for line in blocks.flat_map(str::lines) {
        match (line.strip_prefix("$ "), steps.last_mut()) {
            (Some(command), _) => steps.push((command, String::new())),
            (None, Some((_, output))) => output.push_str(&format!("{line}\n")),
            (None, None) => panic!("output without a command: {line}"),
        }
    }
    steps.retain(|(command, _)| !command.starts_with("cargo ") && !command.starts_with("cloakroom serve"));
    steps
}

/// Whether the text is as shown; `…` stands for anything.
fn is_as_shown(text: &str, shown: &str) -> bool {
    let pieces: Vec<_> = shown.trim_end().split('…').collect();
    let (first, last) = (pieces[0], pieces[pieces.len() - 1]);
    let Some(mut rest) = text.trim_end().strip_prefix(first) else { return false };
    if pieces.len() == 1 {
        return rest.is_empty();
    }
    for piece in &pieces[1..pieces.len() - 1] {
        match rest.find(piece) {
            Some(at) => rest = &rest[at + piece.len()..],
            None => return false,
        }
    }
    rest.ends_with(last)
}

#[test]
fn every_command_works_as_shown() {
    let home = Home::new();
    let served = "$ cloakroom serve --data-dir data --apply examples/directory.yaml\nlistening on http://";
    let address = PAGE.split_once(served).unwrap().1.lines().next().unwrap();
    let server = home.serve(&["--apply", &home.file("directory.yaml", EXAMPLE)]);
    let steps = steps();
    assert!(steps.len() >= 8, "{steps:?}");
    let mut script = "cloakroom() { \"$CLOAKROOM\" \"$@\"; }\n".to_owned();
    for (command, _) in &steps {
        script.push_str(&format!("{command}\necho; echo \"--- $?\"\n"));
    }
    let script = script.replace(address, &server.address.to_string());
    let mut shell = Command::new("sh");
    let output = shell.args(["-c", &script]).env("CLOAKROOM", env!("CARGO_BIN_EXE_cloakroom")).current_dir(home.data().parent().unwrap());
    let output = output.output().unwrap();
    let told = String::from_utf8(output.stdout).unwrap();
    if told.contains("--- 127") {
        eprintln!("SKIPPED: there is no curl or sed to try the quick start with");
        return;
    }
    let answers: Vec<_> = told.split("--- ").collect();
    assert_eq!(answers.len(), steps.len() + 1, "{told}");
    for (number, (command, shown)) in steps.iter().enumerate() {
        let text = answers[number].split_once('\n').map_or("", |(_, text)| text);
        let text = if number == 0 { answers[0] } else { text };
        assert!(answers[number + 1].starts_with("0\n"), "{command}: failed: {told}");
        assert!(is_as_shown(text, shown), "{command}:\n{text}\nis not\n{shown}");
    }
}

#[test]
fn the_comparison_can_fail() {
    assert!(is_as_shown("{\"a\":1,\"b\":2}\n", "{\"a\":…}") && is_as_shown("x", "x") && is_as_shown("abc", "…c"));
    for (text, shown) in [("{\"a\":1}", "{\"b\":…}"), ("xy", "x"), ("abc", "a…b"), ("acb", "a…b…c")] {
        assert!(!is_as_shown(text, shown), "{text} {shown}");
    }
}
