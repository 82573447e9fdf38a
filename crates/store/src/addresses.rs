//! Under which spelling an address is kept. The one place for it, whoever looks for one.

use cloakroom_engine::directory::SoughtEmail;

use crate::driver::{Connection, DriverError, one};
use crate::params;

/// The spelling of today before those that older versions kept.
const KEPT: &str = "SELECT address FROM emails WHERE address IN ($1, $2, $3, $4, $5, $6, $7)
    ORDER BY CASE WHEN address = $1 THEN 0 ELSE 1 END, address LIMIT 1";

/// The spelling that the address is kept in, or would be. It takes as many statements whether or not anybody has it (P5).
pub(crate) async fn kept(conn: &mut dyn Connection, sought: &SoughtEmail) -> Result<String, DriverError> {
    let spellings = sought.spellings();
    let today = sought.name().unwrap_or_default();
    if spellings.len() <= 1 {
        return Ok(today.to_owned());
    }
    let all: [&str; SoughtEmail::MOST] = std::array::from_fn(|at| spellings.get(at).map_or(today, String::as_str));
    let [a, b, c, d, e, f, g] = all;
    let found = one::<String>(conn, KEPT, params![a, b, c, d, e, f, g]).await?;
    Ok(found.unwrap_or_else(|| today.to_owned()))
}
