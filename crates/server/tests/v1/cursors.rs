//! Every list that has numbered pages is also walked by cursors: whatever goes meanwhile, each row that stays is seen exactly once.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::authenticated_sessions;
use crate::directory::{created, fresh_user, id_of};
use crate::server::Server;

/// How a list answers.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Shape {
    /// `{data, next_cursor}`.
    V1,
    /// A bare array, and a header.
    Bare,
    /// `{data, next_page_token}`, asked by a client application.
    Stored,
}

/// A list, and how what is on it goes.
struct List {
    name: &'static str,
    path: String,
    token: String,
    shape: Shape,
    /// What a row is told from others by.
    id: &'static str,
    gone: Gone,
}

enum Gone {
    /// `DELETE` of the path before the id.
    Deleted(String),
    /// The operators' end of a session.
    Revoked,
    /// The end of everything of the user who is called so.
    SignedOut,
    /// What is there stays, and there is more of it after each request.
    Grows,
}

const PER_PAGE: usize = 2;

impl List {
    fn query(&self, query: &str) -> String {
        format!("{}{}{query}", self.path, if self.path.contains('?') { "&" } else { "?" })
    }

    async fn ask(&self, server: &Server, query: &str) -> crate::server::Answer {
        let size = match self.shape {
            Shape::V1 => "per_page",
            Shape::Bare => "pageSize",
            Shape::Stored => "page_size",
        };
        let path = self.query(&format!("{size}={PER_PAGE}{query}"));
        if self.shape == Shape::Stored { server.as_client(&self.token, "GET", &path).await } else { server.get(&path, &self.token).await }
    }

    /// The ids on a page, and where the next one begins.
    async fn page(&self, server: &Server, cursor: Option<&str>) -> (Vec<String>, Option<String>) {
        let parameter = if self.shape == Shape::Stored { "page_token" } else { "cursor" };
        let query = cursor.map(|cursor| format!("&{parameter}={cursor}")).unwrap_or_default();
        let answer = self.ask(server, &query).await.expect(200);
        let body = answer.json();
        let (rows, next) = match self.shape {
            Shape::V1 => (&body["data"], body["next_cursor"].as_str().map(str::to_owned)),
            Shape::Bare => (&body, answer.headers.get("x-next-cursor").map(|next| next.to_str().unwrap().to_owned())),
            Shape::Stored => (&body["data"], body["next_page_token"].as_str().map(str::to_owned)),
        };
        (rows.as_array().unwrap().iter().map(|row| self.id_of(row)).collect(), next)
    }

    fn id_of(&self, row: &Value) -> String {
        let id = &row[self.id];
        id.as_str().map_or_else(|| id.to_string(), str::to_owned)
    }

    async fn remove(&self, server: &Server, root: &str, id: &str) {
        match &self.gone {
            Gone::Deleted(before) if self.shape == Shape::Stored => {
                server.as_client(&self.token, "DELETE", &format!("{before}{id}")).await.expect(204);
            }
            Gone::Deleted(before) => {
                let answer = server.delete(&format!("{before}{id}"), &self.token).await;
                assert!(answer.status.is_success(), "{}: {answer:?}", self.name);
            }
            Gone::Revoked => {
                authenticated_sessions::revoke(server, root, &json!(id.parse::<i64>().unwrap())).await.expect(200);
            }
            Gone::SignedOut => {
                let user = id_of(server, root, "users", id).await;
                server.post("/api/v1/admin/sessions/revoke-all", root, json!({ "user_id": user })).await.expect(200);
            }
            Gone::Grows => {
                server.login("bob").await;
            }
        }
    }
}

const AUTHENTICATED: &str = "/api/admin/v1/authenticated-sessions";

