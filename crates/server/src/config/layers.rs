//! Where values come from: a file, the environment, flags. Records the source of each value.

use std::{collections::BTreeMap, ffi::OsString, path::PathBuf};

use figment::{
    Figment, Metadata, Profile, Provider,
    providers::{Format as _, Toml},
    value::{Dict, Map, Value},
};
use serde::de::DeserializeOwned;
use strsim::levenshtein;

use super::key::{ConfigKey, Kind, PREFIX};
use super::origin::Origin;
use super::problem::Problem;
use crate::nearest::nearest;

/// The raw material of a configuration, so that tests need neither a process environment nor a command line.
#[derive(Clone, Debug, Default)]
pub struct Sources {
    /// The file given by `--config`, if any.
    pub file: Option<PathBuf>,
    /// The environment; what does not begin with [`PREFIX`] is ignored unless one of ours was meant, and an empty value counts as not set.
    pub environment: Vec<(OsString, OsString)>,
    /// Flags: the flag as the user typed it, the key that it sets, its value.
    pub flags: Vec<(&'static str, &'static str, String)>,
}

impl Sources {
    /// The sources of this process, without flags.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "the configuration is where the environment comes in")]
    pub fn of_process(file: Option<PathBuf>) -> Self {
        Self { file, environment: std::env::vars_os().collect(), flags: Vec::new() }
    }
}

/// The merged layers and, per key that any of them sets, the one that won.
pub struct Layers {
    figment: Figment,
    origins: BTreeMap<String, Origin>,
}

/// Values that are already parsed, as figment wants them.
struct Parsed(Dict);

impl Provider for Parsed {
    fn metadata(&self) -> Metadata {
        Metadata::named("configuration")
    }

    fn data(&self) -> Result<Map<Profile, Dict>, figment::Error> {
        Ok(Map::from([(Profile::Default, self.0.clone())]))
    }
}

impl Layers {
    /// Reads every source; what is wrong with their shape, or unknown, is added to `problems`.
    pub fn read(sources: &Sources, keys: &[ConfigKey], problems: &mut Vec<Problem>) -> Self {
        let mut layers = Self { figment: Figment::new(), origins: BTreeMap::new() };
        if let Some(path) = &sources.file {
            layers.read_file(path, keys, problems);
        }
        layers.read_environment(&sources.environment, keys, problems);
        for (flag, key, value) in &sources.flags {
            layers.set(key, keys, value, Origin::Flag(flag));
        }
        layers
    }

    /// The value of a key, or its default; a value of the wrong type is a problem.
    pub fn value<T: DeserializeOwned>(&self, key: &str, default: impl FnOnce() -> T, problems: &mut Vec<Problem>) -> T {
        match self.figment.extract_inner(key) {
            Ok(value) => value,
            Err(error) if error.missing() => default(),
            Err(error) => {
                problems.push(Problem::new(key, &self.origin(key), wrong_value(&error.kind)));
                default()
            }
        }
    }

    /// Where the value of a key came from.
    #[must_use]
    pub fn origin(&self, key: &str) -> Origin {
        self.origins.get(key).cloned().unwrap_or(Origin::Default)
    }

