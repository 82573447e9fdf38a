//! `/api/admin/v1/authenticated-sessions/…`: what operators see and end.

mod callers;
mod list;
mod revoke;
mod user_sessions;

use serde_json::{Value, json};

use crate::server::{Answer, Server};

const LIST: &str = "/api/admin/v1/authenticated-sessions/list";
const USER_SESSIONS: &str = "/api/admin/v1/authenticated-sessions/user-sessions";
const REVOKE: &str = "/api/admin/v1/authenticated-sessions/revoke";

/// A guid that names nobody.
const NOBODY: &str = "83bde819-ec08-4cee-b635-884145630d0b";

pub async fn revoke(server: &Server, token: &str, session: &Value) -> Answer {
    server.post(REVOKE, token, json!({ "Session": session })).await
}

/// The guid of a user who has an active session, as `root` sees it.
async fn guid(server: &Server, root: &str, username: &str) -> String {
    let listed = server.get(&format!("{LIST}?pageSize=100"), root).await.expect(200).json();
    let row = listed.as_array().unwrap().iter().find(|row| row["UserName"] == username).unwrap().clone();
    row["UserGuid"].as_str().unwrap().to_owned()
}

/// The rows of a user's active sessions, as `root` sees them.
pub async fn sessions(server: &Server, root: &str, username: &str) -> Vec<Value> {
    let path = format!("{USER_SESSIONS}/{}?pageSize=100", guid(server, root, username).await);
    server.get(&path, root).await.expect(200).json().as_array().unwrap().clone()
}

fn refusal(answer: &Answer) -> (bool, String) {
    assert!(answer.at("/Message").is_string(), "{answer:?}");
    assert_eq!(answer.json().as_object().unwrap().len(), 3, "{answer:?}");
    (answer.at("/Success").as_bool().unwrap(), answer.text_at("/Error"))
}
