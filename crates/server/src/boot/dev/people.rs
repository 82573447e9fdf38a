//! Who there is: a directory file, and what its people are in words.

use cloakroom_engine::directory::document::UserEntry;
use cloakroom_engine::directory::{MembershipRole, PlatformRole};

use crate::directory_file;
use crate::failure::Failure;

/// The directory file.
pub(super) const DIRECTORY: &str = include_str!("../../../assets/dev/directory.yaml");

/// Everybody's password. It is in the sources, so no secret.
pub const PASSWORD: &str = "Correct-horse-7";

/// Somebody who may sign in.
#[derive(Debug, PartialEq, Eq)]
pub struct Person {
    /// What they sign in as.
    pub username: String,
    /// Their mail address, by which USM knows them.
    pub email: String,
    /// What they are, such as `owner of ACME`.
    pub standing: String,
}

/// Everybody, in the order of the file.
pub(super) fn all() -> Result<Vec<Person>, Failure> {
    let document = directory_file::read(DIRECTORY).map_err(Failure::new)?;
    Ok(document.users.into_iter().map(Person::of).collect())
}

impl Person {
    fn of(entry: UserEntry) -> Self {
        Self { standing: standing(&entry), username: entry.username, email: entry.email.unwrap_or_default() }
    }
}

/// The most that somebody is.
fn standing(entry: &UserEntry) -> String {
    let tenant = entry.tenant.as_deref().unwrap_or("no tenant");
    match entry.role {
        Some(PlatformRole::SuperAdmin) => return "platform administrator".to_owned(),
        Some(PlatformRole::PartnerAdmin) => return format!("administrator of the partner of {tenant}"),
        Some(PlatformRole::TenantAdmin) => return format!("administrator of {tenant}"),
        Some(PlatformRole::None) | None => {}
    }
    if entry.is_operator == Some(true) {
        return "operator".to_owned();
    }
    match entry.memberships.iter().flatten().next() {
        Some((of, MembershipRole::Owner)) => format!("owner of {of}"),
        Some((of, MembershipRole::Admin)) => format!("administrator in {of}"),
        Some((of, MembershipRole::Member)) => format!("member of {of}"),
        None => format!("user of {tenant}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_is_somebody_of_every_kind() {
        let all = all().unwrap();
        let standings: Vec<_> = all.iter().map(|person| person.standing.as_str()).collect();
        for kind in ["platform administrator", "operator", "administrator of ACME", "owner of ACME", "member of GLOBEX"] {
            assert!(standings.contains(&kind), "{kind}: {standings:?}");
        }
        assert!(all.iter().all(|person| person.email.contains('@')));
    }
}
