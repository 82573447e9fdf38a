//! The one place that writes for people.

use std::fmt::Display;
use std::io::{self, Write};

use crate::failure::Failure;
use crate::report::Report;

/// What a command writes its result to, and whether all of it got there.
pub(super) struct Watched<'w, W> {
    handle: &'w mut W,
    lost: Option<io::Error>,
}

impl<'w, W: Write> Watched<'w, W> {
    pub(super) const fn new(handle: &'w mut W) -> Self {
        Self { handle, lost: None }
    }

    /// A result that nobody can read is no success; but a reader that went away has seen what it wanted (EPIPE).
    ///
    /// # Errors
    /// What the system said first.
    pub(super) fn written(self) -> Result<(), Failure> {
        let lost = self.lost.filter(|error| error.kind() != io::ErrorKind::BrokenPipe);
        lost.map_or(Ok(()), |error| Err(Failure::new(format_args!("the result could not be written: {error}"))))
    }

    fn noted<T>(&mut self, written: io::Result<T>) -> io::Result<T> {
        if let Err(error) = &written
            && self.lost.is_none()
        {
            self.lost = Some(error.raw_os_error().map_or_else(|| error.kind().into(), io::Error::from_raw_os_error));
        }
        written
    }
}

impl<W: Write> Write for Watched<'_, W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.handle.write(bytes);
        self.noted(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        let flushed = self.handle.flush();
        self.noted(flushed)
    }
}

/// Writes one line and flushes it. An error is dropped here, since it must not stop a server, and `println!` would panic; [`Watched`]
/// keeps it for the exit code of a command.
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
