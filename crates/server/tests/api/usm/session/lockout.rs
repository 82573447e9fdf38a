//! Failures that lock a name (docs/contracts/README.md, Lockout).

use serde_json::json;

use crate::support::{ADA, ADA_PASSCODE, Answer, MoodyHashing, Server, Setup, from_address, usm};

/// From a client behind a trusted proxy.
async fn attempt(server: &Server, client: &str, email: &str, passcode: &str) -> Answer {
    let mut request = usm("session/create", &json!({ "email": email, "passcode": passcode }));
    request.headers_mut().insert("x-forwarded-for", client.parse().unwrap());
    server.send(from_address(request, "10.1.2.3")).await
}

async fn behind_a_proxy() -> Server {
    Server::with(Setup { trusted_proxies: vec!["10.0.0.0/8"], ..Setup::default() }).await
}

fn wait(answer: &Answer) -> u64 {
    assert_eq!(answer.refusal(), (429, "rate-limited"), "{}", answer.text);
    answer.header("retry-after").unwrap().parse().unwrap()
}

#[tokio::test]
async fn three_failures_lock_a_name_for_a_network_known_or_not() {
    for (email, passcode) in [(ADA, ADA_PASSCODE), ("nobody@example.com", "whatever")] {
        let server = behind_a_proxy().await;
        for client in ["198.51.100.1", "198.51.100.200", "198.51.100.3"] {
            assert_eq!(attempt(&server, client, email, "wrong").await.refusal(), (401, "invalid-passcode"), "{email}");
        }
        let locked = attempt(&server, "198.51.100.9", email, passcode).await;
        assert_eq!(wait(&locked), 600, "{email}");
        server.pass(200);
        assert_eq!(wait(&attempt(&server, "198.51.100.9", &email.to_uppercase(), "wrong").await), 400, "{email}");
        server.pass(399);
        assert_eq!(wait(&attempt(&server, "198.51.100.9", email, passcode).await), 1, "{email}");
        server.pass(1);
        let expected = if email == ADA { 200 } else { 401 };
        assert_eq!(attempt(&server, "198.51.100.9", email, passcode).await.status, expected);
    }
}

#[tokio::test]
async fn other_networks_and_other_names_are_not_locked() {
    let server = behind_a_proxy().await;
    for _ in 0..3 {
        attempt(&server, "198.51.100.1", ADA, "wrong").await;
        attempt(&server, "2001:db8:0:1::1", ADA, "wrong").await;
    }
    for client in ["198.51.100.77", "2001:db8:0:1:ffff::2"] {
        wait(&attempt(&server, client, ADA, ADA_PASSCODE).await);
    }
    for client in ["198.51.101.1", "2001:db8:0:2::1"] {
        assert_eq!(attempt(&server, client, ADA, ADA_PASSCODE).await.status, 200, "{client}");
    }
    assert_eq!(attempt(&server, "198.51.100.1", "bob@example.com", "Battery-staple-8").await.status, 200);
}

#[tokio::test]
async fn what_a_stranger_says_of_its_address_is_not_believed() {
    let server = Server::start().await;
    for client in ["198.51.100.1", "203.0.113.1", "192.0.2.1"] {
        attempt(&server, client, ADA, "wrong").await;
    }
    wait(&attempt(&server, "198.18.0.1", ADA, ADA_PASSCODE).await);
}

#[tokio::test]
async fn failures_are_counted_within_ten_minutes() {
    let server = behind_a_proxy().await;
    for _ in 0..5 {
        assert_eq!(attempt(&server, "198.51.100.1", ADA, "wrong").await.status, 401);
        server.pass(301);
    }
    assert_eq!(attempt(&server, "198.51.100.1", ADA, ADA_PASSCODE).await.status, 200);
}

#[tokio::test]
async fn a_success_forgives_what_failed_before() {
    let server = behind_a_proxy().await;
    for _ in 0..3 {
        attempt(&server, "198.51.100.1", ADA, "wrong").await;
        attempt(&server, "198.51.100.1", ADA, "wrong").await;
        assert_eq!(attempt(&server, "198.51.100.1", ADA, ADA_PASSCODE).await.status, 200);
    }
}

#[tokio::test]
async fn thirty_from_everywhere_lock_the_name_for_everybody() {
    let server = behind_a_proxy().await;
    for network in 0..15 {
        for _ in 0..2 {
            assert_eq!(attempt(&server, &format!("198.51.{network}.1"), ADA, "wrong").await.status, 401);
        }
    }
    assert_eq!(wait(&attempt(&server, "203.0.113.1", ADA, ADA_PASSCODE).await), 600);
    server.pass(600);
    assert_eq!(attempt(&server, "203.0.113.1", ADA, ADA_PASSCODE).await.status, 200);
}

#[tokio::test]
async fn a_locked_name_costs_no_hash_and_tells_nothing() {
    let hashing = MoodyHashing::new();
    let server = Server::with(Setup { hashing: hashing.clone(), ..Setup::default() }).await;
    let sign_in = async |email: &str, passcode: &str| server.usm("session/create", &json!({ "email": email, "passcode": passcode })).await;
    for email in [ADA, "nobody@example.com"] {
        for _ in 0..3 {
            sign_in(email, "wrong").await;
        }
    }
    hashing.take_count();
    let mut told = Vec::new();
    for (email, passcode) in [(ADA, ADA_PASSCODE), (ADA, "wrong"), ("nobody@example.com", "wrong")] {
        let answer = sign_in(email, passcode).await;
        told.push((wait(&answer), answer.body["error"].clone()));
    }
    assert_eq!(hashing.take_count(), 0);
    assert!(told.windows(2).all(|pair| pair[0] == pair[1]), "{told:?}");
}

#[tokio::test]
async fn a_locked_name_keeps_its_sessions() {
    let server = Server::start().await;
    let guid = server.ada().await;
    for _ in 0..4 {
        server.usm("session/create", &json!({ "email": ADA, "passcode": "wrong" })).await;
    }
    server.with_guid("session/validate", &guid).await.data();
}
