//! The first start, the second, and those that must not be.

use std::net::TcpListener;

use serde_json::json;

use crate::support::{Client, Home, mode};

#[test]
fn the_first_start_makes_an_administrator_and_says_how_to_be_it() {
    let home = Home::new();
    let mut server = home.serve(&[]);
    let (welcome, command) = (server.line(), server.line());
    let file = home.data().join("admin-password");
    let password = std::fs::read_to_string(&file).unwrap().trim_end().to_owned();
    assert!(welcome.contains(file.to_str().unwrap()), "{welcome}");
    assert!(!welcome.contains(&password) && !command.contains(&password));
    assert_eq!((mode(&file), mode(&home.data().join("master.key")), mode(&home.data())), (0o600, 0o600, 0o700));
    let email = welcome.split_whitespace().find(|word| word.contains('@')).unwrap().trim_end_matches(',');
    let guid = server.client().sign_in(email, &password).guid();
    assert_eq!(server.client().with_guid("session/validate", &guid).tag(), "password-change-required");
    let shell = command.strip_prefix("try: ").unwrap();
    assert!(shell.starts_with("curl ") && shell.contains(&server.address.to_string()), "{shell}");
    let output = std::process::Command::new("sh").args(["-c", shell]).output().unwrap();
    match output.status.code() {
        Some(127) => println!("SKIPPED: there is no curl to try the printed command with"),
        _ => {
            let answer: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
            assert_eq!(answer["success"], true, "{answer}");
        }
    }
}

/// No token of such a server could be verified by anybody who goes by its issuer.
#[test]
fn an_issuer_that_nobody_reaches_is_told_wherever_somebody_looks() {
    let told = "where nobody finds this server";
    for (listen, url, is_told) in [("0.0.0.0:0", None, true), ("[::]:0", None, true), ("0.0.0.0:0", Some("https://id.example.com"), false)]
    {
        let mut home = Home::new().setting("SERVER__LISTEN", listen);
        if let Some(url) = url {
            home = home.setting("SERVER__PUBLIC_URL", url);
        }
        for (command, heard) in [(&["doctor"][..], "stdout"), (&["config", "check"], "stderr")] {
            let looked = home.run(command);
            let said = if heard == "stdout" { &looked.stdout } else { &looked.stderr };
            assert_eq!((said.contains(told), said.contains("public_url")), (is_told, is_told), "{listen} {command:?}: {said}");
            assert!(looked.status.success(), "{said}");
        }
        // The port is taken, so that no test of ours serves the whole network.
        let taken = TcpListener::bind("127.0.0.1:0").unwrap();
        let listen = listen.replace(":0", &format!(":{}", taken.local_addr().unwrap().port()));
        let started = home.run(&["serve", "--listen", &listen]);
        assert_eq!((started.status.code(), started.stderr.contains(told)), (Some(1), is_told), "{}", started.stderr);
    }
}

