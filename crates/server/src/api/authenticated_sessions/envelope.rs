//! What stands around the data: the page that a query asks for, the headers that tell of it, the body of a request.

use axum::Json;
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use cloakroom_engine::page::PageNumber;
use serde::Serialize;

use super::AuthenticatedSessions;
use super::error::AdminError;
use crate::http::body;
use crate::http::fields::Fields;

/// Rows on a page where the query does not say.
const PAGE_SIZE: u64 = 25;
/// Rows on a page at most.
const MAX_PAGE_SIZE: u64 = 100;

const TOTAL_COUNT: HeaderName = HeaderName::from_static("x-total-count");
const PAGE: HeaderName = HeaderName::from_static("x-page");
const SIZE: HeaderName = HeaderName::from_static("x-page-size");

/// Which page a request asks for, and of what.
pub struct Paging {
    path: String,
    page: PageNumber,
}

impl FromRequestParts<AuthenticatedSessions> for Paging {
    type Rejection = AdminError;

    async fn from_request_parts(parts: &mut Parts, _: &AuthenticatedSessions) -> Result<Self, AdminError> {
        let query = parts.uri.query().unwrap_or_default();
        let page = number(query, ["page", "Page"], 1, u64::MAX)?;
        let size = number(query, ["pageSize", "PageSize"], PAGE_SIZE, MAX_PAGE_SIZE)?;
        let page = PageNumber { page, per_page: u32::try_from(size).map_err(|_| AdminError::invalid("pageSize is too large"))? };
        Ok(Self { path: parts.uri.path().to_owned(), page })
    }
}

/// A whole number from 1 to `most`. Of a name that occurs twice, in either spelling, the last value counts.
fn number(query: &str, names: [&'static str; 2], default: u64, most: u64) -> Result<u64, AdminError> {
    let Some((_, text)) = form_urlencoded::parse(query.as_bytes()).filter(|(name, _)| names.contains(&name.as_ref())).last() else {
        return Ok(default);
    };
    let most = most.min(i64::MAX.unsigned_abs());
    let number = text.trim().parse::<u64>().ok().filter(|number| (1..=most).contains(number));
    number.ok_or_else(|| AdminError::invalid(format!("{} must be a whole number from 1 to {most}", names[0])))
}

impl Paging {
    pub const fn page(&self) -> PageNumber {
        self.page
    }

    /// The rows as a bare array, with the headers that tell of the page.
    pub fn answer<Row: Serialize>(&self, rows: &[Row], total: u64) -> Response {
        (self.headers(total), Json(rows)).into_response()
    }

    fn headers(&self, total: u64) -> HeaderMap {
        let PageNumber { page, per_page } = self.page;
        let mut headers = HeaderMap::new();
        headers.insert(TOTAL_COUNT, HeaderValue::from(total));
        headers.insert(PAGE, HeaderValue::from(page));
        headers.insert(SIZE, HeaderValue::from(per_page));
        // A path that cannot stand in a header names nothing that has pages.
        if let Ok(links) = HeaderValue::from_str(&self.links(total)) {
            headers.insert(header::LINK, links);
        }
        headers
    }

    /// RFC 8288, relative to the request: `first`, `prev`, `next` and `last` as far as there are such pages. From a page past the
    /// end `prev` leads to the last one.
    fn links(&self, total: u64) -> String {
        let PageNumber { page, per_page } = self.page;
        let last = total.div_ceil(u64::from(per_page.max(1))).max(1);
        let prev = (page > 1).then(|| (page - 1).min(last));
        let next = (page < last).then(|| page + 1);
        let links = [("first", Some(1)), ("prev", prev), ("next", next), ("last", Some(last))];
        let link =
            |(rel, page): (&str, Option<u64>)| page.map(|page| format!("<{}?page={page}&pageSize={per_page}>; rel=\"{rel}\"", self.path));
        links.into_iter().filter_map(link).collect::<Vec<_>>().join(", ")
    }
}

/// A JSON object.
pub struct JsonBody(pub Fields);

impl FromRequest<AuthenticatedSessions> for JsonBody {
    type Rejection = AdminError;

    async fn from_request(request: Request, surface: &AuthenticatedSessions) -> Result<Self, AdminError> {
        let limits = surface.body_limits;
        let body = body::read(request.into_body(), limits.max_bytes, limits.timeout).await?;
        Ok(Self(Fields::parse(&body)?))
    }
}
