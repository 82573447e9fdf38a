//! One's own account, under `/api/v1/me` and `/api/v1/auth/`.

use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::client::Client;
use crate::error::Result;
use crate::secret::Secret;
use crate::v1::{V1, V1_ANONYMOUS};

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
pub struct Account<'c>(pub(crate) &'c Client);

/// A user's own account. Times are RFC 3339 in UTC.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[non_exhaustive]
pub struct OwnAccount {
    /// `usr_…`
    pub id: String,
    /// The name to log in with.
    pub username: String,
    /// What the user is called.
    pub display_name: Option<String>,
    /// `verified`: users with another status cannot sign in to see it.
    pub status: String,
    /// `none`, `tenant_admin`, `partner_admin` or `super_admin`.
    pub role: String,
    /// Whether the user is an operator.
    pub is_operator: bool,
    /// The home tenant, `tnt_…`.
    pub tenant_id: Option<String>,
    /// The primary one first.
    pub emails: Vec<OwnEmail>,
    /// The user's memberships.
    pub memberships: Vec<Membership>,
    /// When it was created.
    pub created_at: String,
    /// When it last changed.
    pub updated_at: String,
}

/// One of one's own addresses.
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

/// A membership of a tenant.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[non_exhaustive]
pub struct Membership {
    /// `tnt_…`
    pub tenant_id: String,
    /// `owner`, `admin` or `member`.
    pub role: String,
}

/// An application that one let in.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[non_exhaustive]
pub struct OwnConsent {
    /// `app_…`
    pub application_id: String,
    /// What people know it as.
    pub name: String,
    /// All that one said yes to.
    pub scopes: Vec<String>,
    /// When one last did.
    pub given_at: String,
}

#[derive(Deserialize)]
struct Ended {
    sessions_ended: u64,
}

impl Account<'_> {
    /// The caller's account.
    ///
    /// # Errors
    /// 401; 403 for an application.
    pub async fn get(self) -> Result<OwnAccount> {
        V1.get(self.0, &["me"]).data().await
    }

    /// Changes what the user is called; an empty text removes it.
    ///
    /// # Errors
    /// 422 beyond 256 characters.
    pub async fn rename(self, display_name: &str) -> Result<OwnAccount> {
        V1.patch(self.0, &["me"]).json(&json!({ "display_name": display_name })).data().await
    }

    /// Changes the password, which ends the user's other sessions; says how many lived.
    ///
    /// # Errors
    /// 403 where the current password is wrong, 429 after too many guesses, 422 where the new one is not acceptable.
    pub async fn change_password(self, current: &Secret, new: &Secret) -> Result<u64> {
        let body = json!({ "current_password": current.expose(), "new_password": new.expose() });
        Ok(V1.post(self.0, &["me", "password"]).json(&body).data::<Ended>().await?.sessions_ended)
    }

    /// The applications that the caller let in, the latest first.
    ///
    /// # Errors
    /// 401; 403 for an application.
    pub async fn consents(self) -> Result<Vec<OwnConsent>> {
        V1.get(self.0, &["me", "consents"]).data().await
    }

    /// Takes back what the caller let an application have: what it has of that in all of the caller's sessions ends.
    ///
    /// # Errors
    /// 404 where the caller has not let it in.
    pub async fn withdraw_consent(self, application_id: &str) -> Result<()> {
        V1.delete(self.0, &["me", "consents", application_id]).send_for_nothing().await
    }

    /// Asks for a mail with which this user's password can be reset. The answer does not reveal whether the user exists.
    ///
    /// # Errors
    /// 422 where it cannot be a username.
    pub async fn forgot_password(self, username: &str) -> Result<()> {
        self.anonymous("forgot-password", &json!({ "username": username })).await
    }

    /// The same by an address of the user.
    ///
    /// # Errors
    /// 422 where it cannot be an address.
    pub async fn forgot_password_by_email(self, email: &str) -> Result<()> {
        self.anonymous("forgot-password", &json!({ "email": email })).await
    }

    /// Sets the password with the token of such a mail, `clp_…`; every session of the user ends.
    ///
    /// # Errors
    /// 422 where the token is invalid, used or expired.
    pub async fn reset_password(self, mailed: &Secret, new: &Secret) -> Result<()> {
        let body = json!({ "token": mailed.expose(), "new_password": new.expose() });
        self.anonymous("reset-password", &body).await
    }

    /// Asks for another mail with which an address can be verified.
    ///
    /// # Errors
    /// 422 where it cannot be an address.
    pub async fn resend_verification(self, email: &str) -> Result<()> {
        self.anonymous("resend-verification", &json!({ "email": email })).await
    }

    /// Verifies an address with the token of such a mail, `clv_…`.
    ///
    /// # Errors
    /// 422 where the token is invalid, used or expired.
    pub async fn verify_email(self, mailed: &Secret) -> Result<()> {
        self.anonymous("verify-email", &json!({ "token": mailed.expose() })).await
    }

    async fn anonymous(self, verb: &str, body: &impl Serialize) -> Result<()> {
        V1_ANONYMOUS.post(self.0, &["auth", verb]).json(body).send_for_nothing().await
    }
}
