//! `cloakroom doctor`

use std::io::Write;
use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use clap_complete::engine::ArgValueCompleter;
use cloakroom_client::operations::{Operations, ServerClock};
use console::Style;

use super::complete::profile_names;
use super::remote::{Connected, Screen, behind, with_proxy};
use super::{ConfigArgs, Failure, runtime, say};
use crate::boot::{FUTURE_SECONDS, Finding, Health, examine, running};

const EXIT_CODES: &str = "Exit codes: 0 nothing has failed, 1 something has, 2 wrong usage.";

/// Look for what is wrong and say what to do: at the configuration, data directory, keys, database, disk and clock of a server here, or
/// with --profile at the way to a server. Changes nothing.
#[derive(Debug, Args)]
#[command(after_help = format!("Examples:\n  cloakroom doctor --data-dir /var/lib/cloakroom\n  cloakroom doctor --profile acme\n\n{EXIT_CODES}"))]
pub(super) struct Doctor {
    #[command(flatten)]
    config: ConfigArgs,
    /// Look at the way to the server of this profile instead.
    #[arg(long, value_name = "NAME", conflicts_with_all = ["config", "data_dir", "database_url"], add = ArgValueCompleter::new(profile_names))]
    profile: Option<String>,
    /// The file of profiles, mode 0600.
    #[arg(long, value_name = "FILE", requires = "profile")]
    profiles: Option<PathBuf>,
    /// Print JSON, one finding a line.
    #[arg(long)]
    json: bool,
}

impl Doctor {
    pub(super) fn run(self, screen: Screen, out: &mut impl Write) -> Result<(), Failure> {
        let findings = match self.profile {
            Some(profile) => runtime()?.block_on(way_to(&profile, self.profiles)),
            None => here(self.config)?,
        };
        for finding in &findings {
            tell(finding, self.json, screen, out);
        }
        let failed = findings.iter().filter(|finding| finding.health == Health::Failed).count();
        if failed == 0 { Ok(()) } else { Err(Failure::new(format_args!("{failed} of {} checks failed", findings.len()))) }
    }
}

fn here(config: ConfigArgs) -> Result<Vec<Finding>, Failure> {
    let loaded = match config.load(Vec::new()) {
        Ok(loaded) => loaded,
        Err(failure) => return Ok(vec![Finding::of("configuration", failure)]),
    };
    let mut findings = vec![Finding::ok("configuration", "valid")];
    findings.extend(examine(&loaded.config));
    findings.push(runtime()?.block_on(running(&loaded.config)));
    Ok(findings)
}

/// Profile, connection, readiness, clocks, credentials: what fails makes the rest pointless.
async fn way_to(profile: &str, profiles: Option<PathBuf>) -> Vec<Finding> {
    let server = match Connected::by_profile(profile, profiles) {
        Ok(server) => server,
        Err(failure) => return vec![Finding::of("profile", failure)],
    };
    let mut findings = vec![Finding::ok("profile", server.profile.base_url.clone())];
    let operations = server.client.operations();
    match operations.is_alive().await {
        Ok(true) => findings.push(Finding::ok("connection", "the server answers")),
        Ok(false) => {
            findings.push(Finding::failed("connection", "something else than a Cloakroom answers", "correct base_url of the profile"));
            return findings;
        }
        Err(error) => {
            let failure = with_proxy(error.into(), &server.profile.base_url);
            findings.push(Finding::of("connection", failure));
            return findings;
        }
    }
    findings.push(match operations.is_ready().await {
        Ok(Ok(())) => Finding::ok("readiness", "ready"),
        Ok(Err(reasons)) => {
            let seen: Vec<_> = reasons.iter().map(|reason| format!("{}: {}", reason.part, reason.problem)).collect();
            Finding::failed("readiness", seen.join("; "), "cloakroom doctor on the server's machine tells more")
        }
        Err(error) => Finding::failed("readiness", error.to_string(), "cloakroom doctor on the server's machine tells more"),
    });
    findings.push(clocks(operations).await);
    findings.push(match server.who().await {
        Ok(_) => Finding::ok("credentials", "they are accepted"),
        Err(failure) if failure.exit_code == 3 => {
            let (seen, hint) = failure.told();
            Finding::warning("credentials", seen, hint.unwrap_or_else(|| format!("cloakroom login --profile {profile}")))
        }
        Err(failure) => Finding::of("credentials", failure),
    });
    findings
}

/// Clocks that are synchronised differ by less.
const APART: Duration = Duration::from_secs(5);

/// Compares the server's clock with the one here; which of them is wrong cannot be known.
async fn clocks(operations: Operations<'_>) -> Finding {
    match operations.server_clock().await {
        Ok(Some(clock)) => compared(&clock),
        Ok(None) => Finding::warning("clock", "the server's answer has no date", "does a proxy in between take it away?"),
        Err(error) => Finding::failed("clock", error.to_string(), "try again: a moment ago it answered"),
    }
}

fn compared(clock: &ServerClock) -> Finding {
    let apart = clock.apart();
    let seen = format!("the server's is {} s {} the one here", apart.as_secs(), if clock.is_ahead() { "ahead of" } else { "behind" });
    let hint = "look at both machines, and let NTP set the clock that is wrong (timedatectl, chronyc tracking)";
    if apart.as_secs() >= FUTURE_SECONDS.unsigned_abs() {
        Finding::failed("clock", seen, format!("{hint}: sessions created in the future are answered with 503"))
    } else if apart >= APART {
        Finding::warning("clock", seen, hint)
    } else {
        Finding::ok("clock", "the server's agrees with the one here")
    }
}

fn tell(finding: &Finding, json: bool, screen: Screen, out: &mut impl Write) {
    if json {
        // Texts and a word: writing them to memory does not fail.
        say(out, &serde_json::to_string(finding).unwrap_or_default());
        return;
    }
    let (health, style) = match finding.health {
        Health::Ok => ("ok", Style::new().green()),
        Health::Warning => ("warning", Style::new().yellow()),
        Health::Failed => ("FAILED", Style::new().red().bold()),
    };
    let health = screen.painted(&format!("{health:<7}"), style);
    say(out, &behind(&format!("{health}  {:<14}  ", finding.check), &finding.seen, screen));
    if let Some(hint) = &finding.hint {
        say(out, &behind(&format!("{:<7}  {:<14}  → ", "", ""), hint, screen));
    }
}
