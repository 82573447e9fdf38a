//! Which migrations are to be run, and when to refuse: the same rules for every database. A driver reads what is recorded in its
//! `migrations` table (version, name, checksum, applied_at in seconds of the Unix epoch), asks [`plan`], and runs each answer in
//! one transaction together with its record.

use cloakroom_engine::hex::hex;
use sha2::{Digest, Sha256};

/// One numbered file of SQL. Forward only: once released, its text never changes.
#[derive(Debug, Clone, Copy)]
pub struct Migration {
    /// From 1, without gaps, the same for every database.
    pub version: i64,
    /// The file name without number and ending.
    pub name: &'static str,
    /// The statements; none of them begins or ends a transaction.
    pub sql: &'static str,
}

/// The migrations of SQLite, in order.
pub const SQLITE: &[Migration] = &[
    Migration { version: 1, name: "initial", sql: include_str!("../migrations/sqlite/0001_initial.sql") },
    Migration { version: 2, name: "tokens", sql: include_str!("../migrations/sqlite/0002_tokens.sql") },
    Migration { version: 3, name: "sessions_api", sql: include_str!("../migrations/sqlite/0003_sessions_api.sql") },
    Migration { version: 4, name: "whence", sql: include_str!("../migrations/sqlite/0004_whence.sql") },
    Migration { version: 5, name: "application_grants", sql: include_str!("../migrations/sqlite/0005_application_grants.sql") },
    Migration { version: 6, name: "audit_chain", sql: include_str!("../migrations/sqlite/0006_audit_chain.sql") },
    Migration { version: 7, name: "session_counts", sql: include_str!("../migrations/sqlite/0007_session_counts.sql") },
    Migration { version: 8, name: "api_keys", sql: include_str!("../migrations/sqlite/0008_api_keys.sql") },
    Migration { version: 9, name: "directory_api", sql: include_str!("../migrations/sqlite/0009_directory_api.sql") },
    Migration { version: 10, name: "account_mails", sql: include_str!("../migrations/sqlite/0010_account_mails.sql") },
    Migration { version: 11, name: "session_storage", sql: include_str!("../migrations/sqlite/0011_session_storage.sql") },
    Migration { version: 12, name: "session_statistics", sql: include_str!("../migrations/sqlite/0012_session_statistics.sql") },
    Migration { version: 13, name: "one_time_passwords", sql: include_str!("../migrations/sqlite/0013_one_time_passwords.sql") },
    Migration { version: 14, name: "audit_retention", sql: include_str!("../migrations/sqlite/0014_audit_retention.sql") },
    Migration { version: 15, name: "password_costs", sql: include_str!("../migrations/sqlite/0015_password_costs.sql") },
    Migration { version: 16, name: "revoked_tokens", sql: include_str!("../migrations/sqlite/0016_revoked_tokens.sql") },
    Migration { version: 17, name: "refused_tenants", sql: include_str!("../migrations/sqlite/0017_refused_tenants.sql") },
    Migration { version: 18, name: "fact_feed", sql: include_str!("../migrations/sqlite/0018_fact_feed.sql") },
    Migration { version: 19, name: "account_facts", sql: include_str!("../migrations/sqlite/0019_account_facts.sql") },
    Migration { version: 20, name: "openid_applications", sql: include_str!("../migrations/sqlite/0020_openid_applications.sql") },
    Migration { version: 21, name: "openid_provider", sql: include_str!("../migrations/sqlite/0021_openid_provider.sql") },
    Migration { version: 22, name: "logout_notices", sql: include_str!("../migrations/sqlite/0022_logout_notices.sql") },
    Migration { version: 23, name: "authentication", sql: include_str!("../migrations/sqlite/0023_authentication.sql") },
    Migration { version: 24, name: "identity_providers", sql: include_str!("../migrations/sqlite/0024_identity_providers.sql") },
    Migration { version: 25, name: "identities", sql: include_str!("../migrations/sqlite/0025_identities.sql") },
    Migration { version: 26, name: "session_metadata", sql: include_str!("../migrations/sqlite/0026_session_metadata.sql") },
    Migration { version: 27, name: "mass_ends", sql: include_str!("../migrations/sqlite/0027_mass_ends.sql") },
    Migration { version: 28, name: "activity", sql: include_str!("../migrations/sqlite/0028_activity.sql") },
];

