//! What the directory has entries of, and where their pages are.

use utoipa::openapi::path::{Parameter as Described, ParameterIn};

use super::sheet::Level;
use crate::http::declared::About;
use crate::http::declared::parameters::{Given, Parameter, described};
use crate::http::declared::types::words_of;

/// What an entry of the directory is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Noun {
    Users,
    Tenants,
    Partners,
    Applications,
    IdentityProviders,
}

/// The names of the texts about a noun.
pub struct NounTexts {
    pub all: &'static str,
    pub one: &'static str,
    /// Making one.
    pub new: &'static str,
    /// That there is none.
    pub none: &'static str,
    /// What removing one does.
    pub removing: &'static str,
}

impl Noun {
    pub const ALL: [Self; 5] = [Self::Users, Self::Tenants, Self::Partners, Self::Applications, Self::IdentityProviders];

    /// As addresses have it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Users => "users",
            Self::Tenants => "tenants",
            Self::Partners => "partners",
            Self::Applications => "applications",
            Self::IdentityProviders => "identity-providers",
        }
    }

    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|noun| noun.word() == word)
    }

    pub const fn texts(self) -> NounTexts {
        match self {
            Self::Users => NounTexts { all: "users", one: "user-one", new: "user-new", none: "users-none", removing: "user-removing" },
            Self::Tenants => {
                NounTexts { all: "tenants", one: "tenant", new: "tenant-new", none: "tenants-none", removing: "tenant-removing" }
            }
            Self::Partners => {
                NounTexts { all: "partners", one: "partner", new: "partner-new", none: "partners-none", removing: "partner-removing" }
            }
            Self::Applications => NounTexts {
                all: "applications",
                one: "application-one",
                new: "application-new",
                none: "applications-none",
                removing: "application-removing",
            },
            Self::IdentityProviders => {
                NounTexts { all: "providers", one: "provider", new: "provider-new", none: "providers-none", removing: "provider-removing" }
            }
        }
    }

    /// The statuses that its list can be narrowed to.
    pub fn statuses(self) -> Vec<&'static str> {
        use cloakroom_engine::directory::identity_provider::IdentityProviderStatus;
        use cloakroom_engine::directory::{ApplicationStatus, PartnerStatus, TenantStatus, UserStatus};

        use crate::http::declared::words::spellings;
        match self {
            Self::Users => spellings::<UserStatus>(),
            Self::Tenants => spellings::<TenantStatus>(),
            Self::Partners => spellings::<PartnerStatus>(),
            Self::Applications => spellings::<ApplicationStatus>(),
            Self::IdentityProviders => spellings::<IdentityProviderStatus>(),
        }
    }

    /// Who makes, changes and removes entries.
    pub const fn changed_by(self) -> Level {
        match self {
            Self::Users | Self::Applications | Self::IdentityProviders => Level::Tenant,
            Self::Tenants => Level::Partner,
            Self::Partners => Level::Platform,
        }
    }

    /// Who changes one that is there: a tenant's own administrators set its policy.
    pub const fn edited_by(self) -> Level {
        match self {
            Self::Tenants => Level::Tenant,
            other => other.changed_by(),
        }
    }

    /// Where its list is.
    pub const fn path(self) -> &'static str {
        match self {
            Self::Users => "/console/directory/users",
            Self::Tenants => "/console/directory/tenants",
            Self::Partners => "/console/directory/partners",
            Self::Applications => "/console/directory/applications",
            Self::IdentityProviders => "/console/directory/identity-providers",
        }
    }

    /// Where the page of an entry is.
    pub fn entry(self, uid: impl std::fmt::Display) -> String {
        format!("{}/{uid}", self.path())
    }
}

/// A noun in a path. Any other word names none.
pub struct NounWord;

impl Parameter for NounWord {
    type Value = Option<Noun>;

    fn take(given: &mut Given, name: &'static str) -> Option<Option<Noun>> {
        Some(given.all(name).next().and_then(Noun::parse))
    }

    fn describe(name: &'static str, place: ParameterIn, about: About) -> Vec<Described> {
        described(name, place, true, words_of(Noun::ALL.map(Noun::word)), about)
    }
}
