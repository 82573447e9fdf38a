//! What a browser sees through the proxy, over TLS: curl asks for it.

use std::net::SocketAddr;
use std::process::Command;

/// Whoever asks the proxy for a page of the application.
pub struct Browser {
    pub proxy: SocketAddr,
}

/// An answer.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    /// Names in lower case.
    headers: Vec<(String, String)>,
    pub text: String,
}

impl Answer {
    /// Every value of this header.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.headers.iter().filter(move |(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    pub fn header(&self, name: &str) -> Option<String> {
        self.all(name).next().map(str::to_owned)
    }

    /// What the application got under this name; nothing where the answer is not its own.
    pub fn told(&self, name: &str) -> Vec<String> {
        let head = self.text.split("\n\n").next().unwrap_or_default().lines().skip(1);
        let pairs = head.filter_map(|line| line.split_once(':'));
        let named = pairs.filter(|(known, _)| known.to_lowercase().replace('_', "-") == name);
        named.map(|(_, value)| value.trim().to_owned()).filter(|value| !value.is_empty()).collect()
    }
}

impl Browser {
    pub fn get(&self, path: &str, headers: &[(&str, &str)]) -> Answer {
        self.send(&["--request", "GET"], path, headers)
    }

    /// One request, which follows nothing.
    pub fn send(&self, how: &[&str], path: &str, headers: &[(&str, &str)]) -> Answer {
        let mut command = Command::new("curl");
        command.args(["--silent", "--show-error", "--insecure", "--include", "--http1.1", "--max-time", "60"]).args(how);
        command.args(["--connect-to", &format!("::{}", self.proxy)]);
        for (name, value) in headers {
            command.args(["--header", &format!("{name}: {value}")]);
        }
        let output = command.arg(format!("https://app.example.com{path}")).output().unwrap();
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(output.status.success(), "{text}{}", String::from_utf8_lossy(&output.stderr));
        let (head, body) = text.split_once("\r\n\r\n").unwrap();
        let mut lines = head.lines();
        let status = lines.next().unwrap().split(' ').nth(1).unwrap().parse().unwrap();
        let headers = lines.filter_map(|line| line.split_once(':')).map(|(name, value)| (name.to_lowercase(), value.trim().to_owned()));
        Answer { status, headers: headers.collect(), text: body.to_owned() }
    }
}
