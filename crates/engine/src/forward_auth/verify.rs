//! Who is let in by a proxy.

use super::demand::{Demand, DemandKind};
use super::groups::Groups;
use crate::account::store::Account;
use crate::audit::RequestOrigin;
use crate::callers::refused::{Claim, Refused, RefusedCaller};
use crate::callers::{ClientApplication, TokenCaller};
use crate::engine::Engine;
use crate::error::EngineError;
use crate::machine::api_keys::text::ShownApiKey;
use crate::machine::api_keys::validate::ValidApiKey;
use crate::secret::SessionSecret;
use crate::sessions::authenticate::TouchKind;
use crate::sessions::browser::visit::Visitor;
use crate::tokens::authenticate::TokenRefusal;

/// What a request shows.
#[derive(Debug)]
pub enum Shown<'r> {
    AccessToken(&'r str),
    ApiKey(ShownApiKey),
    /// The secret of a browser's session.
    Cookie(SessionSecret),
    /// The bearer secret of any session.
    SessionGuid(SessionSecret),
}

/// Somebody who is let in.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Admitted {
    User(Visitor),
    ServiceAccount(ValidApiKey),
    /// An application for itself.
    Application(ClientApplication),
}

/// Why somebody is not let in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum NotAdmitted {
    /// What was shown opens nothing, or nothing any more.
    Unknown,
    /// The user has to choose a password before anything else.
    PasswordDue,
    /// An application within a session: it is not the user.
    Delegate,
    /// An application for itself, where no scope was demanded.
    Application,
    /// The org of the service account is closed.
    OrgClosed,
    /// A demand is not met.
    Lacks(DemandKind),
}

impl NotAdmitted {
    /// As the trail puts it; none where whoever refused has said it.
    const fn reason(self) -> Option<&'static str> {
        match self {
            Self::Unknown | Self::PasswordDue => None,
            Self::Delegate => Some("not a user"),
            Self::Application => Some("an application"),
            Self::OrgClosed => Some("a closed org"),
            Self::Lacks(DemandKind::Tenant) => Some("not of the tenant"),
            Self::Lacks(DemandKind::Role) => Some("without the role"),
            Self::Lacks(DemandKind::Scope) => Some("without the scope"),
        }
    }
}

impl Engine {
    /// Who shows this, if all that is demanded of them holds. A user's request counts as activity; by a cookie, it moves the expiry as a
    /// visit does.
    ///
    /// # Errors
    /// When the store or the clock cannot be relied on: then nobody is let in.
    pub async fn verify(
        &self,
        shown: &Shown<'_>,
        demands: &[Demand],
        origin: &RequestOrigin,
    ) -> Result<Result<Admitted, NotAdmitted>, EngineError> {
        match shown {
            Shown::AccessToken(token) => self.admitted_by_token(token, demands, origin).await,
            Shown::ApiKey(key) => Ok(match self.validate_api_key(key, None, origin).await? {
                Ok(valid) => self.hold(Subject::ServiceAccount(&valid), demands, origin).map(|()| Admitted::ServiceAccount(valid)),
                Err(_) => Err(NotAdmitted::Unknown),
            }),
            Shown::Cookie(secret) => self.admitted_by_secret(secret, true, demands, origin).await,
            Shown::SessionGuid(secret) => self.admitted_by_secret(secret, false, demands, origin).await,
        }
    }

    async fn admitted_by_token(
        &self,
        token: &str,
        demands: &[Demand],
        origin: &RequestOrigin,
    ) -> Result<Result<Admitted, NotAdmitted>, EngineError> {
        Ok(match self.authenticate_caller(token, origin).await? {
            Ok(TokenCaller::User(user)) => {
                let (session, account) = (user.shown().clone(), self.account_of(user.user()).await?);
                let held = self.hold(Subject::User(&account), demands, origin);
                held.map(|()| Admitted::User(Visitor { session, account, bearer: user.bearer().clone(), is_renewed: false }))
            }
            Ok(TokenCaller::Machine(application)) => {
                self.hold(Subject::Application(&application), demands, origin).map(|()| Admitted::Application(application))
            }
            Ok(TokenCaller::Delegate(_)) => {
                self.note_not_admitted(NotAdmitted::Delegate, Claim::Nobody, origin);
                Err(NotAdmitted::Delegate)
            }
            Err(TokenRefusal::PasswordDue) => Err(NotAdmitted::PasswordDue),
            Err(_) => Err(NotAdmitted::Unknown),
        })
    }

