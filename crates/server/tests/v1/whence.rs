//! What sessions come from: told by user agent and address when they were created, and kept.

use cloakroom_engine::ids::SessionUid;
use cloakroom_engine::sessions::UserAgent;
use cloakroom_engine::sessions::device::{DeviceModel, Product};
use cloakroom_engine::sessions::store::SessionLookup;
use cloakroom_engine::sessions::store::SessionStore as _;
use cloakroom_server::http::geolocation::Places;
use serde_json::{Value, json};

use crate::places::{city, database};
use crate::server::{IPHONE, Server};

async fn location(server: &Server, address: Option<&str>) -> Value {
    let root = server.login("super_admin").await;
    let token = server.login_from((IPHONE, address), "end_user").await;
    let session = server.current(&token).await;
    server.get(&format!("/api/v1/admin/sessions/{session}"), &root).await.expect(200).at("/data/location")
}

#[tokio::test]
async fn public_addresses_have_a_place_and_private_ones_none() {
    let places = database(&[
        ("81.2.69.0/24", city("GB", "England", "Boxford")),
        ("2001:218::/32", json!({ "country": { "iso_code": "JP" } })),
        ("89.160.20.0/24", json!({ "continent": { "code": "EU" } })),
        ("10.0.0.0/8", city("XX", "Nowhere", "Backstage")),
    ]);
    let server = Server::knowing(Places::of(places).unwrap()).await;
    assert_eq!(location(&server, Some("81.2.69.142")).await, "Boxford, England, GB");
    assert_eq!(location(&server, Some("::ffff:81.2.69.142")).await, "Boxford, England, GB");
    assert_eq!(location(&server, Some("2001:218::7")).await, "JP");
    for nowhere in [Some("89.160.20.1"), Some("192.0.2.1"), Some("10.1.2.3"), Some("::1"), None] {
        assert_eq!(location(&server, nowhere).await, Value::Null, "{nowhere:?}");
    }
}

#[tokio::test]
async fn without_a_database_there_is_no_place() {
    assert_eq!(location(&Server::start().await, Some("81.2.69.142")).await, Value::Null);
}

#[test]
fn what_is_no_database_is_refused() {
    let whole = database(&[("81.2.69.0/24", city("GB", "England", "Boxford"))]);
    assert!(Places::of(whole.clone()).is_ok());
    let cut = whole.len() / 2;
    assert!(Places::of(whole[..cut].to_vec()).is_err() && Places::of(Vec::new()).is_err());
    let mut astray = whole;
    // The first record of the tree, a node far beyond its end.
    astray[..3].copy_from_slice(&[0xff, 0xff, 0xf0]);
    assert!(Places::of(astray).is_err());
}

#[tokio::test]
async fn device_system_and_application_are_kept_with_the_session() {
    let server = Server::start().await;
    let token = server.login("end_user").await;
    let uid = SessionUid::parse(&server.current(&token).await).unwrap();
    let product = |family: &str, version: &str| Some(Product { family: family.into(), version: Some(version.into()) });
    let kept = server.database.session_detail(SessionLookup::Uid(uid)).await.unwrap().unwrap().surroundings;
    assert_eq!(
        kept.whence.agent,
        UserAgent {
            device_type: cloakroom_engine::sessions::DeviceType::Mobile,
            device: Some(DeviceModel { family: "iPhone".into(), brand: Some("Apple".into()) }),
            operating_system: product("iOS", "17.5"),
            application: product("Mobile Safari", "17.5"),
        }
    );
    let token = server.login_from(("", None), "end_user").await;
    let uid = SessionUid::parse(&server.current(&token).await).unwrap();
    assert_eq!(
        server.database.session_detail(SessionLookup::Uid(uid)).await.unwrap().unwrap().surroundings.whence.agent,
        UserAgent::UNKNOWN
    );
}

