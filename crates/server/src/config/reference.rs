//! What people read about the configuration, made from the table of keys so that it cannot drift.

use std::fmt::Write as _;

use serde_json::Value;

use super::{
    Config, Loaded,
    key::{ConfigKey, Kind},
    origin::Origin,
};

/// A Markdown page with every key, its default, its environment variable and its meaning.
#[must_use]
pub fn markdown() -> String {
    let defaults = Config::default();
    let mut page = String::from(
        "# Configuration reference\n\n\
         Later wins: default, TOML file (`--config FILE`), environment variable, flag. An unknown key refuses to start.\n\
         An empty environment variable counts as not set. Lists in the environment are separated by commas.\n\
         A secret is given by its key or, as a path whose content it is, by the key with `_file`; giving both is an error.\n",
    );
    let mut section = "";
    for key in Config::keys() {
        if key.section != section {
            section = key.section;
            let about = Config::about(section).trim();
            let _ = write!(page, "\n## `[{section}]`\n\n{about}\n\n| key | default | environment | meaning |\n|---|---|---|---|\n");
        }
        let bounds = key.bounds.map(|(low, high)| format!(" From {low} to {high}.")).unwrap_or_default();
        let meaning = key.meaning().replace('|', "\\|");
        let _ = writeln!(page, "| `{}` | {} | `{}` | {meaning}{bounds} |", key.name, default(&defaults.shown(&key)), key.environment());
    }
    page
}

fn default(value: &Value) -> String {
    if value.is_null() { "not set".into() } else { format!("`{value}`") }
}

/// The effective configuration as a TOML file that could be used, except that secrets are redacted.
/// Each line says where its value came from.
#[must_use]
pub fn show(loaded: &Loaded) -> String {
    let mut text = String::new();
    let mut section = "";
    for key in Config::keys() {
        if key.section != section {
            let gap = if section.is_empty() { "" } else { "\n" };
            section = key.section;
            let _ = writeln!(text, "{gap}[{section}]");
        }
        let _ = writeln!(text, "{}", line(&loaded.config, &key, &loaded.origin(&key.path())));
    }
    text
}

fn line(config: &Config, key: &ConfigKey, origin: &Origin) -> String {
    let value = config.shown(key);
    if value.is_null() {
        return format!("# {} is not set", key.name);
    }
    let note = match (key.kind, origin) {
        (Kind::Secret, Origin::Default) => " # from its file".to_owned(),
        (_, Origin::Default) => String::new(),
        (_, origin) => format!(" # from {origin}"),
    };
    // JSON's strings, numbers, booleans and arrays of them are TOML's.
    format!("{} = {value}{note}", key.name)
}