    /// Whoever is not let in moves no expiry: the cookie that would have to follow it is not set.
    async fn admitted_by_secret(
        &self,
        secret: &SessionSecret,
        by_cookie: bool,
        demands: &[Demand],
        origin: &RequestOrigin,
    ) -> Result<Result<Admitted, NotAdmitted>, EngineError> {
        let coming = self.coming(secret, origin).await?;
        let Some(coming) = coming.filter(|coming| !by_cookie || coming.is_of_browser()) else { return Ok(Err(NotAdmitted::Unknown)) };
        if coming.found.bearer.password_is_due {
            return Ok(Err(NotAdmitted::PasswordDue));
        }
        if let Err(why) = self.hold(Subject::User(&coming.account), demands, origin) {
            return Ok(Err(why));
        }
        Ok(Ok(Admitted::User(if by_cookie {
            self.renew(coming).await?
        } else {
            let session = self.touch(coming.found.session, TouchKind::Activity, coming.now).await?;
            Visitor { session, account: coming.account, bearer: coming.found.bearer, is_renewed: false }
        })))
    }

    /// Whether all of it holds for somebody; if not, the trail is told.
    fn hold(&self, subject: Subject<'_>, demands: &[Demand], origin: &RequestOrigin) -> Result<(), NotAdmitted> {
        let Some(why) = subject.lacks(demands) else { return Ok(()) };
        self.note_not_admitted(why, subject.claim(), origin);
        Err(why)
    }

    fn note_not_admitted(&self, lack: NotAdmitted, claim: Claim, origin: &RequestOrigin) {
        let Some(why) = lack.reason() else { return };
        self.refusals.note(RefusedCaller { what: Refused::Role, why, claim, origin, is_daily: false }, self.now());
    }
}

impl Admitted {
    /// What they are.
    pub fn groups(&self) -> Groups {
        let subject = match self {
            Self::User(visitor) => Subject::User(&visitor.account),
            Self::ServiceAccount(key) => Subject::ServiceAccount(key),
            Self::Application(application) => Subject::Application(application),
        };
        subject.groups()
    }
}

/// Somebody of whom something is demanded.
#[derive(Clone, Copy)]
enum Subject<'a> {
    User(&'a Account),
    ServiceAccount(&'a ValidApiKey),
    Application(&'a ClientApplication),
}

impl Subject<'_> {
    fn groups(self) -> Groups {
        match self {
            Self::User(account) => Groups::of_user(account),
            Self::ServiceAccount(key) => Groups::of_service_account(&key.org_code, &key.roles),
            Self::Application(_) => Groups::default(),
        }
    }

    /// The first demand that is not met, or that they may not come in at all.
    fn lacks(self, demands: &[Demand]) -> Option<NotAdmitted> {
        match self {
            Self::ServiceAccount(key) if !key.org_status.lets_sessions_live() => return Some(NotAdmitted::OrgClosed),
            Self::Application(_) if !demands.iter().any(|demand| demand.kind == DemandKind::Scope) => {
                return Some(NotAdmitted::Application);
            }
            _ => {}
        }
        demands.iter().find(|demand| !self.meets(demand)).map(|demand| NotAdmitted::Lacks(demand.kind))
    }

    fn meets(self, demand: &Demand) -> bool {
        match demand.kind {
            DemandKind::Tenant => self.belongs_to(demand),
            DemandKind::Role => {
                let groups = self.groups();
                demand.any_of.iter().any(|word| groups.contain(word))
            }
            DemandKind::Scope => {
                matches!(self, Self::Application(application) if demand.any_of.iter().any(|scope| application.has_scope(scope)))
            }
        }
    }

    /// Whether a tenant that the demand names is the user's home, has the user as a member, or is that of the machine.
    fn belongs_to(self, demand: &Demand) -> bool {
        match self {
            Self::User(Account { tenant: home, memberships, .. }) => {
                let tenants = home.iter().chain(memberships.iter().map(|membership| &membership.tenant));
                let mut open = tenants.filter(|tenant| tenant.status.lets_sessions_live());
                open.any(|tenant| demand.names_tenant(tenant.uid, Some(&tenant.code)))
            }
            Self::ServiceAccount(key) => demand.names_tenant(key.org_uid, Some(&key.org_code)),
            // Its code is not read with a token: it is named by the id alone.
            Self::Application(application) => application.record().tenant.is_some_and(|tenant| demand.names_tenant(tenant.uid, None)),
        }
    }

    /// Who it is, for the trail.
    fn claim(self) -> Claim {
        match self {
            Self::User(account) => Claim::Known(account.uid.to_string(), account.tenant.as_ref().map(|home| home.number)),
            Self::ServiceAccount(key) => Claim::Known(key.uid.to_string(), Some(key.org)),
            Self::Application(application) => {
                let record = application.record();
                Claim::Known(record.client_id.clone(), record.tenant.map(|tenant| tenant.number))
            }
        }
    }
}
