//! Every list, detail and total that shows sessions, held against the model: exactly the live ones, exactly the ended ones, and
//! every number.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use crate::classified::Role;
use crate::ends::{By, End};
use crate::reasons::in_usm;
use crate::world::{Known, World, ids, text};

type Kept = fn(&Known) -> bool;

const EVERYWHERE: Kept = |_| true;
const ADAS: Kept = |known| known.user == "ada";

impl World {
    fn known(&self, kept: Kept, name: fn(&Known) -> String) -> BTreeSet<String> {
        self.sessions.iter().filter(|known| kept(known)).map(name).collect()
    }

    /// The public ids of those that live, and of all.
    fn uids(&self, kept: Kept, lives: bool) -> BTreeSet<String> {
        self.sessions.iter().filter(|known| kept(known) && (!lives || known.lives())).map(|known| known.uid.clone()).collect()
    }

    async fn see(&mut self, template: &str, query: &str) -> Value {
        self.note(Role::Shows, &format!("GET {template}"));
        let path = self.path(template);
        self.root("GET", &format!("{path}?per_page=100{query}"), None).await.body
    }

    /// `ada_looks`: she is signed in, by token and by guid.
    pub async fn check_lists(&mut self, ada_looks: bool) {
        self.check_administrators().await;
        self.check_tenant().await;
        self.check_details().await;
        self.check_operators().await;
        self.check_storage().await;
        self.check_reference().await;
        self.check_account().await;
        self.check_console().await;
        if ada_looks {
            self.check_own().await;
            self.check_usm().await;
        }
    }

    async fn check_administrators(&mut self) {
        let (acme, north, ada) = (self.ids["ACME"].clone(), self.ids["north"].clone(), self.ids["ada"].clone());
        let filters: [(String, Kept); 4] = [
            (String::new(), EVERYWHERE),
            (format!("&tenant_id={acme}"), Known::is_in_acme),
            (format!("&partner_id={north}"), Known::is_in_acme),
            (format!("&user_id={ada}"), ADAS),
        ];
        for (query, kept) in filters {
            for path in ["/api/v1/admin/sessions/", "/api/v1/admin/sessions"] {
                let page = self.see(path, &query).await;
                assert_eq!(ids(&page["data"], "id"), self.uids(kept, true), "{path} {query}");
                assert_eq!(page["pagination"]["total_items"], json!(self.uids(kept, true).len()), "{path} {query}");
                let is_acme = |row: &Value| row["tenant_id"] == json!(acme);
                let in_acme: BTreeSet<_> =
                    page["data"].as_array().unwrap().iter().filter(|row| is_acme(row)).map(|row| text(&row["id"])).collect();
                let both = |known: &&Known| kept(known) && known.is_in_acme() && known.lives();
                assert_eq!(in_acme, self.sessions.iter().filter(both).map(|known| known.uid.clone()).collect(), "{path} {query}");
            }
        }
    }

    async fn check_tenant(&mut self) {
        for lives in [true, false] {
            for (template, more, kept) in [
                ("/api/v1/tenants/{tenant_id}/sessions", String::new(), Known::is_in_acme as Kept),
                ("/api/v1/tenants/{tenant_id}/sessions", format!("&user_id={}", self.ids["ada"]), ADAS),
                ("/api/v1/tenants/{tenant_id}/sessions/users/{user_id}", String::new(), ADAS),
            ] {
                let page = self.see(template, &format!("&active_only={lives}{more}")).await;
                assert_eq!(ids(&page["data"], "id"), self.uids(kept, lives), "{template} {lives}");
                assert_eq!(page["pagination"]["total_items"], json!(self.uids(kept, lives).len()), "{template} {lives}");
            }
        }
        let counted = self.see("/api/v1/tenants/{tenant_id}/sessions/stats", "").await["data"].clone();
        let here = || self.sessions.iter().filter(|known| known.is_in_acme());
        let mut by_reason = BTreeMap::<&str, u64>::new();
        for reason in here().filter_map(|known| known.end) {
            *by_reason.entry(reason).or_default() += 1;
        }
        let users: BTreeSet<_> = here().filter(|known| known.lives()).map(|known| known.user).collect();
        assert_eq!(counted["by_end_reason"], json!(by_reason), "{counted}");
        assert_eq!(counted["active_sessions"], json!(here().filter(|known| known.lives()).count()));
        assert_eq!((&counted["total_sessions"], &counted["unique_users"]), (&json!(here().count()), &json!(users.len())));
    }

    /// One that ended is still shown by its id; its expiry is when it ended.
    async fn check_details(&mut self) {
        for template in ["/api/v1/admin/sessions/{session_id}", "/api/v1/tenants/{tenant_id}/sessions/{session_id}"] {
            let one = self.see(template, "").await;
            let (expires_at, now) = (text(&one["data"]["expires_at"]), text(&one["meta"]["timestamp"]));
            assert_eq!(one["data"]["id"], json!(self.shown().uid));
            if self.shown().lives() {
                assert!(expires_at > now, "{expires_at} {now}");
            } else {
                assert_eq!(expires_at, self.ended_at, "{template}");
            }
            let applications: Vec<_> = one["data"]["sso_apps"].as_array().unwrap().iter().map(|one| text(&one["application_id"])).collect();
            assert_eq!(applications.contains(&self.ids["portal"]), self.subject.given.is_some() && !self.subject.is_taken_back, "{one}");
        }
    }

