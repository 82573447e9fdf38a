//! Users, `usr_…`.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::noun::{Filter, Noun};
use crate::error::Result;
use crate::secret::Secret;
use crate::v1::{Page, Patch};

/// The calls about users.
///
/// ```
/// # fn example(client: cloakroom_client::Client) {
/// let users = client.directory().users();
/// # }
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Users<'c>(pub(super) Noun<'c>);

/// A user. Times are RFC 3339 in UTC.
///
/// ```no_run
/// # use cloakroom_client::directory::User;
/// # async fn example(client: cloakroom_client::Client) -> cloakroom_client::Result<()> {
/// let user: User = client.directory().users().get("usr_…").await?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[non_exhaustive]
pub struct User {
    /// `usr_…`
    pub id: String,
    /// The name to log in with.
    pub username: String,
    /// What the user is called.
    pub display_name: Option<String>,
    /// The primary one first.
    pub emails: Vec<UserEmail>,
    /// `unverified`, `verified`, `suspended` or `doomed`.
    pub status: String,
    /// Since when.
    pub status_since: String,
    /// The home tenant.
    pub tenant_id: Option<String>,
    /// Tenants within reach, each with `owner`, `admin` or `member`.
    pub memberships: BTreeMap<String, String>,
    /// `none`, `tenant_admin`, `partner_admin` or `super_admin`.
    pub role: String,
    /// Whether the user is an operator.
    pub is_operator: bool,
    /// The user's own cap of sessions.
    pub session_cap: Option<i64>,
    /// Whether the user can sign in by password.
    pub has_password: bool,
    /// When the user was created.
    pub created_at: String,
    /// When the user last changed.
    pub updated_at: String,
}

/// An address of a user.
///
/// ```no_run
/// # async fn example(client: cloakroom_client::Client) -> cloakroom_client::Result<()> {
/// for email in client.directory().users().get("usr_…").await?.emails {
///     println!("{} {}", email.email, email.status);
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[non_exhaustive]
pub struct UserEmail {
    /// The address.
    pub email: String,
    /// `unverified`, `verified` or `doomed`.
    pub status: String,
    /// Since when.
    pub status_since: String,
    /// Whether mails go there.
    pub is_primary: bool,
}

/// A user to be created.
///
/// ```
/// use cloakroom_client::{Secret, directory::NewUser};
///
/// let mut new = NewUser::new("alice");
/// new.email = Some("alice@example.com".into());
/// new.password = Some(Secret::new("Correct-horse-7"));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct NewUser {
    /// `^[a-z0-9][a-z0-9._@-]{0,62}$`
    pub username: String,
    /// Becomes the primary address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// `verified` unless said otherwise.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email_status: Option<String>,
    /// Without it the user cannot sign in.
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "crate::secret::exposed_if_any")]
    pub password: Option<Secret>,
    /// What the user is called.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub display_name: Option<String>,
    /// Without it the caller's own home.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tenant_id: Option<String>,
    /// Tenant and `owner`, `admin` or `member`.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub memberships: BTreeMap<String, String>,
    /// `none` unless said otherwise; never above the caller's own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
    /// By super administrators.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_operator: Option<bool>,
    /// `verified` unless said otherwise.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
    /// 32 to 8192.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub session_cap: Option<u32>,
}

impl NewUser {
    /// A user of this name.
    ///
    /// ```
    /// let new = cloakroom_client::directory::NewUser::new("alice");
    /// ```
    #[must_use]
    pub fn new(username: &str) -> Self {
        Self { username: username.to_owned(), ..Self::default() }
    }
}

/// What is to change; what is `None` stays.
///
/// ```
/// let mut change = cloakroom_client::directory::UserChange::default();
/// change.role = Some("tenant_admin".into());
/// change.display_name = Some(None);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct UserChange {
    /// What the user is called. `Some(None)` takes it away.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub display_name: Patch<String>,
    /// The home tenant. `Some(None)` takes it away.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tenant_id: Patch<String>,
    /// Replaces all memberships within the caller's reach.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub memberships: Option<BTreeMap<String, String>>,
    /// Never above the caller's own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
    /// By super administrators.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_operator: Option<bool>,
    /// 32 to 8192. `Some(None)` takes it away.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub session_cap: Patch<u32>,
}

/// A password to be set.
///
/// ```
/// use cloakroom_client::{Secret, directory::PasswordReset};
///
/// let mut reset = PasswordReset::new(Secret::new("Battery-staple-8"));
/// reset.except_current = true;
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct PasswordReset {
    /// The new one.
    #[serde(serialize_with = "crate::secret::exposed")]
    pub password: Secret,
    /// Whether every session lives on.
    pub keep_sessions: bool,
    /// Whether the session that asks lives on, should it be the user's own.
    pub except_current: bool,
}

impl PasswordReset {
    /// One that ends every session of the user.
    ///
    /// ```
    /// # use cloakroom_client::{Secret, directory::PasswordReset};
    /// let reset = PasswordReset::new(Secret::new("Battery-staple-8"));
    /// ```
    #[must_use]
    pub const fn new(password: Secret) -> Self {
        Self { password, keep_sessions: false, except_current: false }
    }
}

