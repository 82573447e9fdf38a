//! Cloakroom behind a proxy, and whoever signs in there.

use std::net::SocketAddr;

use serde_json::json;

use crate::support::{Client, Home, Running};

pub const PASSWORD: &str = "Correct-horse-7";

/// Cloakroom behind a proxy of its own machine, and whoever signs in there.
pub struct Scene {
    serving: Running,
    _home: Home,
}

impl Scene {
    pub fn new() -> Self {
        let home = Home::new()
            .setting("SERVER__PUBLIC_URL", "https://auth.example.com")
            .setting("SERVER__TRUSTED_PROXIES", "127.0.0.1/32")
            .setting("WEB__COOKIE_DOMAIN", "example.com")
            .setting("WEB__RETURN_TO_HOSTS", "app.example.com");
        let people = json!({
            "tenants": [{ "code": "ACME" }],
            "users": [
                { "username": "ada", "email": "ada@example.com", "password": PASSWORD, "display_name": "Ada Zoë",
                  "memberships": { "ACME": "owner" } },
                { "username": "bob", "email": "bob@example.com", "password": PASSWORD },
            ],
        });
        let serving = home.serve(&["--apply", &home.document("people.json", &people)]);
        Self { serving, _home: home }
    }

    pub fn address(&self) -> SocketAddr {
        self.serving.address
    }

    /// Signs somebody in on the page, and gives the cookie.
    pub fn signed_in(&self, username: &str) -> String {
        let mut client = Client::to(self.address());
        let page = client.try_call("GET", "/login", &[], "").unwrap();
        let flow = page.header("set-cookie").unwrap().split(';').next().unwrap().to_owned();
        let token = page.text.split_once("name=\"form_token\" value=\"").unwrap().1.split('"').next().unwrap().to_owned();
        let fields = [("username", username), ("password", PASSWORD), ("form_token", &token)];
        let form = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let headers = [("cookie", flow.as_str()), ("content-type", "application/x-www-form-urlencoded")];
        let answer = client.try_call("POST", "/login", &headers, &form).unwrap();
        assert_eq!(answer.status, 303, "{}", answer.text);
        answer.header("set-cookie").unwrap().split(';').next().unwrap().to_owned()
    }

    /// Cloakroom dies.
    pub fn kill(self) {
        self.serving.kill();
    }
}
