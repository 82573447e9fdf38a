//! A server with an org and its owner, and a command line with a profile for it.

use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::{Home, Running};

pub const PASSCODE: &str = "Correct-horse-7";
pub const CLIENT_SECRET: &str = "a-secret-of-the-shop";

pub struct Scene {
    pub folder: TempDir,
    pub home: Home,
    pub server: Running,
}

/// What a command left.
#[derive(Debug)]
pub struct Left {
    pub code: i32,
    pub stdout: String,
    pub stderr: String,
}

impl Left {
    /// The one record that a success printed as JSON.
    pub fn json(&self) -> Value {
        assert_eq!(self.code, 0, "{self:?}");
        serde_json::from_str(&self.stdout).unwrap_or_else(|_| panic!("no JSON: {self:?}"))
    }

    /// The records of a list.
    pub fn lines(&self) -> Vec<Value> {
        assert_eq!(self.code, 0, "{self:?}");
        self.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }
}

impl Scene {
    pub fn new() -> Self {
        let home = Home::new();
        let user = |name: &str, more: Value| {
            let mut user = json!({ "username": name, "email": format!("{name}@example.com"), "password": PASSCODE, "tenant": "ACME" });
            user.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            user
        };
        let owner = user("ada", json!({ "memberships": { "ACME": "owner" } }));
        let users = [owner, user("bob", json!({})), user("root", json!({ "role": "super_admin" }))];
        let application = json!({ "client_id": "shop", "tenant": "ACME", "client_secret": CLIENT_SECRET, "scopes": ["admin:read"] });
        let document = json!({ "tenants": [{ "code": "ACME" }], "users": users, "applications": [application] });
        let server = home.serve(&["--apply", &home.document("directory.json", &document)]);
        let scene = Self { folder: TempDir::new().unwrap(), home, server };
        scene.write_profiles(&format!("[acme]\nbase_url = \"http://{}\"\norgcode = \"ACME\"\n", scene.server.address));
        scene.secret_file("passcode", PASSCODE);
        scene
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn profiles(&self) -> PathBuf {
        self.path("profiles.toml")
    }

    pub fn write_profiles(&self, text: &str) {
        self.private_file(&self.profiles(), text);
    }

    /// A file of mode 0600; gives its path.
    pub fn secret_file(&self, name: &str, text: &str) -> String {
        let path = self.path(name);
        self.private_file(&path, text);
        path.to_str().unwrap().to_owned()
    }

    fn private_file(&self, path: &Path, text: &str) {
        std::fs::write(path, text).unwrap();
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600)).unwrap();
    }

    /// Runs a command without a terminal and without an environment but this.
    pub fn run_with(&self, environment: &[(&str, &str)], arguments: &[&str]) -> Left {
        let mut command = Command::new(env!("CARGO_BIN_EXE_cloakroom"));
        command.env_clear().env("CLOAKROOM_PROFILES", self.profiles()).envs(environment.iter().copied());
        let output = command.args(arguments).stdin(Stdio::null()).output().unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        Left { code: output.status.code().unwrap(), stdout: text(output.stdout), stderr: text(output.stderr) }
    }

    /// Runs a command of the profile.
    pub fn run(&self, arguments: &[&str]) -> Left {
        self.run_with(&[], &[arguments, &["--profile", "acme"]].concat())
    }

    /// Logs a user in, for the commands of the profile that follow.
    pub fn log_in(&self, user: &str) {
        let login = self.run_with(&[("CLOAKROOM_PASSCODE", PASSCODE)], &["login", "--profile", "acme", user]);
        assert_eq!(login.code, 0, "{login:?}");
    }

    /// Signs a user in; the bearer guid and a file that holds it.
    pub fn sign_in(&self, user: &str, file: &str) -> (String, String) {
        let email = format!("{user}@example.com");
        let path = self.path(file).to_str().unwrap().to_owned();
        let passcode = self.path("passcode");
        let passcode = passcode.to_str().unwrap();
        let made = self.run(&["usm", "session", "create", "--email", &email, "--passcode-file", passcode, "--guid-file", &path]);
        assert_eq!(made.code, 0, "{made:?}");
        (std::fs::read_to_string(&path).unwrap().trim().to_owned(), path)
    }
}
