//! Who looks: people who are still signed in, or who sign in again where they can.

use serde_json::json;

use crate::ends::End;
use crate::world::World;

/// Seconds that an access token lasts.
const ACCESS_TTL: u32 = 1200;

impl World {
    /// Whether this person's session lives and their access token has not run out.
    pub fn is_signed_in(&self, name: &str) -> bool {
        let signed = &self.signed[name];
        self.sessions[signed.place].lives() && (["ada's guid", "root's desk"].contains(&name) || self.age < signed.at + ACCESS_TTL)
    }

    /// Sees to it that root, the operator and, unless the end bars her or takes her elsewhere, Ada are signed in; whether Ada is, by both
    /// of her means.
    pub async fn gather(&mut self, end: Option<&End>) -> bool {
        for name in ["root", "root's desk", "roamer"] {
            if !self.is_signed_in(name) {
                self.signs_in(name).await;
            }
        }
        if end.is_some_and(|end| end.bars) {
            self.is_turned_away().await;
        }
        let stays_away = end.is_some_and(|end| end.bars || end.leaves);
        for name in ["ada", "ada's guid"] {
            if !self.is_signed_in(name) && !stays_away {
                self.signs_in(name).await;
            }
        }
        self.is_signed_in("ada") && self.is_signed_in("ada's guid")
    }

    /// Ada cannot sign in anywhere.
    async fn is_turned_away(&self) {
        let login = json!({ "username": "ada", "password": "x" });
        let login = self.server.send(crate::support::call("POST", "/user/login", login.to_string())).await;
        assert_eq!(login.status, 401, "{}", login.text);
        let create = self.server.usm("session/create", &json!({ "email": "ada@example.com", "passcode": "x" })).await;
        assert!([401, 403].contains(&create.status), "{}", create.text);
    }

    /// Takes back what ended it.
    pub async fn undo(&mut self, end: &End) -> bool {
        let Some((operation, body)) = end.undo else { return false };
        let (method, template) = operation.split_once(' ').unwrap();
        let answer = self.root(method, &self.path(template), Some(&body())).await;
        assert_eq!(answer.status, 200, "{}: {}", end.name, answer.text);
        true
    }
}