impl Users<'_> {
    /// The users within reach, newest first.
    ///
    /// # Errors
    /// 403 where neither role nor scope reach so far; 404 for ids out of reach; 422.
    ///
    /// ```no_run
    /// # async fn example(client: cloakroom_client::Client) -> cloakroom_client::Result<()> {
    /// let page = client.directory().users().list(&Default::default()).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn list(self, filter: &Filter) -> Result<Page<User>> {
        self.0.list(filter).await
    }

    /// Creates an user.
    ///
    /// # Errors
    /// 403; 409 where the name was ever taken; 422 with each bad value.
    ///
    /// ```no_run
    /// # use cloakroom_client::directory::NewUser;
    /// # async fn example(client: cloakroom_client::Client) -> cloakroom_client::Result<()> {
    /// let user = client.directory().users().create(&NewUser::new("alice")).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn create(self, new: &NewUser) -> Result<User> {
        self.0.create(new).await
    }

    /// One user.
    ///
    /// # Errors
    /// 404.
    ///
    /// ```no_run
    /// # async fn example(client: cloakroom_client::Client) -> cloakroom_client::Result<()> {
    /// let user = client.directory().users().get("usr_…").await?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn get(self, user_id: &str) -> Result<User> {
        self.0.get(user_id).await
    }

    /// Changes an user.
    ///
    /// # Errors
    /// 403, 404, 409, 422.
    ///
    /// ```no_run
    /// # use cloakroom_client::directory::UserChange;
    /// # async fn example(client: cloakroom_client::Client) -> cloakroom_client::Result<()> {
    /// let mut change = UserChange::default();
    /// change.display_name = Some(Some("Alice".into()));
    /// client.directory().users().change("usr_…", &change).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn change(self, user_id: &str, change: &UserChange) -> Result<User> {
        self.0.change(user_id, change).await
    }

    /// Takes an user out of use for good; every session under it ends.
    ///
    /// # Errors
    /// 403, 404.
    ///
    /// ```no_run
    /// # async fn example(client: cloakroom_client::Client) -> cloakroom_client::Result<()> {
    /// client.directory().users().remove("usr_…").await?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn remove(self, user_id: &str) -> Result<()> {
        self.0.remove(user_id).await
    }

    /// Moves a user to another status; out of `verified` ends every session of the user.
    ///
    /// # Errors
    /// 403, 404; 409 where there is no way to that status; 422.
    ///
    /// ```no_run
    /// # async fn example(client: cloakroom_client::Client) -> cloakroom_client::Result<()> {
    /// client.directory().users().set_status("usr_…", "suspended").await?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn set_status(self, user_id: &str, status: &str) -> Result<User> {
        self.0.below(&[user_id, "status"], &json!({ "status": status })).await
    }

    /// Sets the password of a user.
    ///
    /// # Errors
    /// 403, 404, 422.
    ///
    /// ```no_run
    /// # use cloakroom_client::{Secret, directory::PasswordReset};
    /// # async fn example(client: cloakroom_client::Client) -> cloakroom_client::Result<()> {
    /// let reset = PasswordReset::new(Secret::new("Battery-staple-8"));
    /// client.directory().users().reset_password("usr_…", &reset).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn reset_password(self, user_id: &str, reset: &PasswordReset) -> Result<User> {
        self.0.below(&[user_id, "password"], reset).await
    }

    /// Gives a user another address, `verified` where no status is said.
    ///
    /// # Errors
    /// 403, 404; 409 where somebody has it; 422.
    ///
    /// ```no_run
    /// # async fn example(client: cloakroom_client::Client) -> cloakroom_client::Result<()> {
    /// client.directory().users().add_email("usr_…", "alice@example.org", Some("unverified"), false).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn add_email(self, user_id: &str, email: &str, status: Option<&str>, is_primary: bool) -> Result<User> {
        let mut body = json!({ "email": email, "is_primary": is_primary });
        if let Some(status) = status {
            body["status"] = status.into();
        }
        self.0.below(&[user_id, "emails"], &body).await
    }

    /// Moves an address to another status; out of `verified` ends the sessions that were opened with it.
    ///
    /// # Errors
    /// 403, 404, 409, 422.
    ///
    /// ```no_run
    /// # async fn example(client: cloakroom_client::Client) -> cloakroom_client::Result<()> {
    /// client.directory().users().set_email_status("usr_…", "alice@example.org", "verified").await?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn set_email_status(self, user_id: &str, email: &str, status: &str) -> Result<User> {
        self.0.below(&[user_id, "emails", email, "status"], &json!({ "status": status })).await
    }

    /// Makes an address the one that mails go to.
    ///
    /// # Errors
    /// 403, 404, 409.
    ///
    /// ```no_run
    /// # async fn example(client: cloakroom_client::Client) -> cloakroom_client::Result<()> {
    /// client.directory().users().make_email_primary("usr_…", "alice@example.org").await?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn make_email_primary(self, user_id: &str, email: &str) -> Result<User> {
        self.0.below(&[user_id, "emails", email, "primary"], &json!({})).await
    }

    /// Takes an address from a user for good.
    ///
    /// # Errors
    /// 403, 404, 409.
    ///
    /// ```no_run
    /// # async fn example(client: cloakroom_client::Client) -> cloakroom_client::Result<()> {
    /// client.directory().users().remove_email("usr_…", "alice@example.org").await?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn remove_email(self, user_id: &str, email: &str) -> Result<()> {
        self.0.remove_below(&[user_id, "emails", email]).await
    }
}
