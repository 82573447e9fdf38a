//! Tables of the directory: filters, pages, files, and the state in the address.

use super::{at, server};
use crate::support::Answer;

fn names(page: &Answer) -> Vec<String> {
    assert_eq!(page.status, 200, "{}", page.text);
    page.text.split("data-opens>").skip(1).map(|rest| rest.split('<').next().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn filters_narrow_and_stay_in_the_form() {
    let server = server().await;
    let mut root = at(&server, "root").await;
    let page = root.get("/console/directory/users?search=tenant").await;
    assert_eq!(names(&page), ["tenant_admin"]);
    assert!(page.text.contains("name=\"search\" type=\"search\" value=\"tenant\"") && page.text.contains("1 in all"), "{}", page.text);
    let page = root.get("/console/directory/users?search=nobody").await;
    assert!(names(&page).is_empty() && page.text.contains("Take away some of the filter."), "{}", page.text);
    let page = root.get("/console/directory/users?status=suspended").await;
    assert!(names(&page).is_empty() && page.text.contains("<option value=\"suspended\" selected>"), "{}", page.text);
    assert_eq!(root.get("/console/directory/users?tenant_id=nothing").await.status, 404);
    let mut admin = at(&server, "tenant_admin").await;
    let mut all = names(&admin.get("/console/directory/users").await);
    all.sort();
    assert_eq!(all, ["member", "operator", "owner", "partner_admin", "tenant_admin"], "no other tenant's");
    assert_eq!(names(&admin.get("/console/directory/tenants").await), ["ACME"]);
    assert_eq!(names(&admin.get("/console/directory/applications").await), ["shop"]);
}

#[tokio::test]
async fn a_list_that_is_longer_than_a_page_goes_on_and_a_file_has_all_of_it() {
    let server = server().await;
    let tenants: Vec<_> = (0..60).map(|number| serde_json::json!({ "code": format!("T{number:02}") })).collect();
    server.apply(&serde_json::json!({ "tenants": tenants })).await;
    let mut root = at(&server, "root").await;
    let first = root.get("/console/directory/tenants?search=T").await;
    assert_eq!(names(&first).len(), 50);
    let older =
        first.text.split_once("rel=\"next\"").unwrap().0.rsplit_once("href=\"").unwrap().1.split('"').next().unwrap().replace("&amp;", "&");
    let older = older.replace("&#38;", "&");
    assert!(older.contains("search=T"), "{older}");
    let second = root.get(&older).await;
    assert_eq!(names(&second).len(), 10);
    assert!(names(&first).iter().all(|name| !names(&second).contains(name)));
    // A place of another list leads to the beginning.
    let elsewhere = older.replace("/tenants?", "/users?");
    assert_eq!(crate::browser::led_to(&root.get(&elsewhere).await), "/console/directory/users");

    let file = root.get("/console/directory/tenants/export?search=T&format=csv").await;
    assert_eq!(file.header("content-type"), Some("text/csv; charset=utf-8; header=present"));
    assert_eq!(file.header("content-disposition"), Some("attachment; filename=\"tenants.csv\""));
    let lines: Vec<_> = file.text.lines().collect();
    assert_eq!((lines.len(), lines[0]), (61, "code,name,id,partner_id,status,status_since,created_at"));
    let file = root.get("/console/directory/tenants/export?search=T&format=jsonl").await;
    let lines: Vec<serde_json::Value> = file.text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.len(), 60);
    assert!(lines.iter().all(|line| line["id"].as_str().unwrap().starts_with("tnt_") && line["status"] == "verified"));
    assert_eq!(root.get("/console/directory/tenants/export?format=xml").await.status, 404);
}

#[tokio::test]
async fn names_that_people_chose_are_text_and_no_markup() {
    let server = server().await;
    server.apply(&serde_json::json!({ "tenants": [{ "code": "T<b>X", "name": "<script>alert(1)</script>" }] })).await;
    let page = at(&server, "root").await.get("/console/directory/tenants?search=T%3Cb").await;
    assert_eq!(names(&page).len(), 1);
    assert!(!page.text.contains("<script>alert") && !page.text.contains("<b>"), "{}", page.text);
}
