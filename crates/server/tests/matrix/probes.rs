//! Every route that checks whether a session lives, by every credential of it. Before the end each must say that it does: a probe
//! that always says dead would prove nothing.

use serde_json::{Value, json};

use crate::births::{ACCESS_TOKEN, Birth, EXCHANGE, Pair, SESSION_GUID, WATCH_CALLBACK, authorization};
use crate::classified::{Role, bearer_operations, classified};
use crate::pages;
use crate::reasons::{Reason, in_usm, refusal};
use crate::support::{Answer, call};
use crate::world::{World, text};

/// What an owner's session does in an org, what it takes besides, and what it answers to one that lives: 404 where it has looked for
/// what is not there.
const OF_ORG: &[(&str, u16)] = &[
    ("service_account/create", 200),
    ("service_account/list", 200),
    ("service_account/status", 404),
    ("api_key/create", 404),
    ("api_key/list", 404),
    ("api_key/revoke", 404),
    ("api_key/revoke_all", 404),
    ("api_key/revoke_all_org", 200),
    ("api_key/policy_set", 200),
];

/// What ends a session though nothing is said in a body: that they take a live token, the ends themselves show.
const ENDS_BY_ITSELF: [&str; 2] = ["POST /user/logout", "POST /api/v1/me/sessions/revoke-all"];

/// Pages of the console, which Ada may be at.
const CONSOLE: [(&str, &str); 6] = [
    ("GET /console", "/console"),
    ("GET /console/confirm", "/console/confirm"),
    ("POST /console/confirm", "/console/confirm"),
    ("GET /console/ends", "/console/ends"),
    ("GET /console/ends/new", "/console/ends/new"),
    ("GET /console/ends/{mass_end_id}", "/console/ends/end_01J8ZQ4N6WQ3V0R5T7Y9B1D3F5"),
];

/// Where the page of the account leads whoever is not signed in.
const TO_SIGN_IN: &str = "/login?return_to=%2Faccount";

/// Shows an access token, and a refresh token with it, in a probe of its own.
const REFRESH: &str = "POST /user/refreshtoken";

/// Whoever is signed in is known at the console, whatever they are answered; whoever is not is led to signing in.
fn is_known_at_console(operation: &str, answer: &Answer, lives: bool) {
    let told = (answer.status, answer.header("location").unwrap_or_default());
    // Who proved long ago who they are is asked again, and a form that no page made is nobody's.
    let is_known = [200, 403, 404].contains(&told.0) || told.1.starts_with("/console/confirm?");
    let is_sent_away = told.0 == 303 && told.1.starts_with("/login?return_to=");
    assert_eq!((is_known, is_sent_away), (lives, !lives), "{operation}: {told:?}");
}

impl World {
    /// Asks every route that checks the subject. `is_first`: nobody looked at it since its end. `is_given`: what was exchanged within
    /// it stands as long as it lives.
    pub async fn probe(&mut self, is_first: bool, is_given: bool) {
        let end = self.shown().end;
        if let Some(guid) = self.subject.guid.clone() {
            self.probe_guid(&guid, end, !is_first).await;
            self.verify("authorization", &format!("Session {guid}"), end.is_none()).await;
            self.probe_exchange(&guid, SESSION_GUID, end.is_none()).await;
        }
        if let Some(cookie) = self.subject.cookie.clone() {
            self.probe_cookie(&cookie, end.is_none()).await;
            self.verify("cookie", &cookie, end.is_none()).await;
        }
        if let Some(pair) = self.subject.pair.clone() {
            assert_eq!(self.refresh().await, end.is_none(), "refresh");
            // Of one that lives the token that was just redeemed; of one that ended the last that was: an end beats the interval.
            let refresh = if end.is_none() { pair.refresh.clone() } else { pair.redeemed.clone().unwrap() };
            assert_eq!(self.redeem(&Pair { refresh, ..pair }).await, end.is_none(), "a refresh token that was redeemed");
            let access = self.subject.pair.as_ref().unwrap().access.clone();
            self.probe_access_token(&access, end.is_none()).await;
            self.verify("authorization", &format!("Bearer {access}"), end.is_none()).await;
            self.probe_exchange(&access, ACCESS_TOKEN, end.is_none()).await;
        }
        if self.subject.given.is_some() {
            self.probe_given(end.is_none() && is_given).await;
        }
        for published in self.subject.published.clone().into_iter().flatten() {
            self.introspect(&published, end.is_none()).await;
        }
        if end.is_some() {
            self.end_again(!is_first || self.subject.guid.is_some()).await;
        }
        self.probe_bystanders().await;
    }

