//! What servers of each schema wrote, and what they showed to their clients.

use std::fmt::Write as _;

use serde_json::Value;

const ROWS: &str = include_str!("../data/upgrades/rows.sql");
const SHOWN: &str = include_str!("../data/upgrades/shown.json");

/// The master key that everything was made with.
pub const MASTER: &str = "6b1f0e2d9c8a47b35e6d7f8091a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4";

/// What the tokens name.
pub const ISSUER: &str = "https://id.example.com";

/// Totals as servers of schema 7 kept them, of the sessions as they are.
const TOTALS: &str = "DELETE FROM session_counts;
INSERT INTO session_counts
SELECT coalesce(tenant_number, 0), coalesce(tenant_epoch, -1), coalesce(partner_number, 0), coalesce(partner_epoch, -1),
    coalesce(application_number, 0), coalesce(application_epoch, -1), server_epoch, {told_apart}
    sum(CASE WHEN state = 0 THEN 1 ELSE 0 END), sum(CASE WHEN state = 1 THEN 1 ELSE 0 END), sum(CASE WHEN state = 2 THEN 1 ELSE 0 END)
    {born}
FROM sessions GROUP BY {columns};";

/// The statements of a server of this schema, after the migration of that number.
pub fn written_under(schema: usize) -> String {
    let begins = format!("-- after {schema}\n");
    let rows = ROWS.split_once(&begins).map_or("", |(_, section)| section.split("-- after ").next().unwrap_or_default());
    let mut statements = rows.to_owned();
    // They counted a session with the statement after the one that wrote it.
    let totals = match schema {
        ..7 => String::new(),
        7..12 => TOTALS.replace("{told_apart}", "").replace("{born}", "").replace("{columns}", "1, 2, 3, 4, 5, 6, 7"),
        12.. => {
            let told_apart = "CASE state WHEN 0 THEN coalesce(device_type, '') ELSE '' END,
                CASE state WHEN 0 THEN coalesce(application_family, '') ELSE '' END,";
            let born = ", sum(CASE WHEN state = 0 THEN created_at / 1000 ELSE 0 END),
                sum(CASE WHEN state = 0 THEN created_at % 1000 ELSE 0 END)";
            let columns = "1, 2, 3, 4, 5, 6, 7, 8, 9";
            TOTALS.replace("{told_apart}", told_apart).replace("{born}", born).replace("{columns}", columns)
        }
    };
    write!(statements, "{totals}").unwrap();
    statements
}

/// What clients of a server of a schema hold.
#[derive(Debug)]
pub struct Shown {
    pub schema: usize,
    said: Value,
}

impl Shown {
    pub fn get(&self, name: &str) -> Option<&str> {
        self.said[name].as_str()
    }
}

/// All of them, the oldest first.
pub fn shown() -> Vec<Shown> {
    let all: Value = serde_json::from_str(SHOWN).unwrap();
    let of = |said: &Value| Shown { schema: said["schema"].as_u64().unwrap().try_into().unwrap(), said: said.clone() };
    all["after"].as_array().unwrap().iter().map(of).collect()
}

/// When the last of it was shown, in milliseconds since 1970.
pub fn ended_at() -> i64 {
    let all: Value = serde_json::from_str(SHOWN).unwrap();
    all["at"].as_i64().unwrap()
}
