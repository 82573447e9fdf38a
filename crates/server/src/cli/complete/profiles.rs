//! Names of profiles, which the file has.

use std::ffi::{OsStr, OsString};
use std::path::PathBuf;

use clap_complete::engine::CompletionCandidate;

use crate::config::profiles::ProfileStore;

/// What of the line that is typed says whom to ask.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Typed {
    pub(super) profile: Option<String>,
    pub(super) profiles: Option<PathBuf>,
    pub(super) base_url: Option<String>,
}

impl Typed {
    /// The line that a shell hands over stands behind a `--` of its own.
    pub(super) fn of_process() -> Self {
        Self::of(std::env::args_os().skip_while(|word| word != "--"))
    }

    fn of(line: impl Iterator<Item = OsString>) -> Self {
        let words: Vec<String> = line.map(|word| word.to_string_lossy().into_owned()).collect();
        let value = |flag: &str| {
            let joined = format!("{flag}=");
            let beside = words.windows(2).find(|pair| pair[0] == flag).map(|pair| pair[1].clone());
            beside.or_else(|| words.iter().find_map(|word| word.strip_prefix(&joined).map(str::to_owned))).filter(|value| !value.is_empty())
        };
        Self { profile: value("--profile"), profiles: value("--profiles").map(PathBuf::from), base_url: value("--base-url") }
    }
}

/// The profiles whose names begin so.
pub(in crate::cli) fn profile_names(begun: &OsStr) -> Vec<CompletionCandidate> {
    let all = ProfileStore::of_process(Typed::of_process().profiles).and_then(|store| store.all()).unwrap_or_default();
    let named = all.profiles.iter().filter(|(name, _)| begun.to_str().is_some_and(|begun| name.starts_with(begun)));
    named.map(|(name, profile)| CompletionCandidate::new(name).help(Some(profile.base_url.clone().into()))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whom_to_ask_is_read_from_the_line() {
        let of = |line: &str| Typed::of(line.split(' ').map(OsString::from));
        let typed = of("-- cloakroom session ls --profile acme --profiles=/x/y.toml --base-url https://a --user al");
        let expected = Typed { profile: Some("acme".into()), profiles: Some("/x/y.toml".into()), base_url: Some("https://a".into()) };
        assert_eq!(typed, expected);
        assert_eq!(of("-- cloakroom session ls --profile"), Typed::default());
    }
}
