//! A server that a command asks, and as whom.

use std::path::PathBuf;
use std::time::Duration;

use cloakroom_client::{Auth, AuthOptions, Client, ClientCredentials, Credentials, RetryPolicy, Secret, TokenPair};

use super::{RemoteArgs, Shown, refused, secrets, usage};
use crate::cli::Failure;
use crate::config::profiles::{KeptLogin, Profile, ProfileStore, SecretKind, Unchosen, base_url};
use crate::nearest::nearest;

/// A server and who calls it.
pub(in crate::cli) struct Connected {
    pub(in crate::cli) client: Client,
    pub(in crate::cli) profile: Profile,
    pub(super) name: String,
    pub(super) store: ProfileStore,
}

/// So long a call may take.
const PATIENCE: Duration = Duration::from_secs(30);

impl Connected {
    pub(in crate::cli) fn of(args: &RemoteArgs) -> Result<Self, Failure> {
        Self::within(args, PATIENCE, RetryPolicy::default())
    }

    /// A server that is asked no longer than this.
    pub(in crate::cli) fn within(args: &RemoteArgs, patience: Duration, retries: RetryPolicy) -> Result<Self, Failure> {
        let store = ProfileStore::of_process(args.profiles.clone()).map_err(usage)?;
        let (name, mut profile) = store.chosen(args.profile.as_deref()).map_err(|unchosen| no_profile(&store, unchosen))?;
        profile.base_url = base_url(args.base_url.as_ref().unwrap_or(&profile.base_url)).map_err(usage)?;
        let mut builder = Client::builder(&profile.base_url).user_agent(concat!("cloakroom-cli/", env!("CARGO_PKG_VERSION")));
        if let Some(pem) = profile.root_certificates_pem().map_err(usage)? {
            builder = builder.root_certificates_pem(pem);
        }
        if let Some(proxy) = &profile.proxy {
            builder = builder.proxy(proxy.reveal());
        }
        let client =
            builder.timeout(patience).connect_timeout(patience.min(Duration::from_secs(5))).retries(retries).build().map_err(refused)?;
        Ok(Self { client, profile, name, store })
    }

    /// The server of a profile, without credentials.
    pub(in crate::cli) fn by_profile(name: &str, profiles: Option<PathBuf>) -> Result<Self, Failure> {
        Self::of(&RemoteArgs::of(Some(name.to_owned()), profiles, None))
    }

    /// The org that is named, else the profile's.
    pub(in crate::cli) fn orgcode<'a>(&'a self, named: Option<&'a str>) -> Result<&'a str, Failure> {
        let missing = || usage("no org is named").hint("name one with --orgcode, or as `orgcode` of the profile");
        named.or(self.profile.orgcode.as_deref()).ok_or_else(missing)
    }

    /// The application of the profile.
    fn application(&self) -> Result<Option<ClientCredentials>, Failure> {
        let Some(client_id) = &self.profile.client_id else { return Ok(None) };
        let secret = secrets::found(SecretKind::ClientSecret, None, &self.profile)?;
        let secret = secret.ok_or_else(|| usage("the profile has a client_id and no client_secret"))?;
        Ok(Some(ClientCredentials::new(&self.client, client_id, secret)))
    }

    /// The user who logged in, where that was at this server.
    pub(super) fn user(&self) -> Result<Option<Auth>, Failure> {
        let kept = self.store.login(&self.name).map_err(usage)?.filter(|kept| kept.base_url == self.profile.base_url);
        Ok(kept.map(|kept| {
            let pair = TokenPair {
                access_token: Secret::new(kept.access_token.reveal()),
                refresh_token: Secret::new(kept.refresh_token.reveal()),
            };
            let auth = Auth::resume(&self.client, pair, AuthOptions::default());
            // At once: a command may be interrupted long after, and what it rotated must not be lost with it.
            let (store, name, base_url) = (self.store.clone(), self.name.clone(), self.profile.base_url.clone());
            auth.keep(move |pair| {
                if let Err(problem) = store.keep_login(&name, &KeptLogin::of(&base_url, pair)) {
                    tracing::warn!(problem, "a renewed login could not be kept");
                }
            });
            auth
        }))
    }

    /// Asks as the user who logged in, else as the application of the profile. Renewed tokens are stored.
    pub(in crate::cli) async fn as_somebody(&self, ask: impl AsyncFnOnce(&Client) -> Result<Shown, Failure>) -> Result<Shown, Failure> {
        if let Some(auth) = self.user()? {
            let before = auth.tokens();
            let outcome = ask(&auth.client()).await;
            self.note(&auth, before.as_ref())?;
            return outcome;
        }
        let nobody = || Failure::new("nobody is logged in").hint(format!("cloakroom login --profile {} USERNAME", self.name)).exit_code(3);
        let application = self.application()?.ok_or_else(nobody)?;
        ask(&self.client.with(Credentials::Application(application))).await
    }
}

/// How one is named, or made.
fn no_profile(store: &ProfileStore, unchosen: Unchosen) -> Failure {
    const HOW_TO_ADD: &str = "cloakroom profile add NAME https://sessions.example.com";
    let (name, known) = match unchosen {
        Unchosen::Unreadable(problem) => return usage(problem),
        Unchosen::Missing { name, known } => (name, known),
    };
    let all = known.join(", ");
    match (name, known.is_empty()) {
        (None, true) => usage("no server is named, and no profile names one (--profile)").hint(format!("{HOW_TO_ADD} makes the first one")),
        (Some(name), true) => usage(format_args!("{} has no profile `{name}`, and no other", store.place())).hint(HOW_TO_ADD),
        (None, false) => usage(format_args!("no server is named: --profile NAME is one of {all}"))
            .hint("`cloakroom profile use NAME` makes one of them the default"),
        (Some(name), false) => {
            let failure = usage(format_args!("{} has no profile `{name}`, but {all}", store.place()));
            match nearest(&name, known.iter().map(String::as_str)) {
                Some(meant) => failure.hint(format!("did you mean `{meant}`?")),
                None => failure.hint(format!("{HOW_TO_ADD} makes another one")),
            }
        }
    }
}
