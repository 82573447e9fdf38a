//! One schema in two databases: the same tables, the same columns, the same of them that may be empty.

use std::sync::Arc;

use cloakroom_engine::sessions::touches::PendingTouches;
use cloakroom_store::Database;
use cloakroom_store::driver::sqlite::{Location, Options};
use cloakroom_store::migrate::{POSTGRES, SQLITE};
use cloakroom_store::transfer::OF_POSTGRES_ALONE;

use crate::cluster::Scratch;

/// Table, column, whether it may be `NULL`; what the database itself adds left out.
type Column = (String, String, bool);

fn of_sqlite() -> Vec<Column> {
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join("store.db");
    let location = Location::File(file.clone());
    Database::open(&location, &Options::default(), Arc::new(PendingTouches::default())).unwrap().shutdown();
    let connection = rusqlite::Connection::open(file).unwrap();
    // A primary key of one integer is never NULL, whatever its declaration says.
    let sql = "SELECT t.name, c.name, c.\"notnull\" = 0 AND c.pk = 0 FROM pragma_table_list t, pragma_table_info(t.name) c
               WHERE t.schema = 'main' AND t.name NOT LIKE 'sqlite_%' ORDER BY 1, 2";
    let mut statement = connection.prepare(sql).unwrap();
    let rows = statement.query_map((), |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).unwrap();
    rows.map(Result::unwrap).collect()
}

fn of_postgres() -> Vec<Column> {
    let sql = "SELECT table_name, column_name, is_nullable FROM information_schema.columns
               WHERE table_schema = 'public' ORDER BY table_name COLLATE \"C\", column_name COLLATE \"C\"";
    let rows = Scratch::new().past().rows(sql).into_iter().map(|row| {
        let [table, column, nullable]: [Option<String>; 3] = row.try_into().unwrap();
        (table.unwrap(), column.unwrap(), nullable.as_deref() == Some("YES"))
    });
    rows.collect()
}

#[test]
fn both_have_the_same_tables_and_columns() {
    let (alone, shared): (Vec<_>, Vec<_>) = of_postgres().into_iter().partition(|(table, ..)| OF_POSTGRES_ALONE.contains(&&**table));
    assert_eq!(shared, of_sqlite());
    let columns: Vec<_> = alone.iter().map(|(table, column, _)| format!("{table}.{column}")).collect();
    let feed = ["fact_feed.at", "fact_feed.kind", "fact_feed.number", "fact_feed.position", "fact_feed.stripe"];
    assert_eq!(columns, [&feed[..], &["fact_heads.position", "fact_heads.stripe"]].concat());
}

#[test]
fn both_have_the_same_migrations() {
    let names = |migrations: &[cloakroom_store::migrate::Migration]| -> Vec<_> {
        migrations.iter().map(|migration| (migration.version, migration.name)).collect()
    };
    assert_eq!(names(POSTGRES), names(SQLITE));
}

/// Texts compare by their bytes in both, and numbers have the same width.
#[test]
fn every_column_is_of_a_type_that_both_know() {
    let sql = "SELECT table_name || '.' || column_name || ' ' || data_type || ' ' || coalesce(collation_name, '')
               FROM information_schema.columns
               WHERE table_schema = 'public' AND (data_type, coalesce(collation_name, '')) NOT IN
                     (('bigint', ''), ('bytea', ''), ('text', 'C'))";
    assert_eq!(Scratch::new().past().rows(sql), Vec::<Vec<Option<String>>>::new());
}
