//! What the first page of `/docs` shows: the APIs in the order in which they are needed, each with a call that works as it stands.

use super::render::code;

/// One of the APIs.
pub struct Api {
    pub title: &'static str,
    /// What it is for.
    pub about: &'static str,
    /// The name of its guide.
    pub guide: &'static str,
    /// The path of its document.
    pub document: &'static str,
    /// What is typed and answered; `{address}` is the server, `…` is left out.
    example: &'static str,
}

impl Api {
    /// Its example, as HTML.
    #[must_use]
    pub fn example(&self, address: &str) -> String {
        code(&self.example.replace("{address}", address), "console")
    }
}

/// The five, in the order in which one needs them.
pub const APIS: &[Api] = &[
    Api {
        title: "USM",
        about: "Opens a session for a user by address and password, says whether it lives, lists and ends it. The guid is the secret: \
                whoever shows it has the session.",
        guide: "usm",
        document: "usm/openapi.yaml",
        example: r#"$ guid=$(curl -sf {address}/usm/session/create -d '{"email":"alice@example.com","passcode":"Correct-horse-7"}' | sed 's/.*"session_guid":"\([^"]*\)".*/\1/')
$ curl -sf {address}/usm/session/validate -d "{\"session_guid\":\"$guid\"}"
{"success":true,"data":{"session_guid":"…","status":"active",…}"#,
    },
    Api {
        title: "User tokens",
        about: "The same session as a pair of tokens: an access token that other services verify by themselves or ask about, and a \
                refresh token with one successor.",
        guide: "user-tokens",
        document: "openapi/user-tokens.yaml",
        example: r#"$ access=$(curl -sf {address}/user/login -d '{"username":"tina","password":"Correct-horse-7"}' | sed 's/.*"accessToken":"\([^"]*\)".*/\1/')
$ curl -sf {address}/oauth/introspect -u web-shop:a-secret-of-the-shop -d "token=$access"
{"active":true,…}"#,
    },
    Api {
        title: "Sessions API",
        about: "Users see and end their own sessions, administrators those of others, as far as their role reaches. Every session is \
                listed, whichever API it was born by.",
        guide: "sessions-api",
        document: "api/v1/openapi.json",
        example: r#"$ curl -sf {address}/api/v1/me/sessions -H "Authorization: Bearer $access"
{"data":[{"id":"ses_…",…}],"meta":{…}}"#,
    },
    Api {
        title: "Authenticated sessions",
        about: "Operators see who has active sessions, look at those of one user, and revoke one.",
        guide: "authenticated-sessions",
        document: "api/admin/openapi.json",
        example: r#"$ curl -sf {address}/api/admin/v1/authenticated-sessions/list -H "Authorization: Bearer $access"
[{"UserGuid":"…","UserName":"…","SessionCount":…}]"#,
    },
    Api {
        title: "Session storage",
        about: "An application keeps sessions of its own for the user whom it belongs to, and hands out tokens for them.",
        guide: "session-storage",
        document: "session-storage/openapi.yaml",
        example: r#"$ curl -sf {address}/session-storage/session -H 'ClientID: web-shop' -H 'ClientSecret: a-secret-of-the-shop' -d '{"data":{"ttl_seconds":600,"intent":"support call"}}'
{"ok":true,"data":{"id":"alice.…",…}"#,
    },
];

/// What ends the first session, and with it the others of its user.
#[must_use]
pub fn the_end(address: &str) -> String {
    let text = r#"$ curl -sf {address}/usm/session/logout_everywhere -d "{\"session_guid\":\"$guid\"}"
{"success":true,"data":{"doomed_count":…},…}"#;
    code(&text.replace("{address}", address), "console")
}