/// The migrations of PostgreSQL, in order: the same numbers and names.
pub const POSTGRES: &[Migration] = &[
    Migration { version: 1, name: "initial", sql: include_str!("../migrations/postgres/0001_initial.sql") },
    Migration { version: 2, name: "tokens", sql: include_str!("../migrations/postgres/0002_tokens.sql") },
    Migration { version: 3, name: "sessions_api", sql: include_str!("../migrations/postgres/0003_sessions_api.sql") },
    Migration { version: 4, name: "whence", sql: include_str!("../migrations/postgres/0004_whence.sql") },
    Migration { version: 5, name: "application_grants", sql: include_str!("../migrations/postgres/0005_application_grants.sql") },
    Migration { version: 6, name: "audit_chain", sql: include_str!("../migrations/postgres/0006_audit_chain.sql") },
    Migration { version: 7, name: "session_counts", sql: include_str!("../migrations/postgres/0007_session_counts.sql") },
    Migration { version: 8, name: "api_keys", sql: include_str!("../migrations/postgres/0008_api_keys.sql") },
    Migration { version: 9, name: "directory_api", sql: include_str!("../migrations/postgres/0009_directory_api.sql") },
    Migration { version: 10, name: "account_mails", sql: include_str!("../migrations/postgres/0010_account_mails.sql") },
    Migration { version: 11, name: "session_storage", sql: include_str!("../migrations/postgres/0011_session_storage.sql") },
    Migration { version: 12, name: "session_statistics", sql: include_str!("../migrations/postgres/0012_session_statistics.sql") },
    Migration { version: 13, name: "one_time_passwords", sql: include_str!("../migrations/postgres/0013_one_time_passwords.sql") },
    Migration { version: 14, name: "audit_retention", sql: include_str!("../migrations/postgres/0014_audit_retention.sql") },
    Migration { version: 15, name: "password_costs", sql: include_str!("../migrations/postgres/0015_password_costs.sql") },
    Migration { version: 16, name: "revoked_tokens", sql: include_str!("../migrations/postgres/0016_revoked_tokens.sql") },
    Migration { version: 17, name: "refused_tenants", sql: include_str!("../migrations/postgres/0017_refused_tenants.sql") },
    Migration { version: 18, name: "fact_feed", sql: include_str!("../migrations/postgres/0018_fact_feed.sql") },
    Migration { version: 19, name: "account_facts", sql: include_str!("../migrations/postgres/0019_account_facts.sql") },
    Migration { version: 20, name: "openid_applications", sql: include_str!("../migrations/postgres/0020_openid_applications.sql") },
    Migration { version: 21, name: "openid_provider", sql: include_str!("../migrations/postgres/0021_openid_provider.sql") },
    Migration { version: 22, name: "logout_notices", sql: include_str!("../migrations/postgres/0022_logout_notices.sql") },
    Migration { version: 23, name: "authentication", sql: include_str!("../migrations/postgres/0023_authentication.sql") },
    Migration { version: 24, name: "identity_providers", sql: include_str!("../migrations/postgres/0024_identity_providers.sql") },
    Migration { version: 25, name: "identities", sql: include_str!("../migrations/postgres/0025_identities.sql") },
    Migration { version: 26, name: "session_metadata", sql: include_str!("../migrations/postgres/0026_session_metadata.sql") },
    Migration { version: 27, name: "mass_ends", sql: include_str!("../migrations/postgres/0027_mass_ends.sql") },
    Migration { version: 28, name: "activity", sql: include_str!("../migrations/postgres/0028_activity.sql") },
];

/// What the database says about a migration it has seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recorded {
    /// [`Migration::version`].
    pub version: i64,
    /// [`Migration::name`] at the time.
    pub name: String,
    /// [`Migration::checksum`] at the time.
    pub checksum: String,
}

