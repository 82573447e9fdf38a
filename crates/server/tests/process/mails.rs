//! Mails become private files, and nothing but the mail holds its token (P8).

use serde_json::json;

use crate::support::{Home, Running, mode};

const PASSCODE: &str = "Correct-horse-7";

/// The first mail in the outbox. Each look is a request, so that the server has had time to write it.
fn first_mail(home: &Home, server: &Running) -> (std::path::PathBuf, String) {
    let mut client = server.client();
    for _ in 0..200_000 {
        let entries = std::fs::read_dir(home.data().join("outbox")).into_iter().flatten().flatten();
        if let Some(mail) = entries.map(|entry| entry.path()).find(|path| path.extension().is_some_and(|ending| ending == "eml")) {
            let text = std::fs::read_to_string(&mail).unwrap();
            return (mail, text);
        }
        client.get("/healthz");
    }
    panic!("no mail was written");
}

#[test]
fn links_lead_to_the_pages_of_the_server_and_no_log_has_what_they_carry() {
    let home = Home::new().setting("LOG__LEVEL", "trace").setting("SERVER__PUBLIC_URL", "https://example.com/auth");
    let users = json!({ "users": [{ "username": "ada", "email": "ada@example.com", "password": PASSCODE }] });
    let server = home.serve(&["--apply", &home.document("users.json", &users)]);
    let ask = json!({ "username": "ada" }).to_string();
    assert_eq!(server.client().try_send("POST", "/api/v1/auth/forgot-password", &ask).unwrap().status, 202);
    let (_, mail) = first_mail(&home, &server);
    let link = mail.lines().find_map(|line| line.strip_prefix("https://example.com/auth")).unwrap_or_else(|| panic!("{mail}"));
    let token = link.strip_prefix("/password/reset?token=").unwrap();
    let page = server.client().get(link);
    assert!(page.status == 200 && page.text.contains("action=\"/auth/password/reset\"") && page.text.contains(token), "{}", page.text);
    let secret = token.split('_').nth(1).unwrap().to_owned();
    let finished = server.stop();
    assert!(finished.stderr.contains("/password/reset") && !finished.stderr.contains(&secret), "{}", finished.stderr);
}

#[test]
fn a_token_stands_in_its_mail_alone_and_resets_once() {
    let home = Home::new().setting("LOG__LEVEL", "trace").setting("MAIL__LINK_BASE_URL", "https://example.com/account");
    let users = json!({ "users": [{ "username": "ada", "email": "ada@example.com", "password": PASSCODE }] });
    let document = home.document("users.json", &users);
    let server = home.serve(&["--apply", &document]);
    let ask = json!({ "username": "ada" }).to_string();
    assert_eq!(server.client().try_send("POST", "/api/v1/auth/forgot-password", &ask).unwrap().status, 202);
    let (path, mail) = first_mail(&home, &server);
    assert_eq!((mode(&path), mode(path.parent().unwrap())), (0o600, 0o700));
    assert!(mail.contains("To: ada@example.com\r\n") && mail.contains("https://example.com/account/reset-password#token=clp_"), "{mail}");
    let token = mail.lines().find(|line| line.starts_with("clp_")).unwrap().to_owned();
    let reset = json!({ "token": token, "new_password": "Battery-staple-8" }).to_string();
    // An answer without a body has no length, which is all that this client reads.
    server.client().try_send("POST", "/api/v1/auth/reset-password", &reset);
    assert_eq!(server.client().try_send("POST", "/api/v1/auth/reset-password", &reset).unwrap().status, 422);
    server.client().sign_in("ada@example.com", "Battery-staple-8").guid();
    let metrics = server.client().get("/metrics").text;
    let secret = token.split('_').nth(1).unwrap();
    let look = || {
        for (path, content) in home.database_files() {
            assert!(!content.windows(secret.len()).any(|window| window == secret.as_bytes()), "{}", path.display());
        }
    };
    look();
    let finished = server.stop();
    look();
    assert!(finished.stderr.contains("/api/v1/auth/reset-password"), "there is something to look through");
    for said in [&finished.stderr, &finished.stdout, &metrics] {
        assert!(!said.contains(secret) && !said.contains("Battery-staple-8"));
    }
}
