//! A server in this process, with somebody of every kind in it, and how it is asked.

use std::sync::OnceLock;

use axum::Router;
use axum::body::Body;
use axum::http::Request;
use cloakroom_engine::clock::Timestamp;
use cloakroom_engine::directory::password::hash;
use cloakroom_engine::secret::Passcode;
use serde_json::{Value, json};
use tokio::runtime::Runtime;
use tower::ServiceExt as _;

use crate::in_process::{InProcess, Made, Routed};
use crate::run::{Held, holds};

/// Stands in what is sent and must stand in no error.
pub const MARKER: &str = "s3cret-marker";

const PASSWORD: &str = "Correct-horse-7";
pub const CLIENT_SECRET: &str = "a-secret-of-the-ground";

/// Hashed once for every ground.
fn password_hash() -> &'static str {
    static HASH: OnceLock<String> = OnceLock::new();
    HASH.get_or_init(|| hash(&Passcode::new(PASSWORD.into()), [7; 16]).unwrap().as_phc().to_owned())
}

/// An answer, read to its end.
pub struct Answer {
    pub status: u16,
    pub text: String,
}

/// The server and what opens its doors.
pub struct Ground {
    runtime: Runtime,
    router: Router,
    /// Of a super administrator who owns an org.
    pub access: String,
    pub refresh: String,
    pub session_guid: String,
}

impl Ground {
    pub fn new() -> Self {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let inside = InProcess::new(Made::at(Timestamp::from_millis(1_767_225_600_123), "http://here"));
        runtime.block_on(async {
            inside.engine.refresh_signing_keys().await.unwrap();
            let read = cloakroom_server::directory_file::read(&directory().to_string()).unwrap();
            inside.engine.apply_directory(read, false, "fuzz").await.unwrap().unwrap();
        });
        let router = inside.router(&Routed::default());
        let mut ground = Self { runtime, router, access: String::new(), refresh: String::new(), session_guid: String::new() };
        ground.sign_in();
        ground
    }

    fn sign_in(&mut self) {
        let login = json!({ "username": "root", "password": PASSWORD }).to_string();
        let pair: Value = serde_json::from_str(&self.ask("POST", "/user/login", &[], login.into()).text).unwrap();
        let create = json!({ "email": "root@example.com", "passcode": PASSWORD, "orgcode": "ACME" }).to_string();
        let opened: Value = serde_json::from_str(&self.ask("POST", "/usm/session/create", &[], create.into()).text).unwrap();
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        (self.access, self.refresh) = (text(&pair["accessToken"]), text(&pair["refreshToken"]));
        self.session_guid = text(&opened["data"]["session_guid"]);
    }

    /// Whether what it was made with still opens something: an input may have ended it.
    pub fn is_worn_out(&self) -> bool {
        self.ask("GET", "/api/v1/me", &[("authorization", &format!("Bearer {}", self.access))], Vec::new()).status != 200
    }

    /// Asks without a socket. What HTTP itself would not carry is no input.
    pub fn ask(&self, method: &str, path: &str, headers: &[(&str, &str)], body: Vec<u8>) -> Answer {
        let mut request = Request::builder().method(method).uri(path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let Ok(request) = request.body(Body::from(body)) else { return Answer { status: 0, text: String::new() } };
        self.runtime.block_on(async {
            let Ok(response) = self.router.clone().oneshot(request).await;
            let status = response.status().as_u16();
            let bytes = axum::body::to_bytes(response.into_body(), usize::MAX).await.unwrap();
            Answer { status, text: String::from_utf8_lossy(&bytes).into_owned() }
        })
    }
}

impl Answer {
    /// Whatever is sent: no fault of ours, and no error repeats it.
    pub fn is_sound(&self) -> Held {
        holds(self.status < 500, || format!("answered {}: {}", self.status, self.text))?;
        // The envelope of USM says again what a caller asked it to, beside the error.
        let error = serde_json::from_str::<Value>(&self.text).ok().and_then(|body| body.get("error").cloned());
        let told = error.map_or_else(|| self.text.clone(), |error| error.to_string());
        holds(self.status < 400 || !told.contains(MARKER), || format!("an error repeats what was sent: {}", self.text))
    }
}

fn directory() -> Value {
    json!({
        "tenants": [{ "code": "ACME" }],
        "users": [{ "username": "root", "email": "root@example.com", "password_hash": password_hash(),
            "role": "super_admin", "is_operator": true, "memberships": { "ACME": "owner" }, "session_cap": 8192 },
            // An application keeps sessions for somebody who stands no higher than its tenant.
            { "username": "keeper", "tenant": "ACME" }],
        "applications": [{ "client_id": "ground", "client_secret": CLIENT_SECRET, "tenant": "ACME", "owner": "keeper", "platform": true,
            "scopes": ["admin:read", "admin:write", "session:read", "session:write"] }],
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sound(status: u16, text: &str) -> bool {
        Answer { status, text: text.to_owned() }.is_sound().is_ok()
    }

    #[test]
    fn a_fault_and_an_echo_are_seen() {
        assert!(sound(200, "s3cret-marker") && sound(422, "{\"detail\":\"no\"}") && !sound(500, ""));
        assert!(!sound(422, "{\"detail\":\"s3cret-marker is wrong\"}") && !sound(400, "{\"error\":{\"x\":\"s3cret-marker\"}}"));
        assert!(sound(400, "{\"error\":{},\"echo\":\"s3cret-marker\"}"));
    }

    #[test]
    fn the_ground_opens_every_door() {
        let ground = Ground::new();
        assert!(!ground.is_worn_out());
        let client = [("clientid", "ground"), ("clientsecret", CLIENT_SECRET)];
        assert_eq!(ground.ask("GET", "/session-storage/sessions", &client, Vec::new()).status, 200);
        let body = json!({ "session_guid": ground.session_guid }).to_string();
        assert_eq!(ground.ask("POST", "/usm/session/validate", &[], body.into()).status, 200);
    }
}
