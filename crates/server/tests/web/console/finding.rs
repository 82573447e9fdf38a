//! The search: what is found by what, how it is counted and saved, and that nobody finds what is beyond them.

use serde_json::Value;

use super::{at, lives, send, server, session_of, shown};
use crate::browser::{Browser, led_to};
use crate::support::{Answer, Server};

async fn found(browser: &mut Browser<'_>, query: &str) -> Answer {
    browser.get(&format!("/console/sessions{query}")).await
}

fn total(page: &Answer) -> &str {
    page.text.split("<p class=\"total\"><strong>").nth(1).unwrap().split('<').next().unwrap()
}

#[tokio::test]
async fn sessions_are_found_by_whom_and_what_they_are() {
    let server = server().await;
    let (member, _) = session_of(&server, "member").await;
    let (owner, guid) = session_of(&server, "owner").await;
    server.pass(2 * 3600);
    let mut root = at(&server, "root").await;
    let (stranger, _) = session_of(&server, "stranger").await;
    let by = async |browser: &mut Browser<'_>, query: &str| shown(&found(browser, query).await);
    assert_eq!(by(&mut root, "?user=stranger").await, [stranger.as_str()]);
    assert_eq!(by(&mut root, "?user=stranger%40example.com").await, [stranger.as_str()]);
    assert_eq!(by(&mut root, "?tenant=zeta").await, [stranger.as_str()]);
    assert_eq!(by(&mut root, "?age=hour&tenant=ZETA").await, [stranger.as_str()]);
    // Those of USM expire after an hour, and the sweeper records it.
    assert!(!lives(&server, &guid).await);
    server.upkeep().await;
    assert_eq!(by(&mut root, "?user=member").await, Vec::<String>::new());
    assert_eq!(by(&mut root, "?user=member&state=dead").await, [member.as_str()]);
    assert_eq!(by(&mut root, "?state=expired&tenant=ACME").await, [owner.clone(), member.clone()]);
    let mut dead = by(&mut root, "?state=dead").await;
    dead.sort();
    assert_eq!(dead, [member.clone(), owner.clone()]);
    assert_eq!(by(&mut root, "?state=closed").await, Vec::<String>::new());
    assert_eq!(by(&mut root, "?age=over-day").await, Vec::<String>::new());
    assert_eq!(by(&mut root, "?state=dead&age=hour").await, Vec::<String>::new());
    assert_eq!(by(&mut root, "?address=192.0.2.").await.len(), 1, "the browser itself");
    assert_eq!(by(&mut root, "?address=192.0.2.9").await, Vec::<String>::new());
    assert_eq!(by(&mut root, "?device=bot").await, Vec::<String>::new());
    assert_eq!(by(&mut root, "?device=unknown&user=stranger").await, [stranger.as_str()]);
    assert_eq!(by(&mut root, "?application=nobody").await, Vec::<String>::new());
    assert_eq!(total(&found(&mut root, "").await), "2 sessions");
    assert_eq!(total(&found(&mut root, "?user=stranger").await), "1 session");
    let unknown = found(&mut root, "?user=nobody").await;
    assert!(unknown.text.contains("Nobody and nothing of this name is within your reach"), "{}", unknown.text);
}

#[tokio::test]
async fn nobody_finds_or_ends_what_is_beyond_their_reach() {
    let server = server().await;
    let (member, _) = session_of(&server, "member").await;
    let (stranger, guid) = session_of(&server, "stranger").await;
    let (boss, bosses) = session_of(&server, "root").await;
    for persona in ["tenant_admin", "operator", "partner_admin"] {
        let mut browser = at(&server, persona).await;
        let all = shown(&found(&mut browser, "").await);
        assert!(all.contains(&member) && !all.contains(&stranger) && !all.contains(&boss), "{persona}: {all:?}");
        for query in ["?user=stranger", "?tenant=ZETA", "?user=root", "?user=nobody", "?tenant=NONE"] {
            let page = found(&mut browser, query).await;
            assert!(page.text.contains("Nobody and nothing of this name"), "{persona} {query}: {}", page.text);
        }
        assert_eq!(shown(&found(&mut browser, "?device=unknown&age=day").await), all, "{persona}");
        for beyond in [stranger.as_str(), boss.as_str(), "ses_01J8ZQ4N6WQ3V0R5T7Y9B1D3F5"] {
            assert_eq!(browser.get(&format!("/console/sessions/{beyond}")).await.status, 404, "{persona}");
            let ended = send(&mut browser, "/console/sessions/end", &[("only", beyond)]).await;
            assert_eq!(led_to(&ended), "/console/sessions?ended=0&before=1", "{persona}");
        }
    }
    assert!(lives(&server, &guid).await && lives(&server, &bosses).await);
}