    #[expect(clippy::disallowed_methods, reason = "the configuration reads its own file")]
    fn read_file(&mut self, path: &PathBuf, keys: &[ConfigKey], problems: &mut Vec<Problem>) {
        let origin = Origin::File(path.clone());
        let text = match std::fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) => return problems.push(Problem::file(&origin, format!("cannot be read: {error}"))),
        };
        let root = match Toml::string(&text).data() {
            Ok(mut profiles) => profiles.remove(&Profile::Default).unwrap_or_default(),
            Err(error) => {
                return problems.push(Problem::file(&origin, without_source_lines(&error.kind.to_string())));
            }
        };
        for (section, value) in &root {
            if !keys.iter().any(|key| key.section == section) {
                let meant = nearest(section, keys.iter().map(|key| key.section)).map(str::to_owned);
                problems.push(Problem::new(section, &origin, unknown("section", meant)));
                continue;
            }
            let Some(table) = value.as_dict() else {
                problems.push(Problem::new(section, &origin, format!("must be a table: `[{section}]`")));
                continue;
            };
            for name in table.keys() {
                let path = format!("{section}.{name}");
                if keys.iter().any(|key| key.section == section && key.name == name) {
                    self.origins.insert(path, origin.clone());
                } else {
                    problems.push(Problem::new(&path, &origin, unknown("key", meant_key(section, name, keys))));
                }
            }
        }
        self.merge(root);
    }

    fn read_environment(&mut self, variables: &[(OsString, OsString)], keys: &[ConfigKey], problems: &mut Vec<Problem>) {
        for (name, value) in variables {
            let Some(name) = name.to_str() else { continue };
            if !name.starts_with(PREFIX) {
                if let Some(meant) = near_miss(name, keys) {
                    let message = format!("is set and would be ignored; did you mean `{meant}`?");
                    problems.push(Problem::file(&Origin::Environment(name.to_owned()), message));
                }
                continue;
            }
            let origin = Origin::Environment(name.to_owned());
            let path = name[PREFIX.len()..].replace("__", ".").to_lowercase();
            if !keys.iter().any(|key| key.path() == path) {
                let (section, key) = path.split_once('.').unwrap_or(("", &path));
                problems.push(Problem::new(&path, &origin, unknown("key", meant_key(section, key, keys))));
            } else if let Some(value) = value.to_str() {
                if !value.is_empty() {
                    self.set(&path, keys, value, origin);
                }
            } else {
                problems.push(Problem::new(&path, &origin, "is not UTF-8".into()));
            }
        }
    }

    fn set(&mut self, path: &str, keys: &[ConfigKey], text: &str, origin: Origin) {
        let kind = keys.iter().find(|key| key.path() == path).map_or(Kind::Text, |key| key.kind);
        let value = match kind {
            Kind::Text | Kind::Secret => Value::from(text),
            Kind::Number => text.trim().parse::<u64>().map_or_else(|_| Value::from(text), Value::from),
            Kind::Flag => text.trim().parse::<bool>().map_or_else(|_| Value::from(text), Value::from),
            Kind::List => Value::from(text.split(',').map(str::trim).filter(|item| !item.is_empty()).collect::<Vec<_>>()),
        };
        if let Some(root) = figment::util::nest(path, value).into_dict() {
            self.merge(root);
        }
        self.origins.insert(path.to_owned(), origin);
    }

    fn merge(&mut self, root: Dict) {
        self.figment = std::mem::take(&mut self.figment).merge(Parsed(root));
    }
}

/// The variable that somebody meant who wrote another case, one underscore for two, or a letter too few in the prefix. Other names that
/// begin alike are none of ours: an orchestrator sets `CLOAKROOM_SERVICE_HOST` for a service of this name.
fn near_miss(name: &str, keys: &[ConfigKey]) -> Option<String> {
    let folded = |name: &str| name.to_uppercase().split(['_', '.', '-']).filter(|word| !word.is_empty()).collect::<Vec<_>>().join("_");
    let (given, prefix) = (folded(name), folded(PREFIX));
    let begins_alike = |given: &str| given.split('_').next().is_some_and(|first| levenshtein(first, &prefix) <= 2);
    let measured = keys.iter().map(|key| (levenshtein(&given, &folded(&key.environment())), key.environment()));
    let near = measured.filter(|(edits, _)| *edits <= 2).min();
    near.filter(|_| begins_alike(&given)).map(|(_, meant)| meant)
}

/// The key that somebody meant: one of this name elsewhere, else the nearest of its section, else the nearest of all.
fn meant_key(section: &str, name: &str, keys: &[ConfigKey]) -> Option<String> {
    let paths: Vec<String> = keys.iter().map(ConfigKey::path).collect();
    let of_section = keys.iter().filter(|key| key.section == section).map(|key| key.name);
    let elsewhere = keys.iter().find(|key| key.name == name).map(ConfigKey::path);
    elsewhere
        .or_else(|| nearest(name, of_section).map(|name| format!("{section}.{name}")))
        .or_else(|| nearest(&format!("{section}.{name}"), paths.iter().map(String::as_str)).map(str::to_owned))
}

fn unknown(what: &str, meant: Option<String>) -> String {
    match meant {
        Some(meant) => format!("unknown {what}; did you mean `{meant}`?"),
        None => format!("unknown {what}; `cloakroom config reference` lists all"),
    }
}

/// What is wrong with a value and, of one of few words, which was meant.
fn wrong_value(problem: &figment::error::Kind) -> String {
    let meant = match problem {
        figment::error::Kind::UnknownVariant(given, known) => nearest(given, known.iter().copied()),
        _ => None,
    };
    meant.map_or_else(|| problem.to_string(), |meant| format!("{problem}; did you mean `{meant}`?"))
}

/// The TOML parser shows the line it stumbled over, which may hold a secret.
fn without_source_lines(message: &str) -> String {
    let kept: Vec<&str> = message.lines().map(str::trim).filter(|line| !line.is_empty() && !line.contains('|')).collect();
    kept.join(": ")
}
