//! What a command prints: for people a table or a list of facts, for programs JSON.

use std::io::{IsTerminal as _, Write};
use std::time::Duration;

use cloakroom_client::Page;
use console::Style;
use serde::Serialize;
use serde_json::Value;

use super::table;
use crate::cli::say;

/// Where it is printed to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::cli) struct Screen {
    /// Whether colours are seen and wanted.
    pub(in crate::cli) colours: bool,
    /// How many columns a terminal has; `None` elsewhere.
    pub(in crate::cli) width: Option<usize>,
}

impl Screen {
    pub(in crate::cli) const PLAIN: Self = Self { colours: false, width: None };

    /// In a style where that is wanted.
    pub(in crate::cli) fn painted(self, text: &str, style: Style) -> String {
        if self.colours { style.force_styling(true).apply_to(text).to_string() } else { text.to_owned() }
    }

    /// Standard output: colours at a terminal, unless `NO_COLOR` is set, and its width, where it tells that.
    pub(in crate::cli) fn of_process() -> Self {
        let is_terminal = std::io::stdout().is_terminal();
        let width = is_terminal.then(|| console::Term::stdout().size_checked()).flatten().map(|(_, columns)| usize::from(columns));
        Self { colours: is_terminal && console::colors_enabled(), width: width.filter(|width| *width > 0) }
    }
}

/// What there is to print.
pub(in crate::cli) enum Shown {
    /// A list: its records, what people see of them, and how to see more.
    List { records: Vec<Value>, columns: &'static [&'static str], more: Option<String> },
    /// One record.
    Record(Value),
    /// That it was done.
    Nothing(&'static str),
}

impl Shown {
    pub(in crate::cli) fn record(record: &impl Serialize) -> Self {
        Self::Record(value(record))
    }

    pub(in crate::cli) fn list(records: &[impl Serialize], columns: &'static [&'static str], more: Option<String>) -> Self {
        Self::List { records: records.iter().map(value).collect(), columns, more }
    }

    /// A page of a list with totals.
    pub(in crate::cli) fn page(page: &Page<impl Serialize>, columns: &'static [&'static str]) -> Self {
        let next = (page.page < page.total_pages).then(|| format!("--page {} ({} in all)", page.page + 1, page.total_items));
        Self::list(&page.items, columns, next)
    }

    pub(in crate::cli) const fn nothing(done: &'static str) -> Self {
        Self::Nothing(done)
    }

    /// A new record with the one secret that this command is there to show.
    pub(in crate::cli) fn with_secret(record: &impl Serialize, place: &str, secret: &cloakroom_client::Secret) -> Self {
        let mut shown = value(record);
        if let Some(field) = shown.pointer_mut(place) {
            *field = secret.expose().into();
        }
        Self::Record(shown)
    }

    pub(in crate::cli) fn print(&self, json: bool, screen: Screen, now: Duration, out: &mut impl Write, err: &mut impl Write) {
        match self {
            Self::List { records, more, .. } if json => {
                records.iter().for_each(|record| say(out, record));
                more_there_is(more.as_deref(), err);
            }
            Self::Record(record) if json => say(out, record),
            Self::Nothing(_) if json => say(out, &"{}"),
            Self::List { records, columns, more } => {
                if records.is_empty() {
                    say(err, &"nothing found");
                } else {
                    let fitted = table::of(records, columns, screen, now);
                    say(out, &fitted.text);
                    if !fitted.left_out.is_empty() {
                        say(err, &format_args!("no room for: {} (--json has all)", fitted.left_out.join(", ")));
                    }
                }
                more_there_is(more.as_deref(), err);
            }
            Self::Record(record) => say(out, &table::facts(record, screen, now)),
            Self::Nothing(done) => say(out, done),
        }
    }
}

fn more_there_is(more: Option<&str>, err: &mut impl Write) {
    if let Some(more) = more {
        say(err, &format_args!("more: {more}"));
    }
}

/// Records are structs of texts and numbers: writing them to memory does not fail.
fn value(record: &impl Serialize) -> Value {
    serde_json::to_value(record).unwrap_or_default()
}
