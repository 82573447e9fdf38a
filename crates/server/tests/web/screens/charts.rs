//! The overview's charts: what happened within reach, as tables that a script draws.

use super::{PASSWORD, at, server};
use crate::browser::Browser;
use crate::support::Server;

async fn seal(server: &Server) {
    while server.engine.seal_audit_entries(1000).await.unwrap().1 {}
}

/// The sum of a column of a chart.
fn sum(page: &str, chart: &str, column: usize) -> u64 {
    let figure = page.split_once(&format!("id=\"{chart}\"")).unwrap().1.split("</figure>").next().unwrap();
    let rows = figure.split("<tbody").nth(1).unwrap().split("<tr role=\"row\">").skip(1);
    let number = |row: &str| row.split("<data value=\"").nth(column).unwrap().split('"').next().unwrap().parse::<u64>().unwrap();
    rows.map(number).sum()
}

/// One of the numbers above the charts.
fn figure(page: &str, name: &str) -> String {
    page.split_once(&format!("<dt>{name}</dt><dd>")).unwrap().1.split('<').next().unwrap().to_owned()
}

#[tokio::test]
async fn charts_tell_what_happened_within_reach() {
    let server = server().await;
    Browser::signed_in(&server, "member", PASSWORD).await;
    Browser::signed_in(&server, "stranger", PASSWORD).await;
    assert_ne!(Browser::of(&server).sign_in("/login", "member", "Wrong-horse-7").await.status, 303);
    let (mut root, mut zeta, mut operator) = (at(&server, "root").await, at(&server, "zeta_admin").await, at(&server, "operator").await);
    seal(&server).await;
    let page = root.get("/console").await.text;
    assert_eq!((sum(&page, "chart-sessions", 1), figure(&page, "began"), figure(&page, "live now")), (5, "5".into(), "5".into()), "{page}");
    assert_eq!(sum(&page, "chart-sign-ins", 2), 1, "{page}");
    let page = zeta.get("/console").await.text;
    assert_eq!((sum(&page, "chart-sessions", 1), figure(&page, "live now")), (2, "2".into()), "{page}");
    assert_eq!(sum(&page, "chart-sign-ins", 2), 0, "another tenant's refusals: {page}");
    let page = operator.get("/console").await.text;
    assert_eq!((sum(&page, "chart-sessions", 1), sum(&page, "chart-sign-ins", 2)), (2, 1), "{page}");
}

#[tokio::test]
async fn the_time_that_is_shown_stands_in_the_address_and_ends_by_reason_are_bars() {
    let server = server().await;
    let mut root = at(&server, "root").await;
    let mut member = at(&server, "member").await;
    assert_eq!(member.fill_in("/logout", &[]).await.status, 303);
    seal(&server).await;
    for (period, rows) in [("day", 24), ("week", 168), ("quarter", 90), ("forever", 24)] {
        let page = root.get(&format!("/console?period={period}")).await.text;
        let chart = page.split_once("id=\"chart-sessions\"").unwrap().1.split("</figure>").next().unwrap();
        assert_eq!(chart.matches("<tr role=\"row\">").count(), rows + 1, "{period}");
        assert_eq!(page.matches(" aria-current=\"true\"").count(), 1);
    }
    let page = root.get("/console").await.text;
    let ends = page.split_once("id=\"chart-ends\"").unwrap().1.split("</figure>").next().unwrap();
    assert!(
        ends.contains("Closed by its user") && ends.contains("width=\"100.0%\"") && ends.contains("<data value=\"1\">1</data>"),
        "{ends}"
    );
    let devices = page.split_once("id=\"chart-devices\"").unwrap().1.split("</figure>").next().unwrap();
    assert!(devices.contains("<data value=\"1\">1</data>"), "{devices}");
    assert!(!page.contains("style=") && page.matches("<script src=").count() == 4, "{page}");
    // Nothing that the page loads comes from elsewhere.
    for part in page.split("<script src=\"").skip(1).chain(page.split("rel=\"stylesheet\" href=\"").skip(1)) {
        let file = part.split('"').next().unwrap();
        assert!(file.starts_with("/assets/") && root.get(file).await.status == 200, "{file}");
    }
}
