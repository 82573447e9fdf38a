//! Certificates: what is wrong with one keeps the server from starting, and a new one is shown without a restart.

use std::net::SocketAddr;
use std::process::{Command, Stdio};

use crate::support::{Home, Running};

fn openssl(arguments: &[&str]) -> String {
    let output = Command::new("openssl").args(arguments).stdin(Stdio::null()).output().unwrap();
    String::from_utf8(output.stdout).unwrap()
}

/// A certificate and its key as files of `home`, good for so many days.
fn certificate(home: &Home, name: &str, days: &str) -> (String, String) {
    let (certificate, key) = (home.file(&format!("{name}.pem"), ""), home.file(&format!("{name}.key"), ""));
    openssl(&[
        "req",
        "-x509",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:P-256",
        "-nodes",
        "-subj",
        "/CN=localhost",
        "-days",
        days,
        "-out",
        &certificate,
        "-keyout",
        &key,
    ]);
    (certificate, key)
}

fn over_tls(home: Home, certificate: &str, key: &str) -> Home {
    home.setting("SERVER__TLS_CERTIFICATE_FILE", certificate).setting("SERVER__TLS_KEY_FILE", key)
}

/// The serial number of the certificate that is shown.
fn shown(address: SocketAddr) -> String {
    let chain = openssl(&["s_client", "-connect", &address.to_string(), "-showcerts"]);
    let begin = chain.find("-----BEGIN CERTIFICATE-----").unwrap_or_else(|| panic!("no certificate: {chain}"));
    let home = Home::new();
    let file = home.file("shown.pem", &chain[begin..]);
    openssl(&["x509", "-in", &file, "-noout", "-serial"])
}

fn serial(file: &str) -> String {
    openssl(&["x509", "-in", file, "-noout", "-serial"])
}

#[test]
fn what_cannot_be_used_ends_the_start_and_is_found_before_it() {
    let home = Home::new();
    let (good, key) = certificate(&home, "good", "90");
    let (_, other) = certificate(&home, "other", "90");
    let (empty, junk) = (home.file("empty.pem", ""), home.file("junk.pem", "-----BEGIN CERTIFICATE-----\n!\n-----END CERTIFICATE-----\n"));
    let encrypted = home.file("encrypted.key", "");
    openssl(&["pkey", "-in", &key, "-aes256", "-passout", "pass:x", "-out", &encrypted]);
    for (certificate, key, file, why) in [
        (&good, &other, &other, "is the key of another certificate"),
        (&good, &encrypted, &encrypted, "is encrypted"),
        (&good, &empty, &empty, "holds no private key"),
        (&empty, &key, &empty, "holds no certificate"),
        (&junk, &key, &junk, "is not PEM"),
        (&key, &key, &key, "holds no certificate"),
    ] {
        let home = over_tls(Home::new(), certificate, key);
        let refused = home.refuse_to_serve(&[]);
        assert_eq!(refused.status.code(), Some(1), "{}", refused.stderr);
        let said = format!("{file} {why}");
        assert!(refused.stderr.contains(&said), "{said}: {}", refused.stderr);
        assert!(!home.data().exists(), "nothing was made before");
        let checked = home.run(&["config", "check"]);
        assert!(checked.status.code() == Some(1) && checked.stderr.contains(&said), "{}", checked.stderr);
        let examined = home.run(&["doctor"]);
        assert!(examined.status.code() == Some(1) && examined.stdout.contains(&said), "{}", examined.stdout);
    }
}

#[test]
fn whatever_a_start_names_is_opened_before_the_database_is_made() {
    let places = Home::new().setting("GEOIP__DATABASE", "/nowhere/places.mmdb");
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let metrics = Home::new().setting("SERVER__METRICS_LISTEN", &taken.local_addr().unwrap().to_string());
    for (home, said) in [(places, "/nowhere/places.mmdb"), (metrics, "cannot listen on")] {
        let refused = home.refuse_to_serve(&[]);
        assert!(refused.status.code() == Some(1) && refused.stderr.contains(said), "{}", refused.stderr);
        assert!(!home.data().exists(), "{said}");
    }
    let home = Home::new();
    let file = home.file("people.yaml", "users: [{ username: ada, password: !vault ada }]\n");
    let refused = home.refuse_to_serve(&["--apply", &file]);
    assert!(refused.status.code() == Some(1) && refused.stderr.contains("!vault"), "{}", refused.stderr);
    assert!(!home.data().exists());
}

/// Asks until the certificate is the wanted one: the server reads it beside answering.
fn becomes(server: &Running, wanted: &str) -> bool {
    (0..200).any(|_| shown(server.address) == wanted)
}

#[test]
fn a_new_certificate_is_shown_after_a_hangup_and_a_bad_one_never() {
    let home = Home::new();
    let (file, key) = certificate(&home, "first", "90");
    let (next, next_key) = certificate(&home, "next", "90");
    let first = serial(&file);
    let home = over_tls(home, &file, &key);
    let server = home.serve(&[]);
    assert_eq!(shown(server.address), first);
    std::fs::write(&file, "broken").unwrap();
    server.hang_up();
    assert_eq!(shown(server.address), first);
    std::fs::copy(&next, &file).unwrap();
    std::fs::copy(&next_key, &key).unwrap();
    server.hang_up();
    assert!(becomes(&server, &serial(&next)));
    let finished = server.stop();
    assert_eq!(finished.status.code(), Some(0), "{}", finished.stderr);
}

#[test]
fn one_that_expires_soon_is_told() {
    let home = Home::new();
    let (file, key) = certificate(&home, "brief", "2");
    let home = over_tls(home, &file, &key).setting("SERVER__METRICS_LISTEN", "127.0.0.1:0");
    let examined = home.run(&["doctor"]);
    assert!(examined.stdout.contains("the certificate expires within 2 days"), "{}", examined.stdout);
    let checked = home.run(&["config", "check"]);
    assert!(checked.status.success() && checked.stderr.contains("the certificate expires within 2 days"), "{}", checked.stderr);
    let finished = home.serve(&[]).stop();
    assert!(finished.stderr.contains("the certificate expires within 2 days"), "{}", finished.stderr);
}

#[test]
fn a_hangup_without_a_certificate_ends_nothing() {
    let server = Home::new().serve(&[]);
    server.hang_up();
    assert_eq!(server.client().get("/healthz").status, 200);
    assert_eq!(server.stop().status.code(), Some(0));
}
