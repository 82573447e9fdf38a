//! The shapes around the data of every answer under `/api/v1`.

use std::borrow::Cow;

use cloakroom_engine::clock::Timestamp;
use cloakroom_engine::cursor::{Cursor, PageAsked};
use cloakroom_engine::page::{ListPage, PageNumber};
use serde::Serialize;
use utoipa::openapi::schema::ArrayBuilder;
use utoipa::openapi::{Object, ObjectBuilder, Ref, RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use crate::http::cursor;
use crate::http::declared::types::string;
use crate::http::time::millis;

/// Rendered with exactly three fractional digits and `Z`.
pub fn time(at: Timestamp) -> String {
    millis(at.as_millis())
}

/// Metadata of every answer with data.
#[derive(Serialize, ToSchema)]
pub struct MetaResponse {
    #[schema(required = true, example = "01J8ZQ4Y7N3V5K2M6P9R1S0T8W")]
    pub request_id: Option<String>,
    #[schema(format = DateTime, example = "2026-01-02T03:04:05.678Z")]
    pub timestamp: String,
}

impl MetaResponse {
    pub fn new(request_id: Option<String>, now: Timestamp) -> Self {
        Self { request_id, timestamp: time(now) }
    }
}

/// Which page, and how much there is.
#[derive(Serialize, ToSchema)]
pub struct PaginationMeta {
    /// 0 where a cursor was shown: such a page has no number.
    #[schema(example = 1)]
    pub page: u64,
    #[schema(example = 20)]
    pub per_page: u32,
    #[schema(example = 1)]
    pub total_items: u64,
    #[schema(example = 1)]
    pub total_pages: u64,
}

/// Data with its metadata. Documents know it by the source's names: `ApiResponse_SessionResponse_`.
#[derive(Serialize)]
pub struct ApiResponse<T> {
    pub data: T,
    pub meta: MetaResponse,
}

/// A page with its metadata. Documents know it by the source's names: `PaginatedResponse_SessionListItem_`.
#[derive(Serialize)]
pub struct PaginatedResponse<T> {
    pub data: Vec<T>,
    pub pagination: PaginationMeta,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
    pub meta: MetaResponse,
}

impl<T> PaginatedResponse<T> {
    pub fn of<Found>(listed: &ListPage<Found, Cursor>, page: PageAsked, meta: MetaResponse, item: impl Fn(&Found) -> T) -> Self {
        let (page, per_page) = match page {
            PageAsked::Numbered(PageNumber { page, per_page }) => (page, per_page),
            PageAsked::After { per_page, .. } => (0, per_page),
        };
        let total_items = listed.total;
        let total_pages = total_items.div_ceil(u64::from(per_page.max(1)));
        let pagination = PaginationMeta { page, per_page, total_items, total_pages };
        Self { data: listed.rows.iter().map(item).collect(), pagination, next_cursor: listed.next.map(cursor::text), meta }
    }
}

/// The field `next_cursor`, which only a page has that another one follows.
pub fn next_cursor() -> Schema {
    string(|cursor| cursor.description = Some("Where the next page begins, for the parameter `cursor`; absent on the last page.".into()))
}

impl<T: ToSchema> PartialSchema for ApiResponse<T> {
    fn schema() -> RefOr<Schema> {
        RefOr::T(enclosing([("data", reference::<T>()), ("meta", reference::<MetaResponse>())]).into())
    }
}

impl<T: ToSchema> ToSchema for ApiResponse<T> {
    fn name() -> Cow<'static, str> {
        format!("ApiResponse_{}_", T::name()).into()
    }

    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        refer::<T>(schemas);
        refer::<MetaResponse>(schemas);
    }
}

impl<T: ToSchema> PartialSchema for PaginatedResponse<T> {
    fn schema() -> RefOr<Schema> {
        let items = RefOr::T(ArrayBuilder::new().items(reference::<T>()).build().into());
        let mut page = enclosing([("data", items), ("pagination", reference::<PaginationMeta>()), ("meta", reference::<MetaResponse>())]);
        page.properties.insert("next_cursor".to_owned(), RefOr::T(next_cursor()));
        RefOr::T(page.into())
    }
}

impl<T: ToSchema> ToSchema for PaginatedResponse<T> {
    fn name() -> Cow<'static, str> {
        format!("PaginatedResponse_{}_", T::name()).into()
    }

    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        refer::<T>(schemas);
        refer::<PaginationMeta>(schemas);
        refer::<MetaResponse>(schemas);
    }
}

fn enclosing<const PROPERTIES: usize>(properties: [(&str, RefOr<Schema>); PROPERTIES]) -> Object {
    let object = properties.into_iter().fold(ObjectBuilder::new(), |object, (name, schema)| object.property(name, schema).required(name));
    object.build()
}

fn reference<T: ToSchema>() -> RefOr<Schema> {
    RefOr::Ref(Ref::from_schema_name(T::name()))
}

/// The schema of `T`, and those that it refers to.
fn refer<T: ToSchema>(schemas: &mut Vec<(String, RefOr<Schema>)>) {
    T::schemas(schemas);
    schemas.push((T::name().into_owned(), T::schema()));
}
