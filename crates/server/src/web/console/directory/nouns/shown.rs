//! What all nouns have in common: what is shown of them, what is wanted, and what came of it.

use cloakroom_engine::audit::RequestOrigin;
use cloakroom_engine::callers::{DirectoryAdmin, Refusal};
use cloakroom_engine::cursor::{Cursor, Unlisted};
use cloakroom_engine::directory::admin::client_secrets::MintedSecret;
use cloakroom_engine::error::EngineError;
use cloakroom_engine::page::ListPage;

use crate::http::declared::words::Identified;
use crate::web::console::directory::cell::Cell;
use crate::web::surface::FrontDesk;

/// The columns of a noun's table: in files, and as the names of their texts.
pub struct Columns {
    pub names: &'static [&'static str],
    pub heads: &'static [&'static str],
}

/// What is shown of an entry besides its name.
pub struct Shown {
    pub title: String,
    pub uid: String,
    pub status: &'static str,
    /// Each with the name of its text.
    pub facts: Vec<(&'static str, Cell)>,
    pub parts: Vec<Part>,
}

/// Something that an entry has several of.
pub struct Part {
    pub kind: PartKind,
    pub rows: Vec<PartRow>,
}

/// One of them.
pub struct PartRow {
    /// How its deeds name it.
    pub which: String,
    pub cells: Vec<Cell>,
    /// What may be done with it.
    pub deeds: &'static [&'static str],
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PartKind {
    Emails,
    Locks,
    Secrets,
    Domains,
}

/// What was made.
pub struct Made {
    pub uid: String,
    /// Told now and never again.
    pub secret: Option<MintedSecret>,
}

impl Made {
    pub fn plain(uid: impl ToString) -> Self {
        Self { uid: uid.to_string(), secret: None }
    }
}

/// A form that cannot be read, or what became of it. The sheet knows what is wrong with it.
pub type Tried<T> = Result<Option<Result<T, Refusal>>, EngineError>;

/// Rows of a table, some at a time.
pub type Window = Result<Result<ListPage<Vec<Cell>, Cursor>, Unlisted<Refusal>>, EngineError>;

/// What somebody wants done, and by what right.
pub struct Doing<'a> {
    pub desk: &'a FrontDesk,
    pub admin: &'a DirectoryAdmin,
    pub origin: &'a RequestOrigin,
}

/// The page of a list as rows of a table.
pub fn rows<T>(
    found: Result<ListPage<T, Cursor>, Unlisted<Refusal>>,
    row: impl Fn(&T) -> Vec<Cell>,
) -> Result<ListPage<Vec<Cell>, Cursor>, Unlisted<Refusal>> {
    found.map(|page| ListPage { rows: page.rows.iter().map(row).collect(), total: page.total, next: page.next })
}

/// What an address names; what is no id names nothing within reach.
pub fn named<T: Identified>(uid: &str) -> Result<T, Refusal> {
    T::parse(uid).ok_or(Refusal::OutOfReach)
}
