//! The documents that a server has about itself.

/// The descriptions of the server's surfaces.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Document {
    /// OpenAPI of every API of the server, JSON.
    Whole,
    /// OpenAPI of these calls, YAML.
    Operations,
    /// OpenAPI of USM, YAML.
    Usm,
    /// USM for language models, Markdown.
    UsmProtocol,
    /// OpenAPI of login and token rotation, YAML.
    UserTokens,
    /// OpenAPI of the sessions API, JSON.
    Sessions,
    /// OpenAPI of one's own account, YAML.
    Account,
    /// OpenAPI of the directory, JSON.
    Directory,
    /// OpenAPI of the audit trail, YAML.
    Audit,
    /// OpenAPI of the authenticated sessions, JSON.
    AuthenticatedSessions,
    /// OpenAPI of session storage, YAML.
    SessionStorage,
    /// OpenAPI of the standard endpoints, YAML.
    Oauth,
    /// OpenAPI of the pages for browsers, YAML.
    FrontDoor,
}

impl Document {
    /// Every one.
    pub const ALL: &'static [Self] = &[
        Self::Whole,
        Self::Operations,
        Self::Usm,
        Self::UsmProtocol,
        Self::UserTokens,
        Self::Sessions,
        Self::Account,
        Self::Directory,
        Self::Audit,
        Self::AuthenticatedSessions,
        Self::SessionStorage,
        Self::Oauth,
        Self::FrontDoor,
    ];

    pub(super) const fn path(self) -> &'static [&'static str] {
        match self {
            Self::Whole => &["openapi.json"],
            Self::Operations => &["openapi", "operations.yaml"],
            Self::Usm => &["usm", "openapi.yaml"],
            Self::UsmProtocol => &["usm", "PROTOCOL.md"],
            Self::UserTokens => &["openapi", "user-tokens.yaml"],
            Self::Sessions => &["api", "v1", "openapi.json"],
            Self::Account => &["openapi", "account.yaml"],
            Self::Directory => &["api", "v1", "directory", "openapi.json"],
            Self::Audit => &["openapi", "audit.yaml"],
            Self::AuthenticatedSessions => &["api", "admin", "openapi.json"],
            Self::SessionStorage => &["session-storage", "openapi.yaml"],
            Self::Oauth => &["oauth", "openapi.yaml"],
            Self::FrontDoor => &["openapi", "front-door.yaml"],
        }
    }
}
