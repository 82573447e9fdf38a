//! `/docs`: a page that works without any other server.

use axum::body::Body;
use axum::http::{Request, header};
use cloakroom_server::router::documents;
use serde_json::Value;

use crate::support::{Server, Setup, call};

const PAGE: &str = include_str!("../../assets/docs/page.html");
const SCRIPT: &str = include_str!("../../assets/docs/page.js");
const STYLE: &str = include_str!("../../assets/docs/page.css");

fn again(path: &str, tag: &str) -> Request<Body> {
    let mut request = call("GET", path, "");
    request.headers_mut().insert(header::IF_NONE_MATCH, tag.parse().unwrap());
    request
}

#[tokio::test]
async fn every_document_can_be_picked_and_is_there() {
    let server = Server::empty(Setup::default());
    let page = server.send(call("GET", "/docs", "")).await;
    assert_eq!((page.status, page.header("content-type")), (200, Some("text/html; charset=utf-8")));
    assert!(documents().len() >= 5 && !page.text.contains("{documents}"));
    for (path, document) in documents() {
        let option = format!("<option value=\"{}\">{}</option>", &path[1..], document.info.title);
        assert!(page.text.contains(&option), "{option}: {}", page.text);
        assert_eq!(server.send(call("GET", path, "")).await.status, 200, "{path}");
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
    let page = server.send(call("GET", "/docs", "")).await;
    let policy = page.header("content-security-policy").unwrap();
    assert!(policy.starts_with("default-src 'self';") && !policy.contains("http") && !policy.contains("unsafe"), "{policy}");
    for own in [PAGE, SCRIPT, STYLE] {
        assert!(!own.contains("http:") && !own.contains("https:") && !own.contains("//cdn") && !own.contains("=\"//"), "{own}");
    }
    // What the bundle would ask of its makers' server.
    assert!(SCRIPT.contains("validatorUrl: null"));
    let named = |text: &str, attribute: &str| {
        text.split(attribute).skip(1).map(|rest| rest.split('"').next().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let files: Vec<_> = [named(PAGE, "src=\""), named(PAGE, "href=\"docs/").iter().map(|name| format!("docs/{name}")).collect()].concat();
    assert_eq!(files.len(), 4, "{files:?}");
    for file in files {
        let path = format!("/{file}");
        let (status, headers) = server.head_of(call("GET", &path, "")).await;
        assert_eq!((status, headers.get("x-content-type-options").unwrap().to_str().unwrap()), (200, "nosniff"), "{path}");
    }
}

#[tokio::test]
async fn what_a_browser_has_is_not_sent_again() {
    let server = Server::empty(Setup::default());
    for path in ["/docs", "/docs/page.js", "/docs/swagger-ui.js"] {
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
    for path in ["/docs", "/docs/page.js"] {
        assert_eq!(server.send(call("GET", path, "")).await.status, 404, "{path}");
    }
    let server = Server::empty(Setup::default());
    assert_eq!(server.send(call("GET", "/docs/nowhere.js", "")).await.status, 404);
}
