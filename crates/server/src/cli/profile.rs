//! `cloakroom profile`: which servers there are, and which one is meant where a command names none.

use std::io::Write;
use std::path::PathBuf;

use clap::{Args, Subcommand};
use clap_complete::engine::ArgValueCompleter;
use cloakroom_client::{Clock as _, SystemClock};
use serde_json::json;

use super::complete::profile_names;
use super::consent::Consent;
use super::remote::{Connected, Screen, Shown, usage, with_proxy};
use super::{EXIT_CODES, Failure, runtime, say};
use crate::config::profiles::{NewProfile, ProfileStore, base_url};
use crate::nearest::nearest;

/// Add, list, choose and remove profiles: servers that the commands ask, and who asks them.
#[derive(Debug, Args)]
#[command(after_help = EXIT_CODES)]
pub(super) struct Profile {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Add a profile; the first one becomes the default.
    #[command(after_help = example("profile add acme https://sessions.example.com --orgcode ACME"))]
    Add(Add),
    /// List the profiles, and which of them is the default.
    #[command(visible_alias = "ls", after_help = example("profile list"))]
    List(FileArgs),
    /// Make a profile the default: what is meant where neither --profile nor `CLOAKROOM_PROFILE` names one.
    #[command(after_help = example("profile use acme"))]
    Use(One),
    /// Remove a profile and forget the login that is kept for it.
    #[command(after_help = example("profile remove acme --yes"))]
    Remove(Remove),
}

fn example(command: &str) -> String {
    format!("Example:\n  cloakroom {command}\n\n{EXIT_CODES}")
}

#[derive(Debug, Args)]
struct FileArgs {
    /// The file of profiles, mode 0600 [default: CLOAKROOM_PROFILES, or cloakroom/profiles.toml in XDG_CONFIG_HOME or ~/.config].
    #[arg(long, value_name = "FILE")]
    profiles: Option<PathBuf>,
    /// Print JSON, in lists one record a line.
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Args)]
struct One {
    /// Its name.
    #[arg(value_name = "NAME", add = ArgValueCompleter::new(profile_names))]
    name: String,
    #[command(flatten)]
    file: FileArgs,
}

#[derive(Debug, Args)]
struct Remove {
    #[command(flatten)]
    one: One,
    #[command(flatten)]
    consent: Consent,
}

#[derive(Debug, Args)]
struct Add {
    /// What commands call it: letters, digits, `-`, `_` and `.`.
    #[arg(value_name = "NAME")]
    name: String,
    /// Where the server is.
    #[arg(value_name = "URL")]
    url: String,
    /// The org that is meant where a command names none.
    #[arg(long, value_name = "CODE")]
    orgcode: Option<String>,
    /// PEM file of certificates to trust beside those that the machine trusts.
    #[arg(long, value_name = "FILE")]
    root_certificates: Option<PathBuf>,
    /// The proxy that every call goes through [default: that of the environment, though never to this machine's loopback].
    #[arg(long, value_name = "URL")]
    proxy: Option<String>,
    /// The application that asks where nobody is logged in.
    #[arg(long, value_name = "CLIENT_ID", requires = "client_secret_file")]
    client_id: Option<String>,
    /// File of mode 0600 with the application's secret.
    #[arg(long, value_name = "FILE", requires = "client_id")]
    client_secret_file: Option<PathBuf>,
    /// File of mode 0600 with the bearer guid of a session, for USM.
    #[arg(long, value_name = "FILE")]
    session_guid_file: Option<PathBuf>,
    /// File of mode 0600 with an API key.
    #[arg(long, value_name = "FILE")]
    api_key_file: Option<PathBuf>,
    /// Make it the default.
    #[arg(long = "use")]
    becomes_default: bool,
    #[command(flatten)]
    file: FileArgs,
}

const COLUMNS: &[&str] = &["name", "base_url", "default", "asks_as", "orgcode"];