    /// Every page that looks at who comes.
    async fn probe_cookie(&mut self, cookie: &str, lives: bool) {
        for (page, alive, dead) in [
            ("/", (303, "/console"), (303, "/login")),
            ("/account", (200, ""), (303, TO_SIGN_IN)),
            ("/login", (303, "/"), (200, "")),
            ("/login/password", (200, ""), (303, "/login")),
        ] {
            self.note(Role::Checks, &format!("GET {page}"));
            let answer = self.server.send(pages::visit(page, cookie)).await;
            let told = (answer.status, answer.header("location").unwrap_or_default());
            assert_eq!(told, if lives { alive } else { dead }, "{page}");
        }
        for (operation, path) in CONSOLE {
            self.note(Role::Checks, operation);
            let request = if operation.starts_with("GET ") { pages::visit(path, cookie) } else { pages::filled(path, cookie, &[]) };
            let answer = self.server.send(request).await;
            is_known_at_console(operation, &answer, lives);
        }
        self.probe_console(cookie, lives).await;
        self.note(Role::Checks, "GET /oauth/authorize");
        let asked = authorization("watch", WATCH_CALLBACK);
        let answer = self.server.send(pages::visit(&format!("/oauth/authorize?{asked}"), cookie)).await;
        let (to, let_in) = (answer.header("location").unwrap().to_owned(), format!("{WATCH_CALLBACK}?code="));
        assert!(to.starts_with(if lives { &let_in } else { "/login?return_to=" }), "{to}");
        self.note(Role::Checks, "POST /account/sessions/name");
        let page = self.server.send(pages::visit("/logout", cookie)).await;
        let uid = self.shown().uid.clone();
        // It is called nothing, and so nothing changes.
        let fields = [("session", uid.as_str()), ("caption", ""), ("form_token", &pages::form_token(&page.text))];
        let answer = self.server.send(pages::filled("/account/sessions/name", cookie, &fields)).await;
        assert_eq!(answer.header("location"), Some(if lives { "/account?notice=named" } else { TO_SIGN_IN }), "{}", answer.text);
        self.note(Role::Checks, "POST /oauth/consent");
        let page = self.server.send(pages::visit("/logout", cookie)).await;
        let fields = [("request", asked.as_str()), ("decision", "allow"), ("form_token", &pages::form_token(&page.text))];
        let answer = self.server.send(pages::filled("/oauth/consent", cookie, &fields)).await;
        let to = answer.header("location").unwrap();
        assert!(to.starts_with(if lives { &let_in } else { "/oauth/authorize?" }), "{to}");
    }

    /// What a proxy is told.
    async fn verify(&mut self, header: &'static str, credential: &str, lives: bool) {
        self.note(Role::Checks, "GET /auth/verify");
        let mut request = call("GET", "/auth/verify", "");
        request.headers_mut().insert(header, credential.parse().unwrap());
        let answer = self.server.send(request).await;
        let told = (answer.status, answer.header("remote-user"), answer.header("x-session-id"));
        let alive = (200, Some("ada"), Some(self.shown().uid.as_str()));
        assert_eq!(told, if lives { alive } else { (401, None, None) }, "{header}: {}", answer.text);
    }

    /// The pages and forms of the console beside those of sessions.
    async fn probe_console(&mut self, cookie: &str, lives: bool) {
        let begins = [" /console/directory", " /console/audit", " /console/keys", " /console/health"];
        let is_one = |operation: &String| begins.iter().any(|begin| operation.contains(begin));
        let operations = classified(Role::Checks).into_iter().filter(is_one);
        for operation in operations.collect::<Vec<_>>() {
            self.note(Role::Checks, &operation);
            let (method, template) = operation.split_once(' ').unwrap();
            let path = self.path(&template.replace("{noun}", "users").replace("{entry_id}", &self.ids["bob"]));
            let request = if method == "GET" { pages::visit(&path, cookie) } else { pages::filled(&path, cookie, &[]) };
            let answer = self.server.send(request).await;
            is_known_at_console(&operation, &answer, lives);
        }
    }

