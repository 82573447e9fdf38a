//! The whole router in this process, asked as a client asks.

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{HeaderMap, Method, Request, StatusCode};
use cloakroom_server::http::rates::Rates;
use http_body_util::BodyExt as _;
use serde_json::{Value, json};
use tower::ServiceExt as _;

use super::in_process::{Routed, body_limits};
use super::scene::{PASSWORD, Scene};

pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or(Value::Null)
    }

    pub fn pair(&self) -> (String, String) {
        assert_eq!(self.status, StatusCode::OK, "{}", String::from_utf8_lossy(&self.body));
        let text = |name: &str| self.json()[name].as_str().unwrap().to_owned();
        (text("accessToken"), text("refreshToken"))
    }
}

/// A client of the router, at an address of its own.
pub struct Client {
    pub router: Router,
    pub address: IpAddr,
}

impl Client {
    pub fn of(scene: &Scene) -> Self {
        Self::limited(scene, Rates::new(0, 0))
    }

    /// Whose network may ask only so often.
    pub fn limited(scene: &Scene, rates: Rates) -> Self {
        let body_limits = body_limits(65_536, Duration::from_secs(30));
        let routed = Routed { request_timeout: Duration::from_secs(30), body_limits, rates, docs: false, ..Routed::default() };
        Self { router: scene.router(&routed), address: IpAddr::from([203, 0, 113, 77]) }
    }

    pub async fn send(&self, mut request: Request<Body>) -> Answer {
        request.extensions_mut().insert(ConnectInfo(SocketAddr::new(self.address, 5555)));
        let (parts, body) = self.router.clone().oneshot(request).await.unwrap().into_parts();
        let body = body.collect().await.unwrap().to_bytes().to_vec();
        Answer { status: parts.status, headers: parts.headers, body }
    }

    pub async fn call(&self, method: Method, path: &str, headers: &[(&str, &str)], body: impl Into<Body>) -> Answer {
        let mut request = Request::builder().method(method).uri(path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.send(request.body(body.into()).unwrap()).await
    }

    pub async fn log_in(&self, username: &str, password: &str) -> Answer {
        let body = json!({ "username": username, "password": password }).to_string();
        self.call(Method::POST, "/user/login", &[], body).await
    }

    pub async fn logged_in(&self, username: &str) -> (String, String) {
        self.log_in(username, PASSWORD).await.pair()
    }

    pub async fn refresh(&self, access: &str, refresh: &str) -> Answer {
        let bearer = format!("Bearer {access}");
        let body = json!({ "refreshToken": refresh }).to_string();
        self.call(Method::POST, "/user/refreshToken", &[("authorization", &bearer)], body).await
    }

    pub async fn log_out(&self, access: &str) -> Answer {
        self.call(Method::POST, "/user/logout", &[("authorization", &format!("Bearer {access}"))], "").await
    }
}
