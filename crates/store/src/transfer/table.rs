//! A table as its database describes it, and its rows in the order of their key.

use cloakroom_engine::error::StoreError;
use sha2::{Digest, Sha256};

use super::tables::TABLES;
use crate::Database;
use crate::driver::{Driver, DriverError, Kind, Param, Row, Value, WriteClass, all, one, query_all, query_one, record};
use crate::params;

/// Rows of one transaction.
const BATCH: i64 = 1000;

/// Adds a value on its way to a digest.
fn add_to_digest(value: &Value, into: &mut Sha256) {
    let (tag, bytes): (u8, &[u8]) = match value {
        Value::Null(_) => (0, &[]),
        Value::Int(value) => (1, &value.to_be_bytes()),
        Value::Text(value) => (2, value.as_bytes()),
        Value::Blob(value) => (3, value),
    };
    into.update([tag]);
    into.update((bytes.len() as u64).to_be_bytes());
    into.update(bytes);
}

/// A table, and the statements about it.
#[derive(Clone, Copy)]
pub(super) struct Table {
    pub(super) name: &'static str,
    kinds: &'static [Kind],
    /// Places of the primary key among the columns.
    key: &'static [usize],
    first: &'static str,
    next: &'static str,
    last: &'static str,
    insert: &'static str,
}

pub(super) fn leaked(text: String) -> &'static str {
    Box::leak(text.into_boxed_str())
}

impl Table {
    fn new(name: &'static str, columns: &[Column]) -> Self {
        let names: Vec<_> = columns.iter().map(|column| column.name.as_str()).collect();
        let mut key: Vec<_> = (0..columns.len()).filter(|at| columns[*at].pk > 0).collect();
        key.sort_by_key(|at| columns[*at].pk);
        let keys: Vec<_> = key.iter().map(|at| names[*at]).collect();
        let numbered = |count: usize| (1..=count).map(|number| format!("${number}")).collect::<Vec<_>>().join(", ");
        let (all, keyed, limit) = (names.join(", "), keys.join(", "), keys.len() + 1);
        let backwards = keys.iter().map(|name| format!("{name} DESC")).collect::<Vec<_>>().join(", ");
        Self {
            name,
            kinds: columns.iter().map(Column::kind).collect::<Vec<_>>().leak(),
            first: leaked(format!("SELECT {all} FROM {name} ORDER BY {keyed} LIMIT $1")),
            next: leaked(format!("SELECT {all} FROM {name} WHERE ({keyed}) > ({}) ORDER BY {keyed} LIMIT ${limit}", numbered(keys.len()))),
            last: leaked(format!("SELECT {all} FROM {name} ORDER BY {backwards} LIMIT 1")),
            insert: leaked(format!("INSERT INTO {name} ({all}) VALUES ({})", numbered(names.len()))),
            key: key.leak(),
        }
    }

    fn row(self, row: &dyn Row) -> Result<Vec<Value>, DriverError> {
        let value = |(at, kind): (usize, &Kind)| {
            Ok(match kind {
                Kind::Int => row.opt_int(at)?.map(Value::Int),
                Kind::Text => row.opt_text(at)?.map(|text| Value::Text(text.to_owned())),
                Kind::Blob => row.opt_blob(at)?.map(|blob| Value::Blob(blob.to_vec())),
            }
            .unwrap_or(Value::Null(*kind)))
        };
        self.kinds.iter().enumerate().map(value).collect()
    }

    pub(super) fn key_of(self, row: &[Value]) -> Vec<Value> {
        self.key.iter().map(|at| row[*at].clone()).collect()
    }

    /// The next rows behind a key.
    pub(super) async fn read(self, from: &Database, behind: Option<Vec<Value>>) -> Result<Vec<Vec<Value>>, StoreError> {
        let read = from.driver.read(move |conn| {
            Box::pin(async move {
                let (sql, key) = behind.as_ref().map_or((self.first, &[][..]), |key| (self.next, key.as_slice()));
                let params: Vec<_> = key.iter().map(Value::param).chain([Param::Int(BATCH)]).collect();
                Ok::<_, StoreError>(query_all(conn, sql, &params, |row| self.row(row)).await?)
            })
        });
        read.await
    }

