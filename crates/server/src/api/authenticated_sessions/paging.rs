//! The page that a query asks for, and the headers that tell of it.

use axum::Json;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Uri, header};
use axum::response::{IntoResponse, Response};
use cloakroom_engine::page::PageNumber;
use serde::Serialize;
use utoipa::openapi::Type;
use utoipa::openapi::path::{Parameter as Described, ParameterIn};

use crate::http::declared::About;
use crate::http::declared::parameters::{Given, Parameter, described, parameters};
use crate::http::declared::types::schema_of;

const TOTAL_COUNT: HeaderName = HeaderName::from_static("x-total-count");
const PAGE: HeaderName = HeaderName::from_static("x-page");
const SIZE: HeaderName = HeaderName::from_static("x-page-size");

parameters! {
    /// Which page.
    in Query pub struct Paging {
        /// From 1. Also `Page`.
        page: Count<1, { i64::MAX.unsigned_abs() }>,
        /// Also `PageSize`.
        page_size as "pageSize": Count<25, 100>,
    }
}

/// A whole number from 1 to `MOST`; `DEFAULT` where it is absent. Of a name that occurs twice, in either spelling, the last value counts.
pub struct Count<const DEFAULT: u64, const MOST: u64>;

impl<const DEFAULT: u64, const MOST: u64> Parameter for Count<DEFAULT, MOST> {
    type Value = u64;

    fn take(given: &mut Given, name: &'static str) -> Option<u64> {
        let spellings = [name, &name.replacen('p', "P", 1)];
        let Some(text) = given.any_of(&spellings).next_back() else { return Some(DEFAULT) };
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
    pub fn number(&self) -> PageNumber {
        PageNumber { page: self.page, per_page: u32::try_from(self.page_size).unwrap_or(u32::MAX) }
    }

    /// The rows as a bare array, with the headers that tell of the page.
    pub fn answer<Row: Serialize>(&self, uri: &Uri, rows: &[Row], total: u64) -> Response {
        (self.headers(uri.path(), total), Json(rows)).into_response()
    }

    fn headers(&self, path: &str, total: u64) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(TOTAL_COUNT, HeaderValue::from(total));
        headers.insert(PAGE, HeaderValue::from(self.page));
        headers.insert(SIZE, HeaderValue::from(self.page_size));
        // A path that cannot stand in a header names nothing that has pages.
        if let Ok(links) = HeaderValue::from_str(&self.links(path, total)) {
            headers.insert(header::LINK, links);
        }
        headers
    }

    /// RFC 8288, relative to the request: `first`, `prev`, `next` and `last` as far as there are such pages. From a page past the
    /// end `prev` leads to the last one.
    fn links(&self, path: &str, total: u64) -> String {
        let Self { page, page_size: size } = *self;
        let last = total.div_ceil(size).max(1);
        let prev = (page > 1).then(|| (page - 1).min(last));
        let next = (page < last).then(|| page + 1);
        let links = [("first", Some(1)), ("prev", prev), ("next", next), ("last", Some(last))];
        let link = |(rel, page): (&str, Option<u64>)| page.map(|page| format!("<{path}?page={page}&pageSize={size}>; rel=\"{rel}\""));
        links.into_iter().filter_map(link).collect::<Vec<_>>().join(", ")
    }
}
