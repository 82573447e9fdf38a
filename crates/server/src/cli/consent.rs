//! What cannot be taken back is asked about at a terminal, and wants `--yes` elsewhere.

use std::io::{BufRead as _, IsTerminal as _, stderr, stdin};

use clap::Args;
use indicatif::HumanCount;

use super::remote::usage;
use super::{Failure, say};

/// Whether something that cannot be taken back is wanted.
#[derive(Clone, Copy, Debug, Args)]
pub(super) struct Consent {
    /// Do it without a question; without a terminal nothing is done otherwise.
    #[arg(long, short = 'y')]
    yes: bool,
}

/// How it is found out whether something is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Asking {
    Given,
    AtTerminal,
}

impl Consent {
    /// One whose flag has another name.
    pub(super) const fn given(yes: bool) -> Self {
        Self { yes }
    }

    /// Whether there is somebody to ask.
    pub(super) fn is_asked() -> bool {
        stdin().is_terminal() && stderr().is_terminal()
    }

    /// Asks before something happens, having found out what that is and to how many; with `--yes` neither.
    ///
    /// # Errors
    /// Where nobody can be asked, before anything is found out; where somebody says no.
    pub(super) async fn to(self, told: impl AsyncFnOnce() -> Result<String, Failure>) -> Result<(), Failure> {
        match self.how()? {
            Asking::Given => Ok(()),
            Asking::AtTerminal => answered(&told().await?),
        }
    }

    /// The same of what is known already.
    pub(super) fn to_this(self, told: impl FnOnce() -> String) -> Result<(), Failure> {
        match self.how()? {
            Asking::Given => Ok(()),
            Asking::AtTerminal => answered(&told()),
        }
    }

    fn how(self) -> Result<Asking, Failure> {
        match self.yes {
            true => Ok(Asking::Given),
            false if Self::is_asked() => Ok(Asking::AtTerminal),
            false => {
                Err(usage("this cannot be taken back, and there is no terminal to ask at").hint("add --yes to do it without a question"))
            }
        }
    }
}

fn answered(told: &str) -> Result<(), Failure> {
    say(&mut stderr(), &format_args!("{told}\nGo on? [y/N]"));
    let mut line = String::new();
    stdin().lock().read_line(&mut line).map_err(|error| Failure::new(format_args!("nothing was answered: {error}")))?;
    if is_yes(&line) { Ok(()) } else { Err(Failure::new("nothing was done")) }
}

fn is_yes(line: &str) -> bool {
    matches!(line.trim().to_lowercase().as_str(), "y" | "yes")
}

/// `no session`, `1 session`, `7,524 sessions`.
pub(super) fn counted(count: u64, one: &str) -> String {
    match count {
        0 => format!("no {one}"),
        1 => format!("1 {one}"),
        count => format!("{} {one}s", HumanCount(count)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_yes_is_yes() {
        assert!(["y\n", "yes\n", " Y \n", "YES"].iter().all(|line| is_yes(line)));
        assert!(["", "\n", "n\n", "no", "yeah", "j"].iter().all(|line| !is_yes(line)));
    }

    #[test]
    fn counts_are_said_as_people_say_them() {
        assert_eq!([0, 1, 7524].map(|count| counted(count, "session")), ["no session", "1 session", "7,524 sessions"]);
    }
}
