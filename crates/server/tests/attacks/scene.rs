//! A server, its people, and a session whose refresh tokens were redeemed often.

use cloakroom_store::driver::WriteClass;
use std::net::SocketAddr;

use cloakroom_store::driver::sqlite::{Location, Options, Sqlite};
use serde_json::json;

use crate::support::{Home, Running};

/// A client application whose secret is tried.
pub const CLIENT: &str = "web-shop";

const EMAIL: &str = "ada@example.com";
const PASSWORD: &str = "Correct-horse-7";
/// Rotations of the long chain: a client makes them in two minutes.
const LENGTHEN: &str = "UPDATE session_grants SET generation = 65000 WHERE number = 1";

/// The server, as long as it is wanted.
pub struct Stage {
    pub server: Running,
    _home: Home,
}

/// What there is before anybody attacks.
pub struct Scene {
    pub address: SocketAddr,
    /// What honest callers ask about.
    pub guid: String,
    /// How they sign in.
    pub sign_in: serde_json::Value,
    /// What they end, one after the other.
    pub to_be_ended: Vec<String>,
    /// Of the session with the long chain, no longer good, signed by the server all the same.
    pub access_token: String,
}

impl Scene {
    /// With so many sessions to be ended.
    pub fn set(sessions: usize) -> (Stage, Self) {
        let home = Home::new().optimised().setting("SERVER__PUBLIC_URL", "https://cloak.test").setting("LOG__LEVEL", "warn");
        let people = json!({
            "tenants": [{ "code": "ACME", "name": "Acme", "status": "verified" }],
            "users": [{ "username": "ada", "email": EMAIL, "password": PASSWORD, "tenant": "ACME", "session_cap": 4096 }],
            "applications": [{ "name": "Shop", "tenant": "ACME", "client_id": CLIENT, "client_secret": "a-secret-of-its-own-0123456789", "kind": "service", "scopes": [] }],
        });
        let people = home.document("people.json", &people);
        let server = home.serve(&["--apply", &people]);
        let body = json!({ "username": "ada", "password": PASSWORD }).to_string();
        let logged_in = server.client().try_send("POST", "/user/login", &body).unwrap();
        let access_token = logged_in.json()["accessToken"].as_str().unwrap().to_owned();
        server.stop();
        lengthen(&home);
        let server = home.serve(&[]);
        let mut client = server.client();
        let mut guids = (0..=sessions).map(|_| client.sign_in(EMAIL, PASSWORD).guid());
        let (guid, to_be_ended) = (guids.next().unwrap(), guids.collect());
        let sign_in = json!({ "email": EMAIL, "passcode": PASSWORD });
        let scene = Self { address: server.address, guid, sign_in, to_be_ended, access_token };
        (Stage { server, _home: home }, scene)
    }
}

fn lengthen(home: &Home) {
    let database = Sqlite::open(&Location::File(home.data().join("cloakroom.db")), &Options::default()).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let lengthened = database.write(WriteClass::Ordinary, |conn| Box::pin(async move { conn.execute(LENGTHEN, &[]).await }));
    assert_eq!(runtime.block_on(lengthened), Ok(1));
    database.shutdown();
}