/// Why a schema is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MigrateError {
    /// A newer binary has been here. Going on could destroy what this one does not know of.
    #[error(
        "the database has schema {found} ({found_name}), this binary knows schemas up to {known}; run the binary that made it, or a newer one"
    )]
    Newer {
        /// The greatest version recorded.
        found: i64,
        /// Its name.
        found_name: String,
        /// The greatest version of this binary.
        known: i64,
    },
    /// A released file was edited, or the record was.
    #[error(
        "migration {version} is recorded as {recorded_name} with checksum {recorded}, this binary has {known_name} with {known}; a migration must never change"
    )]
    Changed {
        /// Which one.
        version: i64,
        /// The name in the database.
        recorded_name: String,
        /// The checksum in the database.
        recorded: String,
        /// The name in this binary.
        known_name: &'static str,
        /// The checksum in this binary.
        known: String,
    },
    /// A migration of this binary has not run yet, and this opening of the database may not run it.
    #[error("the database lacks migration {missing} of this binary; start the server on it once")]
    Behind {
        /// The first that is missing.
        missing: i64,
    },
    /// Its tables, indexes, triggers or views are not those of its migrations: somebody else changed them.
    #[error("{object} {how}: somebody altered the schema, and what they planted would act with every right of the server")]
    Strange {
        /// Kind and name.
        object: String,
        /// In what way it differs.
        how: &'static str,
    },
    /// The record has a hole, or this binary's list is not 1, 2, 3, ….
    #[error("migration {0} is missing from the sequence")]
    Gap(i64),
}

impl Migration {
    /// SHA-256 of the SQL text, in lower-case hexadecimal.
    #[must_use]
    pub fn checksum(&self) -> String {
        hex(&Sha256::digest(self.sql.as_bytes()))
    }
}

/// The migrations of `known` still to be run on a database that has recorded `recorded` (in order of version).
///
/// # Errors
/// [`MigrateError`] where the record does not fit this binary; then nothing may be run.
pub fn plan<'m>(known: &'m [Migration], recorded: &[Recorded]) -> Result<&'m [Migration], MigrateError> {
    for (place, migration) in (1..).zip(known) {
        if migration.version != place {
            return Err(MigrateError::Gap(place));
        }
    }
    if let Some(newest) = recorded.last().filter(|newest| newest.version > known.len() as i64) {
        return Err(MigrateError::Newer { found: newest.version, found_name: newest.name.clone(), known: known.len() as i64 });
    }
    for (migration, record) in known.iter().zip(recorded) {
        if migration.version != record.version {
            return Err(MigrateError::Gap(migration.version));
        }
        let checksum = migration.checksum();
        if checksum != record.checksum || migration.name != record.name {
            return Err(MigrateError::Changed {
                version: migration.version,
                recorded_name: record.name.clone(),
                recorded: record.checksum.clone(),
                known_name: migration.name,
                known: checksum,
            });
        }
    }
    Ok(known.get(recorded.len()..).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    const KNOWN: &[Migration] =
        &[Migration { version: 1, name: "one", sql: "SELECT 1" }, Migration { version: 2, name: "two", sql: "SELECT 2" }];

    fn record(migration: &Migration) -> Recorded {
        Recorded { version: migration.version, name: migration.name.into(), checksum: migration.checksum() }
    }

    #[test]
    fn the_rest_is_planned() {
        assert_eq!(plan(KNOWN, &[]).unwrap().len(), 2);
        assert_eq!(plan(KNOWN, &[record(&KNOWN[0])]).unwrap()[0].version, 2);
        assert!(plan(KNOWN, &[record(&KNOWN[0]), record(&KNOWN[1])]).unwrap().is_empty());
    }

    #[test]
    fn a_newer_schema_is_refused_naming_both() {
        let newer = Recorded { version: 3, name: "three".into(), checksum: String::new() };
        let error = plan(KNOWN, &[record(&KNOWN[0]), record(&KNOWN[1]), newer]).unwrap_err();
        assert!(error.to_string().contains("schema 3 (three)") && error.to_string().contains("up to 2"), "{error}");
    }

    #[test]
    fn a_changed_file_is_refused_naming_both() {
        let changed = Recorded { checksum: "00".into(), ..record(&KNOWN[0]) };
        let error = plan(KNOWN, &[changed]).unwrap_err().to_string();
        assert!(error.contains("checksum 00") && error.contains(&KNOWN[0].checksum()), "{error}");
    }

    #[test]
    fn a_hole_is_refused() {
        assert_eq!(plan(KNOWN, &[record(&KNOWN[1])]).unwrap_err(), MigrateError::Gap(1));
        assert_eq!(plan(&KNOWN[1..], &[]).unwrap_err(), MigrateError::Gap(1));
    }

    #[test]
    fn what_ships_is_in_sequence() {
        assert_eq!(plan(SQLITE, &[]).unwrap().len(), SQLITE.len());
    }
}
