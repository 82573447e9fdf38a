//! After its days, an entry knows the network of its address alone, and the chain is whole all the same.

use cloakroom_store::driver::sqlite::Location;

use crate::audit_verify::verify;
use crate::server::Server;

const DAY: u32 = 86_400;

#[tokio::test]
async fn addresses_become_networks_when_their_days_are_over_and_not_before() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("cloakroom.db");
    let server = Server::at(&Location::File(file.clone())).await;
    server.login_at("203.0.113.77", "end_user").await;
    server.login_at("2001:db8:1:2:3:4:5:6", "bob").await;
    server.advance(DAY);
    server.login_at("198.51.100.7", "gina").await;
    server.seal().await;
    let places = async || {
        let root = server.login("super_admin").await;
        let entries = server.trail(&root, "&action=session.created").await;
        let place = |entry: &serde_json::Value| {
            let address = entry["ip_address"].as_str()?.to_owned();
            Some((address, entry["user_agent"].is_null()))
        };
        entries.iter().rev().filter_map(place).collect::<Vec<_>>()
    };
    let kept = |address: &str| (address.to_owned(), false);
    let reduced = |network: &str| (network.to_owned(), true);
    let before = [kept("203.0.113.77"), kept("2001:db8:1:2:3:4:5:6"), kept("198.51.100.7")];
    assert_eq!(places().await, before);
    // 90 whole days are over on the 91st midnight, for the first two.
    server.advance(89 * DAY);
    while server.engine.minimise_audit_addresses(5).await.unwrap().1 {}
    assert_eq!(places().await, before, "a day too early");
    server.advance(DAY);
    while server.engine.minimise_audit_addresses(5).await.unwrap().1 {}
    assert_eq!(places().await, [reduced("203.0.113.0/24"), reduced("2001:db8:1::/48"), kept("198.51.100.7")]);
    server.seal().await;
    let root = server.login("super_admin").await;
    assert_eq!(server.trail(&root, "&ip_address=203.0.113.0/24").await.len(), 1);
    assert_eq!(server.trail(&root, "&ip_address=203.0.113.77").await.len(), 0);
    let told = server.trail(&root, "&action=audit.minimised").await;
    assert!(!told.is_empty() && told.iter().all(|entry| entry["actor"]["kind"] == "system"));
    assert_eq!(server.engine.minimise_audit_addresses(5).await.unwrap(), (0, false), "told once a day");
    server.seal().await;
    let (code, out, err) = verify(&file, &[]);
    assert_eq!(code, 0, "{out}{err}");
}
