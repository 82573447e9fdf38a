//! Which part of a list, and how to see more of it.

use clap::{Args, ValueEnum};
use cloakroom_client::usm::{Cursors, ListStatus};

/// Which side of a list is shown.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(in crate::cli) enum Status {
    Active,
    Doomed,
    All,
}

impl From<Status> for ListStatus {
    fn from(status: Status) -> Self {
        match status {
            Status::Active => Self::Active,
            Status::Doomed => Self::Doomed,
            Status::All => Self::All,
        }
    }
}

/// Which part of a list whose sides have cursors of their own.
#[derive(Debug, Args)]
pub(super) struct SplitListArgs {
    /// What is listed.
    #[arg(long, value_enum, default_value = "active")]
    pub(super) status: Status,
    /// How many at once, 1 to 256; of all it counts for each side [default: 8].
    #[arg(long, value_name = "N")]
    pub(super) limit: Option<u32>,
    /// The cursor of the page before.
    #[arg(long, value_name = "CURSOR")]
    next_token: Option<String>,
    /// Where to go on with the active side of all.
    #[arg(long, value_name = "CURSOR")]
    active_next_token: Option<String>,
    /// Where to go on with the doomed side of all.
    #[arg(long, value_name = "CURSOR")]
    doomed_next_token: Option<String>,
}

impl SplitListArgs {
    pub(super) fn cursors(&self) -> Cursors {
        let mut cursors = Cursors::default();
        cursors.next_token.clone_from(&self.next_token);
        cursors.active_next_token.clone_from(&self.active_next_token);
        cursors.doomed_next_token.clone_from(&self.doomed_next_token);
        cursors
    }
}

/// How to see more of a list, as arguments.
pub(super) fn more(cursors: &Cursors) -> Option<String> {
    let sides = [
        ("--next-token", &cursors.next_token),
        ("--active-next-token", &cursors.active_next_token),
        ("--doomed-next-token", &cursors.doomed_next_token),
    ];
    let given: Vec<_> = sides.iter().filter_map(|(flag, cursor)| Some(format!("{flag} {}", cursor.as_ref()?))).collect();
    (!given.is_empty()).then(|| given.join(" "))
}
