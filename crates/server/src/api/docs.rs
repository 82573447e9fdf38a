//! `/docs`: what this is, the guides, and the OpenAPI documents for people to read and to try, all from this binary. The reader of the
//! documents is Swagger UI, unaltered (`scripts/vendor-swagger-ui` says which release and how it came here).

use std::sync::{Arc, OnceLock};

use aws_lc_rs::digest::{SHA256, digest};
use axum::body::Bytes;
use axum::extract::{Path, RawQuery, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use utoipa::openapi::OpenApi as Document;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::api::ops;
use crate::guides::render::escaped;
use crate::guides::{pages, shelf};
use cloakroom_engine::hex::hex;

/// Everything comes from here and goes here, whatever a document or a library asks for. Swagger UI's icons are data URLs in its style sheet.
const POLICY: &str =
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// The guides have no script, and one form.
const POLICY_OF_GUIDES: &str =
    "default-src 'none'; style-src 'self'; img-src data:; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

const PAGE: &str = "text/html; charset=utf-8";
const SCRIPT: &str = "text/javascript; charset=utf-8";
const STYLE: &str = "text/css; charset=utf-8";

/// What a gzip file begins with (RFC 1952 section 2.3.1).
const GZIP: &[u8] = &[0x1f, 0x8b];

/// A file as it is sent.
struct Asset {
    /// Its name below `/docs/`.
    name: &'static str,
    kind: &'static str,
    content: Bytes,
    /// Compressed; whatever can show the page can take gzip.
    is_compressed: bool,
    tag: String,
}

/// The reader of the documents, its scripts and the style sheets, with the tag of each. Made when somebody first asks: describing
/// everything takes memory that a server at rest need not hold. Guides are made each time.
#[derive(Clone)]
pub struct Docs {
    /// Where the server is, for examples.
    address: Arc<str>,
    documents: fn() -> Vec<(&'static str, Document)>,
    assets: Arc<OnceLock<Vec<Asset>>>,
}

impl Docs {
    /// Of the server at `address`, with these documents: the path that each is served at, and the document.
    #[must_use]
    pub fn of(address: &str, documents: fn() -> Vec<(&'static str, Document)>) -> Self {
        Self { address: address.trim_end_matches('/').into(), documents, assets: Arc::default() }
    }

    fn assets(&self) -> &[Asset] {
        self.assets.get_or_init(|| assets(&(self.documents)()))
    }

    async fn answer(&self, name: &str, request: &HeaderMap) -> Response {
        match self.assets().iter().find(|asset| asset.name == name) {
            Some(asset) => asset.answer(POLICY, request),
            None => ops::not_found().await,
        }
    }
}

/// The pages and their files.
pub fn pages() -> OpenApiRouter<Docs> {
    let guides = OpenApiRouter::new().routes(routes!(start)).routes(routes!(guide)).routes(routes!(found));
    guides.routes(routes!(reference)).routes(routes!(file))
}

/// What is made for this answer alone.
fn made(page: askama::Result<String>, request: &HeaderMap) -> Response {
    match page {
        Ok(page) => of("", PAGE, page.into()).answer(POLICY_OF_GUIDES, request),
        // Templates write to memory, which does not fail.
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

/// A file as it is sent, with its tag.
fn of(name: &'static str, kind: &'static str, content: Bytes) -> Asset {
    Asset { tag: entity_tag(&content), name, kind, is_compressed: content.starts_with(GZIP), content }
}

fn assets(documents: &[(&'static str, Document)]) -> Vec<Asset> {
    // Relative, so that it also works below the path of a proxy.
    let option = |(path, document): &(&'static str, Document)| {
        format!("<option value=\"..{}\">{}</option>", escaped(path), escaped(&document.info.title))
    };
    let options: Vec<_> = documents.iter().map(option).collect();
    let page = include_str!("../../assets/docs/page.html").replace("{documents}", &options.join("\n"));
    let file = |name, kind, content: &'static [u8]| of(name, kind, Bytes::from_static(content));
    vec![
        of(REFERENCE, PAGE, page.into()),
        file("guides.css", STYLE, include_bytes!("../../assets/docs/guides.css")),
        file("page.css", STYLE, include_bytes!("../../assets/docs/page.css")),
        file("page.js", SCRIPT, include_bytes!("../../assets/docs/page.js")),
        file("swagger-ui.css", STYLE, include_bytes!("../../assets/docs/swagger-ui/swagger-ui.css.gz")),
        file("swagger-ui.js", SCRIPT, include_bytes!("../../assets/docs/swagger-ui/swagger-ui.js.gz")),
    ]
}

impl Asset {
    /// The content, or that it has not changed. Browsers keep it and ask each time, so that an upgrade shows at once.
    fn answer(&self, policy: &'static str, request: &HeaderMap) -> Response {
        let known = request.get_all(header::IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
        let is_known = known.flat_map(|tags| tags.split(',')).any(|known| known.trim().trim_start_matches("W/") == self.tag);
        let headers = [
            (header::ETAG, self.tag.as_str()),
            (header::CACHE_CONTROL, "no-cache"),
            (header::CONTENT_SECURITY_POLICY, policy),
            (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
            (header::REFERRER_POLICY, "no-referrer"),
        ];
        if is_known {
            return (StatusCode::NOT_MODIFIED, headers).into_response();
        }
        let mut response = (headers, [(header::CONTENT_TYPE, self.kind)], self.content.clone()).into_response();
        if self.is_compressed {
            response.headers_mut().insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
        }
        response
    }
}

/// Names the content and nothing else (RFC 9110 section 8.8.3).
fn entity_tag(content: &[u8]) -> String {
    let hash = hex(&digest(&SHA256, content).as_ref()[..8]);
    format!("\"{hash}\"")
}

/// What this is, and where to begin.
#[utoipa::path(get, path = "/docs", operation_id = "getDocsPage", tag = "operations",
    responses(
        (status = 200, description = "The page.", body = str, content_type = "text/html"),
        (status = 304, description = "It is the page that `If-None-Match` names."),
        (status = 404, description = "Switched off (`server.docs`)."),
    ),
    security(()),
    extensions(("x-effect" = json!("reads")))
)]
async fn start(State(docs): State<Docs>, headers: HeaderMap) -> Response {
    made(pages::start(&docs.address), &headers)
}

/// A guide.
#[utoipa::path(get, path = "/docs/guides/{name}", operation_id = "getGuide", tag = "operations",
    params(("name" = String, Path, description = "Its name.", example = "quick-start", max_length = 64)),
    responses(
        (status = 200, description = "The guide.", body = str, content_type = "text/html"),
        (status = 304, description = "It is the guide that `If-None-Match` names."),
        (status = 404, description = "No such guide, or switched off (`server.docs`).", body = str, content_type = "text/html"),
    ),
    security(()),
    extensions(("x-effect" = json!("reads")))
)]
async fn guide(State(docs): State<Docs>, Path(name): Path<String>, headers: HeaderMap) -> Response {
    match shelf::named(&name) {
        Some(guide) => made(pages::guide(guide, &docs.address), &headers),
        None => (StatusCode::NOT_FOUND, made(pages::missing(), &HeaderMap::new())).into_response(),
    }
}

/// The sections of the guides that have all these words.
#[utoipa::path(get, path = "/docs/search", operation_id = "searchGuides", tag = "operations",
    params(("q" = Option<String>, Query, description = "Words; of more than 100 characters the first 100 are looked at.", example = "backup")),
    responses(
        (status = 200, description = "What was found, the best first.", body = str, content_type = "text/html"),
        (status = 304, description = "It is the page that `If-None-Match` names."),
        (status = 404, description = "Switched off (`server.docs`)."),
    ),
    security(()),
    extensions(("x-effect" = json!("reads")))
)]
async fn found(RawQuery(query): RawQuery, headers: HeaderMap) -> Response {
    let query = query.unwrap_or_default();
    let wished = form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "q").map(|(_, value)| value);
    made(pages::found(wished.as_deref().unwrap_or_default()), &headers)
}

/// The name of the page that every OpenAPI document is on.
const REFERENCE: &str = "api";

/// Every OpenAPI document as a page to read and to try.
#[utoipa::path(get, path = "/docs/api", operation_id = "getApiReference", tag = "operations",
    responses(
        (status = 200, description = "The page.", body = str, content_type = "text/html"),
        (status = 304, description = "It is the page that `If-None-Match` names."),
        (status = 404, description = "Switched off (`server.docs`)."),
    ),
    security(()),
    extensions(("x-effect" = json!("reads")))
)]
async fn reference(State(docs): State<Docs>, headers: HeaderMap) -> Response {
    docs.answer(REFERENCE, &headers).await
}

/// A script or a style sheet of these pages.
#[utoipa::path(get, path = "/docs/{file}", operation_id = "getDocsFile", tag = "operations",
    params(("file" = String, Path, description = "Its name.", example = "page.css")),
    responses(
        (status = 200, description = "The file.", content((String = "text/javascript"), (String = "text/css"))),
        (status = 304, description = "It is the file that `If-None-Match` names."),
        (status = 404, description = "No such file, or switched off (`server.docs`)."),
    ),
    security(()),
    extensions(("x-effect" = json!("reads")))
)]
async fn file(State(docs): State<Docs>, Path(name): Path<String>, headers: HeaderMap) -> Response {
    docs.answer(&name, &headers).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_are_text() {
        assert_eq!(escaped("a<b & \"c\""), "a&lt;b &amp; &quot;c&quot;");
    }

    #[test]
    fn the_reader_is_sent_as_it_is_kept() {
        let assets = assets(&[]);
        let compressed: Vec<_> = assets.iter().filter(|asset| asset.is_compressed).map(|asset| asset.name).collect();
        assert_eq!(compressed, ["swagger-ui.css", "swagger-ui.js"]);
    }
}