    async fn probe_guid(&mut self, guid: &str, end: Option<Reason>, is_recorded: bool) {
        self.note(Role::Checks, "POST /usm/session/get");
        let shown = self.server.with_guid("session/get", guid).await.data().clone();
        self.check_record(&shown, end);
        let told = |answer: &Answer, is_recorded: bool| match end {
            None => assert_eq!(answer.status, 200, "{}", answer.text),
            Some(reason) => {
                let (tag, minor) = refusal(reason, is_recorded);
                assert_eq!((answer.status, answer.tag(), answer.minor()), (401, tag, minor), "{}", answer.text);
            }
        };
        self.note(Role::Checks, "POST /usm/session/validate");
        told(&self.server.with_guid("session/validate", guid).await, is_recorded);
        told(&self.server.with_guid("session/validate", guid).await, true);
        self.note(Role::Checks, "POST /usm/session/list");
        told(&self.server.with_guid("session/list", guid).await, true);
        self.note(Role::Checks, "POST /usm/session/update");
        let unread = json!({ "session_guid": guid, "metadata": {}, "metadata_edition": 7 });
        let answer = self.server.usm("session/update", &unread).await;
        match end {
            // What a browser holds keeps nothing, and nobody has read that edition.
            None => assert!([403, 409].contains(&answer.status), "{}", answer.text),
            Some(_) => told(&answer, true),
        }
        for (route, alive) in OF_ORG {
            self.note(Role::Checks, &format!("POST /usm/{route}"));
            let body = json!({ "session_guid": guid, "orgcode": "ACME", "caption": "till", "roles": ["pvv"], "status": "doomed",
                "service_account_id": "sva_01234567890123456789012345", "api_key_id": "apk_0123456789012345678901" });
            let answer = self.server.usm(route, &body).await;
            match end {
                None => assert_eq!(answer.status, *alive, "{route}: {}", answer.text),
                Some(_) => told(&answer, true),
            }
        }
    }

    /// A record of USM says what the session is.
    pub fn check_record(&self, record: &Value, end: Option<Reason>) {
        let status = if end.is_some() { "doomed" } else { "active" };
        assert_eq!((&record["status"], &record["doom_reason"]), (&json!(status), &json!(end.map(in_usm))), "{record}");
        assert_eq!(record["doomed_at_utc"].is_null(), end.is_none(), "{record}");
    }

    /// Every operation of every document that takes an access token.
    async fn probe_access_token(&mut self, access: &str, lives: bool) {
        for operation in bearer_operations() {
            self.note(Role::Checks, &operation);
            if operation == REFRESH || (lives && ENDS_BY_ITSELF.contains(&operation.as_str())) {
                continue;
            }
            let answer = self.show(access, &operation).await;
            if lives {
                assert!(answer.status != 401 && answer.status < 500, "{operation}: {}", answer.text);
            } else {
                assert_eq!(answer.status, 401, "{operation}: {}", answer.text);
            }
        }
        self.introspect(access, lives).await;
    }

    /// A call that names nothing which is there and says nothing: it only shows a token.
    async fn show(&self, access: &str, operation: &str) -> Answer {
        let (method, path) = operation.split_once(' ').unwrap();
        let named = [("{session_id}", "ses"), ("{tenant_id}", "tnt"), ("{user_id}", "usr"), ("{application_id}", "app")];
        let path =
            named.iter().fold(path.to_owned(), |path, (name, prefix)| path.replace(name, &format!("{prefix}_01234567890123456789012345")));
        let path = path.replace("{partner_id}", "prt_01234567890123456789012345").replace("{secret_id}", "csc_01234567890123456789012345");
        let path = path.replace("{email}", "nobody@example.com").replace("{guid}", "01234567-89ab-cdef-0123-456789abcdef");
        let mut request = call(method, &path, if method == "GET" { "" } else { "{}" });
        request.headers_mut().insert("authorization", format!("Bearer {access}").parse().unwrap());
        self.server.send(request).await
    }

