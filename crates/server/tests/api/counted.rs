//! Whatever answers a request, it is counted under the template of its path.

use cloakroom_server::router::documents;

use crate::support::{Server, Setup, call};

/// How many requests the page of numbers tells of, under this template and with this method and status.
fn told(page: &str, template: &str, method: &str, status: u16) -> u64 {
    let line = format!("cloakroom_requests_total{{route=\"{template}\",method=\"{method}\",status=\"{status}\"}} ");
    page.lines().find_map(|told| told.strip_prefix(&line)).map_or(0, |count| count.parse().unwrap())
}

/// Whatever the method, it is the same question.
const BY_ANY_METHOD: &str = "/auth/verify";

#[tokio::test]
async fn every_operation_and_what_it_refuses_is_counted_under_its_template() {
    let server = Server::empty(Setup::default());
    let mut expected = Vec::new();
    for (_, document) in documents() {
        let document = serde_json::to_value(document).unwrap();
        for (path, item) in document["paths"].as_object().unwrap() {
            let methods: Vec<_> =
                ["get", "put", "post", "delete", "patch"].into_iter().filter(|method| item.get(*method).is_some()).collect();
            for method in methods.into_iter().chain(["trace"]) {
                let method = method.to_uppercase();
                let status = server.send(call(&method, &path.replace(['{', '}'], ""), "{}")).await.status;
                let method = if method == "TRACE" { "other".into() } else { method };
                expected.push((path.clone(), method, status));
            }
        }
    }
    assert!(expected.len() > 160, "{}", expected.len());
    let page = server.send(call("GET", "/metrics", "")).await.text;
    for (path, method, status) in &expected {
        assert!(told(&page, path, method, *status) > 0, "{method} {path} {status}:\n{page}");
    }
    let takes_no_other = |path: &str| path != BY_ANY_METHOD;
    assert!(!expected.iter().any(|(path, method, status)| method == "other" && takes_no_other(path) && *status != 405), "{expected:?}");
}

#[tokio::test]
async fn what_is_no_path_of_ours_is_counted_under_one_name() {
    let server = Server::empty(Setup::default());
    for path in ["/nowhere", "/nowhere/else"] {
        server.send(call("GET", path, "")).await;
    }
    let page = server.send(call("GET", "/metrics", "")).await.text;
    assert_eq!(told(&page, "unmatched", "GET", 404), 2);
    assert!(!page.contains("nowhere"), "{page}");
}
