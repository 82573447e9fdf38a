//! Commands that a page shows, with the output that it shows, run as they stand.

use std::path::Path;
use std::process::Command;

/// A command and what the page shows that it prints.
pub type Step = (String, String);

/// The commands of these blocks of a console.
pub fn steps<'t>(blocks: impl Iterator<Item = &'t str>) -> Vec<Step> {
    let mut steps: Vec<Step> = Vec::new();
    for line in blocks.flat_map(str::lines) {
        match (line.strip_prefix("$ "), steps.last_mut()) {
            (Some(command), _) => steps.push((command.to_owned(), String::new())),
            (None, Some((_, output))) => output.push_str(&format!("{line}\n")),
            (None, None) => panic!("output without a command: {line}"),
        }
    }
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

/// Runs them in one shell, in this folder, where `cloakroom` is this binary. `page` is what the server's address is called in them.
pub fn run(steps: &[Step], page: &str, address: &str, folder: &Path) {
    let mut script = "cloakroom() { \"$CLOAKROOM\" \"$@\"; }\n".to_owned();
    for (command, _) in steps {
        script.push_str(&format!("{command}\necho; echo \"--- $?\"\n"));
    }
    let script = script.replace(page, address);
    let mut shell = Command::new("sh");
    let output = shell.args(["-c", &script]).env("CLOAKROOM", env!("CARGO_BIN_EXE_cloakroom")).current_dir(folder).output().unwrap();
    let told = String::from_utf8(output.stdout).unwrap();
    if told.contains("--- 127") {
        eprintln!("SKIPPED: there is no curl or sed to try the commands of a page with");
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
