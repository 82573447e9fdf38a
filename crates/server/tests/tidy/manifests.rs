//! Rules 1 and 2 as the manifests tell them, and that nothing is depended on for nothing.

use super::allow;
use super::source::Source;
use super::tree::{Violation, files, read, refuse, sources};

struct Dependency {
    name: String,
    line: usize,
    development: bool,
}

fn dependencies(manifest: &str) -> Vec<Dependency> {
    let mut section = String::new();
    let mut found = Vec::new();
    for (index, line) in manifest.lines().enumerate() {
        let line = line.trim();
        if let Some(name) = line.strip_prefix('[') {
            section = name.trim_end_matches(']').to_owned();
            if let Some((kind, name)) = section.rsplit_once('.').filter(|(kind, _)| kind.ends_with("dependencies")) {
                let development = kind.ends_with("dev-dependencies");
                found.push(Dependency { name: name.to_owned(), line: index + 1, development });
            }
        } else if section.ends_with("dependencies") && !line.starts_with('#') && line.contains('=') {
            let name = line.split(['=', '.']).next().unwrap_or("").trim().trim_matches('"').to_owned();
            found.push(Dependency { name, line: index + 1, development: section.ends_with("dev-dependencies") });
        }
    }
    found
}

fn engine_depends_on_little(path: &str, text: &str) -> Vec<Violation> {
    let refused = |d: &Dependency| !d.development && !allow::ENGINE_DEPENDENCIES.contains(&d.name.as_str());
    let reason = "is not on the engine's list: the engine knows no HTTP, SQL, JSON or runtime, so that its rules stand on their own (ARCHITECTURE.md, rule 1)";
    dependencies(text).iter().filter(|d| refused(d)).map(|d| Violation::new(path, d.line, format!("`{}` {reason}", d.name))).collect()
}

/// The diamond: the store on the engine, the server on both, nobody on the server. The client stands on none: it speaks HTTP.
fn crates_form_a_diamond(path: &str, text: &str) -> Vec<Violation> {
    let (needed, refused): (&[&str], &[&str]) = match path {
        "crates/engine/Cargo.toml" => (&[], &["cloakroom-store", "cloakroom-server"]),
        "crates/client/Cargo.toml" => (&[], &["cloakroom-engine", "cloakroom-store", "cloakroom-server"]),
        "crates/store/Cargo.toml" => (&["cloakroom-engine"], &["cloakroom-server"]),
        "crates/server/Cargo.toml" => (&["cloakroom-engine", "cloakroom-store"], &[]),
        _ => (&[], &[]),
    };
    let found: Vec<Dependency> = dependencies(text).into_iter().filter(|d| !d.development).collect();
    let wrong = found.iter().filter(|d| refused.contains(&d.name.as_str()));
    let missing = needed.iter().filter(|name| !found.iter().any(|d| d.name == **name));
    wrong
        .map(|d| {
            Violation::new(path, d.line, format!("`{}`: engine ← store ← server, never the other way (ARCHITECTURE.md, rule 2)", d.name))
        })
        .chain(
            missing
                .map(|name| Violation::new(path, 1, format!("`{name}` is missing: the crates form a diamond (ARCHITECTURE.md, rule 2)"))),
        )
        .collect()
}

/// Every dependency is named in the crate's own sources.
fn unused(path: &str, manifest: &str, sources: &[&Source]) -> Vec<Violation> {
    let named = |name: &str| sources.iter().any(|source| source.paths.iter().any(|path| path.words[0].trim_end_matches('!') == name));
    let reason = "is named nowhere in this crate: what is not used is not shipped, built or audited";
    dependencies(manifest)
        .iter()
        .filter(|d| !named(&d.name.replace('-', "_")))
        .map(|d| Violation::new(path, d.line, format!("`{}` {reason}", d.name)))
        .collect()
}

fn manifests() -> Vec<String> {
    let is_a_crate = |path: &String| path.matches('/').count() <= 2;
    files(&["crates", "bench"], "Cargo.toml").into_iter().filter(is_a_crate).collect()
}

fn enforce(check: fn(&str, &str) -> Vec<Violation>, paths: &[String]) {
    refuse(paths.iter().flat_map(|path| check(path, &read(path).unwrap_or_default())).collect());
}

#[test]
fn the_engine_depends_on_its_list_alone() {
    enforce(engine_depends_on_little, &["crates/engine/Cargo.toml".to_owned()]);
}

#[test]
fn the_crates_form_a_diamond() {
    assert!(manifests().len() >= 5, "{:?}", manifests());
    enforce(crates_form_a_diamond, &manifests());
}

#[test]
fn every_dependency_is_used() {
    let mut violations = Vec::new();
    for path in manifests() {
        let folder = path.trim_end_matches("Cargo.toml");
        let own: Vec<_> = sources().iter().filter(|source| source.is_in(folder)).collect();
        violations.extend(unused(&path, &read(&path).unwrap_or_default(), &own));
    }
    refuse(violations);
}

#[track_caller]
fn refuses(check: fn(&str, &str) -> Vec<Violation>, path: &str, manifest: &str, lines: &[usize]) {
    let found = check(path, manifest);
    assert_eq!(found.iter().map(|violation| violation.line).collect::<Vec<_>>(), lines, "{path}: {found:?}");
}

#[test]
fn the_engine_rule_can_fail() {
    let manifest = "[dependencies]\nsha2 = \"0.11\"\nserde.workspace = true\n[dependencies.axum]\nversion = \"1\"\n[dev-dependencies]\nproptest = \"1\"";
    refuses(engine_depends_on_little, "crates/engine/Cargo.toml", manifest, &[3, 4]);
}

#[test]
fn the_diamond_rule_can_fail() {
    refuses(crates_form_a_diamond, "crates/engine/Cargo.toml", "[dependencies]\ncloakroom-store.workspace = true", &[2]);
    refuses(crates_form_a_diamond, "crates/store/Cargo.toml", "[dependencies]\ntokio = \"1\"", &[1]);
    refuses(crates_form_a_diamond, "crates/client/Cargo.toml", "[dependencies]\ncloakroom-engine.workspace = true", &[2]);
    // The engine's own tests run on the real store.
    refuses(crates_form_a_diamond, "crates/engine/Cargo.toml", "[dev-dependencies]\ncloakroom-store.workspace = true", &[]);
}

#[test]
fn the_usage_rule_can_fail() {
    let manifest = "[dependencies]\nasync-trait = \"1\"\nserde = { version = \"1\" }\n# tokio = \"1\"\njiff = \"1\"";
    let used = Source::parse("x.rs", "use async_trait::X; // serde\nfn f() -> &'static str { x!(jiff::y => 1); \"serde\" }");
    let found = unused("crates/x/Cargo.toml", manifest, &[&used]);
    assert_eq!(found.iter().map(|violation| violation.line).collect::<Vec<_>>(), [3], "{found:?}");
}
