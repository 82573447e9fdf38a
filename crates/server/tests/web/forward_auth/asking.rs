//! Asking as a proxy does.

use axum::body::Body;
use axum::http::{HeaderName, Request};

use crate::support::{Answer, Server, call};

/// A question of a proxy, with these headers.
pub fn question(query: &str, headers: &[(&str, &str)]) -> Request<Body> {
    let mut request = call("GET", &format!("/auth/verify{query}"), "");
    for (name, value) in headers {
        request.headers_mut().append(HeaderName::try_from(*name).unwrap(), value.parse().unwrap());
    }
    request
}

pub async fn ask(server: &Server, query: &str, headers: &[(&str, &str)]) -> Answer {
    let answer = server.send(question(query, headers)).await;
    assert!([200, 302, 401, 403, 503].contains(&answer.status), "{}", answer.text);
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    for name in ["remote-user", "remote-email", "remote-name", "remote-groups", "x-session-id", "x-session-expires"] {
        assert_eq!(answer.headers.get_all(name).iter().count(), usize::from(answer.status == 200), "{name}: {:?}", answer.headers);
    }
    assert_eq!(answer.header("x-auth-refusal").is_none(), answer.status == 200, "whoever is refused is told why");
    answer
}

/// Who was let in: the name and the groups.
pub fn told(answer: &Answer) -> (&str, &str) {
    assert_eq!(answer.status, 200, "{}", answer.text);
    (answer.header("remote-user").unwrap(), answer.header("remote-groups").unwrap_or_default())
}

/// Status and reason of whoever was not.
pub fn why(answer: &Answer) -> (u16, &str) {
    (answer.status, answer.header("x-auth-refusal").unwrap_or_default())
}
