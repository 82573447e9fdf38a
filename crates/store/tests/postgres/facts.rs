//! The triggers that tell what is changed in the tables of facts, whoever changes it.

use cloakroom_store::{FACT_TABLES, FactKind, FactTable};

use crate::cluster::{Past, Scratch};
use crate::{open, options};

/// As whoever replicates or mends: no key of another table is checked, and other triggers are silent.
const ALONE: &str = "SET session_replication_role = replica;";

/// Columns of a table, with their types.
fn columns(past: &Past, table: &str) -> Vec<(String, String)> {
    let sql = format!(
        "SELECT column_name, data_type FROM information_schema.columns
         WHERE table_schema = 'public' AND table_name = '{table}' ORDER BY ordinal_position"
    );
    past.rows(&sql).into_iter().map(|row| (row[0].clone().unwrap(), row[1].clone().unwrap())).collect()
}

fn value(table: &FactTable, (column, kind): &(String, String)) -> &'static str {
    match kind.as_str() {
        _ if column == "only_row" => "1",
        "bigint" if column == table.number => "7",
        "bigint" => "0",
        "bytea" => r"'\x00000000000000070000000000000000'",
        _ => "'text'",
    }
}

fn changed_value((column, kind): &(String, String)) -> String {
    match kind.as_str() {
        "bigint" => format!("{column} + 1"),
        "bytea" => r"'\x00000000000000080000000000000000'".into(),
        _ => format!("{column} || '!'"),
    }
}

fn birth(past: &Past, table: &FactTable) -> String {
    let columns = columns(past, table.name);
    let names: Vec<&str> = columns.iter().map(|(name, _)| &**name).collect();
    let values: Vec<&str> = columns.iter().map(|column| value(table, column)).collect();
    format!("{ALONE} INSERT INTO {} ({}) VALUES ({})", table.name, names.join(", "), values.join(", "))
}

/// A database with one row in every table of facts, whose number is 7.
fn database() -> Scratch {
    let scratch = Scratch::new();
    let past = scratch.past();
    past.batch("DELETE FROM server");
    for table in FACT_TABLES {
        past.batch(&birth(&past, table));
    }
    scratch
}

/// What has been told since this was last asked: kinds and numbers.
fn told(past: &Past) -> Vec<(i64, i64)> {
    let number = |text: &Option<String>| text.as_ref().unwrap().parse().unwrap();
    let told = past.rows("SELECT kind, number FROM fact_feed WHERE position > 0 ORDER BY 1, 2");
    past.batch("DELETE FROM fact_feed WHERE position > 0");
    told.iter().map(|row| (number(&row[0]), number(&row[1]))).collect()
}

fn number(table: &FactTable) -> i64 {
    if table.number == "only_row" { 1 } else { 7 }
}

#[test]
fn whatever_is_changed_by_hand_is_told_and_what_no_verdict_looks_at_is_not() {
    let scratch = database();
    let past = scratch.past();
    for table in FACT_TABLES {
        told(&past);
        let (name, kind) = (table.name, table.kind as i64);
        for column in columns(&past, name).iter().filter(|(column, _)| column != "only_row") {
            let set = |value: &str| past.batch(&format!("{ALONE} UPDATE {name} SET {} = {value}", column.0));
            set(&changed_value(column));
            let changes = told(&past);
            let heeded = !table.unheeded.contains(&&*column.0);
            assert_eq!(changes.contains(&(kind, number(table))), heeded, "{name}.{}: {changes:?}", column.0);
            if column.0 == table.number {
                assert!(changes.contains(&(kind, 8)), "a row that moves is told of both: {name}: {changes:?}");
            }
            set(value(table, column));
            told(&past);
        }
    }
}

#[test]
fn a_row_that_goes_is_told_and_one_that_comes_where_it_belongs_to_a_fact() {
    let scratch = database();
    let past = scratch.past();
    for table in FACT_TABLES {
        told(&past);
        let fact = (table.kind as i64, number(table));
        past.batch(&format!("{ALONE} DELETE FROM {}", table.name));
        assert_eq!(told(&past), [fact], "{}", table.name);
        past.batch(&birth(&past, table));
        assert_eq!(told(&past), if table.births_count { vec![fact] } else { vec![] }, "{}", table.name);
    }
    for table in FACT_TABLES {
        past.batch(&format!("TRUNCATE {} CASCADE", table.name));
        assert!(told(&past).contains(&(FactKind::Everything as i64, 0)), "{}", table.name);
    }
}