#[tokio::test]
async fn those_that_are_chosen_end_at_once_with_their_line_in_the_trail() {
    let server = server().await;
    let [first, second, third] =
        [session_of(&server, "member").await, session_of(&server, "owner").await, session_of(&server, "member").await];
    let mut admin = at(&server, "tenant_admin").await;
    let chosen = [("session", first.0.as_str()), ("session", second.0.as_str()), ("session", "<b>"), ("back", "tenant=ACME&x=%0d%0aY:1")];
    let ended = send(&mut admin, "/console/sessions/end", &chosen).await;
    assert_eq!(led_to(&ended), "/console/sessions?tenant=ACME&ended=2&before=1");
    let page = admin.get(led_to(&ended)).await;
    assert!(page.text.contains("2 sessions ended. The others that you chose had ended before."), "{}", page.text);
    assert_eq!([lives(&server, &first.1).await, lives(&server, &second.1).await, lives(&server, &third.1).await], [false, false, true]);
    // One button of a row ends that one alone.
    let only = send(&mut admin, "/console/sessions/end", &[("session", "ses_x"), ("only", third.0.as_str())]).await;
    assert_eq!(led_to(&only), "/console/sessions?ended=1&before=0");
    let life = admin.get(&format!("/console/sessions/{}", third.0)).await;
    assert!(life.text.contains("Ended by somebody entitled") && life.text.contains("session.ended"), "{}", life.text);
}

#[tokio::test]
async fn a_list_is_walked_page_by_page_and_a_foreign_cursor_leads_to_the_first() {
    let server = server().await;
    for _ in 0..60 {
        session_of(&server, "member").await;
    }
    let mut root = at(&server, "root").await;
    for query in ["?tenant=ACME", "?tenant=ACME&device=unknown"] {
        let first = found(&mut root, query).await;
        let older = first
            .text
            .split("rel=\"next\"")
            .next()
            .unwrap()
            .rsplit("href=\"")
            .next()
            .unwrap()
            .split('"')
            .next()
            .unwrap()
            .replace("&#38;", "&");
        let second = root.get(&older).await;
        let mut all = [shown(&first), shown(&second)].concat();
        assert_eq!((shown(&first).len(), shown(&second).len()), (50, 10), "{query}");
        all.sort();
        all.dedup();
        assert_eq!(all.len(), 60);
        assert_eq!(total(&first), "60 sessions");
        let cursor = older.split("cursor=").nth(1).unwrap();
        assert_eq!(led_to(&found(&mut root, &format!("?user=member&cursor={cursor}")).await), "/console/sessions?user=member");
    }
    assert_eq!(led_to(&found(&mut root, "?cursor=x").await), "/console/sessions");
}

async fn saved(server: &Server, browser: &mut Browser<'_>, query: &str) -> (String, Answer) {
    let answer = browser.get(&format!("/console/sessions/export?{query}")).await;
    let _ = server;
    (answer.header("content-disposition").unwrap_or_default().to_owned(), answer)
}

#[tokio::test]
async fn what_is_found_is_saved_as_csv_and_as_lines_of_json() {
    let server = server().await;
    let captioned = server.open_as("member@example.com", Some("=cmd|' /C calc'!A0"), None).await;
    assert!(lives(&server, &captioned.bearer).await);
    for _ in 0..3 {
        session_of(&server, "owner").await;
    }
    let mut admin = at(&server, "tenant_admin").await;
    let (name, csv) = saved(&server, &mut admin, "format=csv&user=member").await;
    assert_eq!(name, "attachment; filename=\"sessions.csv\"");
    let lines: Vec<_> = csv.text.split("\r\n").collect();
    assert!(lines[0].starts_with("session_id,user_id,username,email,tenant_id,caption,birth,"), "{}", csv.text);
    assert!(lines[1].contains(",member,member@example.com,tnt_") && lines[1].contains(",'=cmd|' /C calc'!A0,usm,"), "{}", lines[1]);
    assert_eq!(lines.len(), 3);
    let (name, json) = saved(&server, &mut admin, "format=jsonl&state=live").await;
    assert_eq!(name, "attachment; filename=\"sessions.jsonl\"");
    let rows: Vec<Value> = json.text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let named = |name: &str| rows.iter().filter(|row| row["username"] == name).count();
    assert_eq!((named("owner"), named("member"), named("tenant_admin"), rows.len()), (3, 1, 1, 5), "{}", json.text);
    assert!(rows.iter().all(|row| row["ended_at"].is_null() && row["created_at"].is_string()));
    let (_, none) = saved(&server, &mut admin, "format=xls").await;
    assert_eq!(none.status, 404);
    let (_, foreign) = saved(&server, &mut admin, "format=csv&tenant=ZETA").await;
    assert_eq!(foreign.status, 404);
}

#[tokio::test]
async fn the_script_gets_the_part_of_the_page_that_changes() {
    let server = server().await;
    let (member, _) = session_of(&server, "member").await;
    let root = at(&server, "root").await;
    let mut request = root.request("GET", "/console/sessions?user=member", String::new());
    request.headers_mut().insert("hx-request", "true".parse().unwrap());
    let part = server.send(request).await;
    assert!(!part.text.contains("<html") && shown(&part) == [member], "{}", part.text);
}
