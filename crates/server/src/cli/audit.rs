//! `cloakroom audit`

use std::io::Write;

use clap::{Args, Subcommand};

use super::progress::Steps;
use super::remote::Screen;
use super::{ConfigArgs, Failure, audit_trail, report};
use crate::boot::{self, VerifyRequest};

const EXIT_CODES: &str = "Exit codes: 0 the trail is whole, 1 it is not, 2 it could not be checked, or wrong usage.";

/// A trail of fewer links is checked before anybody wonders.
const FEW: u64 = 100_000;

/// Look after the audit trail: verify one that lies here, read that of a server.
#[derive(Debug, Args)]
#[command(after_help = "Exit codes: as the help of each says.")]
pub(super) struct Audit {
    #[command(subcommand)]
    command: LookAfter,
}

#[derive(Debug, Subcommand)]
enum LookAfter {
    Verify(Verify),
    List(Box<audit_trail::List>),
    Head(audit_trail::Head),
    Actions(audit_trail::Actions),
    Export(Box<audit_trail::Export>),
}

/// Check the chain of hashes over the audit trail, beside a running server too, and name the first entry that is wrong.
#[derive(Debug, Args)]
#[command(after_help = format!("Example:\n  cloakroom audit verify --data-dir /var/lib/cloakroom --expect \"$(cat noted-head)\"\n\n{EXIT_CODES}"))]
struct Verify {
    #[command(flatten)]
    config: ConfigArgs,
    /// First link to check, taking the one before it as it stands; for a trail whose beginning was checked earlier.
    #[arg(long, value_name = "LINK", value_parser = clap::value_parser!(i64).range(1..))]
    from: Option<i64>,
    /// Hash of a head noted earlier, which the chain must still contain; may be given several times.
    #[arg(long, value_name = "HASH", value_parser = hash)]
    expect: Vec<[u8; 32]>,
    /// Check the hashes alone, where the master key is not at hand.
    #[arg(long)]
    without_key: bool,
}

impl Audit {
    pub(super) fn run(self, (screen, out, err): (Screen, &mut impl Write, &mut impl Write)) -> Result<(), Failure> {
        match self.command {
            LookAfter::Verify(verify) => verify.run(out, err),
            LookAfter::List(list) => list.run((screen, out, err)),
            LookAfter::Head(head) => head.run((screen, out, err)),
            LookAfter::Actions(actions) => actions.run((screen, out, err)),
            LookAfter::Export(export) => export.run((screen, out, err)),
        }
    }
}

impl Verify {
    fn run(self, out: &mut impl Write, err: &mut impl Write) -> Result<(), Failure> {
        let Self { config, from, expect, without_key } = self;
        let loaded = config.load(Vec::new()).map_err(|failure| failure.exit_code(2))?;
        let request = VerifyRequest { from, expected: expect, without_key };
        let mut steps = None;
        let verified = boot::verify_audit(&loaded.config, &request, |done, of| {
            steps.get_or_insert_with(|| Steps::on_standard_error("checked", of, FEW)).reached(done);
        });
        report(&verified?, out, err);
        Ok(())
    }
}

/// 64 hex digits.
fn hash(text: &str) -> Result<[u8; 32], String> {
    let mut bytes = [0; 32];
    let digits: Option<Vec<u8>> = text.chars().map(|digit| digit.to_digit(16).and_then(|digit| u8::try_from(digit).ok())).collect();
    match digits {
        Some(digits) if digits.len() == 64 => {
            for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
                *byte = pair[0] << 4 | pair[1];
            }
            Ok(bytes)
        }
        _ => Err("a head is 64 hex digits".to_owned()),
    }
}
