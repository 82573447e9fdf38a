//! Which build this is.

/// Version and commit, as SemVer writes the metadata of a build; the commit is `unknown` where it was built without its history.
pub const BUILD_ID: &str = env!("CLOAKROOM_BUILD_ID");
