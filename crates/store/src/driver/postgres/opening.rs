//! What is checked before a database is used.

use super::Address;
use super::link::Link;
use super::open_error::{OLDEST_POSTGRES, OpenError};

/// Refuses what cannot be ours, before anything is changed.
pub(super) async fn check(link: &Link, address: &Address) -> Result<(), OpenError> {
    let sql = "SELECT current_setting('server_version_num')::int4, current_setting('server_encoding')";
    let row = link.client().query_one(sql, &[]).await?;
    check_version(row.get(0))?;
    let encoding: &str = row.get(1);
    if encoding != "UTF8" {
        return Err(OpenError::Encoding(address.to_string(), encoding.to_owned()));
    }
    let sql = "SELECT count(*) FILTER (WHERE tablename = 'migrations'), count(*) FROM pg_tables WHERE schemaname = current_schema()";
    let row = link.client().query_one(sql, &[]).await?;
    match (row.get::<_, i64>(0), row.get::<_, i64>(1)) {
        (0, tables) if tables > 0 => Err(OpenError::Foreign(address.to_string())),
        _ => Ok(()),
    }
}

const fn check_version(found: i32) -> Result<(), OpenError> {
    if found < OLDEST_POSTGRES { Err(OpenError::TooOld { found }) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_old_postgres_is_refused() {
        assert!(matches!(check_version(140_020), Err(OpenError::TooOld { found: 140_020 })));
        assert!(check_version(OLDEST_POSTGRES).is_ok() && check_version(180_001).is_ok());
    }
}
