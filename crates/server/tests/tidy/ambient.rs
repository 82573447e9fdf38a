//! Rule 6 and the rules of tests: where tasks, threads, time and chance enter; and that nothing waits for time.

use super::allow::{self, exempt};
use super::source::{Source, Violation, accepts, enforce, phrases, refuses};

fn in_product(path: &str) -> bool {
    path.starts_with("crates/") && path.contains("/src/")
}

fn tasks_start_in_tasks(path: &str, text: &str) -> Vec<Violation> {
    if !in_product(path) || exempt(allow::TASKS, path) {
        return Vec::new();
    }
    let reason = "tasks live in tasks/, and a mutation runs through http/detached.rs: whoever starts one elsewhere loses it at shutdown (ARCHITECTURE.md, rule 7)";
    let spawns: &[&[&str]] =
        &[&["tokio", "::", "spawn"], &["task", "::", "spawn"], &["task", "::", "spawn_local"], &["spawn_blocking"], &["JoinSet"]];
    phrases(path, &Source::parse(path, text), spawns, false, reason)
}

fn threads_start_in_drivers(path: &str, text: &str) -> Vec<Violation> {
    if !in_product(path) || exempt(allow::THREADS, path) {
        return Vec::new();
    }
    let reason =
        "threads belong to the store's driver/ and to tasks/, where their number and their end are known (ARCHITECTURE.md, rule 7)";
    let spawns: &[&[&str]] = &[&["thread", "::", "spawn"], &["thread", "::", "Builder"], &["thread", "::", "scope"]];
    phrases(path, &Source::parse(path, text), spawns, false, reason)
}

fn clock_and_chance_enter_in_boot(path: &str, text: &str) -> Vec<Violation> {
    if !in_product(path) || exempt(allow::CLOCK_AND_CHANCE, path) {
        return Vec::new();
    }
    let reason = "time and randomness are injected, so that a test can hold them: only boot asks the system (ARCHITECTURE.md, rule 7)";
    let sources: &[&[&str]] = &[
        &["SystemTime", "::", "now"],
        &["Timestamp", "::", "now"],
        &["Zoned", "::", "now"],
        &["Uuid", "::", "now_v7"],
        &["Uuid", "::", "new_v4"],
        &["getrandom"],
        &["OsRng"],
    ];
    phrases(path, &Source::parse(path, text), sources, false, reason)
}

fn tests_do_not_sleep(path: &str, text: &str) -> Vec<Violation> {
    let reason =
        "tests move the clock by hand and wait for events: a sleep is slow on a good day and wrong on a bad one (CONTRIBUTING.md, Tests)";
    let sleeps: &[&[&str]] =
        &[&["thread", "::", "sleep"], &["time", "::", "sleep"], &["time", "::", "sleep_until"], &["thread", "::", "park_timeout"]];
    phrases(path, &Source::parse(path, text), sleeps, true, reason)
}

/// Unit tests only parse addresses; what binds one is under a crate's `tests/`.
fn tests_bind_no_fixed_port(path: &str, text: &str) -> Vec<Violation> {
    if !path.contains("/tests/") || path.contains("/src/") {
        return Vec::new();
    }
    let source = Source::parse(path, text);
    let reason = "a fixed port is somebody else's on a busy machine: bind port 0 and ask which it was (CONTRIBUTING.md, Tests)";
    let literals = source.strings.iter().filter(|literal| literal.test && is_a_fixed_address(&literal.text)).map(|literal| literal.line);
    let here: &[&[&str]] = &[&["127", ",", "0", ",", "0", ",", "1", "]", ","], &["0", ",", "0", ",", "0", ",", "0", "]", ","]];
    let constant =
        |index: &usize| here.iter().any(|address| source.at(*index, address) && is_a_fixed_port(source.word(index + address.len())));
    let named = |index: &usize| matches!(source.word(*index), "LOCALHOST" | "UNSPECIFIED") && source.word(index + 1) == ",";
    let constants = (0..source.lexemes.len())
        .filter(|index| source.lexemes[*index].test)
        .filter(|index| constant(index) || (named(index) && is_a_fixed_port(source.word(index + 2))));
    let lines = literals.chain(constants.map(|index| source.lexemes[index].line));
    lines.map(|line| Violation::new(path, line, reason)).collect()
}