/// Everything of which there are pages, seven rows or more of each.
async fn lists(server: &Server, root: &str) -> Vec<List> {
    server
        .apply(&json!({ "applications": [
        { "client_id": "keeper", "tenant": "ACME", "owner": "end_user", "client_secret": crate::server::CLIENT_SECRET }] }))
        .await;
    let (user, tenant) = server.whereabouts("end_user", root).await;
    for number in 0..7 {
        server.advance(number % 2);
        for _ in 0..3 {
            server.open("end_user").await;
        }
        fresh_user(server, root, &format!("extra{number}"), &tenant).await;
        created(server, root, "partners", json!({ "code": format!("p{number}") })).await;
        created(server, root, "tenants", json!({ "code": format!("t{number}") })).await;
        created(server, root, "applications", json!({ "client_id": format!("a{number}"), "tenant_id": tenant })).await;
    }
    for user in ["operator", "tenant_admin_a", "tenant_admin_b", "gina", "bob"].iter().cycle().take(15) {
        server.open(user).await;
    }
    let operators = server.login("roaming_operator").await;
    let own = server.login("end_user").await;
    let listed = server.get(&format!("{AUTHENTICATED}/list?pageSize=100"), root).await.expect(200).json();
    let guid =
        listed.as_array().unwrap().iter().find(|row| row["UserName"] == "end_user").unwrap()["UserGuid"].as_str().unwrap().to_owned();
    let deleted = |before: &str| Gone::Deleted(before.to_owned());
    let list = |name, path: String, token: &str, (shape, id), gone| List { name, path, token: token.to_owned(), shape, id, gone };
    let (v1, sessions) = ((Shape::V1, "id"), deleted("/api/v1/admin/sessions/"));
    let mut lists = vec![
        list("own sessions", "/api/v1/me/sessions".into(), &own, v1, deleted("/api/v1/me/sessions/")),
        list("all sessions", "/api/v1/admin/sessions/".into(), root, v1, sessions),
        list(
            "sessions of a tenant",
            format!("/api/v1/tenants/{tenant}/sessions"),
            root,
            v1,
            deleted(&format!("/api/v1/tenants/{tenant}/sessions/")),
        ),
        list(
            "sessions of a user",
            format!("/api/v1/tenants/{tenant}/sessions/users/{user}"),
            root,
            v1,
            deleted(&format!("/api/v1/tenants/{tenant}/sessions/")),
        ),
        list("the trail", "/api/v1/admin/audit/?resource_type=session".into(), root, v1, Gone::Grows),
        list("users with sessions", format!("{AUTHENTICATED}/list"), &operators, (Shape::Bare, "UserName"), Gone::SignedOut),
        list("sessions of a guid", format!("{AUTHENTICATED}/user-sessions/{guid}"), root, (Shape::Bare, "ID"), Gone::Revoked),
        list("stored sessions", "/session-storage/sessions".into(), "keeper", (Shape::Stored, "id"), deleted("/session-storage/sessions/")),
    ];
    for (noun, query) in [("partners", ""), ("tenants", ""), ("users", ""), ("applications", "?status=active")] {
        lists.push(list(noun, format!("/api/v1/admin/{noun}/{query}"), root, v1, deleted(&format!("/api/v1/admin/{noun}/"))));
    }
    lists
}

/// Those on a list whose going would end a walk: whoever walks.
async fn walkers(server: &Server, lists: &[List], root: &str) -> BTreeSet<String> {
    let mut walkers: BTreeSet<_> = ["super_admin", "roaming_operator"].map(str::to_owned).into();
    for token in lists.iter().filter(|list| list.shape != Shape::Stored).map(|list| list.token.as_str()).chain([root]) {
        walkers.insert(server.current(token).await);
    }
    walkers
}

/// Everything that is seen on the way; after each of the first pages, whatever stood first on it goes.
async fn walk(server: &Server, list: &List, mut goes: impl AsyncFnMut(&[String])) -> Vec<String> {
    let (mut seen, mut cursor) = (Vec::new(), None);
    loop {
        let (ids, next) = list.page(server, cursor.as_deref()).await;
        assert!(ids.len() <= PER_PAGE && seen.len() < 500, "{}: {ids:?}", list.name);
        goes(&ids).await;
        seen.extend(ids);
        let Some(next) = next else { return seen };
        cursor = Some(next);
    }
}

#[tokio::test]
async fn what_stays_is_seen_exactly_once_whatever_goes_meanwhile() {
    let server = Server::start().await;
    let root = server.login("super_admin").await;
    let lists = lists(&server, &root).await;
    let walkers = walkers(&server, &lists, &root).await;
    for list in &lists {
        let before = walk(&server, list, async |_| ()).await;
        assert!(before.len() >= 7, "{}: {before:?}", list.name);
        let mut gone = BTreeSet::new();
        let goes = async |ids: &[String]| {
            // Were the next page counted from the beginning, it would pass over one row.
            if let Some(id) = ids.iter().find(|id| !walkers.contains(*id)).filter(|_| gone.len() < 3) {
                list.remove(&server, &root, id).await;
                gone.insert(id.clone());
            }
        };
        let seen = walk(&server, list, goes).await;
        assert_eq!((gone.len(), &seen), (3, &before), "{}: each that was there, in order, and nothing twice", list.name);
        let after: BTreeSet<_> = walk(&server, list, async |_| ()).await.into_iter().collect();
        let stays = matches!(list.gone, Gone::Grows);
        assert!(gone.iter().all(|id| after.contains(id) == stays), "{}: {gone:?}", list.name);
    }
}

