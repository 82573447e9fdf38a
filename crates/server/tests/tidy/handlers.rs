//! Rule 6: a handler decodes, calls the engine once, encodes.

use super::allow;
use super::source::{Function, Source};
use super::tree::{Violation, accepts, enforce, refuses, sources};

const HANDLER: usize = 40;
/// Beyond this a handler may do too much.
const USUAL_HANDLER: usize = 25;

/// Whatever carries an operation's description.
fn handlers(source: &Source) -> impl Iterator<Item = &Function> {
    source.functions.iter().filter(|function| function.is_operation && !function.test && source.is_in("crates/server/src/api/"))
}

fn handlers_are_thin(source: &Source) -> Vec<Violation> {
    let mut found = Vec::new();
    for handler in handlers(source) {
        let (name, lines) = (&handler.name, handler.lines());
        if lines > HANDLER {
            let reason = format!(
                "`{name}` has {lines} lines, a handler at most {HANDLER}: decode, one engine call, encode (ARCHITECTURE.md, rule 6)"
            );
            found.push(Violation::new(&source.path, handler.line, reason));
        }
        for line in handler.engine_calls.iter().skip(1) {
            let reason = format!("`{name}` calls the engine a second time: that is a missing use case (ARCHITECTURE.md, rule 6)");
            found.push(Violation::new(&source.path, *line, reason));
        }
    }
    found
}

#[test]
fn few_handlers_are_long() {
    let long = |function: &&Function| function.lines() > USUAL_HANDLER;
    let found: Vec<_> = sources().iter().flat_map(handlers).filter(long).map(|function| &function.name).collect();
    let at_most = allow::LONG_HANDLERS;
    assert!(found.len() <= at_most, "{} handlers have more than {USUAL_HANDLER} lines, {at_most} were agreed: {found:?}", found.len());
    assert!(sources().iter().flat_map(handlers).count() > 80, "the rule looked at too few handlers");
}

#[test]
fn handlers_decode_call_once_and_encode() {
    enforce(handlers_are_thin);
}

#[test]
fn the_handler_rule_can_fail() {
    let path = "crates/server/src/api/usm/close.rs";
    let twice = "#[utoipa::path(post)]\npub async fn close(s: State) -> Reply {\n let a = s.engine.find(x).await?;\n s.engine.sessions().end(a).await\n}";
    refuses(handlers_are_thin, path, twice, &[4]);
    refuses(handlers_are_thin, "crates/server/src/api/v1/directory/users.rs", twice, &[4]);
    let detached = "#[path(post)]\npub async fn close(s: State) {\n let a = engine.find(x).await?;\n detached(engine.end(a)).await;\n run(async move { engine.c(a).await }).await\n}";
    refuses(handlers_are_thin, path, detached, &[4, 5]);
    let joined = "#[utoipa::path(get)]\nasync fn f() {\n join!(s.engine.a().await, s.engine.b().await);\n}";
    refuses(handlers_are_thin, path, joined, &[3]);
    let long = format!("#[utoipa::path(get)]\npub async fn close() {{\n{}}}", "a();\n".repeat(HANDLER));
    refuses(handlers_are_thin, path, &long, &[2]);
}

#[test]
fn the_handler_rule_lets_thin_ones_be() {
    let path = "crates/server/src/api/usm/close.rs";
    let thin = "#[utoipa::path(post)]\npub async fn close(s: State) -> Reply {\n let engine = s.engine.clone();\n let p = engine.policy();\n detached(async move { engine.end(a, b).await }).await\n}";
    accepts(handlers_are_thin, path, thin);
    let stream =
        "#[utoipa::path(get)]\nasync fn f() {\n let a = s.engine.begin().await;\n unfold(a, |a| async move { engine.next(a).await })\n}";
    accepts(handlers_are_thin, path, stream);
    let helper = "async fn authenticate() {\n match a { A => engine.a().await, B => engine.b().await }\n}";
    accepts(handlers_are_thin, path, helper);
}
