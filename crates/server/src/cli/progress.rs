//! How far long work is: a bar or a count with its rate on a terminal, a line now and then elsewhere.

use std::fmt::Write;
use std::io::{IsTerminal as _, stderr};
use std::time::Duration;

use indicatif::{HumanBytes, HumanCount, ProgressBar, ProgressState, ProgressStyle};

use super::say;
use crate::boot::{Step, TransferStep};

/// How many things there are between two lines about them.
const LINES: u64 = 10_000;

/// A bar of this form; `None` without a terminal.
fn at_terminal(form: &str, make: impl FnOnce() -> ProgressBar) -> Option<ProgressBar> {
    stderr().is_terminal().then(|| match ProgressStyle::with_template(form) {
        Ok(style) => make().with_style(style.with_key("rate", rate)),
        Err(_) => make(),
    })
}

/// `7,524/s`: what comes behind whole numbers is chance.
fn rate(state: &ProgressState, to: &mut dyn Write) {
    let _ = write!(to, "{}", per_second(state.per_sec()));
}

fn per_second(rate: f64) -> String {
    // A rate is no more than what a machine counts in a second.
    format!("{}/s", HumanCount(if rate.is_finite() { rate.round() as u64 } else { 0 }))
}

/// The tenths that were told already, where lines are printed.
#[derive(Default)]
struct Tenths(u64);

impl Tenths {
    /// A tenth that is complete now and was not told yet; what has no parts is done.
    fn reached(&mut self, done: u64, of: u64) -> Option<u64> {
        let tenths = (done * 10).checked_div(of).unwrap_or(10).min(10);
        (tenths > self.0).then(|| {
            self.0 = tenths;
            tenths
        })
    }
}

const SPINNER: &str = "{spinner} {human_pos} {msg}, {rate}";

/// How many there were of something whose end is not known: a spinner with the rate at a terminal, a line now and then elsewhere.
pub(super) struct Counted {
    what: &'static str,
    /// `None` without a terminal.
    spinner: Option<ProgressBar>,
    count: u64,
}

impl Counted {
    pub(super) fn on_standard_error(what: &'static str) -> Self {
        let spinner = at_terminal(SPINNER, || ProgressBar::new_spinner().with_message(what));
        Self { what, spinner, count: 0 }
    }

    pub(super) fn one_more(&mut self) {
        self.count += 1;
        match &self.spinner {
            Some(spinner) => spinner.set_position(self.count),
            None if self.count.is_multiple_of(LINES) => say(&mut stderr(), &format_args!("{} {}", self.count, self.what)),
            None => {}
        }
    }

    /// How many there were.
    pub(super) fn finish(self) -> u64 {
        if let Some(spinner) = self.spinner {
            spinner.finish_and_clear();
        }
        self.count
    }
}

const WAITING: &str = "{spinner} {msg}, {elapsed}";

/// Work without known length: a terminal shows that it goes on, and for how long.
pub(super) struct Waiting(Option<ProgressBar>);

impl Waiting {
    pub(super) fn on_standard_error(what: &'static str) -> Self {
        let spinner = at_terminal(WAITING, || ProgressBar::new_spinner().with_message(what));
        if let Some(spinner) = &spinner {
            spinner.enable_steady_tick(Duration::from_millis(200));
        }
        Self(spinner)
    }

    pub(super) fn finish(self) {
        if let Some(spinner) = self.0 {
            spinner.finish_and_clear();
        }
    }
}

const BAR: &str = "{msg} {wide_bar} {bytes} of {total_bytes}, {bytes_per_sec}, {eta} left";

/// Where it is shown.
pub(super) struct Progress {
    /// `None` without a terminal.
    bar: Option<ProgressBar>,
    told: Tenths,
}

impl Progress {
    pub(super) fn on_standard_error() -> Self {
        let bar = at_terminal(BAR, || ProgressBar::new(0).with_message("copying"));
        Self { bar, told: Tenths::default() }
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
                if let Some(tenths) = self.told.reached(bytes, of) {
                    say(&mut stderr(), &format_args!("copied {} % of {}", tenths * 10, HumanBytes(of)));
                }
            }
            (None, Step::Checking) => say(&mut stderr(), &"checking the copy"),
        }
    }
}

const ROWS: &str = "{msg} {wide_bar} {human_pos} of {human_len} rows, {rate}, {eta} left";

