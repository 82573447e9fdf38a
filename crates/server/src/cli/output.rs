//! The one place that writes for people.

use std::{fmt::Display, io::Write};

use crate::report::Report;

/// Writes one line and flushes it. A reader that went away (EPIPE) must neither stop a server nor turn success into a failure,
/// so errors are dropped; `println!` would panic.
pub(super) fn say(handle: &mut impl Write, line: &dyn Display) {
    let text = line.to_string();
    let _ = writeln!(handle, "{}", text.trim_end_matches('\n')).and_then(|()| handle.flush());
}

/// Prints what a command has to say.
pub(super) fn report(report: &Report, out: &mut impl Write, err: &mut impl Write) {
    for warning in &report.warnings {
        say(err, &format_args!("warning: {warning}"));
    }
    for line in &report.lines {
        say(out, line);
    }
}
