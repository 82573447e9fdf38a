//! The binary `cloakroom` as a process of its own, on a port that it picks.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};

use serde_json::{Value, json};
use tempfile::TempDir;

use super::scene::PASSWORD;

const DIRECTORY: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/directory.yaml");

/// Killed when dropped.
pub struct Serving {
    child: Child,
    pub url: String,
    data: Option<TempDir>,
}

impl Serving {
    pub fn start(settings: &[(&str, &str)]) -> Self {
        Self::serve(tempfile::tempdir().unwrap(), DIRECTORY, settings)
    }

    /// With a directory of one's own.
    pub fn with(directory: &Value, settings: &[(&str, &str)]) -> Self {
        let data = tempfile::tempdir().unwrap();
        let file = data.path().join("directory.json");
        std::fs::write(&file, directory.to_string()).unwrap();
        Self::serve(data, file.to_str().unwrap(), settings)
    }

    fn serve(data: TempDir, directory: &str, settings: &[(&str, &str)]) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_cloakroom"));
        command.args(["serve", "--listen", "127.0.0.1:0", "--apply", directory, "--data-dir"]).arg(data.path().join("data"));
        command.envs(settings.iter().copied()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
        let url = line.trim().strip_prefix("listening on ").unwrap().to_owned();
        Self { child, url, data: Some(data) }
    }

    /// The same server once more, with other settings.
    pub fn again(mut self, settings: &[(&str, &str)]) -> Self {
        let _ = self.child.kill();
        let _ = self.child.wait();
        Self::serve(self.data.take().unwrap(), DIRECTORY, settings)
    }

    /// An access token of alice's.
    pub fn log_in(&self) -> String {
        self.pair().0
    }

    /// Access and refresh token of a new login of alice's.
    pub fn pair(&self) -> (String, String) {
        let answer = self.post("/user/login", &json!({ "username": "alice", "password": PASSWORD }));
        let text = |name: &str| answer[name].as_str().unwrap().to_owned();
        (text("accessToken"), text("refreshToken"))
    }

    /// The pair that replaces this one; `None` where it is refused.
    pub fn refreshed(&self, (access, refresh): &(String, String)) -> Option<(String, String)> {
        let answer = self.sent("/user/refreshToken", &format!("authorization: Bearer {access}\r\n"), &json!({ "refreshToken": refresh }));
        let text = |name: &str| answer[name].as_str().map(str::to_owned);
        text("accessToken").zip(text("refreshToken"))
    }

    /// The bearer guid of a USM session of alice's.
    pub fn sign_in(&self) -> String {
        let answer = self.post("/usm/session/create", &json!({ "email": "alice@example.com", "passcode": PASSWORD }));
        answer["data"]["session_guid"].as_str().unwrap().to_owned()
    }

    fn post(&self, path: &str, body: &Value) -> Value {
        self.sent(path, "", body)
    }

    fn sent(&self, path: &str, headers: &str, body: &Value) -> Value {
        let (body, address) = (body.to_string(), self.url.strip_prefix("http://").unwrap());
        let mut stream = TcpStream::connect(address).unwrap();
        let length = body.len();
        write!(stream, "POST {path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n{headers}content-length: {length}\r\n\r\n{body}")
            .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        serde_json::from_str(answer.split_once("\r\n\r\n").unwrap().1).unwrap()
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
