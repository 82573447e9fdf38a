//! Making, changing and removing: what was typed stays, what is refused is said, and the trail names who did it.

use super::{all_typed, at, entry, send, server, told, typed};
use crate::browser::{Browser, form_token, led_to};
use crate::support::Server;

/// The actions of the trail, the newest first, each with who did it.
async fn newest(server: &Server, count: usize) -> Vec<String> {
    let page = at(server, "root").await.get("/console/audit").await.text;
    let rows = page.split("<tr role=\"row\">").skip(2);
    let action =
        |row: &str| row.split_once("<span class=\"state").unwrap().1.split_once('>').unwrap().1.split('<').next().unwrap().to_owned();
    // The sign-in of whoever looks comes first.
    rows.map(action).skip(1).take(count).collect()
}

#[tokio::test]
async fn a_user_is_made_changed_suspended_and_removed() {
    let server = server().await;
    let mut root = at(&server, "root").await;
    let acme = entry(&server, "tenants", "ACME").await.rsplit('/').next().unwrap().to_owned();
    let member = format!("{acme} owner");
    let new = [
        ("username", "grace"),
        ("email", "grace@example.com"),
        ("password", "A-compiler-of-1952"),
        ("display_name", "Grace"),
        ("tenant_id", acme.as_str()),
        ("memberships", member.as_str()),
        ("role", "none"),
        ("session_cap", "64"),
    ];
    let made = send(&mut root, "/console/directory/users/new", &new).await;
    assert_eq!(told(&mut root, &made).await, "It is saved.");
    let page = led_to(&made).split('?').next().unwrap().to_owned();
    Browser::signed_in(&server, "grace", "A-compiler-of-1952").await;

    // The form has all that there is; saved as it is, it changes nothing.
    let form = root.get(&format!("{page}/edit")).await;
    let fields = all_typed(&form);
    for expected in
        [("display_name", "Grace"), ("tenant_id", acme.as_str()), ("memberships", member.as_str()), ("session_cap", "64"), ("role", "none")]
    {
        assert!(fields.contains(&(expected.0.to_owned(), expected.1.to_owned())), "{expected:?}: {fields:?}");
    }
    let before = newest(&server, 1).await;
    let same: Vec<_> =
        fields.iter().filter(|(name, _)| name != "form_token").map(|(name, value)| (name.as_str(), value.as_str())).collect();
    assert_eq!(told_of(&mut root, &format!("{page}/edit"), &same).await, "It is saved.");
    assert_ne!(before[0], "user.changed");
    let changed: Vec<_> = same.iter().map(|(name, value)| (*name, if *name == "display_name" { "Grace Hopper" } else { value })).collect();
    assert_eq!(told_of(&mut root, &format!("{page}/edit"), &changed).await, "It is saved.");
    assert!(root.get(&page).await.text.contains("Grace Hopper"));

    assert_eq!(told_of(&mut root, &format!("{page}/status"), &[("status", "suspended")]).await, "It is saved.");
    let refused = Browser::of(&server).sign_in("/login", "grace", "A-compiler-of-1952").await;
    assert_ne!(refused.status, 303);
    assert_eq!(told_of(&mut root, &format!("{page}/status"), &[("status", "verified")]).await, "It is saved.");
    assert_eq!(
        told_of(&mut root, &format!("{page}/password"), &[("password", "Nanoseconds-of-wire-9")]).await,
        "The password is set, and every session of the user has ended."
    );
    Browser::signed_in(&server, "grace", "Nanoseconds-of-wire-9").await;
    let removed = send(&mut root, &format!("{page}/remove"), &[]).await;
    assert_eq!((led_to(&removed), told(&mut root, &removed).await.as_str()), ("/console/directory/users?notice=removed", "It is removed."));
    let page = root.get(&page).await.text;
    assert!(page.contains("data-state=\"doomed\"") && !page.contains("/remove\""), "{page}");
}

async fn told_of(browser: &mut Browser<'_>, path: &str, fields: &[(&str, &str)]) -> String {
    let answer = send(browser, path, fields).await;
    told(browser, &answer).await
}

