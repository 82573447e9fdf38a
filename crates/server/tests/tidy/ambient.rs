//! Rule 7 and the rules of tests: where tasks, threads, time and chance enter; and that nothing waits for time.

use super::allow::{self, enforce_except, exempt};
use super::source::Source;
use super::tree::{Violation, accepts, enforce, phrases, refuses};

fn tasks_start_in_tasks(source: &Source) -> Vec<Violation> {
    if !source.in_product() {
        return Vec::new();
    }
    let reason = "tasks live in tasks/, and a mutation runs through http/detached.rs: whoever starts one elsewhere loses it at shutdown (ARCHITECTURE.md, rule 7)";
    let spawns: &[&[&str]] = &[&["tokio", "spawn"], &["task", "spawn"], &["task", "spawn_local"], &["spawn_blocking"], &["JoinSet"]];
    phrases(source, spawns, false, reason)
}

fn threads_start_in_drivers(source: &Source) -> Vec<Violation> {
    if !source.in_product() {
        return Vec::new();
    }
    let reason =
        "threads belong to the store's driver/ and to tasks/, where their number and their end are known (ARCHITECTURE.md, rule 7)";
    let spawns: &[&[&str]] = &[&["thread", "spawn"], &["thread", "Builder"], &["thread", "scope"]];
    phrases(source, spawns, false, reason)
}

fn clock_and_chance_enter_in_boot(source: &Source) -> Vec<Violation> {
    if !source.in_product() {
        return Vec::new();
    }
    let reason = "time and randomness are injected, so that a test can hold them: only boot asks the system (ARCHITECTURE.md, rule 7)";
    let sources: &[&[&str]] = &[
        &["SystemTime", "now"],
        &["Timestamp", "now"],
        &["Zoned", "now"],
        &["Uuid", "now_v7"],
        &["Uuid", "new_v4"],
        &["getrandom"],
        &["OsRng"],
    ];
    phrases(source, sources, false, reason)
}

fn tests_do_not_sleep(source: &Source) -> Vec<Violation> {
    let reason =
        "tests move the clock by hand and wait for events: a sleep is slow on a good day and wrong on a bad one (CONTRIBUTING.md, Tests)";
    let sleeps: &[&[&str]] = &[&["thread", "sleep"], &["time", "sleep"], &["time", "sleep_until"], &["thread", "park_timeout"]];
    phrases(source, sleeps, true, reason)
}

/// Unit tests only parse addresses; what binds one is under a crate's `tests/`.
fn tests_bind_no_fixed_port(source: &Source) -> Vec<Violation> {
    if !source.path.contains("/tests/") || source.path.contains("/src/") {
        return Vec::new();
    }
    let reason = "a fixed port is somebody else's on a busy machine: bind port 0 and ask which it was (CONTRIBUTING.md, Tests)";
    let literals = source.strings.iter().filter(|literal| is_a_fixed_address(&literal.text)).map(|literal| literal.line);
    let lines = literals.chain(source.fixed_ports.iter().copied());
    lines.map(|line| Violation::new(&source.path, line, reason)).collect()
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
    enforce_except(allow::TASKS, tasks_start_in_tasks);
}

#[test]
fn threads_live_where_they_are_counted() {
    enforce_except(allow::THREADS, threads_start_in_drivers);
}

#[test]
fn time_and_chance_enter_by_boot() {
    enforce_except(allow::CLOCK_AND_CHANCE, clock_and_chance_enter_in_boot);
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
    let text = "fn f() { tokio::spawn(x);\n task::spawn_blocking(y);\n select! { a = h.spawn_blocking(z) => b } }\nuse tokio::task::spawn;\n// tokio::spawn\n#[cfg(test)]\nmod tests { fn f() { tokio::spawn(z); } }";
    refuses(tasks_start_in_tasks, "crates/server/src/api/usm/close.rs", text, &[1, 2, 3, 4]);
    assert!(exempt(allow::TASKS, "crates/server/src/tasks/sweep.rs") && exempt(allow::TASKS, "crates/server/src/http/detached.rs"));
    accepts(tasks_start_in_tasks, "crates/server/tests/api/usm.rs", text);
}

#[test]
fn the_thread_rule_can_fail() {
    let text = "fn f() { std::thread::spawn(f);\nthread::Builder::new(); }";
    refuses(threads_start_in_drivers, "crates/store/src/sessions.rs", text, &[1, 2]);
    assert!(exempt(allow::THREADS, "crates/store/src/driver/sqlite.rs"));
}

#[test]
fn the_clock_rule_can_fail() {
    let text = "fn f() { let t = std::time::SystemTime::now();\ngetrandom::fill(&mut b);\nUuid::now_v7(); }";
    refuses(clock_and_chance_enter_in_boot, "crates/engine/src/clock.rs", text, &[1, 2, 3]);
    assert!(exempt(allow::CLOCK_AND_CHANCE, "crates/server/src/boot/clock.rs"));
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
    let literal = |text: &str| format!("const A: &str = \"{text}\";");
    for address in ["127.0.0.1", "http://localhost", "", "[::1]"] {
        refuses(tests_bind_no_fixed_port, path, &literal(&format!("{address}:{}", 8080)), &[1]);
        accepts(tests_bind_no_fixed_port, path, &literal(&format!("{address}:{}", 0)));
    }
    accepts(tests_bind_no_fixed_port, path, &literal("203.0.113.7:8080"));
    refuses(tests_bind_no_fixed_port, path, &format!("fn f() {{ let a = ([127, 0, 0, 1], {}); }}", 8080), &[1]);
    refuses(tests_bind_no_fixed_port, path, &format!("fn f() {{ assert!(a == (Ipv4Addr::LOCALHOST, {})); }}", "8_080"), &[1]);
    refuses(tests_bind_no_fixed_port, path, &format!("fn f() {{ SocketAddr::new(Ipv4Addr::LOCALHOST.into(), {}) }}", 1), &[1]);
    accepts(tests_bind_no_fixed_port, path, "fn f() { let a = ([127, 0, 0, 1], 0); }");
}
