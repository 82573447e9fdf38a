//! Throws inputs at what reads them, each target for a time, and holds every answer against properties: no panic, no 500, no echo of what
//! was sent in an error, and what is written reads back as itself. `cloakroom-fuzz --help` says how.

#![allow(clippy::unwrap_used, reason = "a target fails by panicking, and so does a fuzzer that cannot make its ground")]
#![allow(clippy::disallowed_methods, reason = "it runs for a time, and its ground is that of the tests")]
#![allow(clippy::print_stdout, reason = "what it prints is what it is for")]

#[path = "../../crates/server/tests/support/database.rs"]
mod database;
mod edits;
mod ground;
#[path = "../../crates/server/tests/support/server.rs"]
mod in_process;
mod run;
mod targets;

use std::process::ExitCode;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use run::Run;

const HELP: &str = "usage: cloakroom-fuzz [--seconds N] [--seed N] [TARGET…]

Runs each target, or all of them, for N seconds (10), and prints how many inputs that were. The seed is printed: the same one, with the
same binary, makes the same inputs again. Exit code 1 when a property does not hold; the smallest input found that shows it is printed.

targets:";

/// What was asked for.
struct Asked {
    seconds: u64,
    seed: u64,
    targets: Vec<String>,
}

fn asked() -> Result<Asked, String> {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_micros());
    let mut asked = Asked { seconds: 10, seed: u64::try_from(now).unwrap_or(u64::MAX), targets: Vec::new() };
    let mut words = std::env::args().skip(1);
    let number = |words: &mut dyn Iterator<Item = String>, of: &str| {
        words.next().and_then(|word| word.parse().ok()).ok_or_else(|| format!("{of} takes a number"))
    };
    while let Some(word) = words.next() {
        match word.as_str() {
            "--seconds" => asked.seconds = number(&mut words, "--seconds")?,
            "--seed" => asked.seed = number(&mut words, "--seed")?,
            "--help" => return Err(String::new()),
            target if targets::ALL.iter().any(|(name, _)| *name == target) => asked.targets.push(word),
            other => return Err(format!("there is no target {other}")),
        }
    }
    Ok(asked)
}

fn main() -> ExitCode {
    let asked = match asked() {
        Ok(asked) => asked,
        Err(problem) => {
            let names: Vec<_> = targets::ALL.iter().map(|(name, _)| *name).collect();
            println!("{problem}\n{HELP} {}", names.join(", "));
            return ExitCode::from(2);
        }
    };
    // Panics are caught, told and shrunk; a trace of each would hide the one that counts.
    std::panic::set_hook(Box::new(|_| {}));
    let mut failed = false;
    for (name, target) in targets::ALL {
        if !asked.targets.is_empty() && !asked.targets.iter().any(|wanted| wanted == name) {
            continue;
        }
        let mut run = Run::new(Duration::from_secs(asked.seconds), asked.seed);
        let outcome = target(&mut run);
        let seconds = run.elapsed().as_secs_f64();
        println!("fuzz {name}: {} executions in {seconds:.1} s (seed {})", run.executions(), asked.seed);
        if let Err(found) = outcome {
            println!("fuzz {name}: FAILED: {found}");
            failed = true;
        }
    }
    ExitCode::from(u8::from(failed))
}
