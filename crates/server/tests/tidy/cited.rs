//! Rule 9: what the code cites is in the repository.

use super::source::Source;
use super::tree::{Violation, accepts, enforce, refuses, root};

/// Folders that comments cite from the root, and how else their pages are called.
const FOLDERS: &[(&str, &str)] =
    &[("docs/", ""), ("contracts/", "docs/"), ("crates/", ""), ("bench/", ""), ("scripts/", ""), ("examples/", "")];

/// The paths that a comment names: words with a folder in front, and a name of letters behind it.
fn cited(comment: &str) -> impl Iterator<Item = (String, String)> {
    let is_of_a_path = |letter: char| letter.is_ascii_alphanumeric() || "_-./".contains(letter);
    comment.split(move |letter| !is_of_a_path(letter)).filter_map(|word| {
        let word = word.trim_end_matches(['.', '/']);
        let (_, before) = FOLDERS.iter().find(|(folder, _)| word.starts_with(folder) && word.contains('.'))?;
        Some((word.to_owned(), format!("{before}{word}")))
    })
}

fn citations_can_be_opened(source: &Source) -> Vec<Violation> {
    let mut found = Vec::new();
    for comment in &source.comments {
        let missing = cited(&comment.text).filter(|(_, path)| !root().join(path).exists());
        let reason = "is not in the repository: what the code cites, its readers can open (ARCHITECTURE.md, rule 9)";
        found.extend(missing.map(|(word, _)| Violation::new(&source.path, comment.line, format!("`{word}` {reason}"))));
        if ["(contracts,", "(contract,", "DESIGN"].iter().any(|vague| comment.text.contains(vague)) {
            let reason =
                "name the page that is meant, as `contracts/usm.md`: what is only hinted at, nobody finds (ARCHITECTURE.md, rule 9)";
            found.push(Violation::new(&source.path, comment.line, reason));
        }
    }
    found
}

#[test]
fn what_comments_cite_is_there() {
    enforce(citations_can_be_opened);
}

#[test]
fn the_citation_rule_can_fail() {
    let text = "// As contracts/usm.md and `docs/README.md` have it.\n/// See contracts/gone.md.\nfn f() {}\n//! crates/server/src/gone.rs\n/* (contracts, Rules) */\n// contracts/ and docs/ in general\nconst A: &str = \"docs/gone.md\";";
    refuses(citations_can_be_opened, "crates/engine/src/a.rs", &text.replace("//! crates", "// crates"), &[2, 4, 5]);
    accepts(citations_can_be_opened, "crates/engine/src/a.rs", "// crates/server/src/main.rs\nfn f() {}");
}
