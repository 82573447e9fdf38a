//! What must be visible, in the fewest words. Nothing here knows of rows, epochs or caches.

use cloakroom_engine::sessions::EndReason;
use cloakroom_engine::sessions::authenticate::SessionRefusal;
use cloakroom_engine::sessions::open::OpenRefusal;

use super::{ABSOLUTE_TTL, ARCHIVE_AFTER, CAP, HOMES, RETENTION};

/// Milliseconds.
type Moment = i64;

/// An end: when, why, and whether its own user did it.
pub type Death = (Moment, EndReason, bool);

/// A session as somebody sees it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Seen {
    pub created_at: Moment,
    pub expires_at: Moment,
    pub validated_at: Option<Moment>,
    pub active_at: Moment,
    pub end: Option<Death>,
    pub archived_at: Option<Moment>,
}

/// A session as it is.
struct Session {
    user: usize,
    slides: bool,
    ttl: Moment,
    created_at: Moment,
    expires_at: Moment,
    validated_at: Option<Moment>,
    active_at: Moment,
    /// What killed it while it lived; time needs no cause.
    cause: Option<Death>,
    /// Whether its end has been written down.
    recorded: bool,
    /// The second before which no sweeper looks.
    due: i64,
    archived_at: Option<Moment>,
    purged: bool,
}

impl Session {
    fn end(&self, now: Moment) -> Option<Death> {
        self.cause.or((self.expires_at <= now).then_some((self.expires_at, EndReason::Expired, false)))
    }

    fn seen(&self, now: Moment) -> Seen {
        let Self { created_at, expires_at, validated_at, active_at, archived_at, .. } = *self;
        Seen { created_at, expires_at, validated_at, active_at, end: self.end(now), archived_at }
    }

    /// Ends it if it lives, and writes the end down. Whether it lived.
    fn kill(&mut self, now: Moment, reason: EndReason, by_user: bool) -> bool {
        let lived = self.end(now).is_none();
        if lived {
            self.cause = Some((now, reason, by_user));
        }
        self.recorded = true;
        lived
    }
}

/// The whole world.
pub struct Model {
    pub now: Moment,
    evict: bool,
    sessions: Vec<Session>,
    suspended: [bool; 3],
    closed: [bool; 2],
}

const fn whole_seconds_up(moment: Moment) -> i64 {
    (moment + 999).div_euclid(1000)
}

impl Model {
    pub const fn new(now: Moment, evict: bool) -> Self {
        Self { now, evict, sessions: Vec::new(), suspended: [false; 3], closed: [false; 2] }
    }

    pub const fn sessions(&self) -> usize {
        self.sessions.len()
    }

    pub fn user_of(&self, session: usize) -> usize {
        self.sessions[session].user
    }

    pub fn lives(&self, session: usize) -> bool {
        let session = &self.sessions[session];
        !session.purged && session.end(self.now).is_none()
    }

    /// Whether the user may have sessions.
    pub fn may_open(&self, user: usize) -> bool {
        !self.suspended[user] && HOMES[user].is_none_or(|home| !self.closed[home])
    }

    pub fn open(&mut self, user: usize, ttl: u32, slides: bool) -> Result<Seen, OpenRefusal> {
        if !self.may_open(user) {
            return Err(OpenRefusal::CredentialsChanged);
        }
        let now = self.now;
        let mut open: Vec<_> = self.sessions.iter_mut().filter(|session| session.user == user && !session.recorded).collect();
        if open.len() >= CAP {
            // Whoever looks for room writes down what it finds dead.
            open.iter_mut().filter(|session| session.end(now).is_some()).for_each(|session| session.recorded = true);
            let mut live: Vec<_> = open.into_iter().filter(|session| !session.recorded).collect();
            if live.len() >= CAP && !self.evict {
                return Err(OpenRefusal::AtCap);
            }
            live.sort_by_key(|session| session.active_at);
            let surplus = (live.len() + 1).saturating_sub(CAP);
            for session in live.into_iter().take(surplus) {
                session.kill(now, EndReason::Evicted, true);
            }
        }
        let ttl = Moment::from(ttl.min(ABSOLUTE_TTL)) * 1000;
        let session = Session {
            user,
            slides,
            ttl,
            created_at: now,
            expires_at: now + ttl,
            validated_at: None,
            active_at: now,
            cause: None,
            recorded: false,
            due: whole_seconds_up(now + ttl),
            archived_at: None,
            purged: false,
        };
        let seen = session.seen(now);
        self.sessions.push(session);
        Ok(seen)
    }

