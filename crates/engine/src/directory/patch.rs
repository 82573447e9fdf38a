//! A change of a value that may be absent: left, taken away or set.

/// What becomes of a value that may be absent.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub enum Patch<T> {
    #[default]
    Keep,
    Clear,
    Set(T),
}

/// What is not said is left as it is.
impl<T> From<Option<T>> for Patch<T> {
    fn from(said: Option<T>) -> Self {
        said.map_or(Self::Keep, Self::Set)
    }
}

impl<T> Patch<T> {
    /// What stands after it where `current` stood before.
    pub fn over(self, current: Option<T>) -> Option<T> {
        match self {
            Self::Keep => current,
            Self::Clear => None,
            Self::Set(value) => Some(value),
        }
    }

    pub const fn keeps(&self) -> bool {
        matches!(self, Self::Keep)
    }
}
