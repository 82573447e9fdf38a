//! Names that only a server knows.

use std::ffi::OsStr;
use std::time::Duration;

use clap_complete::engine::CompletionCandidate;
use cloakroom_client::{Client, RetryPolicy};

use super::profiles::Typed;
use crate::cli::names::{Noun, some_beginning};
use crate::cli::remote::{Connected, RemoteArgs, Shown};
use crate::cli::running::runtime;

/// Whoever presses a key waits no longer than this.
const PATIENCE: Duration = Duration::from_millis(1500);

/// Something that is offered, and what is said of it.
type Offer = (String, String);

macro_rules! of_nouns {
    ($($(#[$doc:meta])* $name:ident: $noun:ident;)+) => {
        $($(#[$doc])*
        pub(in crate::cli) fn $name(begun: &OsStr) -> Vec<CompletionCandidate> {
            candidates(begun, async |client: &Client, begun: &str| named(client, Noun::$noun, begun).await)
        })+
    };
}

of_nouns! {
    /// Users by name, and by address as soon as one is begun.
    users: User;
    /// Tenants by code.
    tenants: Tenant;
    /// Partners by code.
    partners: Partner;
    /// Applications by client id.
    applications: Application;
    /// Identity providers by code.
    identity_providers: IdentityProvider;
}

/// What the trail may say happened.
pub(in crate::cli) fn audit_actions(begun: &OsStr) -> Vec<CompletionCandidate> {
    candidates(begun, async |client: &Client, begun: &str| {
        let actions = client.audit().actions().await.ok()?;
        Some(actions.into_iter().filter(|action| action.starts_with(begun)).map(|action| (action, String::new())).collect())
    })
}

async fn named(client: &Client, noun: Noun, begun: &str) -> Option<Vec<Offer>> {
    let entries = some_beginning(client, noun, begun).await.ok()?;
    let offers = entries.into_iter().map(|entry| {
        let folded = begun.to_lowercase();
        let name = entry.names.iter().find(|name| name.to_lowercase().starts_with(&folded)).cloned();
        // What is found by what people call it is offered by its own name.
        (name.or_else(|| entry.names.first().cloned()).unwrap_or(entry.id), entry.caption)
    });
    Some(offers.collect())
}

/// Asks the server of the line that is typed. Whatever fails, nothing is offered, and nothing is said.
fn candidates(begun: &OsStr, ask: impl AsyncFnOnce(&Client, &str) -> Option<Vec<Offer>>) -> Vec<CompletionCandidate> {
    let offered = || {
        let Typed { profile, profiles, base_url } = Typed::of_process();
        let args = RemoteArgs::of(profile, profiles, base_url);
        let (begun, server) = (begun.to_str()?, Connected::within(&args, PATIENCE, RetryPolicy::NEVER).ok()?);
        let mut offers = None;
        runtime()
            .ok()?
            .block_on(async {
                let asked = server.as_somebody(async |client| {
                    offers = ask(client, begun).await;
                    Ok(Shown::nothing("asked"))
                });
                tokio::time::timeout(PATIENCE, asked).await.ok()
            })?
            .ok()?;
        offers
    };
    let candidate = |(name, told): Offer| CompletionCandidate::new(name).help((!told.is_empty()).then(|| told.into()));
    offered().unwrap_or_default().into_iter().map(candidate).collect()
}
