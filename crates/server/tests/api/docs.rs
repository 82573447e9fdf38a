//! `/docs`: pages that work without any other server.

use axum::body::Body;
use axum::http::{Request, header};
use cloakroom_server::guides::shelf;
use cloakroom_server::router::documents;
use serde_json::Value;

use crate::support::{Server, Setup, call};

const PAGE: &str = include_str!("../../assets/docs/page.html");
const SCRIPT: &str = include_str!("../../assets/docs/page.js");
const STYLE: &str = include_str!("../../assets/docs/page.css");
const GUIDES_STYLE: &str = include_str!("../../assets/docs/guides.css");

fn again(path: &str, tag: &str) -> Request<Body> {
    let mut request = call("GET", path, "");
    request.headers_mut().insert(header::IF_NONE_MATCH, tag.parse().unwrap());
    request
}

/// The addresses that a page names, as a browser at `path` understands them.
fn named(path: &str, html: &str) -> Vec<String> {
    let page = url::Url::parse("http://here/").unwrap().join(path).unwrap();
    let addresses = ["href=\"", "src=\"", "action=\""].into_iter().flat_map(|attribute| html.split(attribute).skip(1));
    let addresses = addresses.map(|rest| rest.split('"').next().unwrap().replace("&amp;", "&"));
    let is_ours = |address: &String| !address.starts_with("data:") && !address.starts_with('#');
    addresses.filter(is_ours).map(|address| page.join(&address).unwrap().to_string()).collect()
}

#[tokio::test]
async fn every_document_can_be_picked_and_is_there() {
    let server = Server::empty(Setup::default());
    let page = server.send(call("GET", "/docs/api", "")).await;
    assert_eq!((page.status, page.header("content-type")), (200, Some("text/html; charset=utf-8")));
    assert!(documents().len() >= 5 && !page.text.contains("{documents}"));
    for (path, document) in documents() {
        let option = format!("<option value=\"..{path}\">{}</option>", document.info.title);
        assert!(page.text.contains(&option), "{option}: {}", page.text);
        assert_eq!(server.send(call("GET", path, "")).await.status, 200, "{path}");
    }
}

/// From the first page on, whatever a page of ours leads to is there.
#[tokio::test]
async fn every_address_that_a_page_names_is_there() {
    let server = Server::empty(Setup::default());
    let (mut seen, mut pending) = (vec!["/docs".to_owned(), "/docs/search?q=backup".to_owned()], vec!["/docs".to_owned()]);
    pending.push("/docs/search?q=backup".to_owned());
    while let Some(path) = pending.pop() {
        let (status, headers) = server.head_of(call("GET", &path, "")).await;
        assert!(status == 200 || status == 303, "{path}: {status}");
        let policy = headers.get("content-security-policy").and_then(|policy| policy.to_str().ok()).unwrap_or_default();
        if !path.starts_with("/docs") || headers["content-type"] != "text/html; charset=utf-8" || policy.contains("script") {
            continue;
        }
        for address in named(&path, &server.send(call("GET", &path, "")).await.text) {
            let Some(address) = address.strip_prefix("http://here") else { continue };
            let address = address.split('#').next().unwrap().to_owned();
            if !seen.contains(&address) {
                seen.push(address.clone());
                pending.push(address);
            }
        }
    }
    assert!(shelf::all().all(|guide| seen.contains(&format!("/docs/guides/{}", guide.name))), "{seen:?}");
    assert!(seen.contains(&"/docs/api".to_owned()) && seen.contains(&"/login".to_owned()), "{seen:?}");
}

#[tokio::test]
async fn guides_are_shown_and_found() {
    let server = Server::empty(Setup::default());
    let guide = server.send(call("GET", "/docs/guides/operations", "")).await;
    assert_eq!((guide.status, guide.header("content-type")), (200, Some("text/html; charset=utf-8")));
    assert!(guide.text.contains("<h2 id=\"backing-up\">") && guide.text.contains("<a href=\"#backing-up\">"), "{}", guide.text);
    assert!(guide.text.contains("aria-current=\"page\"") && guide.text.contains("<a href=\"configuration\">"));
    let found = server.send(call("GET", "/docs/search?q=Backing+UP", "")).await.text;
    assert!(found.contains("<a href=\"guides/operations#backing-up\">") && found.contains("<mark>"), "{found}");
    for (query, told) in [("", "Search the guides"), ("?q=", "Search the guides"), ("?q=zzzzzz", "Nothing found for “zzzzzz”")] {
        let page = server.send(call("GET", &format!("/docs/search{query}"), "")).await;
        assert!(page.status == 200 && page.text.contains(told), "{query}: {}", page.text);
    }
    let missing = server.send(call("GET", "/docs/guides/nowhere", "")).await;
    assert!(missing.status == 404 && missing.text.contains("There is no such guide"), "{}", missing.text);
}