#[tokio::test]
async fn a_cursor_is_of_one_list_under_one_filter_for_one_caller() {
    let server = Server::start().await;
    let root = server.login("super_admin").await;
    let lists = lists(&server, &root).await;
    let stranger = server.login("partner_admin").await;
    let mut cursors = Vec::new();
    for list in lists.iter().filter(|list| list.shape != Shape::Stored) {
        cursors.push((list, list.page(&server, None).await.1.unwrap_or_else(|| panic!("{} has one page", list.name))));
    }
    for (at, (list, cursor)) in cursors.iter().enumerate() {
        let status = if list.shape == Shape::V1 { 422 } else { 400 };
        let last = cursor.chars().next_back().unwrap();
        let damaged = format!("{}{}", &cursor[1..], cursor.chars().next().unwrap());
        let (_, elsewhere) = &cursors[(at + 1) % cursors.len()];
        for bad in [damaged, cursor[1..].to_owned(), format!("{cursor}{last}"), String::new(), "%ff".into(), elsewhere.clone()] {
            let refused = list.ask(&server, &format!("&cursor={bad}")).await.expect(status);
            assert!(refused.text.contains("cursor") && !refused.text.contains(&cursor[1..]), "{}: {refused:?}", list.name);
        }
        for both in ["page=1", "page=2"] {
            let refused = list.ask(&server, &format!("&cursor={cursor}&{both}")).await.expect(status);
            assert!(refused.text.contains("does not go with page"), "{}: {refused:?}", list.name);
        }
        list.ask(&server, &format!("&cursor={cursor}")).await.expect(200);
        let theirs = List { token: stranger.clone(), path: list.path.clone(), gone: Gone::Revoked, ..**list };
        theirs.ask(&server, "").await.expect(200);
        theirs.ask(&server, &format!("&cursor={cursor}")).await.expect(status);
    }
}

#[tokio::test]
async fn a_cursor_holds_the_filters_that_it_was_made_under() {
    let server = Server::start().await;
    let root = server.login("super_admin").await;
    let lists = lists(&server, &root).await;
    let (user, tenant) = server.whereabouts("end_user", &root).await;
    let (partner, of_tenant) = (id_of(&server, &root, "partners", "north").await, format!("tenant_id={tenant}"));
    let filters: &[(&str, &[&str])] = &[
        ("all sessions", &[&of_tenant, &format!("user_id={user}"), &format!("partner_id={partner}")]),
        ("sessions of a tenant", &["active_only=false", &format!("user_id={user}")]),
        ("sessions of a user", &["active_only=false"]),
        (
            "the trail",
            &["action=session.created", "result=success", "start_time=2026-01-01T00:00:00Z", "ip_address=192.0.2.0/24", &of_tenant],
        ),
        ("partners", &["search=p", "status=active"]),
        ("tenants", &["search=t", "status=verified", &format!("partner_id={partner}")]),
        ("users", &["search=e", "status=verified", &of_tenant, &format!("partner_id={partner}")]),
        ("applications", &["search=a", &of_tenant]),
    ];
    for (name, narrower) in filters {
        let list = lists.iter().find(|list| list.name == *name).unwrap();
        let cursor = list.page(&server, None).await.1.unwrap();
        for filter in *narrower {
            list.ask(&server, &format!("&{filter}")).await.expect(200);
            list.ask(&server, &format!("&cursor={cursor}&{filter}")).await.expect(422);
        }
    }
}

#[tokio::test]
async fn ones_own_sessions_come_in_bounded_pages_with_one_current_among_them() {
    let server = Server::start().await;
    server.apply(&json!({ "users": [{ "username": "end_user", "session_cap": 2000 }] })).await;
    let own = server.login("end_user").await;
    for number in 0..1002 {
        server.advance(u32::from(number % 100 == 0));
        server.open("end_user").await;
    }
    let all = server.get("/api/v1/me/sessions", &own).await.expect(200);
    assert_eq!(all.ids().len(), 1000);
    let rest = server.get(&format!("/api/v1/me/sessions?cursor={}", all.text_at("/next_cursor")), &own).await.expect(200);
    assert_eq!((rest.ids().len(), rest.json().get("next_cursor")), (3, None));
    let is_current =
        |answer: &crate::server::Answer| answer.at("/data").as_array().unwrap().iter().filter(|row| row["is_current"] == true).count();
    assert_eq!((is_current(&all), is_current(&rest)), (0, 1), "the oldest of them asks");
    let distinct: BTreeSet<_> = all.ids().into_iter().chain(rest.ids()).collect();
    assert_eq!(distinct.len(), 1003);
    for (query, expected) in [("page=1", &all.ids()[..20]), ("per_page=2", &all.ids()[..2]), ("page=3&per_page=5", &all.ids()[10..15])] {
        assert_eq!(server.get(&format!("/api/v1/me/sessions?{query}"), &own).await.expect(200).ids(), expected, "{query}");
    }
    assert!(server.get("/api/v1/me/sessions?page=12&per_page=100", &own).await.expect(200).ids().is_empty());
    for bad in ["page=0", "per_page=0", "per_page=101", "page=x", "cursor=x"] {
        server.get(&format!("/api/v1/me/sessions?{bad}"), &own).await.expect(422);
    }
}