    pub(super) async fn last(self, of: &Database) -> Result<Option<Vec<Value>>, StoreError> {
        let read = of
            .driver
            .read(move |conn| Box::pin(async move { Ok::<_, StoreError>(query_one(conn, self.last, &[], |row| self.row(row)).await?) }));
        Ok(read.await?.map(|row| self.key_of(&row)))
    }

    pub(super) async fn write(self, to: &Database, rows: Vec<Vec<Value>>) -> Result<(), StoreError> {
        let written = to.driver.write(WriteClass::Ordinary, move |conn| {
            Box::pin(async move {
                for row in &rows {
                    let params: Vec<_> = row.iter().map(Value::param).collect();
                    conn.change(self.insert, &params).await?;
                }
                Ok::<_, StoreError>(())
            })
        });
        written.await
    }
}

record! {
    /// A column as its database describes it.
    struct Column {
        name: String,
        kind: String = "type",
        /// Its place in the primary key, from 1, or 0.
        pk: i64,
    }
}

impl Column {
    fn kind(&self) -> Kind {
        match self.kind.to_ascii_lowercase().as_str() {
            "text" => Kind::Text,
            "blob" | "bytea" => Kind::Blob,
            _ => Kind::Int,
        }
    }
}

/// The columns of every table, as the database itself tells.
pub(super) async fn tables(of: &Database) -> Result<Vec<Table>, StoreError> {
    let sql = match &of.driver {
        Driver::Sqlite(_) => "SELECT name, type, pk FROM pragma_table_info($1) ORDER BY cid",
        Driver::Postgres(_) => {
            "SELECT CAST(c.column_name AS TEXT) AS name, CAST(c.data_type AS TEXT) AS type,
                 CAST(coalesce(k.ordinal_position, 0) AS BIGINT) AS pk
             FROM information_schema.columns c
             LEFT JOIN information_schema.table_constraints t
                 ON t.table_schema = c.table_schema AND t.table_name = c.table_name AND t.constraint_type = 'PRIMARY KEY'
             LEFT JOIN information_schema.key_column_usage k
                 ON k.constraint_schema = t.constraint_schema AND k.constraint_name = t.constraint_name AND k.column_name = c.column_name
             WHERE c.table_schema = current_schema() AND c.table_name = $1 ORDER BY c.ordinal_position"
        }
    };
    let read = of.driver.read(move |conn| {
        Box::pin(async move {
            let mut tables = Vec::with_capacity(TABLES.len());
            for name in TABLES {
                let columns = all::<Column>(conn, sql, params![*name]).await?;
                tables.push(Table::new(name, &columns));
            }
            Ok::<_, StoreError>(tables)
        })
    });
    read.await
}

pub(super) async fn count(of: &Database, table: &'static str) -> Result<u64, StoreError> {
    let sql = leaked(format!("SELECT count(*) FROM {table}"));
    let read = of
        .driver
        .read(move |conn| Box::pin(async move { Ok::<_, StoreError>(one::<i64>(conn, sql, params![]).await?.unwrap_or_default()) }));
    Ok(u64::try_from(read.await?).unwrap_or(0))
}

/// A hash over all rows up to the key, in its order, and how many there are.
pub(super) async fn digest(of: &Database, table: Table, through: Option<&Vec<Value>>) -> Result<([u8; 32], u64), StoreError> {
    let (mut hash, mut rows, mut behind) = (Sha256::new(), 0, None);
    let through = through.map(|key| digest_of(key));
    loop {
        let batch = table.read(of, behind.take()).await?;
        for row in &batch {
            row.iter().for_each(|value| add_to_digest(value, &mut hash));
            rows += 1;
            if through == Some(digest_of(&table.key_of(row))) {
                return Ok((hash.finalize().into(), rows));
            }
        }
        match batch.last() {
            Some(last) => behind = Some(table.key_of(last)),
            None => return Ok((hash.finalize().into(), rows)),
        }
    }
}

fn digest_of(key: &[Value]) -> [u8; 32] {
    let mut hash = Sha256::new();
    key.iter().for_each(|value| add_to_digest(value, &mut hash));
    hash.finalize().into()
}
