//! The kinds of facts, and which tables hold them.

/// One row that verdicts rest on, by its number.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(crate) enum Fact {
    Server,
    Partner(i64),
    Tenant(i64),
    Application(i64),
    ServiceAccount(i64),
    User(i64),
    Email(i64),
    Session(i64),
    Grant(i64),
    ApiKey(i64),
    /// Whether a token was revoked by itself: the first eight bytes of its uid.
    TokenRevocation(i64),
    /// A change that does not say what it changed. Nothing rests on it; everything falls with it.
    Everything,
}

/// As the feed of PostgreSQL names them.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[repr(i16)]
pub enum FactKind {
    Server = 1,
    Partner = 2,
    Tenant = 3,
    Application = 4,
    ServiceAccount = 5,
    User = 6,
    Email = 7,
    Session = 8,
    Grant = 9,
    ApiKey = 10,
    TokenRevocation = 11,
    Everything = 12,
}

impl Fact {
    /// Whether all that is remembered may rest on it.
    pub(super) const fn is_shared(self) -> bool {
        matches!(self, Self::Server | Self::Partner(_) | Self::Tenant(_) | Self::Application(_) | Self::ServiceAccount(_))
    }

    /// Kind and number, their bits spread over all 64.
    pub(super) fn scattered(self) -> u64 {
        let (kind, number) = self.parts();
        let mixed = (number as u64 ^ ((kind as u64) << 57)).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        (mixed ^ (mixed >> 29)).wrapping_mul(0xBF58_476D_1CE4_E5B9)
    }

    const fn parts(self) -> (FactKind, i64) {
        match self {
            Self::Server => (FactKind::Server, 0),
            Self::Partner(number) => (FactKind::Partner, number),
            Self::Tenant(number) => (FactKind::Tenant, number),
            Self::Application(number) => (FactKind::Application, number),
            Self::ServiceAccount(number) => (FactKind::ServiceAccount, number),
            Self::User(number) => (FactKind::User, number),
            Self::Email(number) => (FactKind::Email, number),
            Self::Session(number) => (FactKind::Session, number),
            Self::Grant(number) => (FactKind::Grant, number),
            Self::ApiKey(number) => (FactKind::ApiKey, number),
            Self::TokenRevocation(number) => (FactKind::TokenRevocation, number),
            Self::Everything => (FactKind::Everything, 0),
        }
    }
}

impl FactKind {
    const ALL: [Self; 12] = [
        Self::Server,
        Self::Partner,
        Self::Tenant,
        Self::Application,
        Self::ServiceAccount,
        Self::User,
        Self::Email,
        Self::Session,
        Self::Grant,
        Self::ApiKey,
        Self::TokenRevocation,
        Self::Everything,
    ];

    pub(crate) fn from_code(code: i64) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| *kind as i64 == code)
    }

    pub(crate) const fn numbered(self, number: i64) -> Fact {
        match self {
            Self::Server => Fact::Server,
            Self::Partner => Fact::Partner(number),
            Self::Tenant => Fact::Tenant(number),
            Self::Application => Fact::Application(number),
            Self::ServiceAccount => Fact::ServiceAccount(number),
            Self::User => Fact::User(number),
            Self::Email => Fact::Email(number),
            Self::Session => Fact::Session(number),
            Self::Grant => Fact::Grant(number),
            Self::ApiKey => Fact::ApiKey(number),
            Self::TokenRevocation => Fact::TokenRevocation(number),
            Self::Everything => Fact::Everything,
        }
    }
}

/// A table whose rows are facts, or belong to one.
pub struct FactTable {
    pub name: &'static str,
    pub kind: FactKind,
    /// The column that has the number of the fact; of a uid, its first eight bytes.
    pub number: &'static str,
    /// Whether a new row changes a fact: it belongs to one that is there. Otherwise nobody has remembered that it was absent.
    pub births_count: bool,
    /// Columns that no verdict looks at: a change of nothing else is none.
    pub unheeded: &'static [&'static str],
}

impl FactTable {
    const fn of(kind: FactKind, name: &'static str) -> Self {
        Self { name, kind, number: "number", births_count: false, unheeded: &[] }
    }
}

/// Every table that what is remembered is read from.
pub const FACT_TABLES: &[FactTable] = &[
    FactTable { number: "only_row", ..FactTable::of(FactKind::Server, "server") },
    FactTable::of(FactKind::Partner, "partners"),
    FactTable::of(FactKind::Tenant, "tenants"),
    FactTable::of(FactKind::Application, "applications"),
    FactTable { number: "application_number", births_count: true, ..FactTable::of(FactKind::Application, "client_secrets") },
    FactTable::of(FactKind::ServiceAccount, "service_accounts"),
    FactTable::of(FactKind::User, "users"),
    FactTable::of(FactKind::Email, "emails"),
    FactTable { unheeded: &["due"], ..FactTable::of(FactKind::Session, "sessions") },
    // What a touch moves, the memory learns from the touches; who sets an expiry begins a new edition.
    FactTable {
        number: "session_number",
        unheeded: &["last_validated_at", "last_active_at", "expires_at"],
        ..FactTable::of(FactKind::Session, "session_touches")
    },
    FactTable::of(FactKind::Grant, "session_grants"),
    FactTable { unheeded: &["last_used_at"], ..FactTable::of(FactKind::ApiKey, "api_keys") },
    FactTable { number: "token_uid", births_count: true, ..FactTable::of(FactKind::TokenRevocation, "revoked_tokens") },
];

/// The number of a fact that a uid names.
pub(crate) fn number_of_uid(uid: &[u8]) -> i64 {
    let mut first = [0; 8];
    for (to, from) in first.iter_mut().zip(uid) {
        *to = *from;
    }
    i64::from_be_bytes(first)
}