#[tokio::test]
async fn the_trail_names_who_did_it() {
    let server = server().await;
    let mut admin = at(&server, "tenant_admin").await;
    let made = send(&mut admin, "/console/directory/users/new", &[("username", "grace"), ("role", "none")]).await;
    assert_eq!(made.status, 303, "{}", made.text);
    let me = entry(&server, "users", "tenant_admin").await.rsplit('/').next().unwrap().to_owned();
    let page = admin.get(&format!("/console/audit?action=user.created&actor_id={me}")).await.text;
    assert!(page.contains("1 in all") && page.contains(&me), "{page}");
}

#[tokio::test]
async fn what_cannot_be_is_said_at_its_field_and_above_and_what_was_typed_stays() {
    let server = server().await;
    let mut root = at(&server, "root").await;
    let wrong = [
        ("username", "Not A Name"),
        ("email", "nowhere"),
        ("display_name", "Grace & co"),
        ("session_cap", "7"),
        ("role", "emperor"),
        ("memberships", "ACME king"),
    ];
    let page = send(&mut root, "/console/directory/users/new", &wrong).await;
    assert_eq!(page.status, 422);
    for field in ["username", "email", "session_cap", "role", "memberships"] {
        assert!(
            page.text.contains(&format!("<a href=\"#{field}\">")) && page.text.contains(&format!("id=\"{field}-problem\"")),
            "{field}: {}",
            page.text
        );
    }
    assert!(!page.text.contains("href=\"#display_name\""));
    assert_eq!((typed(&page, "username"), typed(&page, "session_cap"), typed(&page, "email")), ("Not A Name", "7", "nowhere"));
    assert!(page.text.contains("value=\"Grace &#38; co\"") || page.text.contains("value=\"Grace &amp; co\""), "{}", page.text);
    let secret =
        send(&mut root, "/console/directory/users/new", &[("username", "!"), ("password", "Never-shown-again-1"), ("role", "none")]).await;
    assert!(!secret.text.contains("Never-shown-again-1"), "a password is never filled in");
    // In German, too.
    root.language = "de";
    let page = send(&mut root, "/console/directory/users/new", &wrong).await;
    assert!(page.text.contains("Benutzername: Kleinbuchstaben"), "{}", page.text);
}

#[tokio::test]
async fn refusals_of_the_directory_are_told_in_the_form() {
    let server = server().await;
    let mut root = at(&server, "root").await;
    let taken = send(&mut root, "/console/directory/users/new", &[("username", "member"), ("role", "none")]).await;
    assert_eq!(taken.status, 409);
    assert!(taken.text.contains("<a href=\"#username\">This name is taken"), "{}", taken.text);
    let weak = send(&mut root, "/console/directory/users/new", &[("username", "grace"), ("role", "none"), ("password", "short")]).await;
    assert_eq!(weak.status, 422);
    assert!(weak.text.contains("<a href=\"#password\">"), "{}", weak.text);
    let nowhere = send(
        &mut root,
        "/console/directory/tenants/new",
        &[("code", "NEW"), ("status", "verified"), ("partner_id", "prt_01J8ZQ4Y7N3V5K2M6P9R1S0T8W")],
    )
    .await;
    assert_eq!(nowhere.status, 422, "{}", nowhere.text);
    let app = [
        ("client_id", "desk"),
        ("kind", "native"),
        ("redirect_uris", "http://shop.example.com/"),
        ("id_token_signed_response_alg", "RS256"),
    ];
    let page = send(&mut root, "/console/directory/applications/new", &app).await;
    assert_eq!(page.status, 422);
    assert!(page.text.contains("<a href=\"#redirect_uris\">"), "{}", page.text);
    let own = entry(&server, "users", "root").await;
    let removed = send(&mut root, &format!("{own}/remove"), &[]).await;
    let said = told(&mut root, &removed).await;
    assert!(said.contains("another administrator") || said.contains("No platform administrator would be left"), "{said}");
    let north = entry(&server, "partners", "north").await;
    let removed = send(&mut root, &format!("{north}/remove"), &[]).await;
    assert_eq!(told(&mut root, &removed).await, "Tenants belong to this partner.");
}