    async fn check_operators(&mut self) {
        let roamer = self.signed["roamer"].credential.clone();
        let (list, of_user) = ("/api/admin/v1/authenticated-sessions/list", "/api/admin/v1/authenticated-sessions/user-sessions/{guid}");
        self.note(Role::Shows, &format!("GET {list}"));
        self.note(Role::Shows, &format!("GET {of_user}"));
        let listed = self.bearing(&roamer, "GET", &format!("{list}?pageSize=100"), None).await;
        let rows = listed.body.as_array().unwrap_or_else(|| panic!("{}", listed.text));
        let told: BTreeMap<_, _> = rows.iter().map(|row| (text(&row["UserName"]), row["SessionCount"].as_u64().unwrap())).collect();
        let mut counts = BTreeMap::<String, u64>::new();
        for known in self.sessions.iter().filter(|known| known.lives()) {
            *counts.entry(known.user.to_owned()).or_default() += 1;
        }
        assert_eq!(told, counts);
        assert_eq!(listed.header("x-total-count"), Some(counts.len().to_string().as_str()));
        for row in rows {
            let path = of_user.replace("{guid}", row["UserGuid"].as_str().unwrap());
            let of_user = self.bearing(&roamer, "GET", &format!("{path}?pageSize=100"), None).await;
            let told: BTreeSet<_> = of_user.body.as_array().unwrap().iter().map(|row| row["ID"].as_i64().unwrap()).collect();
            let user = row["UserName"].as_str().unwrap();
            let live = self.sessions.iter().filter(|known| known.user == user && known.lives());
            assert_eq!(told, live.map(|known| known.number).collect(), "{user}");
        }
    }

    async fn check_storage(&mut self) {
        let (list, one) = ("/session-storage/sessions", "/session-storage/sessions/{session_id}");
        self.note(Role::Shows, &format!("GET {list}"));
        self.note(Role::Shows, &format!("GET {one}"));
        let live = |known: &&Known| known.user == "ada" && known.lives();
        let expected: BTreeSet<_> = self.sessions.iter().filter(live).map(|known| World::stored(known.number)).collect();
        let listed = self.as_client("second", "GET", &format!("{list}?page_size=100"), &Value::Null).await;
        let shown = self.as_client("second", "GET", &self.path(one), &Value::Null).await;
        if listed.status == 403 {
            // The tenant is closed, and all that was under it is over.
            assert!(expected.is_empty() && shown.status == 403, "{}", listed.text);
        } else {
            assert_eq!(ids(&listed.body["data"], "id"), expected);
            assert_eq!(shown.status, if self.shown().lives() { 200 } else { 404 }, "{}", shown.text);
        }
        // An application of another tenant sees none of them, live or dead.
        let elsewhere = self.as_client("far", "GET", &format!("{list}?page_size=100"), &Value::Null).await;
        assert_eq!(elsewhere.body["data"], json!([]), "{}", elsewhere.text);
        assert_eq!(self.as_client("far", "GET", &self.path(one), &Value::Null).await.status, 404);
    }

    /// By its reference, which needs nobody to be signed in.
    async fn check_reference(&mut self) {
        self.note(Role::Shows, "POST /usm/session/get");
        let known = self.shown().clone();
        let record = self.server.with_guid("session/get", &known.reference).await.data().clone();
        self.check_record(&record, known.end);
        if !known.lives() {
            assert_eq!(record["doomed_at_utc"], json!(self.ended_at), "{record}");
        }
        // What names a session is no credential of it.
        assert_eq!(self.server.with_guid("session/validate", &known.reference).await.status, 404);
        assert_eq!(self.server.with_guid("session/list", &known.reference).await.status, 404);
    }

    /// The trail tells of its end once, why and whose deed it was, whoever came to look or to end it since and however often. What
    /// an epoch or time ended was nobody's: of an epoch it tells as a whole, and of each session at most that it was found dead.
    pub async fn check_trail(&self, end: &End) {
        let query = format!("action=session.ended&resource_id={}", self.shown().uid);
        let told = self.root("GET", &format!("/api/v1/admin/audit/?{query}"), None).await;
        let entries = told.body["data"].as_array().unwrap();
        let is_nobodys = |entry: &Value| entry["actor"]["kind"] == "system";
        let said: Vec<_> = entries.iter().map(|entry| (text(&entry["detail"]["end_reason"]), is_nobodys(entry))).collect();
        let nobodys = end.reach.is_epoch() || end.reason == "expired" || end.by == By::File;
        let expected: Vec<_> = self.shown().end.iter().map(|reason| ((*reason).to_owned(), nobodys)).collect();
        assert!(said == expected || (end.reach.is_epoch() && said.is_empty()), "{said:?} {expected:?}: {}", told.text);
    }

