//! What everything under `/api/v1` shares: the envelope, pages, refusals.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::error::Result;
use crate::request::{Call, Surface, text};

/// Its calls, each with the caller's access token.
pub(crate) const V1: Surface = Surface::new(&["api", "v1"], reading).bearer();

/// Its calls without a token.
pub(crate) const V1_ANONYMOUS: Surface = Surface::new(&["api", "v1"], reading);

impl Call<'_> {
    /// Which page of a list: what follows the cursor, where there is one.
    pub(crate) fn at(self, page: PageNumber, cursor: Option<&String>) -> Self {
        let number = cursor.is_none().then_some(page.page);
        self.query("page", number).query("per_page", Some(page.per_page)).query("cursor", cursor)
    }

    /// Makes the call and reads the page that it answers.
    pub(crate) async fn page<T: DeserializeOwned>(self) -> Result<Page<T>> {
        let PageAnswer { data, pagination, next_cursor } = self.send().await?;
        let Pagination { page, per_page, total_items, total_pages } = pagination;
        Ok(Page { items: data, page, per_page, total_items, total_pages, next_cursor })
    }
}

#[derive(Deserialize)]
struct PageAnswer<T> {
    data: Vec<T>,
    pagination: Pagination,
    next_cursor: Option<String>,
}

/// The totals of a list.
#[derive(Deserialize)]
struct Pagination {
    page: u64,
    per_page: u32,
    total_items: u64,
    total_pages: u64,
}

/// A page of a list with its totals.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Page<T> {
    /// The entries of this page.
    pub items: Vec<T>,
    /// Its number, from 1; 0 where a cursor was shown.
    pub page: u64,
    /// How many entries a page has.
    pub per_page: u32,
    /// How many entries there are.
    pub total_items: u64,
    /// How many pages there are.
    pub total_pages: u64,
    /// Where the next page begins, for a list's `cursor`; `None` on the last page. A walk along cursors misses and repeats nothing when
    /// entries go meanwhile; one by numbers does.
    pub next_cursor: Option<String>,
}

impl<T> Page<T> {
    /// A page whose total comes in a header.
    pub(crate) fn counted(items: Vec<T>, page: PageNumber, total_items: u64, next_cursor: Option<String>) -> Self {
        let PageNumber { page, per_page } = page;
        let total_pages = total_items.div_ceil(u64::from(per_page.max(1)));
        Self { items, page, per_page, total_items, total_pages, next_cursor }
    }
}

/// Which page of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct PageNumber {
    /// From 1.
    pub page: u64,
    /// 1 to 100.
    pub per_page: u32,
}

impl PageNumber {
    /// The page of this number, with so much on it.
    #[must_use]
    pub const fn new(page: u64, per_page: u32) -> Self {
        Self { page, per_page }
    }
}

impl Default for PageNumber {
    fn default() -> Self {
        Self::new(1, 20)
    }
}

/// A refusal: `{"detail"}`, a text or each bad value.
fn reading(body: &Value) -> Option<(String, String, Option<Value>)> {
    let detail = body.get("detail")?;
    let problem = |problem: &Value| {
        let place: Vec<_> = problem["loc"].as_array()?.iter().filter_map(Value::as_str).collect();
        Some(format!("{}: {}", place.join("."), text(problem, "/msg")?))
    };
    match detail {
        Value::String(message) => Some((String::new(), message.clone(), None)),
        Value::Array(problems) => {
            let message: Vec<_> = problems.iter().filter_map(problem).collect();
            Some(("validation-error".into(), message.join("; "), Some(detail.clone())))
        }
        _ => None,
    }
}

/// For changes: `None` leaves a value, `Some(None)` takes it away.
pub type Patch<T> = Option<Option<T>>;

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn refusals_are_read() {
        assert_eq!(reading(&json!({ "detail": "Not found." })), Some((String::new(), "Not found.".into(), None)));
        let bad = json!([{ "loc": ["query", "page"], "msg": "too small", "type": "x" }, { "loc": ["body"], "msg": "empty", "type": "y" }]);
        let (code, message, details) = reading(&json!({ "detail": bad })).unwrap();
        assert_eq!((code.as_str(), message.as_str(), details), ("validation-error", "query.page: too small; body: empty", Some(bad)));
        assert_eq!(reading(&json!({ "error": "x" })), None);
    }
}