/// How far a transfer is, shown likewise.
pub(super) struct Rows {
    bar: Option<ProgressBar>,
    /// What is being done, and what was told of it.
    told: (&'static str, Tenths),
}

impl Rows {
    pub(super) fn on_standard_error() -> Self {
        let bar = at_terminal(ROWS, || ProgressBar::new(0));
        Self { bar, told: ("", Tenths::default()) }
    }

    pub(super) fn show(&mut self, step: TransferStep) {
        let (what, rows, of) = match step {
            TransferStep::Copied { rows, of } => ("copied", rows, of),
            TransferStep::Compared { rows, of } => ("compared", rows, of),
        };
        if let Some(bar) = &self.bar {
            bar.set_message(what);
            bar.set_length(of);
            bar.set_position(rows);
            if (what, rows) == ("compared", of) {
                bar.finish_and_clear();
            }
            return;
        }
        if self.told.0 != what {
            self.told = (what, Tenths::default());
        }
        if let Some(tenths) = self.told.1.reached(rows, of) {
            say(&mut stderr(), &format_args!("{what} {} % of {of} rows", tenths * 10));
        }
    }
}

const STEPS: &str = "{msg} {wide_bar} {human_pos} of {human_len}, {rate}, {eta} left";

/// How many of a known number are done, shown likewise.
pub(super) struct Steps {
    what: &'static str,
    bar: Option<ProgressBar>,
    done: u64,
    of: u64,
    few: u64,
    told: Tenths,
}

impl Steps {
    /// `few`: of fewer things lines about tenths would say nothing.
    pub(super) fn on_standard_error(what: &'static str, of: u64, few: u64) -> Self {
        let bar = at_terminal(STEPS, || ProgressBar::new(of).with_message(what));
        Self { what, bar, done: 0, of, few, told: Tenths::default() }
    }

    pub(super) fn one_more(&mut self) {
        self.reached(self.done + 1);
    }

    /// So many are done; with the last one the bar goes.
    pub(super) fn reached(&mut self, done: u64) {
        self.done = done;
        match &self.bar {
            Some(bar) if done < self.of => bar.set_position(done),
            Some(bar) => bar.finish_and_clear(),
            None if self.of < self.few => {}
            None => {
                if let Some(tenths) = self.told.reached(done, self.of) {
                    say(&mut stderr(), &format_args!("{} {} % of {}", self.what, tenths * 10, self.of));
                }
            }
        }
    }

    pub(super) fn finish(self) {
        if let Some(bar) = self.bar {
            bar.finish_and_clear();
        }
    }
}

const ROUNDS: &str = "{msg} {wide_bar} {human_pos} of {human_len} rounds, {elapsed} so far";

/// What a bench is doing: at a terminal a bar, elsewhere a line for what comes first and for each tenth.
pub(super) struct Bench {
    bar: Option<ProgressBar>,
    told: (&'static str, Tenths),
}

impl Bench {
    pub(super) fn on_standard_error() -> Self {
        let bar = at_terminal(ROUNDS, || ProgressBar::new(0));
        if let Some(bar) = &bar {
            bar.enable_steady_tick(Duration::from_millis(200));
        }
        Self { bar, told: ("", Tenths::default()) }
    }

    /// So many rounds are done of what is being done.
    pub(super) fn show(&mut self, what: &'static str, done: u64, of: u64) {
        if let Some(bar) = &self.bar {
            bar.set_message(what);
            bar.set_length(of);
            bar.set_position(done);
            return;
        }
        if self.told.0 != what {
            self.told = (what, Tenths::default());
            say(&mut stderr(), &what);
        }
        if let Some(tenths) = self.told.1.reached(done, of).filter(|_| of > 1) {
            say(&mut stderr(), &format_args!("{what} {} % of {of} rounds", tenths * 10));
        }
    }

    pub(super) fn finish(self) {
        if let Some(bar) = self.bar {
            bar.finish_and_clear();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_is_whole_and_in_groups() {
        assert_eq!([7524.4, 0.2, 1_234_567.0, f64::NAN].map(per_second), ["7,524/s", "0/s", "1,234,567/s", "0/s"]);
    }

    #[test]
    fn each_tenth_is_told_once() {
        let mut told = Tenths::default();
        let tenths: Vec<_> = (0..=25).filter_map(|done| told.reached(done, 20)).collect();
        assert_eq!(tenths, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
        assert_eq!(Tenths::default().reached(0, 0), Some(10));
        assert_eq!(Tenths::default().reached(7, 9), Some(7), "those that were passed at once are not told one by one");
    }
}
