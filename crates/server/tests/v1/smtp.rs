//! Handing mails to a mail server that this test plays.

use std::time::Duration;

use cloakroom_engine::account::mail::{Mail, MailDelivery as _};
use cloakroom_server::config::MailTls;
use cloakroom_server::mail::letter::{Letters, Links};
use cloakroom_server::mail::smtp::{SmtpDelivery, SmtpServer};
use parking_lot::Mutex;
use serde_json::json;
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::TcpListener;

use crate::server::Server;

async fn mail() -> Mail {
    let server = Server::start().await;
    server.tell("/api/v1/auth/forgot-password", json!({ "username": "end_user" })).await.expect(202);
    server.mails().await.remove(0)
}

/// Answers one conversation, `refused` to what begins with `at`, and notes everything that it was told. Never ends.
async fn play(listener: TcpListener, at: &str, refused: &str, told: &Mutex<String>) {
    let (stream, _) = listener.accept().await.unwrap();
    let (read, mut write) = stream.into_split();
    let mut lines = BufReader::new(read).lines();
    let mut in_data = false;
    write.write_all(b"220 test\r\n").await.unwrap();
    while let Ok(Some(line)) = lines.next_line().await {
        told.lock().push_str(&format!("{line}\n"));
        let answer = match line.as_str() {
            "." => "250 taken",
            _ if in_data => continue,
            line if line.starts_with(at) => refused,
            line if line.starts_with("EHLO") => "250 test",
            "DATA" => "354 go on",
            "QUIT" => "221 bye",
            _ => "250 ok",
        };
        in_data = answer.starts_with("354");
        if write.write_all(format!("{answer}\r\n").as_bytes()).await.is_err() {
            break;
        }
    }
    std::future::pending().await
}

async fn deliver(tls: MailTls, at: &str, refused: &str) -> (Result<(), cloakroom_engine::error::Undelivered>, String, Mail) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let letters =
        Letters::new("Cloakroom <no-reply@example.com>", "Acme", Some(Links::Elsewhere("https://example.com/account".into()))).unwrap();
    let server = SmtpServer {
        host: "127.0.0.1",
        port: Some(port),
        tls,
        login: None,
        ehlo_name: Some("auth.example.com"),
        timeout: Duration::from_secs(20),
    };
    let delivery = SmtpDelivery::new(letters, &server).unwrap();
    let mail = mail().await;
    let told = Mutex::default();
    let delivered = tokio::select! {
        delivered = delivery.deliver(&mail) => delivered,
        () = play(listener, at, refused, &told) => unreachable!("it never ends"),
    };
    (delivered, told.into_inner(), mail)
}

#[tokio::test]
async fn a_mail_says_who_what_and_how_long() {
    let (delivered, told, mail) = deliver(MailTls::None, "nothing", "").await;
    assert_eq!(delivered, Ok(()));
    let token = mail.token.expose(mail.purpose);
    for part in [
        "MAIL FROM:<no-reply@example.com>",
        "RCPT TO:<end_user@example.com>",
        "EHLO auth.example.com",
        "Subject: Acme: set a new password",
        "MIME-Version: 1.0",
        "Auto-Submitted: auto-generated",
        "for the account end_user at Acme.",
        "Date: Thu, 01 Jan 2026 00:00:00 +0000",
        "until 2026-01-01T00:30:00Z",
        &format!("https://example.com/account/reset-password#token={}", &*token),
    ] {
        assert!(told.contains(part), "{part}: {told}");
    }
}

#[tokio::test]
async fn refusals_are_told_apart_and_in_our_own_words() {
    for (answer, is_final, problem) in [
        ("550 no such secret-token-echo", true, "the mail server refused it (550)"),
        ("451 later secret-token-echo", false, "the mail server put it off (451)"),
    ] {
        let (delivered, _, _) = deliver(MailTls::None, "RCPT", answer).await;
        let undelivered = delivered.unwrap_err();
        assert_eq!((undelivered.problem.as_str(), undelivered.is_final), (problem, is_final));
    }
}

#[tokio::test]
async fn a_server_that_says_nothing_delays_a_mail_and_no_more() {
    // The kernel takes connections that nobody accepts.
    let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = silent.local_addr().unwrap().port();
    let mail = mail().await;
    for tls in [MailTls::None, MailTls::Starttls, MailTls::Implicit] {
        let letters = Letters::new("no-reply@example.com", "Acme", None).unwrap();
        let server =
            SmtpServer { host: "127.0.0.1", port: Some(port), tls, login: None, ehlo_name: None, timeout: Duration::from_millis(50) };
        let undelivered = SmtpDelivery::new(letters, &server).unwrap().deliver(&mail).await.unwrap_err();
        assert_eq!((undelivered.problem.as_str(), undelivered.is_final), ("the mail server did not answer in time", false), "{tls:?}");
    }
}

#[tokio::test]
async fn names_that_are_not_ascii_keep_their_letters() {
    let letters =
        Letters::new("no-reply@example.com", "Müller & Söhne", Some(Links::Elsewhere("https://example.com/account".into()))).unwrap();
    let message = String::from_utf8(letters.write(&mail().await).unwrap().formatted()).unwrap();
    assert!(message.is_ascii() && message.contains("Subject: =?utf-8?b?"), "{message}");
    assert!(message.contains("quoted-printable") || message.contains("base64"), "{message}");
}

/// Mail servers take no other spelling of a domain.
#[tokio::test]
async fn domains_leave_in_a_labels() {
    let letters = Letters::new("Cloakroom <No-Reply@m\u{fc}nchen.example>", "Acme", None).unwrap();
    let message = letters.write(&mail().await).unwrap();
    assert_eq!(message.envelope().from().map(ToString::to_string).as_deref(), Some("No-Reply@xn--mnchen-3ya.example"));
    let message = String::from_utf8(message.formatted()).unwrap();
    assert!(message.contains("No-Reply@xn--mnchen-3ya.example>\r\n"), "{message}");
}

#[tokio::test]
async fn nobody_there_is_told() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    drop(listener);
    let letters = Letters::new("no-reply@example.com", "Acme", None).unwrap();
    let server = SmtpServer {
        host: "127.0.0.1",
        port: Some(port),
        tls: MailTls::None,
        login: None,
        ehlo_name: None,
        timeout: Duration::from_secs(20),
    };
    let undelivered = SmtpDelivery::new(letters, &server).unwrap().deliver(&mail().await).await.unwrap_err();
    assert_eq!(undelivered.problem, "the mail server cannot be reached: connection refused");
}

#[tokio::test]
async fn a_server_without_tls_is_told_nothing_that_matters() {
    let (delivered, told, _) = deliver(MailTls::Starttls, "nothing", "").await;
    let undelivered = delivered.unwrap_err();
    assert_eq!((undelivered.problem.as_str(), undelivered.is_final), ("the mail server offers no STARTTLS", false));
    assert!(!told.contains("MAIL FROM") && !told.contains("DATA"), "{told}");
}
