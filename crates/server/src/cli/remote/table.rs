//! Aligned columns, as many as a terminal is wide. Times are relative; what is over is dim.

use std::time::Duration;

use comfy_table::{ContentArrangement, Row, Table, presets};
use console::{Style, measure_text_width, pad_str, truncate_str};
use serde_json::Value;

use super::shown::Screen;
use super::times::relative;

/// The greatest width of a column. Longer values are cut; `--json` has them whole.
const WIDEST: usize = 60;
/// What is between two columns.
const GAP: usize = 2;
/// So many columns stay, however narrow the terminal.
const LEAST: usize = 2;
/// Where a text has less room, breaking it helps nobody.
const MOST_BROKEN: usize = 20;
/// What goes first where a terminal is too narrow for all, in this order; after it what stands rightmost.
const FIRST_TO_GO: [&str; 12] = [
    "scopes",
    "last_activity_at",
    "is_operator",
    "last_used_at_utc",
    "approved_domains",
    "created_at",
    "created_at_utc",
    "tenant_id",
    "partner_id",
    "service_account_id",
    "session_label",
    "ip_address",
];

/// A table, and what of it a terminal has no room for.
pub(super) struct Fitted {
    pub(super) text: String,
    pub(super) left_out: Vec<String>,
}

/// Records under these columns. Elsewhere than at a terminal none is left out, and ids stand as they are.
pub(super) fn of(records: &[Value], columns: &[&str], screen: Screen, now: Duration) -> Fitted {
    let heads = columns.iter().map(|column| head(column));
    let is_terminal = screen.width.is_some();
    let shown_cell = |name: &str, value: &Value| match actor(value).filter(|_| is_terminal) {
        Some(actor) => cell(name, &actor, now),
        None => cell(name, value, now),
    };
    let row = |record: &Value| columns.iter().map(|column| short(&shown_cell(column, &record[*column]))).collect::<Vec<_>>();
    let mut lines: Vec<Vec<String>> = std::iter::once(heads.collect()).chain(records.iter().map(row)).collect();
    let mut shown: Vec<usize> = (0..columns.len()).collect();
    if let Some(width) = screen.width.filter(|width| needed(&lines, &shown) > *width) {
        lines.iter_mut().skip(1).flatten().for_each(|cell| *cell = with_short_ids(cell));
        while shown.len() > LEAST && needed(&lines, &shown) > width {
            let first = FIRST_TO_GO.iter().find_map(|name| shown.iter().position(|at| columns[*at] == *name));
            shown.remove(first.unwrap_or(shown.len() - 1));
        }
    }
    let texts = laid_out(&lines, &shown, screen.width);
    let painted = texts.iter().enumerate().map(|(at, text)| match at.checked_sub(1).map(|at| &records[at]) {
        None => screen.painted(text, Style::new().bold()),
        Some(record) if is_over(record) => screen.painted(text, Style::new().dim()),
        Some(_) => text.clone(),
    });
    let left_out = (0..columns.len()).filter(|at| !shown.contains(at)).map(|at| head(columns[at])).collect();
    Fitted { text: painted.collect::<Vec<_>>().join("\n"), left_out }
}

/// Who did something, as one word and an id or a name.
fn actor(value: &Value) -> Option<Value> {
    let fields = value.as_object().filter(|fields| fields.len() == 2)?;
    let kind = fields.get("kind")?.as_str()?;
    Some(fields.get("id")?.as_str().map_or_else(|| kind.into(), |id| format!("{kind} {id}").into()))
}

/// A text behind its lead, as wide as a terminal is; elsewhere on one line.
pub(in crate::cli) fn behind(lead: &str, text: &str, screen: Screen) -> String {
    let room = screen.width.and_then(|width| width.checked_sub(measure_text_width(lead))).filter(|room| *room >= MOST_BROKEN);
    let Some(room) = room else { return format!("{lead}{text}") };
    let mut table = Table::new();
    table.load_style(presets::NOTHING).set_content_arrangement(ContentArrangement::Dynamic);
    table.set_width(u16::try_from(room).unwrap_or(u16::MAX)).add_row([text]);
    table.column_iter_mut().for_each(|column| {
        column.set_padding((0, 0));
    });
    let indent = " ".repeat(measure_text_width(lead));
    let lines: Vec<_> = table.lines().map(|line| line.trim_end().to_owned()).collect();
    format!("{lead}{}", lines.join(&format!("\n{indent}")))
}

/// How wide these columns are beside each other.
fn needed(lines: &[Vec<String>], shown: &[usize]) -> usize {
    let width = |at: &usize| lines.iter().map(|line| measure_text_width(&line[*at])).max().unwrap_or(0) + GAP;
    shown.iter().map(width).sum::<usize>().saturating_sub(GAP)
}

