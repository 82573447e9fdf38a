//! Where a connection's prepared statements are.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use fragile::Fragile;
use rusqlite::PrepFlags;

use super::connection::{bind, driver_error};
use super::placeholders;
use crate::driver::{DriverError, Param, Statement};

/// Statements a connection keeps prepared. Above what the whole store has, so that none is ever evicted.
const PREPARED_STATEMENTS: usize = 512;

/// Address and length of a text, and what its rows are read as.
type TextAddress = (usize, usize, usize);

/// A raw connection with what it has prepared.
pub(in crate::driver::sqlite) trait Prepared: Send {
    fn raw(&self) -> &rusqlite::Connection;

    /// Has `run` run a statement to which these parameters are bound. What it is read as is checked when it is prepared.
    fn run<T>(
        &mut self,
        statement: Statement,
        params: &[Param<'_>],
        run: impl FnOnce(&mut rusqlite::Statement<'_>) -> Result<T, DriverError>,
    ) -> Result<T, DriverError>;
}

/// Of a connection that goes from thread to thread, which no statement of rusqlite's may: rusqlite keeps them, by their text.
pub(in crate::driver::sqlite) struct ByText {
    raw: rusqlite::Connection,
    /// What was rewritten and checked, once.
    rewritten: HashMap<TextAddress, String>,
}

impl ByText {
    pub(in crate::driver::sqlite) fn of(raw: rusqlite::Connection) -> Self {
        raw.set_prepared_statement_cache_capacity(PREPARED_STATEMENTS);
        Self { raw, rewritten: HashMap::new() }
    }
}

impl Prepared for ByText {
    fn raw(&self) -> &rusqlite::Connection {
        &self.raw
    }

    fn run<T>(
        &mut self,
        statement: Statement,
        params: &[Param<'_>],
        run: impl FnOnce(&mut rusqlite::Statement<'_>) -> Result<T, DriverError>,
    ) -> Result<T, DriverError> {
        let text = match self.rewritten.entry(statement.key()) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(new) => {
                let text = placeholders::rewrite(statement.sql);
                statement.check(self.raw.prepare_cached(&text).map_err(driver_error)?.column_names())?;
                new.insert(text)
            }
        };
        let mut prepared = self.raw.prepare_cached(text).map_err(driver_error)?;
        bind(&mut prepared, statement, params)?;
        run(&mut prepared)
    }
}

/// Of a connection that stays on its thread: the statements themselves, by the address of their text. Hashing a text of kilobytes twice
/// for each use, as rusqlite must, costs the one writer more than SQLite takes for some of them.
pub(in crate::driver::sqlite) struct ByAddress<'c>(Fragile<Held<'c>>);

struct Held<'c> {
    raw: &'c rusqlite::Connection,
    statements: HashMap<TextAddress, rusqlite::Statement<'c>>,
}

impl<'c> ByAddress<'c> {
    /// To be used on this thread alone.
    pub(in crate::driver::sqlite) fn of(raw: &'c rusqlite::Connection) -> Self {
        Self(Fragile::new(Held { raw, statements: HashMap::new() }))
    }
}

impl Prepared for ByAddress<'_> {
    fn raw(&self) -> &rusqlite::Connection {
        self.0.get().raw
    }

    fn run<T>(
        &mut self,
        statement: Statement,
        params: &[Param<'_>],
        run: impl FnOnce(&mut rusqlite::Statement<'_>) -> Result<T, DriverError>,
    ) -> Result<T, DriverError> {
        let Held { raw, statements } = self.0.get_mut();
        let prepared = match statements.entry(statement.key()) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(new) => {
                let text = placeholders::rewrite(statement.sql);
                let prepared = raw.prepare_with_flags(&text, PrepFlags::SQLITE_PREPARE_PERSISTENT).map_err(driver_error)?;
                statement.check(prepared.column_names())?;
                new.insert(prepared)
            }
        };
        let result = bind(prepared, statement, params).and_then(|()| run(prepared));
        // As rusqlite does with those that it keeps: what was bound is kept no longer than it is needed.
        prepared.clear_bindings();
        result
    }
}
