//! The directory as rows: who there is, and making it as a file says, all or nothing.

pub(crate) mod admin;
mod applications;
mod applying;
mod emails;
pub(crate) mod organisations;
pub(crate) mod places;
pub(crate) mod users;

use std::collections::HashMap;

use cloakroom_engine::callers::Deed;
use cloakroom_engine::directory::plan::{ApplyPlan, ApplyReport};
use cloakroom_engine::sessions::touches::PendingTouches;

use crate::driver::Connection;

pub(crate) use applying::ApplyError;
use applying::{Applying, tell};

/// Makes the directory as the plan says. An error undoes all of it.
pub(crate) async fn apply(conn: &mut dyn Connection, plan: &ApplyPlan, touches: &PendingTouches) -> Result<ApplyReport, ApplyError> {
    let mut applying = Applying {
        deed: Deed::of_system(plan.at, plan.actor),
        touches,
        overwrite: plan.overwrite,
        report: ApplyReport::default(),
        partners: HashMap::new(),
        tenants: HashMap::new(),
        users: HashMap::new(),
        section: "",
        index: 0,
        name: "",
    };
    for partner in &plan.partners {
        applying.enter("partners", partner.index, &partner.entry.code);
        organisations::partner(conn, &mut applying, partner).await?;
    }
    for tenant in &plan.tenants {
        applying.enter("tenants", tenant.index, &tenant.entry.code);
        organisations::tenant(conn, &mut applying, tenant).await?;
    }
    for user in &plan.users {
        applying.enter("users", user.planned.index, &user.planned.entry.username);
        users::user(conn, &mut applying, user).await?;
    }
    for application in &plan.applications {
        applying.enter("applications", application.planned.index, &application.planned.entry.client_id);
        applications::application(conn, &mut applying, application).await?;
    }
    for account in &plan.service_accounts {
        applying.enter("service_accounts", account.index, &account.entry.caption);
        applications::service_account(conn, &mut applying, account).await?;
    }
    Ok(applying.report)
}