/// One text for each line; what still has no room is cut.
fn laid_out(lines: &[Vec<String>], shown: &[usize], width: Option<usize>) -> Vec<String> {
    let mut table = Table::new();
    table.load_style(presets::NOTHING).set_truncation_indicator("…");
    if let Some(width) = width {
        table.set_content_arrangement(ContentArrangement::Dynamic).set_width(u16::try_from(width).unwrap_or(u16::MAX));
    }
    let row = |line: &Vec<String>| {
        let mut row = Row::from(shown.iter().map(|at| line[*at].clone()).collect::<Vec<_>>());
        row.max_height(1);
        row
    };
    table.add_rows(lines.iter().map(row));
    let last = shown.len().saturating_sub(1);
    for (at, column) in table.column_iter_mut().enumerate() {
        column.set_padding((0, if at == last { 0 } else { 2 }));
    }
    table.lines().map(|line| line.trim_end().to_owned()).collect()
}

fn short(text: &str) -> String {
    truncate_str(text, WIDEST, "…").into_owned()
}

/// Each id in a text as its beginning and its end; commands take it in this form, too.
pub(in crate::cli) fn with_short_ids(text: &str) -> String {
    let is_of_an_id = |c: char| c.is_ascii_alphanumeric() || c == '_';
    text.split_inclusive(|c| !is_of_an_id(c))
        .map(|word| {
            let id = word.trim_end_matches(|c| !is_of_an_id(c));
            let is_id = id.split_once('_').is_some_and(|(prefix, rest)| prefix.len() == 3 && rest.len() >= 20 && !rest.contains('_'));
            if is_id { format!("{}…{}{}", &id[..6], &id[id.len() - 6..], &word[id.len()..]) } else { word.to_owned() }
        })
        .collect()
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

    fn at(width: Option<usize>) -> Screen {
        Screen { colours: false, width }
    }

    #[test]
    fn columns_are_aligned() {
        let records = [
            json!({ "id": "a", "caption": "lap\u{1b}[31mtop", "created_at_utc": "2025-12-31T23:00:00.000Z" }),
            json!({ "id": "longer", "caption": null }),
        ];
        let columns = ["id", "caption", "created_at_utc"];
        let aligned = "id      caption      created\na       lap\u{fffd}[31mtop  1 h ago\nlonger  -            -";
        for width in [None, Some(80)] {
            let fitted = of(&records, &columns, at(width), NOW);
            assert_eq!((fitted.text.as_str(), fitted.left_out), (aligned, Vec::new()));
        }
    }

    #[test]
    fn nothing_is_wider_than_the_terminal() {
        let id = |letter: &str| format!("ses_{}", letter.repeat(26));
        let records: Vec<_> = ["a", "b"]
            .map(|letter| {
                json!({ "id": id(letter), "user_email": "somebody.with.a.long.name@department.example.com", "device_type": "desktop",
                    "ip_address": "2001:db8:1234:5678:9abc:def0:1234:5678", "created_at": "2025-12-31T23:00:00Z", "is_current": true })
            })
            .into();
        let columns = ["id", "user_email", "device_type", "ip_address", "created_at", "is_current"];
        let plain = of(&records, &columns, Screen::PLAIN, NOW);
        assert!(plain.text.contains(&id("a")) && plain.left_out.is_empty(), "{}", plain.text);
        for width in [20, 40, 80, 120, 200] {
            let Fitted { text, left_out } = of(&records, &columns, at(Some(width)), NOW);
            assert!(text.lines().all(|line| measure_text_width(line) <= width) && text.lines().count() == 3, "{width}:\n{text}");
            assert_eq!((text.contains(&id("b")), left_out.is_empty()), (width == 200, width == 200), "{width}:\n{text}");
        }
        assert_eq!(of(&records, &columns, at(Some(120)), NOW).left_out, ["ip address", "created"]);
    }

    #[test]
    fn a_text_is_broken_behind_its_lead() {
        assert_eq!(
            behind("ok  disk  ", "12 MiB free at /var/lib/cloakroom", at(Some(36))),
            "ok  disk  12 MiB free at\n          /var/lib/cloakroom"
        );
        assert_eq!(behind("ok  disk  ", "12 MiB free at /var/lib/cloakroom", Screen::PLAIN), "ok  disk  12 MiB free at /var/lib/cloakroom");
    }

    #[test]
    fn who_did_it_is_one_word_at_a_terminal() {
        let record = json!({ "actor": { "kind": "system", "id": "sweeper" } });
        let shown = |width| of(std::slice::from_ref(&record), &["actor"], at(width), NOW).text;
        assert_eq!((shown(Some(80)), shown(None)), ("actor\nsystem sweeper".into(), "actor\nid=sweeper kind=system".into()));
    }

    #[test]
    fn ids_are_shortened_in_the_middle() {
        let text = with_short_ids("id=usr_01k9zs7q2m4w8x6y3v5t7r9p1n kind=user, tnt_01K9ZS7Q2M4W8X6Y3V5T7R9P1N");
        assert_eq!(text, "id=usr_01…7r9p1n kind=user, tnt_01…7R9P1N");
        assert_eq!(with_short_ids("my_name some_very_long_name_of_a_thing"), "my_name some_very_long_name_of_a_thing");
    }

    #[test]
    fn colours_only_where_they_are_wanted() {
        let record = json!({ "id": "a", "status": "doomed" });
        let shown = |colours| of(std::slice::from_ref(&record), &["id"], Screen { colours, width: None }, NOW).text;
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
