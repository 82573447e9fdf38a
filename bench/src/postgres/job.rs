//! What is measured on PostgreSQL.

/// What the callers do.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Job {
    Validate,
    Create,
    Refresh,
}

impl Job {
    pub(crate) const ALL: [Self; 3] = [Self::Validate, Self::Create, Self::Refresh];

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Validate => "validate",
            Self::Create => "create",
            Self::Refresh => "refresh",
        }
    }
}