#[tokio::test]
async fn what_is_sought_is_text() {
    let server = Server::empty(Setup::default());
    for sought in ["%3Cscript%3Ex()%3C/script%3E", "%22%20onfocus=%22x()", "%ff%fe", &"a".repeat(5000)] {
        let page = server.send(call("GET", &format!("/docs/search?q={sought}"), "")).await;
        assert!(page.status == 200 && !page.text.contains("<script") && !page.text.contains("\" onfocus"), "{}", page.text);
        assert!(page.text.len() < 20_000, "{}", page.text.len());
    }
}

#[tokio::test]
async fn one_document_describes_everything() {
    let server = Server::empty(Setup::default());
    let whole: Value = serde_json::from_str(&server.send(call("GET", "/openapi.json", "")).await.text).unwrap();
    let mut described = 0;
    for (_, document) in documents() {
        let document = serde_json::to_value(document).unwrap();
        for (path, item) in document["paths"].as_object().unwrap() {
            assert_eq!(&whole["paths"][path], item, "{path}");
            described += item.as_object().unwrap().len();
        }
    }
    let all = whole["paths"].as_object().unwrap().values().map(|item| item.as_object().unwrap().len()).sum::<usize>();
    assert_eq!(all, described);
}

#[tokio::test]
async fn nothing_is_fetched_from_anywhere_else() {
    let server = Server::empty(Setup::default());
    for (path, begins) in
        [("/docs/api", "default-src 'self';"), ("/docs", "default-src 'none';"), ("/docs/guides/usm", "default-src 'none';")]
    {
        let page = server.send(call("GET", path, "")).await;
        let policy = page.header("content-security-policy").unwrap();
        assert!(policy.starts_with(begins) && !policy.contains("http") && !policy.contains("unsafe"), "{policy}");
        // Nothing that the policy would refuse: what is inline, and what is loaded.
        assert!(!page.text.contains("style=\"") && !page.text.contains("<style") && !page.text.contains(" onclick"), "{path}");
        assert!(!page.text.contains("<img") && !page.text.contains("<iframe"), "{path}");
        let scripts = page.text.matches("<script").count();
        assert_eq!(scripts, page.text.matches("<script src=\"").count(), "{path}");
        assert_eq!(scripts > 0, path == "/docs/api", "{path}");
    }
    for own in [PAGE, SCRIPT, STYLE, GUIDES_STYLE] {
        assert!(!own.contains("http:") && !own.contains("https:") && !own.contains("//cdn") && !own.contains("=\"//"), "{own}");
        assert!(!own.contains("url(") && !own.contains("@import"), "{own}");
    }
    // What the bundle would ask of its makers' server.
    assert!(SCRIPT.contains("validatorUrl: null"));
    let files: Vec<_> = named("/docs/api", PAGE).into_iter().filter(|file| file.ends_with(".js") || file.ends_with(".css")).collect();
    assert_eq!(files.len(), 4, "{files:?}");
    for file in files {
        let path = file.strip_prefix("http://here").unwrap();
        let (status, headers) = server.head_of(call("GET", path, "")).await;
        assert_eq!((status, headers.get("x-content-type-options").unwrap().to_str().unwrap()), (200, "nosniff"), "{path}");
    }
}

#[tokio::test]
async fn what_a_browser_has_is_not_sent_again() {
    let server = Server::empty(Setup::default());
    for path in ["/docs", "/docs/api", "/docs/guides/usm", "/docs/search?q=a", "/docs/page.js", "/docs/swagger-ui.js"] {
        let (_, headers) = server.head_of(call("GET", path, "")).await;
        assert_eq!(headers["cache-control"], "no-cache");
        let tag = headers["etag"].to_str().unwrap();
        for known in [tag.to_owned(), format!("\"other\", W/{tag}")] {
            let answer = server.send(again(path, &known)).await;
            assert_eq!((answer.status, answer.text.as_str(), answer.header("etag")), (304, "", Some(tag)), "{path}");
        }
        assert_eq!(server.head_of(again(path, "\"other\"")).await.0, 200);
    }
}

#[tokio::test]
async fn it_can_be_switched_off() {
    let server = Server::empty(Setup { docs: false, ..Setup::default() });
    for path in ["/docs", "/docs/api", "/docs/guides/usm", "/docs/search", "/docs/page.js"] {
        assert_eq!(server.send(call("GET", path, "")).await.status, 404, "{path}");
    }
    let server = Server::empty(Setup::default());
    assert_eq!(server.send(call("GET", "/docs/nowhere.js", "")).await.status, 404);
}
