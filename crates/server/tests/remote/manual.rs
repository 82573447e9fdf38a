//! What is made from the definitions of the commands.

use cloakroom_server::bench::ROWS;
use cloakroom_server::bench::measure::COLUMNS;

use crate::scene::Left;

fn run(arguments: &[&str]) -> Left {
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_cloakroom")).env_clear().args(arguments).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    Left { code: output.status.code().unwrap(), stdout: text(output.stdout), stderr: text(output.stderr) }
}

/// The cells of the table of figures in bench/README.md, its heading first.
fn figures() -> Vec<Vec<String>> {
    let readme = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../../bench/README.md")).unwrap();
    let figures = readme.split_once("\n## Figures\n").unwrap().1;
    let table = figures.lines().skip_while(|line| !line.starts_with('|')).take_while(|line| line.starts_with('|'));
    let cells = |line: &str| line.trim_matches('|').split('|').map(|cell| cell.trim().to_owned()).collect();
    table.map(cells).collect()
}

#[test]
fn a_bench_prints_rows_of_the_figures_and_leaves_nothing_behind() {
    let folder = tempfile::tempdir().unwrap();
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_cloakroom"));
    command.env_clear().env("TMPDIR", folder.path()).args(["bench", "--seconds", "1", "--callers", "2", "--sessions", "2", "--json"]);
    let output = command.output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{text} {:?}", String::from_utf8(output.stderr));
    let rows: Vec<serde_json::Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let names: Vec<&str> = rows.iter().map(|row| row["row"].as_str().unwrap()).collect();
    assert_eq!(names, ROWS);
    let figures = figures();
    assert_eq!(figures[0], COLUMNS);
    for (row, name) in rows.iter().zip(names) {
        let more = format!("{name}, ");
        assert!(figures.iter().any(|cells| cells[0] == name || cells[0].starts_with(&more)), "bench/README.md has no row {name}");
        assert!(row["per_second"].as_f64().unwrap() > 0.0 && row["p99_ms"].as_f64() >= row["p50_ms"].as_f64(), "{row}");
        assert_eq!(row["of_no_op"].is_null(), name == ROWS[0], "{row}");
    }
    let validations = &rows[1]["of_no_op"];
    assert!(validations["least"].as_f64() <= validations["median"].as_f64(), "{validations}");
    assert!(validations["median"].as_f64() <= validations["most"].as_f64(), "{validations}");
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn every_command_has_a_page() {
    let folder = tempfile::tempdir().unwrap();
    let to = folder.path().join("man1");
    let written = run(&["man", "--to", to.to_str().unwrap()]);
    assert_eq!(written.code, 0, "{written:?}");
    assert!(to.join("cloakroom.1").exists());
    for page in ["cloakroom-serve.1", "cloakroom-usm-session-create.1", "cloakroom-user-email-add.1"] {
        let text = std::fs::read_to_string(to.join(page)).unwrap_or_else(|_| panic!("{page}"));
        assert!(text.contains("Example") && text.contains(".SH OPTIONS"), "{page}: {text}");
    }
}
