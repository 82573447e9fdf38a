//! Who has active sessions, and how many.

use serde_json::json;

use super::{LIST, refusal};
use crate::server::{Answer, Server};

fn names(answer: &Answer) -> Vec<String> {
    answer.json().as_array().unwrap().iter().map(|row| row["UserName"].as_str().unwrap().to_owned()).collect()
}

fn link(answer: &Answer, rel: &str) -> Option<String> {
    let links = answer.headers["link"].to_str().unwrap();
    let found = links.split(", ").find(|link| link.ends_with(&format!("; rel=\"{rel}\"")))?;
    Some(found.split_once('>').unwrap().0.strip_prefix('<').unwrap().to_owned())
}

#[tokio::test]
async fn a_row_is_what_the_contract_says() {
    let server = Server::start().await;
    let operator = server.login("operator").await;
    server.open("end_user").await;
    server.open("end_user").await;
    let listed = server.get(LIST, &operator).await.expect(200);
    let rows = listed.json();
    let guids: Vec<_> = rows.as_array().unwrap().iter().map(|row| row["UserGuid"].clone()).collect();
    for guid in &guids {
        let guid = guid.as_str().unwrap();
        assert!(guid.len() == 36 && !guid.contains(|c: char| c.is_ascii_uppercase()), "{guid}");
    }
    assert_eq!(
        rows,
        json!([
            { "UserGuid": guids[0], "UserName": "end_user", "SessionCount": 2, "IsOperator": false },
            { "UserGuid": guids[1], "UserName": "operator", "SessionCount": 1, "IsOperator": true },
        ])
    );
    assert_eq!(listed.headers["content-type"], "application/json");
    let told = ["x-total-count", "x-page", "x-page-size"].map(|name| listed.headers[name].to_str().unwrap().to_owned());
    assert_eq!(told, ["2", "1", "25"]);
    assert_eq!(listed.headers["link"], format!("<{LIST}?page=1&pageSize=25>; rel=\"first\", <{LIST}?page=1&pageSize=25>; rel=\"last\""));
}

#[tokio::test]
async fn following_the_links_visits_everybody_once() {
    let server = Server::start().await;
    let root = server.login("super_admin").await;
    for user in ["end_user", "operator", "gina", "bob", "tenant_admin_a", "partner_admin"] {
        server.open(user).await;
    }
    let everybody = names(&server.get(LIST, &root).await.expect(200));
    assert!(everybody.len() == 7 && everybody.is_sorted());
    for size in 1..=8 {
        let (mut next, mut seen, mut last) = (Some(format!("{LIST}?Page=1&PageSize={size}")), Vec::new(), None);
        while let Some(path) = next {
            let answer = server.get(&path, &root).await.expect(200);
            assert_eq!(
                (&answer.headers["x-total-count"], &answer.headers["x-page-size"]),
                (&"7".parse().unwrap(), &size.to_string().parse().unwrap())
            );
            seen.extend(names(&answer));
            assert_eq!(link(&answer, "first"), Some(format!("{LIST}?page=1&pageSize={size}")));
            assert_eq!(link(&answer, "prev").is_none(), answer.headers["x-page"] == "1");
            next = link(&answer, "next");
            last = link(&answer, "last");
            assert_eq!(next.is_none(), answer.headers["x-page"] == 7_usize.div_ceil(size).to_string().as_str());
        }
        assert_eq!(seen, everybody, "{size}");
        assert_eq!(last, Some(format!("{LIST}?page={}&pageSize={size}", 7_usize.div_ceil(size))));
    }
    let past = server.get(&format!("{LIST}?page=9223372036854775807&pageSize=100"), &root).await.expect(200);
    assert_eq!((past.text.as_str(), link(&past, "next"), link(&past, "prev")), ("[]", None, Some(format!("{LIST}?page=1&pageSize=100"))));
    assert_eq!(past.headers["x-total-count"], "7");
}

#[tokio::test]
async fn bad_pages_are_refused() {
    let server = Server::start().await;
    let root = server.login("super_admin").await;
    for query in
        ["page=0", "page=-1", "page=x", "page=", "page=1.5", "pageSize=0", "PageSize=101", "Page=9223372036854775808", "page=1&Page=0"]
    {
        let answer = server.get(&format!("{LIST}?{query}"), &root).await.expect(400);
        assert_eq!(refusal(&answer), (false, "err_InvalidRequest".to_owned()), "{query}");
    }
    server.get(&format!("{LIST}?Page=0&page=1&pageSize=100"), &root).await.expect(200);
}

#[tokio::test]
async fn what_ended_or_expired_is_not_counted_and_what_a_pending_touch_keeps_is() {
    let server = Server::start().await;
    let kept = server.open("end_user").await;
    let closed = server.open("end_user").await;
    let gone = server.open("gina").await;
    server.call("POST", "/usm/session/close", None, Some(json!({ "session_guid": closed }))).await.expect(200);
    // No task saves touches or sweeps here: the stored expiry passes, the answered one does not.
    server.advance(3000);
    server.validate(&kept).await.expect(200);
    server.advance(1000);
    let root = server.login("super_admin").await;
    let listed = server.get(LIST, &root).await.expect(200);
    assert_eq!(names(&listed), ["end_user", "super_admin"]);
    assert_eq!((listed.at("/0/SessionCount"), &listed.headers["x-total-count"]), (json!(1), &"2".parse().unwrap()));
    server.validate(&gone).await.expect(401);
}
