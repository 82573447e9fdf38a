//! Secrets are shown once, by the answer to their making, and never again.

use super::{at, entry, send, server, told};
use crate::support::Answer;

fn secret(page: &Answer) -> String {
    assert_eq!(page.status, 201, "{}", page.text);
    assert_eq!(page.header("cache-control"), Some("no-store"));
    let secret = crate::browser::behind(&page.text, "data-copy=\"clc_");
    format!("clc_{secret}")
}

#[tokio::test]
async fn an_applications_secret_is_shown_once_and_opens() {
    let server = server().await;
    let mut root = at(&server, "root").await;
    let new = [
        ("client_id", "robot"),
        ("kind", "service"),
        ("scopes", "admin:read"),
        ("id_token_signed_response_alg", "RS256"),
        ("platform", "true"),
    ];
    let made = secret(&send(&mut root, "/console/directory/applications/new", &new).await);
    let page = entry(&server, "applications", "robot").await;
    let second = secret(&send(&mut root, &format!("{page}/secrets/add"), &[]).await);
    assert_ne!(made, second);
    for address in [
        page.clone(),
        format!("{page}/edit"),
        "/console/directory/applications".into(),
        "/console/audit".into(),
        "/console/directory/applications/export?format=csv".into(),
    ] {
        let text = root.get(&address).await.text;
        assert!(!text.contains(&made) && !text.contains(&second), "{address}");
    }
    let third = send(&mut root, &format!("{page}/secrets/add"), &[]).await;
    assert_eq!(told(&mut root, &third).await, "Two secrets are live already; remove one first.");
    let shown = root.get(&page).await.text;
    let id = crate::browser::behind(&shown, "name=\"secret_id\" value=\"").to_owned();
    let removed = send(&mut root, &format!("{page}/secrets/remove"), &[("secret_id", &id)]).await;
    assert_eq!(told(&mut root, &removed).await, "The secret is removed and opens nothing any more.");
    assert!(!root.get(&page).await.text.contains(&id));
}

#[tokio::test]
async fn a_public_application_has_no_secret_and_a_providers_is_never_shown() {
    let server = server().await;
    let mut root = at(&server, "root").await;
    let new = [("client_id", "desk"), ("kind", "native"), ("id_token_signed_response_alg", "RS256")];
    assert_eq!(send(&mut root, "/console/directory/applications/new", &new).await.status, 303);
    let page = entry(&server, "applications", "desk").await;
    assert!(!root.get(&page).await.text.contains("secrets/add"));
    let staff = entry(&server, "identity-providers", "staff").await;
    let provider = [
        ("name", "Staff"),
        ("issuer", "https://id.acme.example"),
        ("client_id", "us"),
        ("client_secret", "of-the-provider-1"),
        ("scopes", "openid"),
        ("domains", "acme.example"),
        ("username_claim", "sub"),
        ("name_claim", "name"),
        ("status", "active"),
    ];
    let saved = send(&mut root, &format!("{staff}/edit"), &provider).await;
    assert_eq!(told(&mut root, &saved).await, "It is saved.");
    let shown = root.get(&staff).await.text;
    let has = shown.split_once("<dt>Has a client secret</dt><dd>").unwrap().1;
    assert!(has.starts_with("<span data-is=\"true\">") && !shown.contains("of-the-provider-1"), "{shown}");
    assert!(!root.get(&format!("{staff}/edit")).await.text.contains("of-the-provider-1"));
    // Saved without it, the secret stays.
    let without: Vec<_> = provider.into_iter().filter(|(name, _)| *name != "client_secret").collect();
    let saved = send(&mut root, &format!("{staff}/edit"), &without).await;
    assert_eq!(told(&mut root, &saved).await, "It is saved.");
    let shown = root.get(&staff).await.text;
    assert!(shown.split_once("<dt>Has a client secret</dt><dd>").unwrap().1.starts_with("<span data-is=\"true\">"), "{shown}");
}
