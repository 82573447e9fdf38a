//! Logging in and out, and keeping the pair of tokens between commands.

use cloakroom_client::{Auth, Secret, TokenPair};
use serde_json::Value;

use super::{Connected, Shown, refused, usage};
use crate::cli::Failure;
use crate::config::profiles::KeptLogin;

impl Connected {
    /// Logs a user in and keeps the pair.
    pub(in crate::cli) async fn log_in(&self, username: &str, password: &Secret) -> Result<Shown, Failure> {
        let auth = Auth::login(&self.client, username, password).await.map_err(refused)?;
        self.note(&auth, None)?;
        let account = auth.client().account().get().await.map_err(refused)?;
        Ok(Shown::record(&account))
    }

    /// Ends the session of the login that is kept, and forgets it.
    pub(in crate::cli) async fn log_out(&self) -> Result<Shown, Failure> {
        if let Some(auth) = self.user()? {
            auth.logout().await.map_err(refused)?;
        }
        self.store.forget_login(&self.name).map_err(Failure::new)?;
        Ok(Shown::nothing("logged out"))
    }

    /// Keeps a pair that is another than before; forgets one that is over.
    pub(super) fn note(&self, auth: &Auth, before: Option<&TokenPair>) -> Result<(), Failure> {
        match auth.tokens() {
            Some(pair) if Some(&pair) != before => {
                self.store.keep_login(&self.name, &KeptLogin::of(&self.profile.base_url, &pair)).map_err(usage)
            }
            Some(_) => Ok(()),
            None => self.store.forget_login(&self.name).map_err(usage),
        }
    }

    /// Who calls, as the server sees it.
    pub(in crate::cli) async fn who(&self) -> Result<Shown, Failure> {
        self.as_somebody(async |client| match client.account().get().await {
            Ok(account) => Ok(Shown::record(&account)),
            // An application has no account: what its own token says is all there is.
            Err(error) if error.status() == Some(403) && self.profile.client_id.is_some() => {
                let kind = ("kind".to_owned(), Value::from("application"));
                let client_id = ("client_id".to_owned(), Value::from(self.profile.client_id.clone()));
                Ok(Shown::record(&Value::Object([kind, client_id].into_iter().collect())))
            }
            Err(error) => Err(refused(error)),
        })
        .await
    }
}
