//! Programs and libraries that others wrote, from their registries: installed once and kept between runs, under the target directory.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Tests beside each other want the same; one installs it, the others find it there.
static INSTALLING: Mutex<()> = Mutex::new(());

/// To be held while something is installed. A test that failed meanwhile says nothing about what is.
pub fn one_at_a_time() -> MutexGuard<'static, ()> {
    INSTALLING.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Where what is installed is kept.
pub fn installed(what: &str) -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join(what)
}

pub fn succeeds(command: &mut Command) -> bool {
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok_and(|status| status.success())
}

/// A registry may be slow once; what it refuses three times it refuses.
pub fn installs(mut command: impl FnMut() -> Command) -> bool {
    (0..3).any(|_| succeeds(&mut command()))
}

/// A program of a Python environment of its own with these packages of PyPI; `None` where they cannot be had, which is where the
/// program fails with the arguments of `probe`.
pub fn need_python(environment: &str, packages: &[&str], program: &str, probe: &[&str]) -> Option<PathBuf> {
    let _one_at_a_time = one_at_a_time();
    let folder = installed(environment);
    let program = folder.join("bin").join(program);
    let ready = || succeeds(Command::new(&program).args(probe));
    if ready() {
        return Some(program);
    }
    let fetch = || {
        let mut command = Command::new(folder.join("bin/python"));
        command.args(["-m", "pip", "install", "--quiet"]).args(packages);
        command
    };
    let made = succeeds(Command::new("python3").args(["-m", "venv"]).arg(&folder)) && installs(fetch);
    (made && ready()).then_some(program)
}