#[test]
fn the_first_administrator_chooses_a_password_before_anything_else() {
    let home = Home::new();
    let server = home.serve(&[]);
    let password = std::fs::read_to_string(home.data().join("admin-password")).unwrap().trim_end().to_owned();
    let mut client = server.client();
    let log_in = |client: &mut Client, password: &str| {
        let answer = client.try_send("POST", "/user/login", &json!({ "username": "admin", "password": password }).to_string()).unwrap();
        assert_eq!(answer.status, 200, "{}", answer.text);
        let said = |name: &str| answer.json()[name].as_str().unwrap().to_owned();
        (said("accessToken"), said("refreshToken"))
    };
    let (access, refresh) = log_in(&mut client, &password);
    let guid = client.sign_in("admin@localhost", &password).guid();
    let refreshed = json!({ "refreshToken": refresh }).to_string();
    for (method, path, body) in [
        ("GET", "/api/v1/me", ""),
        ("PATCH", "/api/v1/me", r#"{"display_name":"Root"}"#),
        ("GET", "/api/v1/me/sessions", ""),
        ("GET", "/api/v1/admin/users/", ""),
        ("POST", "/api/v1/admin/users/", r#"{"username":"early"}"#),
        ("GET", "/api/v1/admin/sessions", ""),
        ("GET", "/api/v1/admin/audit/", ""),
        ("GET", "/api/admin/v1/authenticated-sessions/list", ""),
        ("POST", "/user/refreshToken", &refreshed),
        ("POST", "/user/logout", ""),
    ] {
        let refused = client.send_as(&access, method, path, body);
        assert!(
            refused.status == 403 && refused.text.contains("/api/v1/me/password"),
            "{method} {path}: {} {}",
            refused.status,
            refused.text
        );
    }
    for route in ["session/validate", "session/get", "session/list", "session/logout_everywhere", "session/close"] {
        let refused = client.with_guid(route, &guid);
        assert_eq!((refused.status, refused.tag().as_str()), (403, "password-change-required"), "{route}");
    }
    let chosen = "Chosen-by-hand-7";
    let change = json!({ "current_password": password, "new_password": chosen }).to_string();
    assert_eq!(client.send_as(&access, "POST", "/api/v1/me/password", &change).status, 200);
    assert_eq!(client.send_as(&access, "GET", "/api/v1/admin/users/", "").status, 200, "the session that asked goes on");
    assert_eq!(client.with_guid("session/validate", &guid).tag(), "session-doomed", "the others do not");
    let (again, _) = log_in(&mut client, chosen);
    assert_eq!(client.send_as(&again, "GET", "/api/v1/me", "").status, 200);
}

#[test]
fn the_second_start_does_not() {
    let home = Home::new();
    let file = home.data().join("admin-password");
    assert!(home.serve(&[]).stop().status.success());
    let before = std::fs::read_to_string(&file).unwrap();
    std::fs::remove_file(&file).unwrap();
    let server = home.serve(&[]);
    assert_eq!(server.client().sign_in("admin@localhost", before.trim_end()).status, 200);
    let finished = server.stop();
    assert!(!finished.stdout.contains("first start") && !file.exists(), "{}", finished.stdout);
}

#[test]
fn a_second_server_on_the_same_data_refuses_to_start() {
    let home = Home::new();
    let server = home.serve(&[]);
    let refused = home.refuse_to_serve(&[]);
    assert_eq!(refused.status.code(), Some(1));
    assert!(refused.stderr.contains("in use by another process"), "{}", refused.stderr);
    assert!(refused.stderr.contains(home.data().to_str().unwrap()) && refused.stderr.contains("hint: "), "{}", refused.stderr);
    // A command that cannot ask the server leaves the database to it.
    std::fs::remove_file(home.data().join("control.sock")).unwrap();
    let refused = home.run(&["apply", &home.document("none.json", &json!({ "users": [] }))]);
    assert!(refused.status.code() == Some(1) && refused.stderr.contains("in use"), "{}", refused.stderr);
    assert_eq!(server.client().get("/readyz").status, 200);
}

#[test]
fn what_is_not_understood_keeps_it_from_starting() {
    let home = Home::new();
    let file = home.file("cloakroom.toml", "[sessions]\nttl_second = 60\n");
    let refused = home.refuse_to_serve(&["--config", &file]);
    assert_eq!(refused.status.code(), Some(1));
    assert!(refused.stderr.contains("`sessions.ttl_second` ") && refused.stderr.contains("`sessions.ttl_seconds`"), "{}", refused.stderr);
    let refused = Home::new().setting("SESSIONS__TTL_SECOND", "60").refuse_to_serve(&[]);
    assert!(refused.stderr.contains("CLOAKROOM__SESSIONS__TTL_SECOND"), "{}", refused.stderr);
    let refused = Home::new().setting("SESSIONS__CAP", "0").refuse_to_serve(&[]);
    assert!(refused.stderr.contains("sessions.cap"), "{}", refused.stderr);
}

#[test]
fn a_database_without_its_master_key_is_not_given_a_new_one() {
    let home = Home::new();
    home.serve(&[]).stop();
    std::fs::remove_file(home.data().join("master.key")).unwrap();
    let refused = home.refuse_to_serve(&[]);
    assert!(refused.stderr.contains("master.key") && !home.data().join("master.key").exists(), "{}", refused.stderr);
}

#[test]
fn an_empty_store_is_small_at_rest() {
    let server = Home::new().serve(&[]);
    assert_eq!(server.client().get("/readyz").status, 200);
    // What the start needed goes back to the system within seconds, which many questions take. The code of a binary that is less optimised
    // than a release takes 12 MB more.
    let samples = (0..200_000).map(|_| server.metric("cloakroom_process_resident_memory_bytes"));
    let mut least = f64::INFINITY;
    let bytes = samples.inspect(|bytes| least = least.min(*bytes)).find(|bytes| *bytes < 66e6);
    assert!(bytes.is_some(), "{least}");
}
