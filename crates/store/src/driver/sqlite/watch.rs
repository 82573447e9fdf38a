//! Which facts a transaction changes, as SQLite itself tells: temporary triggers of the writing connection call a function of this
//! process for every row that is changed, whichever statement does it. They exist for this connection alone and leave no trace in the
//! file. (The pre-update hook would tell the same, but its bindings cannot be built without a C compiler's library.)

use std::fmt::Write as _;
use std::mem;
use std::sync::Arc;

use parking_lot::Mutex;
use rusqlite::Connection;
use rusqlite::functions::{Context, FunctionFlags};
use rusqlite::types::ValueRef;

use crate::live::{FACT_TABLES, Fact, FactTable, number_of_uid};

/// The facts that were changed since they were taken last.
#[derive(Clone, Default)]
pub(super) struct Changed(Arc<Mutex<Vec<Fact>>>);

impl Changed {
    /// Listens to what `raw` changes.
    pub(super) fn by(raw: &Connection) -> rusqlite::Result<Self> {
        let changed = Self::default();
        let noted = changed.0.clone();
        raw.create_scalar_function("fact_changed", 2, FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_INNOCUOUS, move |call| {
            noted.lock().push(told(call));
            Ok(rusqlite::types::Null)
        })?;
        for table in FACT_TABLES {
            raw.execute_batch(&triggers(table, &heeded(raw, table)?))?;
        }
        Ok(changed)
    }

    /// What was changed. Of a transaction that was rolled back, too: nothing is lost by reading it again.
    pub(super) fn take(&self) -> Vec<Fact> {
        mem::take(&mut self.0.lock())
    }
}

fn told(call: &Context<'_>) -> Fact {
    let code = call.get(0).ok();
    let number = match call.get_raw(1) {
        ValueRef::Integer(number) => Some(number),
        ValueRef::Blob(uid) => Some(number_of_uid(uid)),
        _ => None,
    };
    code.zip(number).map_or(Fact::EVERYTHING, |(code, number)| Fact::told(code, number))
}

/// The columns of which a change counts.
fn heeded(raw: &Connection, table: &FactTable) -> rusqlite::Result<Vec<String>> {
    let mut columns = raw.prepare("SELECT name FROM pragma_table_info(?1)")?;
    let names = columns.query_map([table.name], |row| row.get(0))?.collect::<rusqlite::Result<Vec<String>>>()?;
    Ok(names.into_iter().filter(|name| !table.unheeded.contains(&&**name)).collect())
}

fn triggers(table: &FactTable, heeded: &[String]) -> String {
    let FactTable { name, kind, number, .. } = table;
    let call = |row: &str| format!("SELECT fact_changed({}, {row}.{number})", *kind as i64);
    let mut sql = String::new();
    let mut on = |event: &str, condition: &str, calls: &[String]| {
        let calls = calls.join("; ");
        let _ = writeln!(sql, "CREATE TEMP TRIGGER facts_{name}_{event} AFTER {event} ON main.{name}{condition} BEGIN {calls}; END;");
    };
    let mut condition = String::new();
    if !table.unheeded.is_empty() {
        let differs: Vec<String> = heeded.iter().map(|column| format!("OLD.{column} IS NOT NEW.{column}")).collect();
        condition = format!(" WHEN {}", differs.join(" OR "));
    }
    // Of a row that moves from one fact to another, both.
    let moved = format!("{} WHERE OLD.{number} IS NOT NEW.{number}", call("NEW"));
    on("UPDATE", &condition, &[call("OLD"), moved]);
    on("DELETE", "", &[call("OLD")]);
    if table.births_count {
        on("INSERT", "", &[call("NEW")]);
    }
    sql
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::driver::sqlite::schema;
    use crate::migrate;

    /// A database with one row in every table of facts, whose number is 7.
    fn database() -> Connection {
        let raw = Connection::open_in_memory().unwrap();
        raw.pragma_update(None, "foreign_keys", "OFF").unwrap();
        schema::make(&raw, migrate::SQLITE).unwrap();
        raw.execute("DELETE FROM server", ()).unwrap();
        for table in FACT_TABLES {
            let columns = columns(&raw, table.name);
            let names: Vec<&str> = columns.iter().map(|(name, _)| &**name).collect();
            let values: Vec<&str> = columns.iter().map(|(name, kind)| value(table, name, kind)).collect();
            let sql = format!("INSERT INTO {} ({}) VALUES ({})", table.name, names.join(", "), values.join(", "));
            raw.execute(&sql, ()).unwrap();
        }
        raw
    }

    fn columns(raw: &Connection, table: &str) -> Vec<(String, String)> {
        let mut statement = raw.prepare("SELECT name, type FROM pragma_table_info(?1)").unwrap();
        statement.query_map([table], |row| Ok((row.get(0)?, row.get(1)?))).unwrap().collect::<Result<_, _>>().unwrap()
    }

    fn value(table: &FactTable, column: &str, kind: &str) -> &'static str {
        match (kind, column) {
            (_, "only_row") => "1",
            ("INTEGER", _) if column == table.number => "7",
            ("INTEGER", _) => "0",
            ("BLOB", _) => "x'00000000000000070000000000000000'",
            _ => "'text'",
        }
    }

    fn changed_value(column: &str, kind: &str) -> String {
        match kind {
            "INTEGER" => format!("{column} + 1"),
            "BLOB" => "x'00000000000000080000000000000000'".into(),
            _ => format!("{column} || '!'"),
        }
    }

    fn fact(table: &FactTable) -> Fact {
        table.kind.numbered(if table.name == "server" { 1 } else { 7 })
    }

    #[test]
    fn whatever_is_changed_in_plain_sql_is_told_and_what_no_verdict_looks_at_is_not() {
        for table in FACT_TABLES {
            for (column, kind) in columns(&database(), table.name) {
                if column == "only_row" {
                    continue;
                }
                let raw = database();
                let changed = Changed::by(&raw).unwrap();
                raw.execute(&format!("UPDATE {} SET {column} = {}", table.name, changed_value(&column, &kind)), ()).unwrap();
                let told = changed.take();
                let heeded = !table.unheeded.contains(&&*column);
                assert_eq!(
                    told.iter().filter(|told| **told == fact(table)).count(),
                    usize::from(heeded),
                    "{}.{column}: {told:?}",
                    table.name
                );
                if column == table.number && kind == "INTEGER" {
                    assert!(told.contains(&table.kind.numbered(8)), "a row that moves is told of both: {}.{column}: {told:?}", table.name);
                }
            }
        }
    }

    #[test]
    fn a_row_that_goes_is_told_and_one_that_comes_where_it_belongs_to_a_fact() {
        for table in FACT_TABLES {
            let raw = database();
            let changed = Changed::by(&raw).unwrap();
            // Without a condition: the shortest way that SQLite has.
            raw.execute(&format!("DELETE FROM {}", table.name), ()).unwrap();
            assert!(changed.take().contains(&fact(table)), "{}", table.name);
            let columns = columns(&raw, table.name);
            let values: Vec<&str> = columns.iter().map(|(name, kind)| value(table, name, kind)).collect();
            raw.execute(&format!("INSERT INTO {} VALUES ({})", table.name, values.join(", ")), ()).unwrap();
            assert_eq!(changed.take().contains(&fact(table)), table.births_count, "{}", table.name);
        }
    }
}
