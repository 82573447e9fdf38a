//! A blocking client over one kept-alive connection.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use serde_json::{Value, json};

/// So long nothing that works takes; a test that waits longer has failed.
const PATIENCE: Duration = Duration::from_secs(60);

#[derive(Clone, Debug)]
pub struct Answer {
    pub status: u16,
    /// Names in lower case.
    pub headers: Vec<(String, String)>,
    pub text: String,
}

impl Answer {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_default()
    }

    /// The guid in the data of a success.
    pub fn guid(&self) -> String {
        assert_eq!(self.status, 200, "{}", self.text);
        self.json()["data"]["session_guid"].as_str().unwrap().to_owned()
    }

    pub fn tag(&self) -> String {
        self.json()["error"]["major"]["tag"].as_str().unwrap_or("").to_owned()
    }
}

/// One connection.
pub struct Client {
    stream: BufReader<TcpStream>,
}

impl Client {
    pub fn to(address: SocketAddr) -> Self {
        Self::try_to(address).unwrap()
    }

    /// `None` where nobody listens any more.
    pub fn try_to(address: SocketAddr) -> Option<Self> {
        let stream = TcpStream::connect(address).ok()?;
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        stream.set_nodelay(true).unwrap();
        Some(Self { stream: BufReader::new(stream) })
    }

    /// Sends a call of USM; `None` when the server went away before it answered.
    pub fn try_usm(&mut self, route: &str, body: &Value) -> Option<Answer> {
        self.try_send("POST", &format!("/usm/{route}"), &body.to_string())
    }

    pub fn usm(&mut self, route: &str, body: &Value) -> Answer {
        self.try_usm(route, body).unwrap()
    }

    pub fn sign_in(&mut self, email: &str, passcode: &str) -> Answer {
        self.usm("session/create", &json!({ "email": email, "passcode": passcode }))
    }

    /// A call that takes nothing but a session.
    pub fn with_guid(&mut self, route: &str, guid: &str) -> Answer {
        self.usm(route, &json!({ "session_guid": guid }))
    }

    pub fn get(&mut self, path: &str) -> Answer {
        self.try_send("GET", path, "").unwrap()
    }

    /// A reading call with an access token.
    pub fn with_bearer(&mut self, path: &str, token: &str) -> Answer {
        self.send_as(token, "GET", path, "")
    }

    /// Asks as the holder of an access token.
    pub fn send_as(&mut self, access_token: &str, method: &str, path: &str, body: &str) -> Answer {
        self.try_send_as(access_token, method, path, body).unwrap()
    }

    /// Asks as the holder of an access token; `None` when the server went away before it answered.
    pub fn try_send_as(&mut self, access_token: &str, method: &str, path: &str, body: &str) -> Option<Answer> {
        self.write(&head_as(access_token, method, path, body.len()), body)?;
        self.read()
    }

    /// Asks as the holder of an access token, and hangs up when the answer is there without reading any of it.
    pub fn send_as_and_lose_the_answer(mut self, access_token: &str, method: &str, path: &str, body: &str) {
        self.write(&head_as(access_token, method, path, body.len()), body).unwrap();
        assert_eq!(self.stream.get_ref().peek(&mut [0]).unwrap(), 1, "the server hung up");
    }

    /// Asks with headers of the caller's own; `None` when the server went away before it answered.
    pub fn try_call(&mut self, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Option<Answer> {
        let headers: String = headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
        let head = format!("{method} {path} HTTP/1.1\r\nhost: cloakroom\r\n{headers}content-length: {}\r\n\r\n", body.len());
        self.write(&head, body)?;
        self.read()
    }

    pub fn try_send(&mut self, method: &str, path: &str, body: &str) -> Option<Answer> {
        self.write(&head(method, path, body.len()), body)?;
        self.read()
    }

    /// Sends a whole request and hangs up without reading.
    pub fn send_and_leave(mut self, route: &str, body: &Value) {
        let body = body.to_string();
        self.write(&head("POST", &format!("/usm/{route}"), body.len()), &body);
    }

    /// Sends a part of a request and hangs up.
    pub fn send_half_and_leave(mut self, route: &str, body: &Value) {
        let body = body.to_string();
        self.write(&head("POST", &format!("/usm/{route}"), body.len()), &body[..body.len() / 2]);
    }

    fn write(&mut self, head: &str, body: &str) -> Option<()> {
        self.stream.get_mut().write_all(format!("{head}{body}").as_bytes()).ok()
    }

    fn read(&mut self) -> Option<Answer> {
        let status = self.line()?.split(' ').nth(1)?.parse().ok()?;
        let mut headers = Vec::new();
        loop {
            let line = self.line()?;
            match line.split_once(':') {
                Some((name, value)) => headers.push((name.to_lowercase(), value.trim().to_owned())),
                None => break,
            }
        }
        let mut answer = Answer { status, headers, text: String::new() };
        let length = answer.header("content-length").and_then(|length| length.parse().ok());
        // No content has no length.
        let length = if status == 204 { 0 } else { length? };
        let mut body = vec![0; length];
        self.stream.read_exact(&mut body).ok()?;
        answer.text = String::from_utf8(body).unwrap();
        Some(answer)
    }

    fn line(&mut self) -> Option<String> {
        let mut line = String::new();
        let read = self.stream.read_line(&mut line).ok()?;
        (read > 0).then(|| line.trim_end().to_owned())
    }
}

fn head_as(access_token: &str, method: &str, path: &str, length: usize) -> String {
    head(method, path, length).replacen("\r\n", &format!("\r\nauthorization: Bearer {access_token}\r\n"), 1)
}

fn head(method: &str, path: &str, length: usize) -> String {
    format!("{method} {path} HTTP/1.1\r\nhost: cloakroom\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n")
}
