//! Rule 5: a handler decodes, calls the engine once, encodes.

use super::allow;
use super::source::{Function, Source, Violation, accepts, enforce, refuses};

const HANDLER: usize = 40;

fn is_a_handler_file(path: &str) -> bool {
    let Some(inside) = path.strip_prefix("crates/server/src/api/") else {
        return false;
    };
    let file = inside.rsplit('/').next().unwrap_or("");
    let outside = ["oauth/", "v1/audit/"].iter().any(|folder| inside.starts_with(folder));
    !outside && inside.contains('/') && !inside.contains("/tests/") && file != "tests.rs" && !allow::NOT_HANDLERS.contains(&file)
}

fn handlers_are_thin(path: &str, text: &str) -> Vec<Violation> {
    if !is_a_handler_file(path) {
        return Vec::new();
    }
    let source = Source::parse(path, text);
    let functions = source.functions();
    let handlers: Vec<&Function> = functions.iter().filter(|function| function.is_async && !function.test).collect();
    let mut found = Vec::new();
    for handler in handlers {
        if handler.lines() > HANDLER {
            let reason = format!(
                "`{}` has {} lines, a handler at most {HANDLER}: decode, one engine call, encode (ARCHITECTURE.md, rule 6)",
                handler.name,
                handler.lines()
            );
            found.push(Violation::new(path, handler.line, reason));
        }
        let calls: Vec<usize> = handler.body.clone().filter(|index| is_an_engine_call(&source, *index)).collect();
        for call in calls.iter().skip(1) {
            let reason = format!("`{}` calls the engine a second time: that is a missing use case (ARCHITECTURE.md, rule 6)", handler.name);
            found.push(Violation::new(path, source.lexemes[*call].line, reason));
        }
    }
    found
}

/// `engine.f(…)` that is awaited, itself or as the argument of what is awaited. `engine.clone()` is none.
fn is_an_engine_call(source: &Source, index: usize) -> bool {
    if source.word(index) != "engine" || source.word(index + 1) != "." || source.at(index + 2, &["clone", "(", ")"]) {
        return false;
    }
    let mut depth = 0i32;
    for at in index + 1..source.lexemes.len() {
        match source.word(at) {
            "(" | "[" | "{" => depth += 1,
            // Out of the parenthesis that this expression is an argument in, but not out of a block.
            ")" if depth <= 0 && source.at(at + 1, &[".", "await"]) => return true,
            ")" | "]" => depth -= 1,
            "}" if depth <= 0 => return false,
            "}" => depth -= 1,
            ";" if depth <= 0 => return false,
            "," if depth == 0 => return false,
            "await" if depth == 0 && source.word(at - 1) == "." => return true,
            _ => {}
        }
    }
    false
}

#[test]
fn handlers_decode_call_once_and_encode() {
    enforce(handlers_are_thin);
}

#[test]
fn the_handler_rule_can_fail() {
    let path = "crates/server/src/api/usm/close.rs";
    let twice = "pub async fn close(s: State) -> Reply {\n let a = s.engine.find(x).await?;\n s.engine.sessions().end(a).await\n}";
    refuses(handlers_are_thin, path, twice, &[3]);
    let detached = "pub async fn close(s: State) {\n let a = engine.find(x).await?;\n detached(engine.end(a)).await\n}";
    refuses(handlers_are_thin, path, detached, &[3]);
    let long = format!("\npub async fn close() {{\n{}}}", "a();\n".repeat(HANDLER));
    refuses(handlers_are_thin, path, &long, &[2]);
    refuses(handlers_are_thin, "crates/server/src/api/v1/account/me/get.rs", twice, &[3]);
    refuses(handlers_are_thin, "crates/server/src/api/v1/directory/users/create.rs", twice, &[3]);
}

#[test]
fn the_handler_rule_lets_thin_ones_be() {
    let path = "crates/server/src/api/usm/close.rs";
    let thin = "pub async fn close(s: State) -> Reply {\n let engine = s.engine.clone();\n let p = engine.policy();\n detached(async move { engine.end(a, b).await }).await\n}";
    accepts(handlers_are_thin, path, thin);
    accepts(handlers_are_thin, "crates/server/src/api/usm/wire.rs", "struct Record;");
    accepts(handlers_are_thin, "crates/server/src/api/usm/mod.rs", "mod close;");
    accepts(handlers_are_thin, "crates/server/src/api/mod.rs", "mod usm;");
    accepts(handlers_are_thin, "crates/server/src/api/v1/directory/file.rs", "fn read() {}");
}
