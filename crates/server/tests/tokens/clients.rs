//! Verifiers that others wrote read our keys and take our tokens: PyJWT and Authlib from PyPI, jose from npm.

use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use serde_json::{Value, json};

use super::registries::{self, installed, installs};
use super::serving::Serving;

pub const SCRIPTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/tokens/clients");
const ENCRYPTION_KEY: &str = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

/// A Python with all libraries; `None` where they cannot be had.
pub fn need_python() -> Option<PathBuf> {
    let packages = ["pyjwt[crypto]>=2.10,<3", "authlib>=1.3,<2", "requests>=2.32,<3"];
    registries::need_python("verifiers-python", &packages, "python", &["-c", "import jwt, cryptography, authlib, requests"])
}

/// A folder in which Node finds these packages, each named as `name@range`; `None` where they cannot be had. Each first package has a folder
/// of its own, so that tests beside each other do not meet.
pub fn need_npm(packages: &[&str]) -> Option<PathBuf> {
    let names: Vec<&str> = packages.iter().map(|package| package.split_once('@').unwrap().0).collect();
    let folder = installed(&format!("verifiers-node-{}", names[0]));
    let there = || names.iter().all(|name| folder.join("node_modules").join(name).join("package.json").exists());
    // Two tests may want the same.
    let _one_at_a_time = registries::one_at_a_time();
    if there() {
        return Some(folder);
    }
    std::fs::create_dir_all(&folder).unwrap();
    let arguments = ["install", "--silent", "--no-audit", "--no-fund", "--no-save", "--prefix"];
    let fetch = || {
        let mut command = Command::new("npm");
        command.args(arguments).arg(&folder).args(packages);
        command
    };
    (installs(fetch) && there()).then_some(folder)
}

fn case(serving: &Serving, algorithm: &str) -> Value {
    json!({ "token": serving.log_in(), "issuer": serving.url, "audience": "cloakroom", "algorithm": algorithm })
}

/// A server for each algorithm, with a token of its own.
fn signed_cases() -> (Vec<Serving>, Vec<Value>) {
    let start = |algorithm| {
        let serving = Serving::start(&[("CLOAKROOM__TOKENS__ALGORITHM", algorithm)]);
        let case = case(&serving, algorithm);
        (serving, case)
    };
    ["ES256", "EdDSA", "RS256"].into_iter().map(start).unzip()
}

/// Hands `input` to a script that must succeed; how many things it verified.
pub fn run(command: &mut Command, input: &Value) -> usize {
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(input.to_string().as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    let (out, error) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{out}\n{error}");
    out.lines().filter(|line| line.starts_with("verified ")).count()
}

fn verify(command: &mut Command, cases: &[Value]) {
    assert_eq!(run(command, &json!(cases)), cases.len());
}

#[test]
fn pyjwt_and_authlib_take_our_tokens() {
    let Some(python) = need_python() else {
        eprintln!("SKIPPED: PyJWT and Authlib could not be installed");
        return;
    };
    let (_serving, cases) = signed_cases();
    verify(Command::new(python).arg(format!("{SCRIPTS}/verify.py")), &cases);
}

#[test]
fn jose_takes_our_tokens_encrypted_ones_too() {
    let Some(folder) = need_npm(&["jose@^6"]) else {
        eprintln!("SKIPPED: jose could not be installed");
        return;
    };
    let (mut serving, mut cases) = signed_cases();
    let settings = [("CLOAKROOM__TOKENS__ENCRYPT", "true"), ("CLOAKROOM__TOKENS__ENCRYPTION_KEY", ENCRYPTION_KEY)];
    let encrypting = Serving::start(&settings);
    let mut encrypted = case(&encrypting, "ES256");
    encrypted["encryptionKey"] = ENCRYPTION_KEY.into();
    cases.push(encrypted);
    serving.push(encrypting);
    let plain = Serving::start(&[("CLOAKROOM__TOKENS__ACCESS_TOKEN_TYPE", "JWT")]);
    let mut typed = case(&plain, "ES256");
    typed["typ"] = "JWT".into();
    cases.push(typed);
    serving.push(plain);
    verify(Command::new("node").arg(format!("{SCRIPTS}/verify.mjs")).arg(folder), &cases);
}

/// Without what only their holder knows.
fn public(private: &Value) -> Value {
    let mut public = private.clone();
    public.as_object_mut().unwrap().retain(|name, _| !["d", "p", "q", "dp", "dq", "qi"].contains(&name.as_str()));
    public
}

#[test]
fn a_resource_server_reads_tokens_with_a_private_key_that_we_do_not_have() {
    let Some(folder) = need_npm(&["jose@^6"]) else {
        eprintln!("SKIPPED: jose could not be installed");
        return;
    };
    let made = Command::new("node").arg(format!("{SCRIPTS}/keys.mjs")).output().unwrap();
    let keys: Vec<Value> = serde_json::from_slice(&made.stdout).unwrap();
    let (mut serving, mut cases) = (Vec::new(), Vec::new());
    for private in keys {
        let key = public(&private).to_string();
        let started = Serving::start(&[("CLOAKROOM__TOKENS__ENCRYPT", "true"), ("CLOAKROOM__TOKENS__ENCRYPTION_KEY", &key)]);
        let pair = started.pair();
        assert!(started.refreshed(&pair).is_some(), "and we read our own: {key}");
        let mut read = case(&started, "ES256");
        read["encryptionKey"] = private;
        cases.push(read);
        serving.push(started);
    }
    assert_eq!(cases.len(), 3);
    verify(Command::new("node").arg(format!("{SCRIPTS}/verify.mjs")).arg(folder), &cases);
}
