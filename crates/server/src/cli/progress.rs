//! How far a copy is: a bar with rate and time left on a terminal, a line each tenth elsewhere.

use std::io::{IsTerminal as _, stderr};

use indicatif::{HumanBytes, ProgressBar, ProgressStyle};

use super::say;
use crate::boot::Step;

const BAR: &str = "{msg} {wide_bar} {bytes} of {total_bytes}, {bytes_per_sec}, {eta} left";

/// Where it is shown.
pub(super) struct Progress {
    /// `None` where nobody looks at a terminal.
    bar: Option<ProgressBar>,
    /// Tenths that were told.
    told: u64,
}

impl Progress {
    pub(super) fn on_standard_error() -> Self {
        let bar = stderr().is_terminal().then(|| {
            let bar = ProgressBar::new(0).with_message("copying");
            match ProgressStyle::with_template(BAR) {
                Ok(style) => bar.with_style(style),
                Err(_) => bar,
            }
        });
        Self { bar, told: 0 }
    }

    pub(super) fn show(&mut self, step: Step) {
        match (&self.bar, step) {
            (Some(bar), Step::Copied { bytes, of }) => {
                bar.set_length(of);
                bar.set_position(bytes);
            }
            (Some(bar), Step::Checking) => {
                bar.finish_and_clear();
                say(&mut stderr(), &"checking the copy");
            }
            (None, Step::Copied { bytes, of }) => {
                let tenths = (bytes * 10).checked_div(of).unwrap_or(10);
                if tenths > self.told {
                    self.told = tenths;
                    say(&mut stderr(), &format_args!("copied {} % of {}", tenths * 10, HumanBytes(of)));
                }
            }
            (None, Step::Checking) => say(&mut stderr(), &"checking the copy"),
        }
    }
}
