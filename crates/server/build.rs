//! Names the build by version and commit. Sources without their history, as in a tarball, say that the commit is unknown, unless whoever
//! builds them tells it in `CLOAKROOM_COMMIT`.

#![allow(
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a build script is told by the environment, and tells by its standard output"
)]

use std::path::Path;
use std::process::Command;

fn main() {
    println!("cargo::rerun-if-env-changed=CLOAKROOM_COMMIT");
    let told = std::env::var("CLOAKROOM_COMMIT").ok().filter(|commit| is_word(commit));
    let commit = told.or_else(of_checkout).unwrap_or_else(|| "unknown".to_owned());
    println!("cargo::rustc-env=CLOAKROOM_BUILD_ID={}+{commit}", env!("CARGO_PKG_VERSION"));
}

/// Sources that lie in the checkout of something else have another's history.
fn of_checkout() -> Option<String> {
    git(&["ls-files", "--error-unmatch", "build.rs"])?;
    for file in ["HEAD", "logs/HEAD"] {
        let path = git(&["rev-parse", "--path-format=absolute", "--git-path", file])?;
        if Path::new(&path).exists() {
            println!("cargo::rerun-if-changed={path}");
        }
    }
    git(&["rev-parse", "--short=12", "HEAD"]).filter(|commit| is_word(commit))
}

fn git(arguments: &[&str]) -> Option<String> {
    let answered = Command::new("git").arg("-C").arg(env!("CARGO_MANIFEST_DIR")).args(arguments).output().ok()?;
    answered.status.success().then(|| String::from_utf8_lossy(&answered.stdout).trim().to_owned())
}

/// What SemVer takes as metadata of a build.
fn is_word(commit: &str) -> bool {
    (1..=64).contains(&commit.len()) && commit.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'.')
}