#[tokio::test]
async fn live_sessions_are_counted_by_application() {
    let server = Server::start().await;
    let root = server.login("super_admin").await;
    let (_, tenant) = server.whereabouts("end_user", &root).await;
    for user_agent in [IPHONE, IPHONE, "curl/8.5.0", "nobody knows this one", ""] {
        server.login_from((user_agent, None), "end_user").await;
    }
    let ended = server.login_from(("curl/8.5.0", None), "end_user").await;
    server.post("/user/logout", &ended, json!({})).await.expect(200);
    let stats = server.get(&format!("/api/v1/tenants/{tenant}/sessions/stats"), &root).await.expect(200);
    assert_eq!(stats.at("/data/by_application"), json!({ "Mobile Safari": 2, "Other": 2, "curl": 1 }));
    assert_eq!(stats.at("/data/by_device_type"), json!({ "api": 1, "mobile": 2, "unknown": 2 }));
}

#[tokio::test]
async fn no_more_applications_are_counted_apart_than_an_answer_should_have() {
    let server = Server::start().await;
    let root = server.login("super_admin").await;
    let (_, tenant) = server.whereabouts("end_user", &root).await;
    for number in 0..105 {
        server.login_from((&format!("Mozilla/5.0 (compatible; Fresh{}Bot/1.0)", letters(number)), None), "end_user").await;
    }
    let stats = server.get(&format!("/api/v1/tenants/{tenant}/sessions/stats"), &root).await.expect(200);
    let counted = stats.at("/data/by_application");
    assert_eq!((counted.as_object().unwrap().len(), &counted["Other"]), (101, &json!(5)), "{counted}");
}

/// Names of robots have no digits in the rules.
fn letters(number: u8) -> String {
    [b'a' + number / 26, b'a' + number % 26].map(char::from).iter().collect()
}

/// What USM shows of where a session comes from.
async fn on_usm(server: &Server, route: &str, guid: &str) -> Value {
    server.call("POST", &format!("/usm/session/{route}"), None, Some(json!({ "session_guid": guid }))).await.expect(200).at("/data")
}

#[tokio::test]
async fn usm_shows_ones_devices_addresses_and_places_in_get_and_list_alone() {
    let places = database(&[("81.2.69.0/24", city("GB", "England", "Boxford"))]);
    let server = Server::knowing(Places::of(places).unwrap()).await;
    let wish = json!({ "email": "end_user@example.com", "passcode": crate::server::PASSWORD });
    let from = (IPHONE, Some("81.2.69.142"));
    let created = server.call_from(from, "POST", "/usm/session/create", None, Some(wish.clone())).await.expect(200);
    let guid = created.text_at("/data/session_guid");
    let phone = json!({ "type": "mobile", "brand": "Apple", "model": "iPhone", "operating_system": "iOS",
        "operating_system_version": "17.5", "application": "Mobile Safari", "application_version": "17.5" });
    let told = |record: &Value| ["ip_address", "user_agent", "device", "location"].map(|name| record.get(name).cloned());
    let expected = [json!("81.2.69.142"), json!(IPHONE), phone, json!("Boxford, England, GB")].map(Some);
    assert_eq!(told(&on_usm(&server, "get", &guid).await), expected);
    // Somebody without a known device, at no known place, by a browser that says nothing.
    let unknown = server.call_from(("", None), "POST", "/usm/session/create", None, Some(wish)).await.expect(200);
    let nothing = json!({ "type": "unknown", "brand": null, "model": null, "operating_system": null,
        "operating_system_version": null, "application": null, "application_version": null });
    let listed = on_usm(&server, "list", &guid).await;
    let [newest, oldest] = listed["sessions"].as_array().unwrap().as_slice() else { panic!("{listed}") };
    assert_eq!((&newest["session_guid"], &oldest["is_current"]), (&unknown.at("/data/reference_guid"), &json!(true)));
    assert_eq!(told(oldest), expected);
    assert_eq!((&newest["device"], &newest["location"], &newest["ip_address"]), (&nothing, &Value::Null, &Value::Null));
    // Nobody else's are listed, and what only asks whether it lives is told no more than that.
    for record in [created.at("/data"), on_usm(&server, "validate", &guid).await, on_usm(&server, "close", &guid).await] {
        assert_eq!(told(&record), [None, None, None, None], "{record}");
    }
    // An ended one still says where it came from.
    let reference = created.text_at("/data/reference_guid");
    assert_eq!(told(&on_usm(&server, "get", &reference).await), expected);
}
