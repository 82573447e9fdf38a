//! Answers, and what must hold for every one of them whatever was asked (docs/contracts/usm.md, Envelope).

use std::convert::Infallible;

use axum::body::Body;
use axum::http::{HeaderMap, Request, Response};
use serde_json::{Map, Value};

use super::documented;

/// An answer that kept the rules of the envelope.
#[derive(Clone, Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub text: String,
    /// `null` where the answer is no JSON.
    pub body: Value,
}

impl Answer {
    pub async fn read<F>(request: Request<Body>, send: impl FnOnce(Request<Body>) -> F) -> Self
    where
        F: Future<Output = Result<Response<Body>, Infallible>>,
    {
        let (method, path) = (request.method().to_string(), request.uri().path().to_owned());
        let Ok(response) = send(request).await;
        let (parts, body) = response.into_parts();
        let bytes = axum::body::to_bytes(body, 99_999_999).await.unwrap();
        let text = String::from_utf8(bytes.to_vec()).unwrap();
        let body = serde_json::from_str(&text).unwrap_or_default();
        let answer = Self { status: parts.status.as_u16(), headers: parts.headers, text, body };
        documented::note(&method, &path, answer.status);
        let describes = ["/usm/openapi.yaml", "/usm/PROTOCOL.md"].contains(&path.as_str()) && answer.status == 200;
        if (path == "/usm" || path.starts_with("/usm/")) && !describes {
            answer.check_envelope(&method, &path);
        }
        answer
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }

    pub fn data(&self) -> &Value {
        assert_eq!(self.status, 200, "{}", self.text);
        &self.body["data"]
    }

    pub fn stats(&self) -> &Value {
        &self.body["stats"]
    }

    /// Tag of the error.
    pub fn tag(&self) -> &str {
        self.body["error"]["major"]["tag"].as_str().unwrap_or("")
    }

    /// Tag of the minor error, or nothing.
    pub fn minor(&self) -> &str {
        self.body["error"]["minor"]["tag"].as_str().unwrap_or("")
    }

    /// Status and tag.
    pub fn refusal(&self) -> (u16, &str) {
        (self.status, self.tag())
    }

    /// All that a refusal shows but what tells one call from another: two of these are alike where nobody may tell a difference.
    pub fn outside(&self) -> (u16, Value, HeaderMap) {
        let mut headers = self.headers.clone();
        // The latency in the stats has more digits in one answer than in another.
        headers.remove("content-length");
        (self.status, self.body["error"].clone(), headers)
    }

    /// The names in `details.fields`.
    pub fn bad_fields(&self) -> Vec<&str> {
        let fields = self.body["error"]["details"]["fields"].as_array();
        fields.into_iter().flatten().map(|field| field["field"].as_str().unwrap()).collect()
    }

    fn check_envelope(&self, method: &str, path: &str) {
        let text = &self.text;
        assert_eq!(self.header("content-type"), Some("application/json"), "{method} {path} {text}");
        let object = self.body.as_object().unwrap_or_else(|| panic!("{method} {path}: no JSON object: {text}"));
        if self.status == 200 {
            assert_eq!(keys(object), ["build", "data", "stats", "success"], "{text}");
            assert_eq!(object["success"], true, "{text}");
        } else {
            assert_eq!(keys(object), ["build", "error", "stats", "success"], "{text}");
            assert_eq!(object["success"], false, "{text}");
            self.check_error();
        }
        check_build(&object["build"]);
        self.check_stats(method, path);
        check_times(&self.body);
    }

    fn check_error(&self) {
        let error = self.body["error"].as_object().unwrap();
        assert!(error.keys().all(|name| ["major", "minor", "details"].contains(&name.as_str())), "{}", self.text);
        for part in ["major", "minor"].iter().filter_map(|part| error.get(*part)) {
            let words = part["message"]["en_US"].as_str().unwrap_or("");
            let tag = part["tag"].as_str().unwrap_or("");
            assert!(!words.is_empty() && !tag.is_empty(), "{}", self.text);
            assert!(tag.bytes().all(|b| b.is_ascii_lowercase() || b == b'-'), "{tag}");
        }
        assert!(error.contains_key("major"), "{}", self.text);
        if matches!(self.status, 429 | 503) {
            let wait: u64 = self.header("retry-after").expect("429 and 503 say when to try again").parse().unwrap();
            assert!(wait >= 1, "{wait}");
        }
    }

    fn check_stats(&self, method: &str, path: &str) {
        let stats = self.stats();
        let text = &self.text;
        assert_eq!(stats["service"], "usm", "{text}");
        assert_eq!(stats["request_id"].as_str(), self.header("x-request-id"), "{text}");
        assert!(stats["latency_ms"].as_f64().is_some_and(|latency| latency >= 0.0), "{text}");
        let parts = &stats["metrics"]["latency_ms"];
        assert!(["engine", "store"].iter().all(|part| parts[part].as_f64().is_some_and(|latency| latency >= 0.0)), "{text}");
        // How long the store took for a name that nobody has must not be told from how long it took for another.
        let is_whole = |part: &&str| parts[part].as_f64().is_some_and(|latency| latency.fract() == 0.0);
        assert!(self.status == 200 || ["engine", "store"].iter().all(is_whole), "{text}");
        assert!(stats["timestamp_utc"].is_string(), "{text}");
        let build: Map<_, _> = self.body["build"].as_object().unwrap().clone();
        assert!(build.iter().all(|(name, value)| stats[name] == *value), "the build stands in stats too: {text}");
        let named = documented::is_operation("post", path);
        if named {
            assert_eq!(stats["call"], format!("{method} {}", path.trim_start_matches("/usm")), "{text}");
        }
        let known = ["call", "service", "request_id", "timestamp_utc", "latency_ms", "metrics", "actor", "orgcode", "cccode"];
        let prints = ["session_fingerprint", "api_key_fingerprint", "build_major", "build_minor", "build_id"];
        let unknown: Vec<_> =
            keys(stats.as_object().unwrap()).into_iter().filter(|name| !known.contains(name) && !prints.contains(name)).collect();
        assert!(unknown.is_empty(), "{unknown:?}");
    }
}

fn keys(object: &Map<String, Value>) -> Vec<&str> {
    let mut keys: Vec<_> = object.keys().map(String::as_str).collect();
    keys.sort_unstable();
    keys
}

fn check_build(build: &Value) {
    assert!(build["build_major"].is_u64() && build["build_minor"].is_u64() && build["build_id"].is_string(), "{build}");
}

/// Every field that ends in `_utc` is null or a time with exactly three fractional digits and `Z`.
fn check_times(value: &Value) {
    match value {
        Value::Object(object) => {
            for (name, inner) in object {
                if name.ends_with("_utc") && !inner.is_null() {
                    let time = inner.as_str().unwrap_or_else(|| panic!("{name} is no text: {inner}"));
                    assert!(is_time(time), "{name}: {time}");
                }
                check_times(inner);
            }
        }
        Value::Array(items) => items.iter().for_each(check_times),
        _ => {}
    }
}

/// `2026-01-02T03:04:05.007Z`
fn is_time(text: &str) -> bool {
    let shape = b"0000-00-00T00:00:00.000Z";
    text.len() == shape.len()
        && text.bytes().zip(shape).all(|(byte, wanted)| if *wanted == b'0' { byte.is_ascii_digit() } else { byte == *wanted })
}
