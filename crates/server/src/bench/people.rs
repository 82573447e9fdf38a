//! An engine on a database of its own, with people in it who open sessions.

use std::ops::Deref;
use std::path::Path;

use cloakroom_engine::audit::RequestOrigin;
use cloakroom_engine::callers::OrgWriter;
use cloakroom_engine::directory::document::{ApplicationEntry, DirectoryDocument, PartnerEntry, TenantEntry, UserEntry};
use cloakroom_engine::directory::registration::RegistrationChange;
use cloakroom_engine::directory::{MembershipRole, PlatformRole, password};
use cloakroom_engine::secret::{ClientSecret, Passcode, SessionSecret};
use cloakroom_engine::sessions::Birth;
use cloakroom_engine::sessions::open::SessionWish;
use cloakroom_engine::sessions::sign_in::SignIn;
use cloakroom_engine::tokens::TokenAlgorithm;
use cloakroom_engine::tokens::log_in::TokenPair;

use super::Failure;
use crate::boot::measured::Measured;

/// A browser of our days.
pub const USER_AGENT: &str = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0 Safari/537.36";

/// The tenant of all users, so that a session depends on everything that it can depend on.
pub const TENANT: &str = "ACME";

/// A client application that may ask about every token.
pub const CLIENT: (&str, &str) = ("gateway", "a-secret-of-the-gateway");

/// Applications that are let into browsers' sessions without a question, and how their ID tokens are signed. The secret is that of
/// [`CLIENT`].
pub const LET_IN: [(&str, TokenAlgorithm); 2] = [("shop", TokenAlgorithm::Rs256), ("desk", TokenAlgorithm::Es256)];

/// Who administers the platform.
const ADMINISTRATOR: &str = "administrator";

/// Where they are sent back to.
pub const CALLBACK: &str = "https://shop.example.com/";

/// An engine with its store and its users.
pub struct Home {
    ground: Measured,
    /// How many users there are.
    pub users: usize,
}

impl Deref for Home {
    type Target = Measured;

    fn deref(&self) -> &Measured {
        &self.ground
    }
}

impl Home {
    /// Makes the SQLite database at `path`, with as many users, and puts an engine on it as the server does.
    ///
    /// # Errors
    /// When the database cannot be made.
    pub async fn settle(path: &Path, users: usize) -> Result<Self, Failure> {
        let home = Self::within(Measured::in_file(path)?, users).await?;
        home.people().await?;
        Ok(home)
    }

    /// Those of a database that has as many users.
    ///
    /// # Errors
    /// When the store cannot be relied on.
    pub async fn within(ground: Measured, users: usize) -> Result<Self, Failure> {
        ground.engine.rotate_signing_keys_when_due().await?;
        Ok(Self { ground, users })
    }

    /// Makes the users, their tenant and the client application.
    ///
    /// # Errors
    /// When the store cannot be relied on.
    pub async fn people(&self) -> Result<(), Failure> {
        self.engine.apply_directory(directory(self.users), false, "bench").await??;
        Ok(())
    }

    /// Signs one of the users in, and returns the session's secret when it is durable.
    ///
    /// # Errors
    /// When no session is opened.
    pub async fn sign_in(&self, user: usize) -> Result<[u8; 16], Failure> {
        let sign_in = SignIn { email: email(user % self.users.max(1)), passcode: passcode(), wish: wish(), origin: origin() };
        let opened = self.engine.sign_in(sign_in).await?.map_err(|refused| format!("no session was opened: {refused:?}"))?;
        Ok(*opened.secret.expose())
    }

    /// Signs one of the users in at a browser, and returns what its cookie holds.
    ///
    /// # Errors
    /// When nobody is signed in.
    pub async fn sign_in_at_browser(&self, user: usize) -> Result<SessionSecret, Failure> {
        self.browse_as(format!("user{}", user % self.users.max(1))).await
    }

    /// Signs in at a browser who may see everything, and returns what its cookie holds.
    ///
    /// # Errors
    /// When nobody is signed in.
    pub async fn administrator_at_browser(&self) -> Result<SessionSecret, Failure> {
        self.browse_as(ADMINISTRATOR.to_owned()).await
    }

