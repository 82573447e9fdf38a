//! The active sessions of one user.

use serde_json::{Value, json};

use super::{NOBODY, USER_SESSIONS, guid, refusal, sessions};
use crate::server::{IPHONE, Server};

#[tokio::test]
async fn a_row_is_what_the_contract_says() {
    let server = Server::start().await;
    let root = server.login("super_admin").await;
    server.advance(1);
    server.login_from((IPHONE, None), "operator").await;
    server.advance(1);
    server.login_from(("nothing that anybody knows", None), "operator").await;
    let guid = guid(&server, &root, "operator").await;
    let listed = server.get(&format!("{USER_SESSIONS}/{}", guid.to_uppercase()), &root).await.expect(200);
    let (newer, older) = (listed.at("/0"), listed.at("/1"));
    assert_eq!(listed.json().as_array().unwrap().len(), 2);
    assert!(newer["ID"].is_i64() && older["ID"].is_i64() && newer["UserID"].is_i64());
    let row = |of: &Value, updated: &str, expires: &str, device: [&str; 3]| {
        json!({ "ID": of["ID"], "UserID": of["UserID"], "UserGuid": guid, "LastUpdated": updated, "ExpirationDate": expires,
            "UserName": "operator", "IsOperator": true, "Smartphone": device[0], "OperatingSystem": device[1], "Application": device[2] })
    };
    let unknown = ["-", "Other- v. ", "Other- v. "];
    assert_eq!(newer, row(&newer, "2026-01-01T00:00:02Z", "2026-01-31T00:00:02Z", unknown));
    let phone = ["iPhone", "iOS- v. 17.5", "Mobile Safari- v. 17.5"];
    assert_eq!(older, row(&older, "2026-01-01T00:00:01Z", "2026-01-31T00:00:01Z", phone));
    let told = ["x-total-count", "x-page", "x-page-size"].map(|name| listed.headers[name].to_str().unwrap().to_owned());
    assert_eq!(told, ["2", "1", "25"]);
}

#[tokio::test]
async fn the_last_used_comes_first_whatever_is_on_disk() {
    let server = Server::start().await;
    let root = server.login("super_admin").await;
    let first = server.open("end_user").await;
    let mut born = vec![sessions(&server, &root, "end_user").await[0]["ID"].clone()];
    for _ in 0..3 {
        server.advance(1);
        server.open("end_user").await;
        born.insert(0, sessions(&server, &root, "end_user").await[0]["ID"].clone());
    }
    server.advance(1);
    server.validate(&first).await.expect(200);
    let listed = sessions(&server, &root, "end_user").await;
    let used: Vec<_> = listed.iter().map(|row| row["LastUpdated"].as_str().unwrap()).collect();
    assert!(used.is_sorted_by(|newer, older| newer >= older), "{used:?}");
    born.rotate_right(1);
    let ids: Vec<_> = listed.iter().map(|row| row["ID"].clone()).collect();
    assert_eq!(ids, born);
    let (guid, mut walked) = (guid(&server, &root, "end_user").await, Vec::new());
    for page in 1..=3 {
        let answer = server.get(&format!("{USER_SESSIONS}/{guid}?page={page}&pageSize=2"), &root).await.expect(200);
        assert_eq!(answer.headers["x-total-count"], "4");
        walked.extend(answer.json().as_array().unwrap().clone());
    }
    assert_eq!(walked, listed);
}

#[tokio::test]
async fn whoever_is_unknown_has_none() {
    let server = Server::start().await;
    let root = server.login("super_admin").await;
    let answer = server.get(&format!("{USER_SESSIONS}/{NOBODY}"), &root).await.expect(200);
    assert_eq!((answer.text.as_str(), &answer.headers["x-total-count"]), ("[]", &"0".parse().unwrap()));
    let bad = server.get(&format!("{USER_SESSIONS}/{NOBODY}?pageSize=101"), &root).await.expect(400);
    assert_eq!(refusal(&bad).1, "err_InvalidRequest");
}

#[tokio::test]
async fn what_is_no_guid_is_refused_after_the_caller_was() {
    let server = Server::start().await;
    let (root, stranger) = (server.login("super_admin").await, server.login("end_user").await);
    for guid in ["nobody", "%ff", "83bde819ec084ceeb635884145630d0b", "%7B83bde819-ec08-4cee-b635-884145630d0b%7D", "%20"] {
        let path = format!("{USER_SESSIONS}/{guid}");
        let answer = server.get(&path, &root).await.expect(400);
        assert_eq!(refusal(&answer), (false, "err_InvalidRequest".to_owned()), "{guid}");
        assert!(answer.text_at("/Message").starts_with("guid "), "{guid}");
        server.get(&path, &stranger).await.expect(403);
    }
}