    /// The portal, which was let in, is told that the subject ended: once, and of nothing that lives.
    pub async fn check_notices(&mut self) {
        self.note(Role::Checks, "GET /api/v1/admin/applications/{application_id}/logouts");
        let portal = &self.ids["portal"];
        let listed = self.root("GET", &format!("/api/v1/admin/applications/{portal}/logouts?per_page=100"), None).await;
        let subject = &self.sessions[self.subject.place];
        let is_told = self.subject.given.is_some() && !subject.lives();
        let expected: Vec<_> = is_told.then(|| subject.uid.clone()).into_iter().collect();
        let noted: Vec<_> = listed.body["data"].as_array().unwrap().iter().map(|notice| text(&notice["session_id"])).collect();
        assert_eq!(noted, expected, "{}", listed.text);
    }

    /// What the subject's browser shows its user: all that live, this one marked.
    async fn check_account(&mut self) {
        let Some(cookie) = self.subject.cookie.clone().filter(|_| self.shown().lives()) else { return };
        self.note(Role::Shows, "GET /account");
        let page = self.server.send(crate::pages::visit("/account", &cookie)).await.text;
        let shown = |row: &str| format!("ses_{}", row.split('"').next().unwrap());
        let rows: BTreeSet<_> = page.split("data-session=\"ses_").skip(1).map(shown).collect();
        assert_eq!(rows, self.uids(ADAS, true), "{page}");
        let current: Vec<_> = page.split("data-session=\"ses_").skip(1).filter(|row| row.contains("class=\"mark\"")).map(shown).collect();
        assert_eq!(current, [self.shown().uid.clone()]);
    }

    /// What root is shown at the console: all that live, and the subject as it is.
    async fn check_console(&mut self) {
        let desk = self.signed["root's desk"].credential.clone();
        let shown = |text: &str, before: &str| -> BTreeSet<_> {
            text.split(before).skip(1).map(|rest| rest.split('"').next().unwrap().to_owned()).collect()
        };
        for query in ["", "?tenant=acme", "?age=day"] {
            self.note(Role::Shows, "GET /console/sessions");
            let page = self.server.send(crate::pages::visit(&format!("/console/sessions{query}"), &desk)).await.text;
            let kept = if query == "?tenant=acme" { Known::is_in_acme } else { EVERYWHERE };
            let found = shown(&page, "<tr role=\"row\" id=\"");
            // By age alone the old are not found.
            assert!(found == self.uids(kept, true) || (query == "?age=day" && found.is_subset(&self.uids(kept, true))), "{query}: {page}");
        }
        self.note(Role::Shows, "GET /console/sessions/export");
        let lines = self.server.send(crate::pages::visit("/console/sessions/export?format=jsonl", &desk)).await.text;
        assert_eq!(shown(&lines, "\"session_id\":\""), self.uids(EVERYWHERE, true), "{lines}");
        self.note(Role::Shows, "GET /console/sessions/{session_id}");
        let page = self.server.send(crate::pages::visit(&self.path("/console/sessions/{session_id}"), &desk)).await.text;
        assert_eq!(page.contains("<span class=\"state\">Live</span>"), self.shown().lives(), "{page}");
    }

    async fn check_own(&mut self) {
        self.note(Role::Shows, "GET /api/v1/me/sessions");
        let Some(ada) = self.signed.get("ada") else { return };
        let listed = self.bearing(&ada.credential, "GET", "/api/v1/me/sessions", None).await;
        assert_eq!(ids(&listed.body["data"], "id"), self.uids(ADAS, true));
        let current: Vec<_> = listed.body["data"].as_array().unwrap().iter().filter(|row| row["is_current"] == true).collect();
        assert_eq!(current.iter().map(|row| text(&row["id"])).collect::<Vec<_>>(), [self.sessions[ada.place].uid.clone()]);
    }

    async fn check_usm(&mut self) {
        self.note(Role::Shows, "POST /usm/session/list");
        let guid = self.signed["ada's guid"].credential.clone();
        for (status, kept) in [
            ("active", (|known| known.user == "ada" && known.lives()) as Kept),
            ("doomed", |known| known.user == "ada" && !known.lives()),
            ("all", ADAS),
        ] {
            // After a month the first of them are in the archive.
            let body = json!({ "session_guid": guid, "status": status, "limit": 256, "include_archived": true });
            let listed = self.server.usm("session/list", &body).await.data()["sessions"].clone();
            assert_eq!(ids(&listed, "session_guid"), self.known(kept, |known| known.reference.clone()), "{status}");
            for record in listed.as_array().unwrap() {
                let known = self.sessions.iter().find(|known| record["session_guid"] == json!(known.reference)).unwrap();
                assert_eq!(record["doom_reason"], json!(known.end.map(in_usm)), "{record}");
            }
        }
    }
}
