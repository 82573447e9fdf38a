//! The page that a query asks for, and the headers that tell of it.

use axum::Json;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Uri, header};
use axum::response::{IntoResponse, Response};
use cloakroom_engine::cursor::{Cursor, PageAsked};
use cloakroom_engine::page::PageNumber;
use serde::Serialize;
use utoipa::openapi::Type;
use utoipa::openapi::path::{Parameter as Described, ParameterIn};

use crate::http::cursor;
use crate::http::declared::About;
use crate::http::declared::parameters::{Given, Parameter, described, parameters};
use crate::http::declared::types::{schema_of, string};

const TOTAL_COUNT: HeaderName = HeaderName::from_static("x-total-count");
const PAGE: HeaderName = HeaderName::from_static("x-page");
const NEXT: HeaderName = HeaderName::from_static("x-next-cursor");
const SIZE: HeaderName = HeaderName::from_static("x-page-size");

parameters! {
    /// Which page.
    in Query pub struct Paging {
        /// From 1. Also `Page`. Numbers shift when rows go or come; a cursor does not.
        page: Count<1, { i64::MAX.unsigned_abs() }>,
        /// Also `PageSize`.
        page_size as "pageSize": Count<25, 100>,
        /// The `X-Next-Cursor` of the page before; not with `page`. Also `Cursor`.
        cursor: ListCursor,
    }
}

/// Both spellings of a parameter.
fn spellings(name: &str) -> [String; 2] {
    let capital = name.chars().take(1).flat_map(char::to_uppercase).chain(name.chars().skip(1)).collect();
    [name.to_owned(), capital]
}

/// The value of a parameter that counts.
fn last(given: &Given, name: &str) -> Option<String> {
    let [small, capital] = spellings(name);
    given.any_of(&[&small, &capital]).next_back().map(str::to_owned)
}

/// Where a list goes on, instead of the number of a page.
pub struct ListCursor;

impl Parameter for ListCursor {
    type Value = Option<Cursor>;

    fn take(given: &mut Given, name: &'static str) -> Option<Option<Cursor>> {
        let (shown, page) = (last(given, name), last(given, "page"));
        cursor::taken(given, name, shown, page, "")
    }

    fn describe(name: &'static str, place: ParameterIn, about: About) -> Vec<Described> {
        described(name, place, false, string(|_| {}), about)
    }
}

/// A whole number from 1 to `MOST`; `DEFAULT` where it is absent. Of a name that occurs twice, in either spelling, the last value counts.
pub struct Count<const DEFAULT: u64, const MOST: u64>;

impl<const DEFAULT: u64, const MOST: u64> Parameter for Count<DEFAULT, MOST> {
    type Value = u64;

    fn take(given: &mut Given, name: &'static str) -> Option<u64> {
        let Some(text) = last(given, name) else { return Some(DEFAULT) };
        let number = text.trim().parse::<u64>().ok().filter(|number| (1..=MOST).contains(number));
        if number.is_none() {
            given.refuse(name, format!("must be a whole number from 1 to {MOST}"), "");
        }
        number
    }

    fn describe(name: &'static str, place: ParameterIn, about: About) -> Vec<Described> {
        let number = schema_of(Type::Integer, |number| {
            number.minimum = Some(utoipa::Number::Int(1));
            number.maximum = usize::try_from(MOST).ok().map(utoipa::Number::UInt);
            number.default = Some(DEFAULT.into());
        });
        described(name, place, false, number, about)
    }
}

impl Paging {
    /// The page that is asked for.
    pub fn asked(&self) -> PageAsked {
        let per_page = u32::try_from(self.page_size).unwrap_or(u32::MAX);
        match self.cursor {
            Some(place) => PageAsked::After { place, per_page },
            None => PageNumber { page: self.page, per_page }.into(),
        }
    }

    /// The rows as a bare array, with the headers that tell of the page: how many rows there are in all, and where the next page begins.
    pub fn answer<Row: Serialize>(&self, uri: &Uri, rows: &[Row], (total, next): (u64, Option<Cursor>)) -> Response {
        (self.headers(uri.path(), total, next.map(cursor::text)), Json(rows)).into_response()
    }

    fn headers(&self, path: &str, total: u64, next: Option<String>) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(TOTAL_COUNT, HeaderValue::from(total));
        headers.insert(SIZE, HeaderValue::from(self.page_size));
        if self.cursor.is_none() {
            headers.insert(PAGE, HeaderValue::from(self.page));
        }
        let links = match self.cursor {
            Some(_) => self.links_behind(path, next.as_deref()),
            None => self.links(path, total),
        };
        // A path that cannot stand in a header names nothing that has pages.
        for (name, value) in [(header::LINK, Some(links)), (NEXT, next)] {
            if let Some(value) = value.and_then(|value| HeaderValue::try_from(value).ok()) {
                headers.insert(name, value);
            }
        }
        headers
    }

    /// RFC 8288, relative to the request: `first`, `prev`, `next` and `last` as far as there are such pages. From a page past the
    /// end `prev` leads to the last one.
    fn links(&self, path: &str, total: u64) -> String {
        let Self { page, page_size: size, .. } = *self;
        let last = total.div_ceil(size).max(1);
        let prev = (page > 1).then(|| (page - 1).min(last));
        let next = (page < last).then(|| page + 1);
        let links = [("first", Some(1)), ("prev", prev), ("next", next), ("last", Some(last))];
        let link = |(rel, page): (&str, Option<u64>)| page.map(|page| format!("<{path}?page={page}&pageSize={size}>; rel=\"{rel}\""));
        links.into_iter().filter_map(link).collect::<Vec<_>>().join(", ")
    }

    /// The same of a page without a number.
    fn links_behind(&self, path: &str, next: Option<&str>) -> String {
        let size = self.page_size;
        let next = next.map(|next| format!(", <{path}?cursor={next}&pageSize={size}>; rel=\"next\""));
        format!("<{path}?page=1&pageSize={size}>; rel=\"first\"{}", next.unwrap_or_default())
    }
}