    async fn browse_as(&self, name: String) -> Result<SessionSecret, Failure> {
        let held = self.engine.sign_in_at_browser((name, passcode()), None, origin()).await?;
        held.map(|(_, secret)| secret).map_err(|refused| format!("nobody was signed in: {refused:?}").into())
    }

    /// Logs one of the users in.
    ///
    /// # Errors
    /// When nobody is logged in.
    pub async fn log_in(&self, user: usize) -> Result<TokenPair, Failure> {
        let username = format!("user{}", user % self.users.max(1));
        let pair = self.engine.log_in(&username, passcode(), origin()).await?;
        pair.map_err(|refused| format!("no login: {refused:?}").into())
    }

    /// The first user, who owns the tenant that everybody belongs to.
    ///
    /// # Errors
    /// When no session is opened.
    pub async fn owner(&self) -> Result<OrgWriter, Failure> {
        let secret = SessionSecret::from_bytes(self.sign_in(0).await?);
        let caller = self.engine.authenticate_session(&secret, &origin()).await?.map_err(|refused| format!("no caller: {refused:?}"))?;
        let owner = self.engine.org_owner(&caller, TENANT).await?.map_err(|refused| format!("no owner: {refused:?}"))?;
        Ok(owner.writing().map_err(|refused| format!("the org is not verified: {refused:?}"))?)
    }
}

fn passcode() -> Passcode {
    Passcode::new(b"believed".to_vec())
}

/// A session as a user of a browser opens it.
pub fn wish() -> SessionWish {
    SessionWish {
        birth: Birth::Usm,
        ttl_seconds: None,
        slides: None,
        caption: None,
        label: Some("web".into()),
        note: None,
        metadata: Default::default(),
    }
}

/// Where a sign-in comes from: an address, a browser, a request id of 32 characters.
pub fn origin() -> RequestOrigin {
    RequestOrigin {
        address: Some([203, 0, 113, 77].into()),
        user_agent: Some(USER_AGENT.to_owned()),
        request_id: Some("0123456789abcdef0123456789abcdef".to_owned()),
    }
}

/// The address of a user.
pub fn email(number: usize) -> String {
    format!("user{number}@example.com")
}

fn directory(users: usize) -> DirectoryDocument {
    let user = |number: usize| UserEntry {
        username: format!("user{number}"),
        email: Some(email(number)),
        tenant: Some(TENANT.to_owned()),
        password_hash: Some(password::nobody()),
        memberships: (number == 0).then(|| vec![(TENANT.to_owned(), MembershipRole::Owner)]),
        ..UserEntry::default()
    };
    let gateway = ApplicationEntry {
        tenant: Some(TENANT.to_owned()),
        client_id: CLIENT.0.to_owned(),
        client_secret: Some(ClientSecret::new(CLIENT.1.to_owned())),
        ..ApplicationEntry::default()
    };
    let let_in = |(client_id, id_token_algorithm): (&str, TokenAlgorithm)| ApplicationEntry {
        tenant: Some(TENANT.to_owned()),
        client_id: client_id.to_owned(),
        client_secret: Some(ClientSecret::new(CLIENT.1.to_owned())),
        registration: RegistrationChange {
            redirect_uris: Some(vec![CALLBACK.to_owned()]),
            is_first_party: Some(true),
            id_token_algorithm: Some(id_token_algorithm),
            ..RegistrationChange::default()
        },
        ..ApplicationEntry::default()
    };
    let administrator = UserEntry {
        username: ADMINISTRATOR.to_owned(),
        role: Some(PlatformRole::SuperAdmin),
        password_hash: Some(password::nobody()),
        ..UserEntry::default()
    };
    DirectoryDocument {
        partners: vec![PartnerEntry { code: "north".to_owned(), name: None }],
        tenants: vec![TenantEntry { code: TENANT.to_owned(), partner: Some("north".to_owned()), ..TenantEntry::default() }],
        users: (0..users).map(user).chain([administrator]).collect(),
        applications: std::iter::once(gateway).chain(LET_IN.map(let_in)).collect(),
        ..DirectoryDocument::default()
    }
}
