//! To how many something happens, for the question before it.

use cloakroom_client::sessions::SessionFilter;
use cloakroom_client::{Client, PageNumber};

use super::consent::counted;

/// The live sessions of a user, of a tenant, or of a user within a tenant: how many, or that it cannot be seen how many.
pub(super) async fn live_sessions(client: &Client, user_id: Option<&str>, tenant_id: Option<&str>) -> String {
    let mut filter = SessionFilter::default();
    (filter.user_id, filter.tenant_id) = (user_id.map(str::to_owned), tenant_id.map(str::to_owned));
    filter.page = PageNumber::new(1, 1);
    match client.sessions().list(&filter).await {
        Ok(page) => counted(page.total_items, "live session"),
        // Whoever may end them may not always list them.
        Err(_) => "every live session".to_owned(),
    }
}
