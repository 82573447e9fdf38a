//! `GET /session-storage/sessions`

use serde_json::json;

use super::{SESSIONS, ask, created, listed, peopled};

#[tokio::test]
async fn all_of_the_owners_under_its_tenant_wherever_born_oldest_first() {
    let server = peopled().await;
    let first = created(&server, "keeper", &json!({})).await;
    let elsewhere = created(&server, "far", &json!({})).await;
    server.open("ada@example.com").await;
    server.pass(1);
    let second = created(&server, "keeper", &json!({})).await;
    server.open("bob@example.com").await;
    let seen = listed(&server, "keeper").await;
    assert_eq!((seen.len(), &seen[0]["id"], &seen[2]["id"]), (3, &first["id"], &second["id"]), "{seen:?}");
    assert_eq!(seen[1]["expires_at"], json!("2026-01-02T04:04:05Z"), "born of USM");
    let far = listed(&server, "far").await;
    assert_eq!((far.len(), &far[0]["id"]), (1, &elsewhere["id"]), "what she has under another tenant is that tenant's");
    assert_eq!(listed(&server, "bobs").await.len(), 1);
}

#[tokio::test]
async fn an_owner_who_stands_higher_than_the_tenant_is_none() {
    let server = peopled().await;
    let id = created(&server, "keeper", &json!({})).await["id"].clone();
    let guids = server.open("ada@example.com").await;
    for (role, is_operator, status) in
        [("tenant_admin", false, 200), ("partner_admin", false, 403), ("super_admin", false, 403), ("none", true, 403)]
    {
        server.apply(&json!({ "users": [{ "username": "ada", "role": role, "is_operator": is_operator }] })).await;
        for (method, path) in
            [("GET", SESSIONS.to_owned()), ("GET", super::one(&id)), ("POST", format!("{}?ttl_seconds=9999", super::one(&id)))]
        {
            let expected = if method == "POST" && status == 200 { 204 } else { status };
            assert_eq!(ask(&server, "keeper", method, &path).await.status, expected, "{role} {is_operator} {method} {path}");
        }
        if status == 403 {
            assert_eq!(ask(&server, "keeper", "POST", SESSIONS).await.status, 403);
            assert_eq!(ask(&server, "keeper", "DELETE", &super::one(&id)).await.status, 403);
        }
    }
    assert_eq!(server.with_guid("session/validate", &guids.bearer).await.status, 200);
}

#[tokio::test]
async fn a_walk_under_churn_visits_what_was_there_throughout_exactly_once() {
    let server = peopled().await;
    let mut stay = Vec::new();
    let mut go = Vec::new();
    for at in 0..25 {
        let id = created(&server, "keeper", &json!({})).await["id"].clone();
        if at % 3 == 0 {
            go.push(id)
        } else {
            stay.push(id)
        }
        server.pass(u32::from(at % 4 == 0));
    }
    let (mut seen, mut next) = (Vec::new(), String::new());
    loop {
        let answer = ask(&server, "keeper", "GET", &format!("{SESSIONS}?page_size=4{next}")).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        seen.extend(answer.body["data"].as_array().unwrap().iter().map(|item| item["id"].clone()));
        let Some(token) = answer.body.get("next_page_token") else { break };
        next = format!("&page_token={}", token.as_str().unwrap());
        if let Some(id) = go.pop() {
            assert_eq!(ask(&server, "keeper", "DELETE", &super::one(&id)).await.status, 204);
        }
    }
    seen.retain(|id| stay.contains(id));
    assert_eq!(seen, stay);
}

#[tokio::test]
async fn the_last_page_has_no_token_and_a_full_one_may_be_the_last() {
    let server = peopled().await;
    for _ in 0..20 {
        created(&server, "keeper", &json!({})).await;
    }
    let answer = ask(&server, "keeper", "GET", SESSIONS).await;
    assert_eq!((answer.body["data"].as_array().unwrap().len(), answer.body.get("next_page_token")), (20, None));
    created(&server, "keeper", &json!({})).await;
    let answer = ask(&server, "keeper", "GET", SESSIONS).await;
    assert!(answer.body["next_page_token"].is_string());
    let all = ask(&server, "keeper", "GET", &format!("{SESSIONS}?page_size=100")).await;
    assert_eq!((all.body["data"].as_array().unwrap().len(), all.body.get("next_page_token")), (21, None));
}

#[tokio::test]
async fn a_page_token_opens_for_its_client_alone() {
    let server = peopled().await;
    for _ in 0..3 {
        created(&server, "keeper", &json!({})).await;
        created(&server, "bobs", &json!({})).await;
    }
    let answer = ask(&server, "keeper", "GET", &format!("{SESSIONS}?page_size=1")).await;
    let token = answer.body["next_page_token"].as_str().unwrap().to_owned();
    let mut altered = token.clone().into_bytes();
    altered[5] = if altered[5] == b'A' { b'B' } else { b'A' };
    let altered = String::from_utf8(altered).unwrap();
    let page = |token: &str| format!("{SESSIONS}?page_size=1&page_token={token}");
    assert_eq!(ask(&server, "keeper", "GET", &page(&token)).await.status, 200);
    for (client, token) in [("bobs", token.as_str()), ("far", &token), ("keeper", &altered), ("keeper", ""), ("keeper", "x")] {
        assert_eq!(ask(&server, client, "GET", &page(token)).await.status, 400, "{client} {token}");
    }
}

#[tokio::test]
async fn page_sizes_from_1_to_100() {
    let server = peopled().await;
    for bad in ["0", "101", "-1", "+5", "1.0", "x", "", "99999999999999999999", "5&page_size=5"] {
        assert_eq!(ask(&server, "keeper", "GET", &format!("{SESSIONS}?page_size={bad}")).await.status, 400, "{bad}");
    }
    for good in ["1", "100"] {
        assert_eq!(ask(&server, "keeper", "GET", &format!("{SESSIONS}?page_size={good}")).await.status, 200, "{good}");
    }
}