#[tokio::test]
async fn every_noun_has_a_form_that_says_what_there_is_and_saves_it_as_it_is() {
    let server = server().await;
    let mut root = at(&server, "root").await;
    for (noun, name, change) in [
        ("tenants", "ACME", ("name", "Acme Limited")),
        ("partners", "north", ("name", "North and South")),
        ("applications", "shop", ("name", "Web shop")),
        ("identity-providers", "staff", ("name", "Staff of Acme")),
    ] {
        let page = entry(&server, noun, name).await;
        let form = root.get(&format!("{page}/edit")).await;
        let fields = all_typed(&form);
        let fields: Vec<_> = fields
            .iter()
            .filter(|(name, _)| name != "form_token")
            .map(|(name, value)| (name.as_str(), if name == change.0 { change.1 } else { value.as_str() }))
            .collect();
        assert_eq!(told_of(&mut root, &format!("{page}/edit"), &fields).await, "It is saved.", "{noun}");
        let form = root.get(&format!("{page}/edit")).await;
        assert_eq!(typed(&form, change.0), change.1, "{noun}");
        let again: Vec<_> = all_typed(&form).into_iter().filter(|(name, _)| name != "form_token").collect();
        let before: Vec<_> = fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        assert_eq!(again, before, "{noun}: all else is as it was");
    }
}

#[tokio::test]
async fn what_weighs_asks_for_the_password_once_more_and_what_does_not_does_not() {
    let server = server().await;
    let user = entry(&server, "users", "member").await;
    let application = entry(&server, "applications", "shop").await;
    let mut root = at(&server, "root").await;
    let token = form_token(&root.get("/console/confirm").await);
    server.pass(901);
    for page in ["/console/directory/users/new".to_owned(), format!("{user}/edit"), format!("{user}/password")] {
        let led = root.get(&page).await;
        assert_eq!(led_to(&led), format!("/console/confirm?return_to={}", page.replace('/', "%2F")));
    }
    let username = [("username", "grace"), ("role", "none"), ("form_token", token.as_str())];
    let bare = [
        ("form_token", token.as_str()),
        ("status", "suspended"),
        ("email", "x@example.com"),
        ("deed", "add"),
        ("password", "A-new-one-here-7"),
    ];
    for (path, fields) in [
        ("/console/directory/users/new".to_owned(), &username[..]),
        (format!("{user}/edit"), &bare[..]),
        (format!("{user}/remove"), &bare[..]),
        (format!("{user}/password"), &bare[..]),
        (format!("{user}/emails"), &bare[..]),
        (format!("{application}/secrets/add"), &bare[..]),
        (format!("{application}/remove"), &bare[..]),
    ] {
        let led = root.post(&path, fields).await;
        assert!(led_to(&led).starts_with("/console/confirm?return_to="), "{path}");
    }
    assert_eq!(root.post(&format!("{user}/status"), &bare).await.status, 303);
    let shown = root.get(&user).await.text;
    assert!(shown.contains("data-state=\"suspended\"") && !shown.contains("x@example.com"), "{shown}");
    let confirmed =
        send(&mut root, "/console/confirm", &[("password", super::PASSWORD), ("return_to", "/console/directory/users/new")]).await;
    assert_eq!(led_to(&confirmed), "/console/directory/users/new");
    assert_eq!(root.get("/console/directory/users/new").await.status, 200);
}

#[tokio::test]
async fn an_entry_leads_to_its_sessions_and_to_what_the_trail_says_of_it() {
    let server = server().await;
    let mut root = at(&server, "root").await;
    at(&server, "member").await;
    for (noun, name, found) in
        [("users", "member", "1 session<"), ("tenants", "ACME", "1 session<"), ("applications", "shop", "0 sessions<")]
    {
        let page = root.get(&entry(&server, noun, name).await).await.text;
        let page = page.split_once("<div class=\"choices\">").unwrap().1;
        let link = page.split_once("\">Sessions</a>").unwrap().0.rsplit_once("href=\"").unwrap().1;
        let sessions = root.get(link).await;
        assert_eq!(sessions.status, 200, "{link}");
        let is_empty = sessions.text.contains("No session matches.");
        assert!(sessions.text.contains(found) || (is_empty && found.starts_with('0')), "{link}: {}", sessions.text);
        let trail = page.split_once("\">In the audit trail</a>").unwrap().0.rsplit_once("href=\"").unwrap().1;
        assert!(root.get(trail).await.text.contains(".created"), "{trail}");
    }
}
