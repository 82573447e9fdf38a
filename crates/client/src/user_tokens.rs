//! Login and the rotation of tokens, under `/user/` and `/common/`.

use std::time::Duration;

use reqwest::header::AUTHORIZATION;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::client::Client;
use crate::error::Result;
use crate::request::{Call, Surface, text};
use crate::secret::Secret;

/// An access token and the refresh token that belongs to it. Neither is shown by `Debug`, nor written by `Serialize`.
#[derive(Clone, Debug, Deserialize, Serialize, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
pub struct TokenPair {
    /// A JWT.
    #[serde(serialize_with = "crate::secret::redacted")]
    pub access_token: Secret,
    /// Opaque, good for one use.
    #[serde(serialize_with = "crate::secret::redacted")]
    pub refresh_token: Secret,
}

/// A row of a look-up.
#[derive(Clone, Debug, Deserialize, Serialize, PartialEq, Eq)]
#[non_exhaustive]
pub struct LookupRow {
    /// The value for programs.
    pub id: String,
    /// The value for people.
    pub value: String,
}

const SURFACE: Surface = Surface::new(&[], reading);

/// The calls of this surface. [`Auth`](crate::Auth) makes them as needed; use these to manage tokens yourself.
///
/// ```no_run
/// # async fn example(client: cloakroom_client::Client) -> cloakroom_client::Result<()> {
/// let pair = client.user_tokens().login("alice", &"Correct-horse-7".into()).await?;
/// let next = client.user_tokens().refresh(&pair).await?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy, Debug)]
pub struct UserTokens<'c>(pub(crate) &'c Client);

impl<'c> UserTokens<'c> {
    /// Logs a user in: a new session with a pair of tokens.
    ///
    /// # Errors
    /// 401 where name or password are wrong, 429 where too many guesses were, 409 at the cap of sessions.
    pub async fn login(self, username: &str, password: &Secret) -> Result<TokenPair> {
        let body = json!({ "username": username, "password": password.expose() });
        SURFACE.post(self.0, &["user", "login"]).json(&body).send().await
    }

    /// Exchanges a pair, whose access token may be expired, for the next one. The old pair is dead then.
    ///
    /// # Errors
    /// 401 where the pair is invalid or the session is over.
    pub async fn refresh(self, pair: &TokenPair) -> Result<TokenPair> {
        self.refreshing(pair).send().await
    }

    /// The same without repetition, with a timeout of its own.
    pub(crate) async fn refresh_once(self, pair: &TokenPair, patience: Duration) -> Result<TokenPair> {
        self.refreshing(pair).once_within(patience).send().await
    }

    fn refreshing(self, pair: &TokenPair) -> Call<'c> {
        let body = json!({ "refreshToken": pair.refresh_token.expose() });
        let shown = format!("Bearer {}", pair.access_token.expose());
        SURFACE.post(self.0, &["user", "refreshToken"]).secret_header(AUTHORIZATION, &shown).json(&body)
    }

    /// Ends the caller's session and all its tokens.
    ///
    /// # Errors
    /// [`Error::SessionDead`](crate::Error::SessionDead) where it was over already.
    pub async fn logout(self) -> Result<()> {
        SURFACE.bearer().post(self.0, &["user", "logout"]).send_for_nothing().await
    }

    /// The rows of a category; the category `info` lists the categories.
    ///
    /// # Errors
    /// 400 where there is no such category.
    pub async fn lookup(self, category: &str) -> Result<Vec<LookupRow>> {
        SURFACE.get(self.0, &["common", "lookup"]).query("Name", Some(category)).data().await
    }

    /// Whether this surface answers.
    ///
    /// # Errors
    /// Where it does not.
    pub async fn health_check(self) -> Result<()> {
        SURFACE.get(self.0, &["common", "healthcheck"]).send_for_nothing().await
    }
}

/// A refusal: `{"result": false, "message"}`.
fn reading(body: &Value) -> Option<(String, String, Option<Value>)> {
    text(body, "/message").map(|message| (String::new(), message, None))
}
