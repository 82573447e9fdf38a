//! What callers asked for and what they were told, as far as it can be right or wrong.

/// Nanoseconds since the run began.
pub type Moment = u64;

/// A request: from before it was sent until after its answer, or the lack of one, was seen.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Asked {
    pub began: Moment,
    pub told: Moment,
    /// The process that was asked.
    pub by: usize,
    /// Of the request, as the trail knows it; unique.
    pub request: u64,
}

/// What lives and dies: a session, one generation of its tokens, an API key. Its place in [`History::things`].
pub type ThingNumber = usize;

/// What is ended as a whole.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Group {
    User(usize),
    Tenant(usize),
    Account(usize),
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    Session,
    /// An access token of one generation, which dies with the rotation to the next.
    AccessToken,
    ApiKey,
}

/// Whose creation was acknowledged.
#[derive(Clone, Debug)]
pub struct Thing {
    pub kind: Kind,
    pub born: Asked,
    /// The session that it is of.
    pub of: Option<ThingNumber>,
    pub groups: Vec<Group>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Scope {
    One(ThingNumber),
    All { of: Group, but: Option<ThingNumber> },
}

/// An end that was asked for and not refused.
#[derive(Clone, Debug)]
pub struct End {
    /// By which call.
    pub what: &'static str,
    pub scope: Scope,
    pub asked: Asked,
    /// Whether it was acknowledged. If not, it may or may not hold.
    pub done: bool,
}

/// What was told of a thing.
#[derive(Clone, Debug)]
pub struct Probe {
    pub thing: ThingNumber,
    pub asked: Asked,
    pub lives: bool,
    /// Asked after everything was over, when all processes must agree.
    pub last: bool,
    /// Status and tag.
    pub told: String,
}

/// A refresh token was redeemed: what for.
#[derive(Clone, Debug)]
pub struct Succession {
    /// The generation whose refresh token was shown.
    pub from: ThingNumber,
    pub refresh: String,
    pub asked: Asked,
}

/// An answer that is wrong whatever happened before it.
#[derive(Clone, Debug)]
pub struct Unexpected {
    pub what: String,
    pub asked: Asked,
}

#[derive(Default, Debug)]
pub struct History {
    pub things: Vec<Thing>,
    pub ends: Vec<End>,
    pub probes: Vec<Probe>,
    pub successions: Vec<Succession>,
    pub unexpected: Vec<Unexpected>,
}