/// `127.0.0.1:8080`, `http://localhost:80`, `[::1]:443`, `0.0.0.0:1`, `:8080`; with port 0 it is none.
fn is_a_fixed_address(text: &str) -> bool {
    let Some((host, port)) = text.rsplit_once(':') else {
        return false;
    };
    let host = host.rsplit(['/', '@', '=', ' ']).next().unwrap_or("");
    let local = ["", "127.0.0.1", "localhost", "0.0.0.0", "[::1]", "[::]"].contains(&host);
    local && is_a_fixed_port(port)
}

fn is_a_fixed_port(text: &str) -> bool {
    text.replace('_', "").parse::<u16>().is_ok_and(|port| port != 0)
}

#[test]
fn tasks_live_where_they_are_waited_for() {
    enforce(tasks_start_in_tasks);
}

#[test]
fn threads_live_where_they_are_counted() {
    enforce(threads_start_in_drivers);
}

#[test]
fn time_and_chance_enter_by_boot() {
    enforce(clock_and_chance_enter_in_boot);
}

#[test]
fn no_test_sleeps() {
    enforce(tests_do_not_sleep);
}

#[test]
fn no_test_binds_a_fixed_port() {
    enforce(tests_bind_no_fixed_port);
}

#[test]
fn the_task_rule_can_fail() {
    let text = "tokio::spawn(x);\ntask::spawn_blocking(y);\nuse tokio::task::spawn;\n// tokio::spawn\n#[cfg(test)]\nmod tests { fn f() { tokio::spawn(z); } }";
    refuses(tasks_start_in_tasks, "crates/server/src/api/usm/close.rs", text, &[1, 2, 3]);
    accepts(tasks_start_in_tasks, "crates/server/src/tasks/sweep.rs", text);
    accepts(tasks_start_in_tasks, "crates/server/src/http/detached.rs", text);
    accepts(tasks_start_in_tasks, "crates/server/tests/api/usm.rs", text);
}

#[test]
fn the_thread_rule_can_fail() {
    refuses(threads_start_in_drivers, "crates/store/src/sessions.rs", "std::thread::spawn(f);\nthread::Builder::new();", &[1, 2]);
    accepts(threads_start_in_drivers, "crates/store/src/driver/sqlite.rs", "std::thread::spawn(f);");
}

#[test]
fn the_clock_rule_can_fail() {
    let text = "let t = std::time::SystemTime::now();\ngetrandom::fill(&mut b);\nUuid::now_v7();";
    refuses(clock_and_chance_enter_in_boot, "crates/engine/src/clock.rs", text, &[1, 2, 3]);
    accepts(clock_and_chance_enter_in_boot, "crates/server/src/boot/clock.rs", text);
}

#[test]
fn the_sleep_rule_can_fail() {
    let text = "fn f() {\n std::thread::sleep(d);\n tokio::time::sleep(d).await;\n}";
    refuses(tests_do_not_sleep, "crates/server/tests/process.rs", text, &[2, 3]);
    refuses(tests_do_not_sleep, "crates/engine/src/a.rs", &format!("fn a() {{}}\n#[cfg(test)]\nmod tests {{\n{text}\n}}"), &[5, 6]);
}

#[test]
fn the_port_rule_can_fail() {
    let path = "crates/server/tests/process.rs";
    let literal = |text: &str| format!("let a = \"{text}\";");
    for address in ["127.0.0.1", "http://localhost", "", "[::1]"] {
        refuses(tests_bind_no_fixed_port, path, &literal(&format!("{address}:{}", 8080)), &[1]);
        accepts(tests_bind_no_fixed_port, path, &literal(&format!("{address}:{}", 0)));
    }
    accepts(tests_bind_no_fixed_port, path, &literal("203.0.113.7:8080"));
    refuses(tests_bind_no_fixed_port, path, &format!("let a = ([127, 0, 0, 1], {});", 8080), &[1]);
    refuses(tests_bind_no_fixed_port, path, &format!("let a = (Ipv4Addr::LOCALHOST, {});", "8_080"), &[1]);
    accepts(tests_bind_no_fixed_port, path, "let a = ([127, 0, 0, 1], 0);");
}