    async fn introspect(&mut self, token: &str, is_active: bool) {
        self.note(Role::Checks, "POST /oauth/introspect");
        let answer = self.form("watch", "/oauth/introspect", &format!("token={token}")).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        assert_eq!(answer.body["active"], json!(is_active), "{}", answer.text);
        assert!(is_active || answer.body == json!({ "active": false }), "nothing else is told: {}", answer.text);
    }

    /// Shows a credential for tokens within its session.
    async fn probe_exchange(&mut self, credential: &str, kind: &str, lives: bool) {
        self.note(Role::Checks, "POST /oauth/token");
        let answer = self.form("watch", "/oauth/token", &format!("{EXCHANGE}&subject_token={credential}&subject_token_type={kind}")).await;
        let status = if lives { 200 } else { 400 };
        assert_eq!(answer.status, status, "{}", answer.text);
        assert_eq!(answer.body.get("access_token").is_some(), lives, "{}", answer.text);
    }

    /// Redeems the user's refresh token; whether there was a new pair, which is the subject's from then on.
    pub async fn refresh(&mut self) -> bool {
        let pair = self.subject.pair.clone().unwrap();
        let renewed = self.renewed(&pair).await;
        let is_renewed = renewed.is_some();
        if let Some((access, refresh)) = renewed {
            self.introspect(&pair.access, false).await;
            self.subject.pair = Some(Pair { access, refresh, redeemed: Some(pair.refresh) });
        }
        let current = self.subject.pair.as_ref().unwrap().refresh.clone();
        self.introspect(&current, is_renewed).await;
        is_renewed
    }

    async fn renewed(&mut self, pair: &Pair) -> Option<(String, String)> {
        self.note(Role::Checks, REFRESH);
        let body = json!({ "refreshToken": pair.refresh });
        let answer = self.bearing(&pair.access, "POST", "/user/refreshToken", Some(&body)).await;
        assert!([200, 401].contains(&answer.status), "{}", answer.text);
        (answer.status == 200).then(|| (text(&answer.body["accessToken"]), text(&answer.body["refreshToken"])))
    }

    /// Redeems a token that was just redeemed: a live session gives the same successor again.
    async fn redeem(&mut self, before: &Pair) -> bool {
        let again = self.renewed(before).await;
        if let Some((_, refresh)) = &again {
            assert_eq!(Some(refresh), self.subject.pair.as_ref().map(|pair| &pair.refresh), "one successor");
        }
        again.is_some()
    }

    /// Redeems the portal's refresh token.
    pub async fn refresh_given(&mut self) -> bool {
        self.note(Role::Checks, "POST /oauth/token");
        let given = self.subject.given.clone().unwrap();
        let answer = self.form("portal", "/oauth/token", &format!("grant_type=refresh_token&refresh_token={}", given.refresh)).await;
        // A client that is disabled, or whose tenant is closed, is no client.
        assert!([200, 400, 401].contains(&answer.status), "{}", answer.text);
        if answer.status != 200 {
            return false;
        }
        let (access, refresh) = (text(&answer.body["access_token"]), text(&answer.body["refresh_token"]));
        self.subject.given = Some(Pair { access, refresh, redeemed: Some(given.refresh) });
        true
    }

    /// What the portal was given within the session.
    async fn probe_given(&mut self, lives: bool) {
        assert_eq!(self.refresh_given().await, lives, "the portal's refresh");
        let given = self.subject.given.clone().unwrap();
        if !lives {
            let redeemed = format!("grant_type=refresh_token&refresh_token={}", given.redeemed.as_ref().unwrap());
            let again = self.form("portal", "/oauth/token", &redeemed).await;
            assert!([400, 401].contains(&again.status), "{}", again.text);
        }
        for token in [&given.access, &given.refresh] {
            self.introspect(token, lives).await;
        }
        self.probe_exchange(&given.access, ACCESS_TOKEN, lives).await;
        let verified = self.show(&given.access, "GET /auth/verify").await;
        assert_eq!(verified.status, if lives { 403 } else { 401 }, "an application within a session is not its user: {}", verified.text);
        // Whoever was let in by a code learns whose session it is; what is exchanged is for something else.
        let told = if self.subject.birth == Birth::Code { 200 } else { 403 };
        for operation in ["GET /oauth/userinfo", "POST /oauth/userinfo"] {
            self.note(Role::Checks, operation);
            assert_eq!(self.show(&given.access, operation).await.status, if lives { told } else { 401 }, "{operation}");
        }
        for operation in bearer_operations().into_iter().filter(|operation| operation.contains("/api/") && operation.starts_with("GET ")) {
            // One that lives is known, and entitled to nothing.
            let status = if lives { 403 } else { 401 };
            assert_eq!(self.show(&given.access, &operation).await.status, status, "{operation}");
        }
    }