impl Profile {
    pub(super) fn run(self, (screen, out, err): (Screen, &mut impl Write, &mut impl Write)) -> Result<(), Failure> {
        match self.verb {
            Verb::Add(add) => add.run(screen, out, err),
            Verb::List(file) => {
                let shown = listed(&file.store()?)?;
                shown.print(file.json, screen, SystemClock.now(), out, err);
                Ok(())
            }
            Verb::Use(one) => {
                let store = one.known()?;
                store.make_default(&one.name).map_err(usage)?;
                Shown::nothing("it is the default now").print(one.file.json, screen, SystemClock.now(), out, err);
                Ok(())
            }
            Verb::Remove(Remove { one, consent }) => {
                let store = one.known()?;
                consent.to_this(|| match store.login(&one.name) {
                    Ok(None) => format!("This removes the profile {}.", one.name),
                    _ => {
                        let until = "its session lives on until it expires, unless `cloakroom logout` ends it before";
                        format!("This removes the profile {} and forgets its login; {until}.", one.name)
                    }
                })?;
                store.remove(&one.name).map_err(usage)?;
                Shown::nothing("removed").print(one.file.json, screen, SystemClock.now(), out, err);
                Ok(())
            }
        }
    }
}

impl FileArgs {
    fn store(&self) -> Result<ProfileStore, Failure> {
        ProfileStore::of_process(self.profiles.clone()).map_err(usage)
    }
}

impl One {
    /// The store, where it has this profile.
    fn known(&self) -> Result<ProfileStore, Failure> {
        let store = self.file.store()?;
        let all = store.all().map_err(usage)?;
        if all.profiles.contains_key(&self.name) {
            return Ok(store);
        }
        let failure = usage(format_args!("{} has no profile `{}`", store.place(), self.name));
        Err(match nearest(&self.name, all.names()) {
            Some(meant) => failure.hint(format!("did you mean `{meant}`?")),
            None => failure.hint("`cloakroom profile list` shows all"),
        })
    }
}

impl Add {
    fn run(self, screen: Screen, out: &mut impl Write, err: &mut impl Write) -> Result<(), Failure> {
        let store = self.file.store()?;
        let files = [
            ("root_certificates", self.root_certificates),
            ("client_secret_file", self.client_secret_file),
            ("session_guid_file", self.session_guid_file),
            ("api_key_file", self.api_key_file),
        ];
        let new = NewProfile {
            base_url: base_url(&self.url).map_err(usage)?,
            orgcode: self.orgcode,
            client_id: self.client_id,
            proxy: self.proxy,
            files: files.into_iter().filter_map(|(key, file)| Some((key, file?))).collect(),
        };
        store.add(&self.name, &new).map_err(usage)?;
        if self.becomes_default {
            store.make_default(&self.name).map_err(usage)?;
        }
        if let Err(failure) = answers(&self.name, self.file.profiles.clone()) {
            let (seen, hint) = failure.told();
            say(err, &format_args!("warning: {seen}"));
            say(
                err,
                &format_args!(
                    "hint: {}",
                    hint.unwrap_or_else(|| "the profile is kept; `cloakroom doctor --profile` looks again".to_owned())
                ),
            );
        }
        let is_default = store.all().map_err(usage)?.default_name() == Some(&self.name);
        let added = json!({ "name": self.name, "base_url": new.base_url, "default": is_default });
        Shown::record(&added).print(self.file.json, screen, SystemClock.now(), out, err);
        Ok(())
    }
}

/// Whether a Cloakroom answers there now.
fn answers(name: &str, profiles: Option<PathBuf>) -> Result<(), Failure> {
    let server = Connected::by_profile(name, profiles)?;
    let asked = runtime()?.block_on(server.client.operations().is_alive());
    match asked.map_err(|error| with_proxy(error.into(), &server.profile.base_url))? {
        true => Ok(()),
        false => Err(Failure::new("what answers there is no Cloakroom").hint("is the URL right?")),
    }
}

/// As whom the commands of a profile ask, as far as the file says.
fn listed(store: &ProfileStore) -> Result<Shown, Failure> {
    let all = store.all().map_err(usage)?;
    let records = all.profiles.iter().map(|(name, profile)| {
        let asks_as = match (store.login(name), &profile.client_id) {
            (Ok(Some(_)), _) => "who logged in".to_owned(),
            (_, Some(client_id)) => format!("application {client_id}"),
            _ => "nobody yet".to_owned(),
        };
        let default = all.default_name() == Some(name);
        json!({ "default": default, "name": name, "base_url": profile.base_url, "orgcode": profile.orgcode, "asks_as": asks_as })
    });
    Ok(Shown::list(&records.collect::<Vec<_>>(), COLUMNS, None))
}
