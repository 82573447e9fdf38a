//! What does not fit on a few screens is two things.

use super::allow;
use super::source::Source;
use super::tree::{Violation, accepts, enforce, refuses};

pub const FILE: usize = 400;
pub const MODULE: usize = 100;
pub const FUNCTION: usize = 60;

fn files_are_short(source: &Source) -> Vec<Violation> {
    let (path, mut lines) = (source.path.as_str(), source.text.lines().count());
    let is_module = path.ends_with("/mod.rs");
    if is_module {
        // The tests of its pure rules stand beside them and are not what the cap is about.
        lines -= source.test_items.iter().map(|lines| lines.end() - lines.start() + 1).sum::<usize>().min(lines);
    }
    let listed = allow::LONG_FILES.iter().find(|(long, ..)| *long == path).map(|(_, cap, _)| *cap);
    let cap = listed.unwrap_or(if is_module { MODULE } else { FILE });
    if lines <= cap {
        return Vec::new();
    }
    let reason = if is_module {
        format!("{lines} lines, at most {cap} in a mod.rs: it holds the noun and its rules, each use case has its own file")
    } else {
        format!("{lines} lines, at most {cap}: it does two things, and one of them wants a file with a name")
    };
    vec![Violation::new(path, cap + 1, reason)]
}

fn functions_are_short(source: &Source) -> Vec<Violation> {
    let cap = |name: &str| {
        let listed = allow::LONG_FUNCTIONS.iter().find(|(long, function, ..)| *long == source.path && *function == name);
        listed.map_or(FUNCTION, |(_, _, cap, _)| *cap)
    };
    let long = source.functions.iter().filter(|function| function.lines() > cap(&function.name));
    let reason = |lines: usize, name: &str| format!("`{name}` has {lines} lines, at most {}: name its steps", cap(name));
    long.map(|function| Violation::new(&source.path, function.line, reason(function.lines(), &function.name))).collect()
}

#[test]
fn files_fit_on_a_few_screens() {
    enforce(files_are_short);
}

#[test]
fn functions_fit_on_one_screen() {
    enforce(functions_are_short);
}

#[test]
fn the_file_rule_can_fail() {
    refuses(files_are_short, "crates/engine/src/a.rs", &"\n".repeat(FILE + 1), &[FILE + 1]);
    refuses(files_are_short, "crates/engine/src/a/mod.rs", &"\n".repeat(MODULE + 1), &[MODULE + 1]);
    let tested = format!("{}#[cfg(test)]\nmod tests {{\n{}}}\n", "\n".repeat(MODULE), "\n".repeat(50));
    accepts(files_are_short, "crates/engine/src/a/mod.rs", &tested);
    accepts(files_are_short, "crates/engine/src/a.rs", &"\n".repeat(FILE));
}

#[test]
fn the_function_rule_can_fail() {
    let function = |lines: usize| format!("\npub fn f() {{\n{}}}\n", "x(\"}\"); // }\n".repeat(lines - 2));
    refuses(functions_are_short, "crates/engine/src/a.rs", &function(FUNCTION + 1), &[2]);
    accepts(functions_are_short, "crates/engine/src/a.rs", &function(FUNCTION));
}
