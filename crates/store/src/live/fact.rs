//! The kinds of facts, and which tables hold them.

/// One row that verdicts rest on, by its number.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(crate) struct Fact {
    pub(crate) kind: FactKind,
    number: i64,
}

/// What a row is. The feed of PostgreSQL names them by these numbers.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[repr(i16)]
pub enum FactKind {
    Server = 1,
    Partner = 2,
    Tenant = 3,
    Application = 4,
    ServiceAccount = 5,
    User = 6,
    // 7 was an address by itself, until the feed told of its user instead.
    Session = 8,
    Grant = 9,
    ApiKey = 10,
    /// Whether a token was revoked by itself: the first eight bytes of its uid.
    TokenRevocation = 11,
    /// A change that does not say what it changed. Nothing rests on it; everything falls with it.
    Everything = 12,
}

impl FactKind {
    pub(crate) const fn numbered(self, number: i64) -> Fact {
        Fact { kind: self, number }
    }
}

impl Fact {
    /// The one row of its table.
    pub(crate) const SERVER: Self = FactKind::Server.numbered(1);
    pub(crate) const EVERYTHING: Self = FactKind::Everything.numbered(0);

    /// As a database tells of it. What is not known to be one row may be all.
    pub(crate) fn told(code: i64, number: i64) -> Self {
        let kinds = FACT_TABLES.iter().map(|table| table.kind);
        kinds.into_iter().find(|kind| *kind as i64 == code).map_or(Self::EVERYTHING, |kind| kind.numbered(number))
    }

    /// Whether all that is remembered may rest on it.
    pub(super) const fn is_shared(self) -> bool {
        use FactKind::{Application, Partner, Server, ServiceAccount, Tenant};
        matches!(self.kind, Server | Partner | Tenant | Application | ServiceAccount)
    }

    /// Kind and number, their bits spread over all 64.
    pub(super) fn scattered(self) -> u64 {
        let mixed = (self.number as u64 ^ ((self.kind as u64) << 57)).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        (mixed ^ (mixed >> 29)).wrapping_mul(0xBF58_476D_1CE4_E5B9)
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
    // What a user has: an account shows all of it, and a session rests on the address that it was opened with.
    FactTable { number: "user_number", births_count: true, ..FactTable::of(FactKind::User, "emails") },
    FactTable { number: "user_number", births_count: true, ..FactTable::of(FactKind::User, "memberships") },
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
