//! Tables as files: CSV for spreadsheets, lines of JSON for programs. They are written while they are read, so that a large one takes no more
//! memory than a window of it.

use axum::body::Body;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use cloakroom_engine::error::EngineError;
use futures_util::stream::{self, Stream, StreamExt as _};
use serde_json::{Map, Value};

/// In what form a table leaves.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Format {
    Csv,
    JsonLines,
}

/// The names of the columns; those of the fields in JSON, too.
pub type Columns = &'static [&'static str];

/// The cells of a row, in the order of its columns.
pub type Row = Vec<Value>;

impl Format {
    /// By the word that an address has for it.
    pub fn parse(word: &str) -> Option<Self> {
        match word {
            "csv" => Some(Self::Csv),
            "jsonl" => Some(Self::JsonLines),
            _ => None,
        }
    }

    const fn ending(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::JsonLines => "jsonl",
        }
    }

    const fn content_type(self) -> &'static str {
        match self {
            Self::Csv => "text/csv; charset=utf-8; header=present",
            Self::JsonLines => "application/x-ndjson",
        }
    }

    fn heading(self, columns: Columns) -> Vec<u8> {
        match self {
            Self::Csv => csv_lines([columns.iter().map(|name| (*name).to_owned()).collect()]),
            Self::JsonLines => Vec::new(),
        }
    }

    fn lines(self, columns: Columns, rows: Vec<Row>) -> Vec<u8> {
        match self {
            Self::Csv => csv_lines(rows.into_iter().map(|row| row.iter().map(csv_cell).collect())),
            Self::JsonLines => rows.into_iter().flat_map(|row| json_line(columns, row)).collect(),
        }
    }
}

/// A table that is saved as `{name}.csv` or `{name}.jsonl`: `windows` are its rows, some at a time. A file that breaks off was not finished.
pub fn download(
    format: Format,
    name: &str,
    columns: Columns,
    windows: impl Stream<Item = Result<Vec<Row>, EngineError>> + Send + 'static,
) -> Response {
    let heading = stream::once(async move { Ok(format.heading(columns)) });
    let lines = windows.map(move |rows| match rows {
        Ok(rows) => Ok(format.lines(columns, rows)),
        Err(error) => {
            // The answer has begun: breaking it off is all that tells the browser.
            tracing::error!(%error, "an export of the console broke off");
            Err(error)
        }
    });
    let disposition = format!("attachment; filename=\"{name}.{}\"", format.ending());
    let mut response = Body::from_stream(heading.chain(lines)).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(format.content_type()));
    headers.extend(HeaderValue::from_str(&disposition).ok().map(|value| (header::CONTENT_DISPOSITION, value)));
    response
}

fn csv_lines(rows: impl IntoIterator<Item = Vec<String>>) -> Vec<u8> {
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    for row in rows {
        // Into memory, and with the columns of the table: neither fails.
        let _ = writer.write_record(row);
    }
    writer.into_inner().unwrap_or_default()
}

/// A text that a spreadsheet would take for a formula gets an apostrophe in front, as spreadsheets have it: people choose captions and names.
fn csv_cell(cell: &Value) -> String {
    match cell {
        Value::Null => String::new(),
        Value::String(text) if text.starts_with(['=', '+', '-', '@', '\t', '\r']) => format!("'{text}"),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

fn json_line(columns: Columns, row: Row) -> Vec<u8> {
    let object: Map<String, Value> = columns.iter().map(|name| (*name).to_owned()).zip(row).collect();
    let mut line = Value::Object(object).to_string().into_bytes();
    line.push(b'\n');
    line
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const COLUMNS: Columns = &["id", "caption", "count"];

    #[test]
    fn spreadsheets_are_told_no_formula() {
        let rows = vec![vec![json!("a"), json!("=1+1"), json!(-7)], vec![json!("b, c"), Value::Null, json!(1)]];
        let text = String::from_utf8([Format::Csv.heading(COLUMNS), Format::Csv.lines(COLUMNS, rows)].concat()).unwrap();
        assert_eq!(text, "id,caption,count\r\na,'=1+1,-7\r\n\"b, c\",,1\r\n");
    }

    #[test]
    fn programs_are_told_what_there_is() {
        let text = String::from_utf8(Format::JsonLines.lines(COLUMNS, vec![vec![json!("a"), json!("=1"), json!(7)]])).unwrap();
        assert_eq!(serde_json::from_str::<Value>(&text).unwrap(), json!({ "id": "a", "caption": "=1", "count": 7 }));
        assert!(text.ends_with('\n') && Format::JsonLines.heading(COLUMNS).is_empty());
    }
}
