//! Aligned columns. Times are relative; what is over is dim.

use std::time::Duration;

use console::{Style, measure_text_width, pad_str};
use serde_json::Value;

use super::shown::Screen;
use super::times::relative;

/// The greatest width of a column. Longer values are cut; `--json` has them whole.
const WIDEST: usize = 60;

/// Records under these columns.
pub(super) fn of(records: &[Value], columns: &[&str], screen: Screen, now: Duration) -> String {
    let heads: Vec<String> = columns.iter().map(|column| head(column)).collect();
    let rows: Vec<Vec<String>> =
        records.iter().map(|record| columns.iter().map(|column| cell(column, &record[*column], now)).collect()).collect();
    let width = |index: usize| rows.iter().map(|row| measure_text_width(&row[index])).chain([measure_text_width(&heads[index])]).max();
    let widths: Vec<usize> = (0..columns.len()).map(|index| width(index).unwrap_or(0).min(WIDEST)).collect();
    let line = |cells: &[String]| {
        let padded: Vec<_> =
            cells.iter().zip(&widths).map(|(cell, width)| pad_str(cell, *width, console::Alignment::Left, Some("…"))).collect();
        padded.join("  ").trim_end().to_owned()
    };
    let mut lines = vec![screen.painted(&line(&heads), Style::new().bold())];
    for (record, row) in records.iter().zip(&rows) {
        let text = line(row);
        lines.push(if is_over(record) { screen.painted(&text, Style::new().dim()) } else { text });
    }
    lines.join("\n")
}

/// The facts of one record, each on its line.
pub(super) fn facts(record: &Value, screen: Screen, now: Duration) -> String {
    let Value::Object(fields) = record else { return record.to_string() };
    let width = fields.keys().map(|name| measure_text_width(&head(name))).max().unwrap_or(0);
    let fact = |(name, value): (&String, &Value)| {
        let name_shown = pad_str(&head(name), width, console::Alignment::Left, None).into_owned();
        format!("{}  {}", screen.painted(&name_shown, Style::new().bold()), cell(name, value, now)).trim_end().to_owned()
    };
    fields.iter().map(fact).collect::<Vec<_>>().join("\n")
}

fn is_over(record: &Value) -> bool {
    matches!(record["status"].as_str(), Some("doomed" | "disabled"))
}

/// `created_at_utc` as `created`.
fn head(name: &str) -> String {
    name.trim_end_matches("_utc").trim_end_matches("_at").replace('_', " ")
}

fn cell(name: &str, value: &Value, now: Duration) -> String {
    let text = match value {
        Value::Null => "-".to_owned(),
        Value::String(text) => relative(text, now).filter(|_| is_time(name)).unwrap_or_else(|| text.clone()),
        Value::Bool(true) => "yes".to_owned(),
        Value::Bool(false) => "no".to_owned(),
        Value::Number(number) => number.to_string(),
        Value::Array(items) => items.iter().map(|item| cell("", item, now)).collect::<Vec<_>>().join(", "),
        Value::Object(fields) => {
            fields.iter().map(|(name, value)| format!("{name}={}", cell(name, value, now))).collect::<Vec<_>>().join(" ")
        }
    };
    // Text that others chose must not contain control characters of the terminal.
    text.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect()
}

fn is_time(name: &str) -> bool {
    name == "at"
        || name.ends_with("_at")
        || name.ends_with("_utc")
        || name.ends_with("_since")
        || matches!(name, "LastUpdated" | "ExpirationDate")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const NOW: Duration = Duration::from_secs(1_767_225_600);

    #[test]
    fn columns_are_aligned() {
        let records = [
            json!({ "id": "a", "caption": "lap\u{1b}[31mtop", "created_at_utc": "2025-12-31T23:00:00.000Z" }),
            json!({ "id": "longer", "caption": null }),
        ];
        let shown = of(&records, &["id", "caption", "created_at_utc"], Screen::PLAIN, NOW);
        assert_eq!(shown, "id      caption      created\na       lap\u{fffd}[31mtop  1 h ago\nlonger  -            -");
    }

    #[test]
    fn colours_only_where_they_are_wanted() {
        let record = json!({ "id": "a", "status": "doomed" });
        let shown = |colours| of(std::slice::from_ref(&record), &["id"], Screen { colours }, NOW);
        assert!(shown(true).contains("\u{1b}[") && !shown(false).contains('\u{1b}'));
        assert!(!facts(&record, Screen::PLAIN, NOW).contains('\u{1b}'));
    }

    #[test]
    fn facts_stand_below_each_other() {
        let record = json!({ "id": "a", "roles": ["x", "y"], "is_current": true });
        let shown = facts(&record, Screen::PLAIN, NOW);
        let mut lines: Vec<_> = shown.lines().collect();
        lines.sort_unstable();
        assert_eq!(lines, ["id          a", "is current  yes", "roles       x, y"]);
    }
}
