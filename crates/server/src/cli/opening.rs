//! What somebody who started a server may do next, arranged for people.

use std::path::Path;

use console::Style;

use super::remote::Screen;
use crate::boot::{FirstSignIn, Serving};

/// Lines below each other that belong together.
pub(super) struct Group {
    /// Stands before the first line.
    pub(super) label: &'static str,
    /// What is aligned on the left, and what is said of it.
    pub(super) lines: Vec<(String, String)>,
}

impl Group {
    /// Of one line.
    pub(super) fn line(label: &'static str, text: impl Into<String>) -> Self {
        Self { label, lines: vec![(text.into(), String::new())] }
    }
}

/// All groups, an empty line before each.
pub(super) fn arranged(screen: Screen, groups: &[Group]) -> String {
    let widest = groups.iter().map(|group| group.label.len()).max().unwrap_or(0);
    let mut text = String::new();
    for group in groups {
        text.push('\n');
        let left = group.lines.iter().filter(|(_, right)| !right.is_empty()).map(|(left, _)| left.len()).max().unwrap_or(0);
        for (at, (what, about)) in group.lines.iter().enumerate() {
            let label = format!("{:widest$}", if at == 0 { group.label } else { "" });
            let line = format!("  {}  {what:left$}  {about}", screen.painted(&label, Style::new().bold()));
            text.push_str(line.trim_end());
            text.push('\n');
        }
    }
    text
}

/// The addresses for browsers.
pub(super) fn addresses(serving: &Serving) -> Group {
    let at = |path: &str| format!("{}{path}", serving.public_url.trim_end_matches('/'));
    let mut lines = vec![
        (at("/console"), "for administrators and operators".to_owned()),
        (at("/account"), "for everybody: the own devices and password".to_owned()),
    ];
    if serving.docs {
        lines.push((at("/docs"), "guides, and every endpoint to read and to try".to_owned()));
    }
    Group { label: "open", lines }
}

/// Opens a session by USM; the passcode is what a shell makes of `passcode`.
fn create(url: &str, email: &str, passcode: &str) -> String {
    format!("curl -s {url}/usm/session/create -d \"{{\\\"email\\\":\\\"{email}\\\",\\\"passcode\\\":\\\"{passcode}\\\"}}\"")
}

/// The first sign-in, in a shell.
pub(super) fn first_create(url: &str, first: &FirstSignIn) -> String {
    create(url, first.email, &format!("$(cat {})", quoted(&first.password_file)))
}

/// A path that a shell takes for one word, as it is.
fn quoted(path: &Path) -> String {
    let text = path.display().to_string();
    let is_plain = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"/._-".contains(&byte));
    if is_plain { text } else { format!("'{}'", text.replace('\'', "'\\''")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_stand_below_each_other() {
        let of = |left: &str, right: &str| (left.to_owned(), right.to_owned());
        let groups = [Group { label: "open", lines: vec![of("/a", "one"), of("/long", "two")] }, Group::line("password", "x")];
        let text = "\n  open      /a     one\n            /long  two\n\n  password  x\n";
        assert_eq!(arranged(Screen::PLAIN, &groups), text);
    }

    #[test]
    fn a_path_with_a_space_is_one_word() {
        let first = FirstSignIn { email: "a@localhost", password_file: "/with space/it's".into() };
        let shell = first_create("http://h", &first);
        assert!(shell.contains("\\\"$(cat '/with space/it'\\''s')\\\""), "{shell}");
        let first = FirstSignIn { email: "a@localhost", password_file: "data/admin-password".into() };
        assert!(first_create("http://h", &first).contains("$(cat data/admin-password)"));
    }
}
