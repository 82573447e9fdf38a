//! Users, `usr_…`.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::entries::{Editable, Entries, Noun};
use crate::error::Result;
use crate::secret::Secret;
use crate::v1::Patch;

/// The calls about users.
pub type Users<'c> = Entries<'c, User>;

/// A user. Times are RFC 3339 in UTC.
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
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct NewUser {
    /// `^[a-z0-9][a-z0-9._@-]{0,62}$`
    pub username: String,
    /// Becomes the primary address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// `verified` by default.
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
    /// `none` by default; never above the caller's own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
    /// By super administrators.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_operator: Option<bool>,
    /// `verified` by default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
    /// 32 to 8192.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub session_cap: Option<u32>,
}

impl NewUser {
    /// A user of this name.
    #[must_use]
    pub fn new(username: &str) -> Self {
        Self { username: username.to_owned(), ..Self::default() }
    }
}

/// The changes. A field that is `None` stays as it is.
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
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct PasswordReset {
    /// The new one.
    #[serde(serialize_with = "crate::secret::exposed")]
    pub password: Secret,
    /// Whether every session lives on.
    pub keep_sessions: bool,
}

impl PasswordReset {
    /// One that ends every session of the user.
    #[must_use]
    pub const fn new(password: Secret) -> Self {
        Self { password, keep_sessions: false }
    }
}

/// A lock on an account, under whichever of its names the failures came.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[non_exhaustive]
pub struct SignInLock {
    /// The network that it holds for; `None`: for everybody.
    pub network: Option<String>,
    /// When it ends by itself.
    pub locked_until: String,
}

impl Noun for User {
    const PLURAL: &'static str = "users";
}

impl Editable for User {
    type New = NewUser;
    type Created = User;
    type Change = UserChange;
}

impl Users<'_> {
    /// Moves a user to another status; out of `verified` ends every session of the user.
    ///
    /// # Errors
    /// 403, 404; 409 where there is no way to that status; 422.
    pub async fn set_status(self, user_id: &str, status: &str) -> Result<User> {
        self.below(&[user_id, "status"], &json!({ "status": status })).await
    }

    /// Sets the password of a user.
    ///
    /// # Errors
    /// 403, 404, 422.
    pub async fn reset_password(self, user_id: &str, reset: &PasswordReset) -> Result<User> {
        self.below(&[user_id, "password"], reset).await
    }

    /// Which locks keep a user from signing in now, that for everybody first.
    ///
    /// # Errors
    /// 403, 404.
    pub async fn locks(self, user_id: &str) -> Result<Vec<SignInLock>> {
        self.list_below(&[user_id, "locks"]).await
    }

    /// Lifts every lock on a user's account, and forgets the failures that led to them.
    ///
    /// # Errors
    /// 403, 404; 409 for one's own.
    pub async fn lift_locks(self, user_id: &str) -> Result<()> {
        self.remove_below(&[user_id, "locks"]).await
    }

    /// Gives a user another address, `verified` unless a status is given.
    ///
    /// # Errors
    /// 403, 404; 409 where somebody has it; 422.
    pub async fn add_email(self, user_id: &str, email: &str, status: Option<&str>, is_primary: bool) -> Result<User> {
        let mut body = json!({ "email": email, "is_primary": is_primary });
        if let Some(status) = status {
            body["status"] = status.into();
        }
        self.below(&[user_id, "emails"], &body).await
    }

    /// Moves an address to another status; out of `verified` ends the sessions that were opened with it.
    ///
    /// # Errors
    /// 403, 404, 409, 422.
    pub async fn set_email_status(self, user_id: &str, email: &str, status: &str) -> Result<User> {
        self.below(&[user_id, "emails", email, "status"], &json!({ "status": status })).await
    }

    /// Makes an address the one that mails go to.
    ///
    /// # Errors
    /// 403, 404, 409.
    pub async fn make_email_primary(self, user_id: &str, email: &str) -> Result<User> {
        self.below(&[user_id, "emails", email, "primary"], &json!({})).await
    }

    /// Takes an address from a user for good.
    ///
    /// # Errors
    /// 403, 404, 409.
    pub async fn remove_email(self, user_id: &str, email: &str) -> Result<()> {
        self.remove_below(&[user_id, "emails", email]).await
    }
}
