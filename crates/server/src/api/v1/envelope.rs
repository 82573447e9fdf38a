//! The shapes around the data of every answer under `/api/v1`.

use std::borrow::Cow;

use cloakroom_engine::clock::Timestamp;
use cloakroom_engine::page::PageNumber;
use serde::Serialize;
use utoipa::openapi::schema::ArrayBuilder;
use utoipa::openapi::{ObjectBuilder, Ref, RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

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
    pub meta: MetaResponse,
}

impl<T> PaginatedResponse<T> {
    pub fn of<Found>(found: &[Found], total_items: u64, page: PageNumber, meta: MetaResponse, item: impl Fn(&Found) -> T) -> Self {
        let PageNumber { page, per_page } = page;
        let total_pages = total_items.div_ceil(u64::from(per_page.max(1)));
        let data = found.iter().map(item).collect();
        Self { data, pagination: PaginationMeta { page, per_page, total_items, total_pages }, meta }
    }
}

impl<T: ToSchema> PartialSchema for ApiResponse<T> {
    fn schema() -> RefOr<Schema> {
        enclosing([("data", reference::<T>()), ("meta", reference::<MetaResponse>())])
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
        enclosing([("data", items), ("pagination", reference::<PaginationMeta>()), ("meta", reference::<MetaResponse>())])
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

fn enclosing<const PROPERTIES: usize>(properties: [(&str, RefOr<Schema>); PROPERTIES]) -> RefOr<Schema> {
    let object = properties.into_iter().fold(ObjectBuilder::new(), |object, (name, schema)| object.property(name, schema).required(name));
    RefOr::T(object.build().into())
}

fn reference<T: ToSchema>() -> RefOr<Schema> {
    RefOr::Ref(Ref::from_schema_name(T::name()))
}

/// The schema of `T`, and those that it refers to.
fn refer<T: ToSchema>(schemas: &mut Vec<(String, RefOr<Schema>)>) {
    T::schemas(schemas);
    schemas.push((T::name().into_owned(), T::schema()));
}