/// Where each change stands in the feed.
fn places(past: &Past) -> Vec<String> {
    let rows =
        past.rows("SELECT stripe || '/' || position || ': ' || number FROM fact_feed WHERE position > 0 ORDER BY stripe, position, number");
    rows.into_iter().map(|mut row| row.remove(0).unwrap()).collect()
}

/// One position for a transaction, taken back with the savepoint that took it.
#[test]
fn what_commits_together_has_one_position_and_positions_have_no_gap() {
    let scratch = Scratch::new();
    let past = scratch.past();
    let users = "INSERT INTO users (number, uid, username, status, status_since, role, is_operator, created_at, updated_at)
                 SELECT n, decode(lpad(to_hex(n), 32, '0'), 'hex'), n::TEXT, '', 0, '', 0, 0, 0 FROM generate_series(1, 60) n";
    past.batch(users);
    past.batch(
        "BEGIN;
         UPDATE users SET role = 'a' WHERE number = 5;
         SAVEPOINT gone;
         UPDATE users SET role = 'b' WHERE number IN (21, 6);
         ROLLBACK TO gone;
         SAVEPOINT kept;
         UPDATE users SET role = 'c' WHERE number IN (37, 7);
         RELEASE kept;
         UPDATE users SET role = 'd' WHERE number IN (23, 6);
         COMMIT",
    );
    assert_eq!(places(&past), ["5/1: 5", "5/1: 37", "6/1: 6", "7/1: 7", "7/1: 23"]);
    past.batch("BEGIN; UPDATE users SET role = 'e' WHERE number = 5; ROLLBACK");
    past.batch("UPDATE users SET role = 'f' WHERE number = 53");
    assert_eq!(places(&past)[..3], ["5/1: 5", "5/1: 37", "5/2: 53"], "what was rolled back took no position");
}

/// Whoever may change a row needs no right to what is told of it, and tells all the same; nothing of theirs takes its place.
#[test]
fn a_change_is_told_whatever_its_maker_may_and_looks_at() {
    let scratch = database();
    let (past, name) = (scratch.past(), scratch.name());
    told(&past);
    past.batch(&format!("CREATE ROLE mender_of_{name}; GRANT UPDATE, SELECT ON users, session_touches TO mender_of_{name}"));
    past.batch(&format!(
        "SET ROLE mender_of_{name}; SET search_path = pg_catalog;
         CREATE TEMP TABLE fact_feed (stripe BIGINT, position BIGINT, kind BIGINT, number BIGINT, at BIGINT);
         UPDATE public.users SET role = 'mended'; UPDATE public.session_touches SET expiry_edition = 9"
    ));
    assert_eq!(told(&past), [(FactKind::User as i64, 7), (FactKind::Session as i64, 7)]);
    past.batch(&format!("DROP OWNED BY mender_of_{name}; DROP ROLE mender_of_{name}"));
}

/// Old changes go by whole positions, and the last of a stripe stays.
#[tokio::test]
async fn who_runs_the_background_tasks_lets_old_changes_go() {
    let scratch = Scratch::new();
    let past = scratch.past();
    past.batch(
        "INSERT INTO partners (number, uid, code, name, created_at, updated_at)
         SELECT n, decode(lpad(to_hex(n), 32, '0'), 'hex'), n::TEXT, '', 0, 0 FROM generate_series(1, 3) n",
    );
    for number in 1..=3 {
        past.batch(&format!("UPDATE partners SET epoch = 1 WHERE number = {number}"));
    }
    past.batch("UPDATE partners SET epoch = 2");
    let old = "UPDATE fact_feed SET at = at - 3600000 WHERE position IN";
    past.batch(&format!("{old} (1, 2)"));
    let trim = async || {
        let postgres = open(&scratch, &options());
        while postgres.may_run_tasks().await != Ok(true) {}
        postgres.shutdown();
    };
    trim().await;
    assert_eq!(places(&past), ["16/3: 3", "16/4: 1", "16/4: 2", "16/4: 3"]);
    past.batch(&format!("{old} (3, 4)"));
    trim().await;
    assert_eq!(places(&past), ["16/4: 1", "16/4: 2", "16/4: 3"]);
}