    /// What anybody with the bearer secret is told; the request is activity.
    pub fn use_secret(&mut self, session: usize, is_validation: bool) -> Result<Seen, SessionRefusal> {
        let now = self.now;
        let session = &mut self.sessions[session];
        if session.purged {
            return Err(SessionRefusal::NotFound);
        }
        if let Some((_, reason, _)) = session.end(now) {
            let was_recorded = std::mem::replace(&mut session.recorded, true);
            return Err(if was_recorded { SessionRefusal::Ended(reason) } else { SessionRefusal::FoundDead(reason) });
        }
        session.active_at = now;
        if is_validation {
            session.validated_at = Some(now);
            if session.slides {
                let slid = (now + session.ttl).min(session.created_at + Moment::from(ABSOLUTE_TTL) * 1000);
                // What was promised is not taken back.
                session.expires_at = session.expires_at.max(slid);
            }
        }
        Ok(session.seen(now))
    }

    pub fn get(&mut self, session: usize, by_secret: bool, archived: bool) -> Option<Seen> {
        let now = self.now;
        let session = &mut self.sessions[session];
        if session.purged || (session.archived_at.is_some() && !archived) {
            return None;
        }
        if by_secret && session.end(now).is_none() {
            session.active_at = now;
        }
        Some(session.seen(now))
    }

    /// By its secret it is its user's deed, by its reference nobody's.
    pub fn close(&mut self, session: usize, by_secret: bool) -> Result<Seen, SessionRefusal> {
        let now = self.now;
        let session = &mut self.sessions[session];
        if session.purged {
            return Err(SessionRefusal::NotFound);
        }
        let was_recorded = session.recorded;
        match session.end(now) {
            Some((_, reason, _)) if was_recorded => Err(SessionRefusal::Ended(reason)),
            Some((_, reason, _)) => {
                session.recorded = true;
                Err(SessionRefusal::FoundDead(reason))
            }
            None => {
                session.kill(now, EndReason::Closed, by_secret);
                Ok(session.seen(now))
            }
        }
    }

    /// Ends all of a user's sessions but one; how many lived.
    pub fn end_all(&mut self, user: usize, except: Option<usize>, reason: EndReason, by_user: bool) -> usize {
        let now = self.now;
        let open = self.sessions.iter_mut().enumerate().filter(|(_, session)| session.user == user && !session.recorded);
        open.filter(|(index, _)| Some(*index) != except).map(|(_, session)| usize::from(session.kill(now, reason, by_user))).sum()
    }

    /// Whether it lived, so that its expiry is set.
    pub fn set_expiry(&mut self, session: usize, ttl: u32) -> bool {
        let lives = self.lives(session);
        if lives {
            let (now, session) = (self.now, &mut self.sessions[session]);
            session.expires_at = (now + Moment::from(ttl) * 1000).min(session.created_at + Moment::from(ABSOLUTE_TTL) * 1000);
        }
        lives
    }

    /// A backup is served again: nothing of it lives.
    pub fn restore(&mut self) {
        let now = self.now;
        for session in self.sessions.iter_mut().filter(|session| session.end(now).is_none()) {
            session.cause = Some((now, EndReason::Restored, false));
        }
    }

    /// How many sessions it ended.
    pub fn set_user(&mut self, user: usize, suspended: bool) -> usize {
        let falls = suspended && !self.suspended[user];
        self.suspended[user] = suspended;
        if falls { self.end_all(user, None, EndReason::UserSuspended, false) } else { 0 }
    }

