//! The trail: filters, reach, what cannot be read, and its export, which it tells of.

use super::{at, send, server};

#[tokio::test]
async fn filters_choose_and_what_cannot_be_read_is_said() {
    let server = server().await;
    let mut root = at(&server, "root").await;
    let page = root.get("/console/audit?action=tenant.created").await;
    assert!(page.status == 200 && page.text.contains("2 in all"), "{}", page.text);
    assert!(page.text.contains("<option value=\"tenant.created\" selected>"), "{}", page.text);
    for (query, field) in [
        ("start_time=yesterday", "start_time"),
        ("ip_address=here", "ip_address"),
        ("tenant_id=ACME", "tenant_id"),
        ("action=nothing", "action"),
    ] {
        let page = root.get(&format!("/console/audit?{query}")).await;
        assert_eq!(page.status, 422, "{query}");
        assert!(page.text.contains(&format!("<a href=\"#{field}\">")), "{}", page.text);
    }
    let page = root.get("/console/audit?start_time=2026-01-02T03:04&end_time=2026-01-02T03:05").await;
    assert!(!page.text.contains(">0 in all"), "{}", page.text);
    assert!(root.get("/console/audit?start_time=2027-01-02T03:04").await.text.contains("0 in all"));
    assert_eq!(root.get("/console/audit?tenant_id=tnt_01J8ZQ4Y7N3V5K2M6P9R1S0T8W").await.status, 404);
}

#[tokio::test]
async fn nobody_reads_beyond_their_tenant_and_the_chain_is_told_to_whoever_sees_all_of_it() {
    let server = server().await;
    while server.engine.seal_audit_entries(1000).await.unwrap().1 {}
    let mut zeta = at(&server, "zeta_admin").await;
    let page = zeta.get("/console/audit?action=user.created").await.text;
    assert!(page.contains("2 in all"), "{page}");
    assert!(!page.contains("Sealed up to entry"));
    assert!(at(&server, "root").await.get("/console/audit").await.text.contains("Sealed up to entry"));
}

#[tokio::test]
async fn the_export_has_what_the_filter_chooses_and_is_told_of() {
    let server = server().await;
    let mut root = at(&server, "root").await;
    let file = send(&mut root, "/console/audit/export?action=tenant.created", &[("format", "csv")]).await;
    assert_eq!((file.status, file.header("content-disposition")), (200, Some("attachment; filename=\"audit.csv\"")));
    let lines: Vec<_> = file.text.lines().collect();
    assert!(lines.len() == 3 && lines[0].starts_with("position,at,action,") && lines[1].contains("tenant.created"), "{}", file.text);
    let file = send(&mut root, "/console/audit/export", &[("format", "jsonl")]).await;
    let entries: Vec<serde_json::Value> = file.text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert!(entries.len() > 20);
    assert!(entries.iter().enumerate().all(|(place, entry)| entry["position"] == place + 1 && entry["hash"].is_string()));
    assert!(root.get("/console/audit?action=audit.exported").await.text.contains("2 in all"));
    assert_eq!(send(&mut root, "/console/audit/export", &[("format", "xml")]).await.status, 404);
    let zeta = send(&mut at(&server, "zeta_admin").await, "/console/audit/export?action=user.created", &[("format", "jsonl")]).await;
    assert_eq!(zeta.text.lines().count(), 2, "{}", zeta.text);
}
