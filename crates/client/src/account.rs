//! One's own account, under `/api/v1/me` and `/api/v1/auth/`.

use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::client::Client;
use crate::error::Result;
use crate::request::Call;
use crate::secret::Secret;
use crate::v1::{Enveloped, reading};

/// The calls about one's own account.
///
/// ```no_run
/// # async fn example(auth: cloakroom_client::Auth) -> cloakroom_client::Result<()> {
/// let me = auth.client().account().get().await?;
/// println!("{}", me.username);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Account<'c>(&'c Client);

/// A user's own account. Times are RFC 3339 in UTC.
///
/// ```no_run
/// # use cloakroom_client::account::OwnAccount;
/// # async fn example(auth: cloakroom_client::Auth) -> cloakroom_client::Result<()> {
/// let me: OwnAccount = auth.client().account().get().await?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[non_exhaustive]
pub struct OwnAccount {
    /// `usr_…`
    pub id: String,
    /// The name to log in with.
    pub username: String,
    /// What the user is called.
    pub display_name: Option<String>,
    /// `verified`, while anybody can see it.
    pub status: String,
    /// `none`, `tenant_admin`, `partner_admin` or `super_admin`.
    pub role: String,
    /// Whether the user is an operator.
    pub is_operator: bool,
    /// The home tenant, `tnt_…`.
    pub tenant_id: Option<String>,
    /// The primary one first.
    pub emails: Vec<OwnEmail>,
    /// What the user is within tenants.
    pub memberships: Vec<Membership>,
    /// When it was created.
    pub created_at: String,
    /// When it last changed.
    pub updated_at: String,
}

/// One of one's own addresses.
///
/// ```no_run
/// # async fn example(auth: cloakroom_client::Auth) -> cloakroom_client::Result<()> {
/// let primary = auth.client().account().get().await?.emails.into_iter().find(|email| email.is_primary);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[non_exhaustive]
pub struct OwnEmail {
    /// The address.
    pub address: String,
    /// `unverified`, `verified` or `doomed`.
    pub status: String,
    /// Whether mails go there.
    pub is_primary: bool,
}

/// What one is within a tenant.
///
/// ```no_run
/// # async fn example(auth: cloakroom_client::Auth) -> cloakroom_client::Result<()> {
/// let owned = auth.client().account().get().await?.memberships.into_iter().filter(|tenant| tenant.role == "owner");
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[non_exhaustive]
pub struct Membership {
    /// `tnt_…`
    pub tenant_id: String,
    /// `owner`, `admin` or `member`.
    pub role: String,
}

#[derive(Deserialize)]
struct Ended {
    sessions_ended: u64,
}

impl<'c> Account<'c> {
    pub(crate) const fn of(client: &'c Client) -> Self {
        Self(client)
    }

    /// The account of whoever calls.
    ///
    /// # Errors
    /// 401; 403 for an application.
    ///
    /// ```no_run
    /// # async fn example(auth: cloakroom_client::Auth) -> cloakroom_client::Result<()> {
    /// let me = auth.client().account().get().await?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn get(self) -> Result<OwnAccount> {
        Ok(Call::get(self.0, &["api", "v1", "me"], reading).bearer().send::<Enveloped<_>>().await?.data)
    }

    /// Changes what the user is called; an empty text removes it.
    ///
    /// # Errors
    /// 422 beyond 256 characters.
    ///
    /// ```no_run
    /// # async fn example(auth: cloakroom_client::Auth) -> cloakroom_client::Result<()> {
    /// auth.client().account().rename("Alice").await?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn rename(self, display_name: &str) -> Result<OwnAccount> {
        let call = Call::patch(self.0, &["api", "v1", "me"], reading).bearer();
        Ok(call.json(&json!({ "display_name": display_name })).send::<Enveloped<_>>().await?.data)
    }

    /// Changes the password, which ends the user's other sessions; says how many lived.
    ///
    /// # Errors
    /// 403 where the current password is another, 429 after too many guesses, 422 where the new one is no password.
    ///
    /// ```no_run
    /// # use cloakroom_client::Secret;
    /// # async fn example(auth: cloakroom_client::Auth) -> cloakroom_client::Result<()> {
    /// let (current, new) = (Secret::new("Correct-horse-7"), Secret::new("Battery-staple-8"));
    /// let ended = auth.client().account().change_password(&current, &new).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn change_password(self, current: &Secret, new: &Secret) -> Result<u64> {
        let body = json!({ "current_password": current.expose(), "new_password": new.expose() });
        let call = Call::post(self.0, &["api", "v1", "me", "password"], reading).bearer().json(&body);
        Ok(call.send::<Enveloped<Ended>>().await?.data.sessions_ended)
    }

    /// Asks for a mail with which the password of this user can be reset. Says nothing about whether there is such a user.
    ///
    /// # Errors
    /// 422 where it can be no name.
    ///
    /// ```no_run
    /// # async fn example(client: cloakroom_client::Client) -> cloakroom_client::Result<()> {
    /// client.account().forgot_password("alice").await?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn forgot_password(self, username: &str) -> Result<()> {
        self.anonymous("forgot-password", &json!({ "username": username })).send_for_nothing().await
    }

    /// The same by an address of the user.
    ///
    /// # Errors
    /// 422 where it can be no address.
    ///
    /// ```no_run
    /// # async fn example(client: cloakroom_client::Client) -> cloakroom_client::Result<()> {
    /// client.account().forgot_password_by_email("alice@example.com").await?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn forgot_password_by_email(self, email: &str) -> Result<()> {
        self.anonymous("forgot-password", &json!({ "email": email })).send_for_nothing().await
    }

    /// Sets the password with what such a mail said, `clp_…`; every session of the user ends.
    ///
    /// # Errors
    /// 422 where that is no good, or no longer.
    ///
    /// ```no_run
    /// # use cloakroom_client::Secret;
    /// # async fn example(client: cloakroom_client::Client, mailed: Secret) -> cloakroom_client::Result<()> {
    /// client.account().reset_password(&mailed, &Secret::new("Battery-staple-8")).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn reset_password(self, mailed: &Secret, new: &Secret) -> Result<()> {
        let body = json!({ "token": mailed.expose(), "new_password": new.expose() });
        self.anonymous("reset-password", &body).send_for_nothing().await
    }

    /// Asks for another mail with which an address can be verified.
    ///
    /// # Errors
    /// 422 where it can be no address.
    ///
    /// ```no_run
    /// # async fn example(client: cloakroom_client::Client) -> cloakroom_client::Result<()> {
    /// client.account().resend_verification("alice@example.com").await?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn resend_verification(self, email: &str) -> Result<()> {
        self.anonymous("resend-verification", &json!({ "email": email })).send_for_nothing().await
    }

    /// Verifies an address with what such a mail said, `clv_…`.
    ///
    /// # Errors
    /// 422 where that is no good, or no longer.
    ///
    /// ```no_run
    /// # async fn example(client: cloakroom_client::Client, mailed: cloakroom_client::Secret) -> cloakroom_client::Result<()> {
    /// client.account().verify_email(&mailed).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn verify_email(self, mailed: &Secret) -> Result<()> {
        self.anonymous("verify-email", &json!({ "token": mailed.expose() })).send_for_nothing().await
    }

    fn anonymous(self, verb: &'c str, body: &impl Serialize) -> Call<'c> {
        Call::post(self.0, &["api", "v1", "auth", verb], reading).json(body)
    }
}
