//! A browser: it keeps cookies, follows nothing by itself, and fills in the one form of a page.

use std::collections::BTreeMap;

use axum::body::Body;
use axum::http::{Request, header};

use crate::support::{Answer, Server, call};

pub struct Browser<'s> {
    pub server: &'s Server,
    pub cookies: BTreeMap<String, String>,
    pub language: &'static str,
}

impl<'s> Browser<'s> {
    pub fn of(server: &'s Server) -> Self {
        Self { server, cookies: BTreeMap::new(), language: "en" }
    }

    /// One that is signed in.
    pub async fn signed_in(server: &'s Server, username: &str, password: &str) -> Self {
        let mut browser = Self::of(server);
        let answer = browser.sign_in("/login", username, password).await;
        assert_eq!(answer.status, 303, "{}", answer.text);
        browser
    }

    /// A request of a page of ours, with the cookies that there are.
    pub fn request(&self, method: &str, path: &str, body: String) -> Request<Body> {
        let mut request = call(method, path, body);
        let headers = request.headers_mut();
        headers.insert(header::CONTENT_TYPE, "application/x-www-form-urlencoded".parse().unwrap());
        headers.insert(header::ACCEPT_LANGUAGE, self.language.parse().unwrap());
        headers.insert("sec-fetch-site", "same-origin".parse().unwrap());
        if !self.cookies.is_empty() {
            let pairs: Vec<_> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
            headers.insert(header::COOKIE, pairs.join("; ").parse().unwrap());
        }
        request
    }

    pub async fn send(&mut self, request: Request<Body>) -> Answer {
        let answer = self.server.send(request).await;
        for set in answer.headers.get_all(header::SET_COOKIE) {
            let set = set.to_str().unwrap();
            let (name, value) = set.split(';').next().unwrap().split_once('=').unwrap();
            if set.contains("Max-Age=0;") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        answer
    }

    pub async fn get(&mut self, path: &str) -> Answer {
        self.send(self.request("GET", path, String::new())).await
    }

    pub async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        self.send(self.request("POST", path, form(fields))).await
    }

    /// Opens the page and sends its form with these fields.
    pub async fn fill_in(&mut self, page: &str, fields: &[(&str, &str)]) -> Answer {
        let shown = self.get(page).await;
        assert_eq!(shown.status, 200, "{page}: {}", shown.text);
        let token = form_token(&shown);
        let fields: Vec<_> = fields.iter().copied().chain([("form_token", token.as_str())]).collect();
        self.post(&action(&shown), &fields).await
    }

    pub async fn sign_in(&mut self, page: &str, username: &str, password: &str) -> Answer {
        self.fill_in(page, &[("username", username), ("password", password)]).await
    }

    /// The cookie of the session.
    pub fn held(&self) -> Option<&String> {
        self.cookies.get("__Host-cloakroom")
    }

    /// The same session, as USM names it.
    pub fn guid(&self) -> String {
        let secret = cloakroom_engine::secret::SessionSecret::of_cookie(self.held().unwrap()).unwrap();
        cloakroom_engine::ids::render_guid(secret.expose())
    }
}

pub fn form(fields: &[(&str, &str)]) -> String {
    form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish()
}

/// The value of an attribute, behind this text of the page.
pub fn behind<'p>(page: &'p str, text: &str) -> &'p str {
    page.split_once(text).unwrap_or_else(|| panic!("no {text}: {page}")).1.split('"').next().unwrap()
}

pub fn form_token(page: &Answer) -> String {
    behind(&page.text, "name=\"form_token\" value=\"").to_owned()
}

fn action(page: &Answer) -> String {
    behind(&page.text, "<form method=\"post\" action=\"").to_owned()
}

/// Where an answer sends the browser.
pub fn led_to(answer: &Answer) -> &str {
    assert_eq!(answer.status, 303, "{}", answer.text);
    answer.header("location").unwrap()
}

/// What an answer says of a cookie; none where it says nothing.
pub fn set_cookie<'a>(answer: &'a Answer, name: &str) -> Option<&'a str> {
    let sets = answer.headers.get_all(header::SET_COOKIE).into_iter().map(|set| set.to_str().unwrap());
    sets.into_iter().find(|set| set.split_once('=').is_some_and(|(given, _)| given == name))
}