    /// Whatever ends sessions finds none.
    async fn end_again(&self, is_recorded: bool) {
        let reason = self.shown().end.unwrap();
        let reference = self.shown().reference.clone();
        let (tag, minor) = refusal(reason, is_recorded);
        let answer = self.server.with_guid("session/close", &reference).await;
        assert_eq!((answer.status, answer.tag(), answer.minor()), (401, tag, minor));
        let doomed = (401, "session-doomed", in_usm(reason));
        for guid in self.subject.guid.clone().iter().chain([&reference]) {
            let answer = self.server.with_guid("session/close", guid).await;
            assert_eq!((answer.status, answer.tag(), answer.minor()), doomed);
        }
        for route in ["session/logout_other_devices", "session/logout_everywhere"] {
            if let Some(guid) = &self.subject.guid {
                let answer = self.server.with_guid(route, guid).await;
                assert_eq!((answer.status, answer.tag(), answer.minor()), doomed);
            }
            // A reference logs nobody out, live or dead.
            assert_eq!(self.server.with_guid(route, &reference).await.status, 404, "{route}");
        }
        let stored = format!("/session-storage/sessions/{}", self.stored_id());
        // Of a closed tenant no client may ask.
        let closed = self.as_client("second", "GET", "/session-storage/sessions", &Value::Null).await.status == 403;
        for (client, gone) in [("second", if closed { 403 } else { 404 }), ("far", 404)] {
            assert_eq!(self.as_client(client, "DELETE", &stored, &Value::Null).await.status, gone);
            assert_eq!(self.as_client(client, "POST", &format!("{stored}?ttl_seconds=9999"), &Value::Null).await.status, gone);
        }
        for template in ["/api/v1/admin/sessions/{session_id}", "/api/v1/tenants/{tenant_id}/sessions/{session_id}"] {
            let root = &self.signed["root"].credential;
            assert_eq!(self.bearing(root, "DELETE", &self.path(template), None).await.status, 404, "{template}");
        }
        let named = json!({ "session_ids": [self.shown().uid], "except_current": false });
        let none = self.root("POST", &self.path("/api/v1/tenants/{tenant_id}/sessions/users/{user_id}/revoke"), Some(&named)).await;
        assert_eq!(none.body["data"], json!({ "revoked_count": 0, "session_ids": [] }));
        let number = json!({ "Session": self.shown().number });
        let root = &self.signed["root"].credential;
        let answer = self.bearing(root, "POST", "/api/admin/v1/authenticated-sessions/revoke", Some(&number)).await;
        assert_eq!((answer.status, &answer.body["Error"]), (400, &json!("err_NoActiveSession")), "{}", answer.text);
        if self.is_signed_in("ada") {
            let path = self.path("/api/v1/me/sessions/{session_id}");
            assert_eq!(self.bearing(&self.signed["ada"].credential, "DELETE", &path, None).await.status, 404);
        }
    }

    /// Whoever stands by is as the model says: alive where the end spares them.
    async fn probe_bystanders(&self) {
        for (name, signed) in &self.signed {
            let lives = self.sessions[signed.place].lives();
            if lives && !self.is_signed_in(name) {
                continue;
            }
            let status = match *name {
                "ada's guid" => self.server.with_guid("session/validate", &signed.credential).await.status,
                "root's desk" => self.server.send(pages::visit("/auth/verify", &signed.credential)).await.status,
                _ => self.bearing(&signed.credential, "GET", "/api/v1/me/sessions", None).await.status,
            };
            assert_eq!(status, if lives { 200 } else { 401 }, "{name}");
        }
    }
}