    pub fn set_tenant(&mut self, tenant: usize, closed: bool) {
        let falls = closed && !self.closed[tenant];
        self.closed[tenant] = closed;
        let now = self.now;
        let under = self.sessions.iter_mut().filter(|session| HOMES[session.user] == Some(tenant));
        for session in under.filter(|session| falls && session.end(now).is_none()) {
            session.cause = Some((now, EndReason::TenantClosed, false));
        }
    }

    /// Ends what lives under a tenant; newest first, what that was.
    pub fn end_tenant(&mut self, tenant: usize) -> Vec<usize> {
        let now = self.now;
        let mut ended = Vec::new();
        for (index, session) in self.sessions.iter_mut().enumerate().rev() {
            if HOMES[session.user] == Some(tenant) && session.end(now).is_none() {
                session.cause = Some((now, EndReason::Revoked, false));
                ended.push(index);
            }
        }
        ended
    }

    /// Newest first: what lives, or all that is recorded.
    pub fn recorded(&self, live: bool) -> Vec<usize> {
        let all = self.sessions.iter().enumerate().rev().filter(|(_, session)| !session.purged);
        all.filter(|(_, session)| !live || session.end(self.now).is_none()).map(|(index, _)| index).collect()
    }

    /// All that are recorded of some users, by index.
    pub fn under(&self, meant: impl Fn(usize) -> bool) -> Vec<(usize, Seen)> {
        let all = self.sessions.iter().enumerate().filter(|(_, session)| !session.purged && meant(session.user));
        all.map(|(index, session)| (index, session.seen(self.now))).collect()
    }

    /// Newest first: the sessions of a user on one side, by index.
    pub fn list(&self, user: usize, live: bool, archived: bool) -> Vec<(usize, Seen)> {
        let mine = self.sessions.iter().enumerate().filter(|(_, session)| session.user == user && !session.purged);
        let shown = mine.filter(|(_, session)| archived || session.archived_at.is_none());
        let mut listed: Vec<_> = shown.map(|(index, session)| (index, session.seen(self.now))).collect();
        listed.retain(|(_, seen)| seen.end.is_none() == live);
        listed.reverse();
        listed
    }

    pub fn sweep(&mut self) -> usize {
        let (now, second) = (self.now, self.now.div_euclid(1000));
        let mut ended = 0;
        for session in self.sessions.iter_mut().filter(|session| !session.recorded && session.due <= second) {
            session.recorded = session.end(now).is_some();
            session.due = whole_seconds_up(session.expires_at);
            ended += usize::from(session.recorded);
        }
        ended
    }

    pub fn stamp(&mut self) -> usize {
        // Ends by a log-out are recorded with it; what is revoked and not recorded was revoked with its tenant.
        let by_tenant = |session: &&mut Session| {
            matches!(session.cause, Some((_, EndReason::TenantClosed | EndReason::Revoked | EndReason::Restored, _)))
        };
        let unrecorded = self.sessions.iter_mut().filter(|session| !session.recorded).filter(by_tenant);
        unrecorded.map(|session| session.recorded = true).count()
    }

    /// Archiving and purging look at whole seconds.
    pub fn archive(&mut self) -> usize {
        let (now, before) = (self.now, (self.now - Moment::from(ARCHIVE_AFTER) * 1000).div_euclid(1000));
        let ended = self.sessions.iter_mut().filter(|session| session.recorded && session.archived_at.is_none());
        let old = ended.filter(|session| session.end(now).is_some_and(|(at, ..)| at.div_euclid(1000) <= before));
        old.map(|session| session.archived_at = Some(now)).count()
    }

    pub fn purge(&mut self) -> usize {
        let before = (self.now - Moment::from(RETENTION) * 1000).div_euclid(1000);
        let archived = self.sessions.iter_mut().filter(|session| !session.purged);
        let old = archived.filter(|session| session.archived_at.is_some_and(|at| at.div_euclid(1000) <= before));
        old.map(|session| session.purged = true).count()
    }
}
