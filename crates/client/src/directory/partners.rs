//! Partners, `prt_…`.

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::entries::{Entries, Noun};
use crate::error::Result;

/// The calls about partners.
pub type Partners<'c> = Entries<'c, Partner>;

/// Somebody who brings tenants. Times are RFC 3339 in UTC.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[non_exhaustive]
pub struct Partner {
    /// `prt_…`
    pub id: String,
    /// Unique, for programs.
    pub code: String,
    /// For people.
    pub name: String,
    /// `active` or `doomed`.
    pub status: String,
    /// When it was created.
    pub created_at: String,
    /// When it last changed.
    pub updated_at: String,
}

impl Noun for Partner {
    const PLURAL: &'static str = "partners";
}

impl Partners<'_> {
    /// Creates a partner; without a name it is called by its code.
    ///
    /// # Errors
    /// 403; 409 where the code was ever taken; 422 with each bad value.
    pub async fn create(self, code: &str, name: Option<&str>) -> Result<Partner> {
        let new = name.map_or_else(|| json!({ "code": code }), |name| json!({ "code": code, "name": name }));
        self.create_from(&new).await
    }

    /// Gives a partner another name.
    ///
    /// # Errors
    /// 403, 404, 422.
    pub async fn rename(self, partner_id: &str, name: &str) -> Result<Partner> {
        self.change_by(partner_id, &json!({ "name": name })).await
    }
}
