//! What is wrong with one parameter of the query or the path.

use std::borrow::Cow;

/// What is wrong with one parameter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParameterError {
    pub name: &'static str,
    /// What it must be; never the value given.
    pub problem: Cow<'static, str>,
    /// Tells one sort of problem from another where a surface has words for that.
    pub kind: &'static str,
}
