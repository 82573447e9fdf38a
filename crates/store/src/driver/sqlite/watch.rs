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

use crate::live::{FACT_TABLES, Fact, FactKind, FactTable, number_of_uid};

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
    let kind = call.get::<i64>(0).ok().and_then(FactKind::from_code);
    let number = match call.get_raw(1) {
        ValueRef::Integer(number) => Some(number),
        ValueRef::Blob(uid) => Some(number_of_uid(uid)),
        _ => None,
    };
    kind.zip(number).map_or(Fact::Everything, |(kind, number)| kind.numbered(number))
}

/// The columns of which a change counts.
fn heeded(raw: &Connection, table: &FactTable) -> rusqlite::Result<Vec<String>> {
    let mut columns = raw.prepare("SELECT name FROM pragma_table_info(?1)")?;
    let names = columns.query_map([table.name], |row| row.get(0))?.collect::<rusqlite::Result<Vec<String>>>()?;
    Ok(names.into_iter().filter(|name| !table.unheeded.contains(&&**name)).collect())
}

fn triggers(table: &FactTable, heeded: &[String]) -> String {
    let FactTable { name, kind, number, .. } = table;
    let code = *kind as i64;
    let mut sql = String::new();
    let mut on = |event: &str, condition: &str, rows: &[&str]| {
        let _ = write!(sql, "CREATE TEMP TRIGGER facts_{name}_{event} AFTER {event} ON main.{name}{condition} BEGIN ");
        for row in rows {
            let _ = write!(sql, "SELECT fact_changed({code}, {row}.{number}); ");
        }
        sql.push_str("END;\n");
    };
    let mut condition = String::new();
    if !table.unheeded.is_empty() {
        let differs: Vec<String> = heeded.iter().map(|column| format!("OLD.{column} IS NOT NEW.{column}")).collect();
        condition = format!(" WHEN {}", differs.join(" OR "));
    }
    on("UPDATE", &condition, &["OLD", "NEW"]);
    on("DELETE", "", &["OLD"]);
    if table.births_count {
        on("INSERT", "", &["NEW"]);
    }
    sql
}
