//! What an end is: who does it, what it takes, and how far it reaches.

use serde_json::Value;

use crate::births::Birth;
use crate::reasons::Reason;
use crate::world::World;

/// What a session must have so that this can be done to it; where it has not, there is no cell.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Needs {
    /// Every session has it.
    Nothing,
    /// A bearer guid: sessions born on USM, and what a browser's cookie holds.
    Secret,
    /// A cookie: sessions of browsers.
    Cookie,
    /// The user's own tokens: sessions born by a login.
    Pair,
    /// Tokens that an application got in exchange: what has a guid or an access token to exchange.
    Given,
    /// An application that a code let in, after its user had said yes.
    Consent,
    /// Tokens to publish and to read with: stored sessions.
    Published,
    /// A birth at an identity provider.
    Provider,
    /// A birth by an application: stored sessions.
    Application,
}

impl Reach {
    /// Whether an epoch ends them: one row that moves. The trail tells of the move and not of each session.
    pub const fn is_epoch(self) -> bool {
        matches!(self, Self::Tenant | Self::Kept | Self::Everything)
    }
}

impl Needs {
    pub fn has(self, birth: Birth) -> bool {
        match self {
            Self::Nothing => true,
            Self::Secret => birth == Birth::Usm || Self::Cookie.has(birth),
            Self::Cookie => matches!(birth, Birth::Browser | Birth::IdentityProvider | Birth::Code),
            Self::Consent => birth == Birth::Code,
            Self::Provider => birth == Birth::IdentityProvider,
            Self::Pair => birth == Birth::Login,
            Self::Given => birth != Birth::Storage,
            Self::Published | Self::Application => birth == Birth::Storage,
        }
    }
}

/// Which sessions it ends.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Reach {
    Subject,
    /// All of Ada's but that of this caller.
    Others(&'static str),
    /// All of Ada's but the subject.
    OthersThanSubject,
    User,
    Tenant,
    /// Those that an application keeps.
    Kept,
    Everything,
    /// Those whose idle time is up after the longest that the subject may be idle.
    Idle,
    /// Those that have an absolute lifetime of their own: stored ones last as long as they were set to.
    Absolute,
    /// None: only what the portal was given within them.
    Given,
}

/// Who does it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum By {
    /// Whoever knows what the body says.
    Anybody,
    /// The access token of whoever signed in by this name.
    Token(&'static str),
    /// The access token of the subject.
    Subject,
    /// The subject's browser, by the form of a page.
    Browser,
    /// Root's browser, by a form of the console; which entry it is about, the body says by `noun` and `entry_id`.
    Desk,
    /// The subject's browser, as the portal sends it with an ID token of the session.
    Hinted,
    /// An application for itself, by its own access token.
    Machine(&'static str),
    /// A client of session storage, for its owner.
    Keeper(&'static str),
    /// A client of the standard endpoints.
    Form(&'static str),
    /// Somebody who shows a refresh token that was redeemed eleven seconds ago.
    Thief,
    /// The identity provider, by a logout token.
    Provider,
    /// Whoever got the mail.
    Mail,
    /// Nobody: time passes.
    Time,
    /// Who applies the directory file.
    File,
    /// Who restores a backup.
    Host,
}

/// An operation and its body.
pub type Undoing = (&'static str, fn() -> Value);

pub struct End {
    pub name: &'static str,
    /// Method and path template; empty where no route is asked.
    pub operation: &'static str,
    pub by: By,
    pub body: fn(&World) -> Value,
    /// What is acknowledged.
    pub status: u16,
    pub needs: Needs,
    pub reach: Reach,
    pub reason: Reason,
    /// Whether Ada cannot sign in afterwards; not before it is undone, or ever.
    pub bars: bool,
    /// Whether her home is another afterwards: what she opens from then on is not what is looked at here.
    pub leaves: bool,
    /// What takes back its cause, done by root: operation and body. What ended stays ended.
    pub undo: Option<Undoing>,
}

pub(super) const END: End = End {
    name: "",
    operation: "",
    by: By::Token("root"),
    body: |_| Value::Null,
    status: 200,
    needs: Needs::Nothing,
    reach: Reach::Subject,
    reason: "revoked",
    bars: false,
    leaves: false,
    undo: None,
};
