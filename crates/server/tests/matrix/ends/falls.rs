//! Ends that nobody meant for this one session: what it stands on falls.

use serde_json::{Value, json};

use super::end::{By, END, End, Needs, Reach};
use crate::people::PASSWORD;

const USER_STATUS: &str = "POST /api/v1/admin/users/{user_id}/status";
const EMAIL_STATUS: &str = "POST /api/v1/admin/users/{user_id}/emails/{email}/status";
const TENANT: &str = "PATCH /api/v1/admin/tenants/{tenant_id}";
const APPLICATION: &str = "PATCH /api/v1/admin/applications/{application_id}";

fn verified() -> Value {
    json!({ "status": "verified" })
}

fn active() -> Value {
    json!({ "status": "active" })
}

/// What befalls the user, the address, the password.
pub const BY_FALL_OF_USER: &[End] = &[
    End {
        name: "user suspended",
        operation: USER_STATUS,
        body: |_| json!({ "status": "suspended" }),
        reach: Reach::User,
        reason: "user_suspended",
        bars: true,
        undo: Some((USER_STATUS, verified)),
        ..END
    },
    End {
        name: "user doomed",
        operation: USER_STATUS,
        body: |_| json!({ "status": "doomed" }),
        reach: Reach::User,
        reason: "user_doomed",
        bars: true,
        ..END
    },
    End {
        name: "user removed",
        operation: "DELETE /api/v1/admin/users/{user_id}",
        status: 204,
        reach: Reach::User,
        reason: "user_doomed",
        bars: true,
        ..END
    },
    End {
        name: "email unverified",
        operation: EMAIL_STATUS,
        body: |_| json!({ "status": "unverified" }),
        reach: Reach::User,
        reason: "email_unverified",
        bars: true,
        undo: Some((EMAIL_STATUS, verified)),
        ..END
    },
    End {
        name: "email doomed",
        operation: EMAIL_STATUS,
        body: |_| json!({ "status": "doomed" }),
        reach: Reach::User,
        reason: "email_doomed",
        bars: true,
        ..END
    },
    End {
        name: "email removed",
        operation: "DELETE /api/v1/admin/users/{user_id}/emails/{email}",
        status: 204,
        reach: Reach::User,
        reason: "email_doomed",
        bars: true,
        ..END
    },
    End {
        name: "own password changed",
        operation: "POST /api/v1/me/password",
        by: By::Token("ada"),
        body: |_| json!({ "current_password": PASSWORD, "new_password": "Battery-staple-8" }),
        reach: Reach::Others("ada"),
        reason: "password_changed",
        ..END
    },
    End {
        name: "own password changed, itself spared",
        operation: "POST /api/v1/me/password",
        by: By::Subject,
        body: |_| json!({ "current_password": PASSWORD, "new_password": "Battery-staple-8" }),
        needs: Needs::Pair,
        reach: Reach::OthersThanSubject,
        reason: "password_changed",
        ..END
    },
    End {
        name: "own password changed in the browser, itself spared",
        operation: "POST /login/password",
        by: By::Browser,
        body: |_| json!({ "password": PASSWORD, "new_password": "Battery-staple-8" }),
        status: 303,
        needs: Needs::Cookie,
        reach: Reach::OthersThanSubject,
        reason: "password_changed",
        ..END
    },
    End {
        name: "password reset by an administrator",
        operation: "POST /api/v1/admin/users/{user_id}/password",
        body: |_| json!({ "password": "Battery-staple-8" }),
        reach: Reach::User,
        reason: "password_changed",
        ..END
    },
    End {
        name: "user moved to no home",
        operation: "PATCH /api/v1/admin/users/{user_id}",
        body: |_| json!({ "tenant_id": null }),
        reach: Reach::User,
        reason: "revoked",
        leaves: true,
        ..END
    },
    End {
        name: "password reset by mail",
        operation: "POST /api/v1/auth/reset-password",
        by: By::Mail,
        status: 204,
        reach: Reach::User,
        reason: "password_changed",
        ..END
    },
    End {
        name: "password reset on the page that a mail leads to",
        operation: "POST /password/reset",
        by: By::Mail,
        status: 303,
        reach: Reach::User,
        reason: "password_changed",
        ..END
    },
];

/// The same, at the console.
pub const AT_CONSOLE: &[End] = &[
    End {
        name: "user suspended at the console",
        operation: "POST /console/directory/users/{user_id}/status",
        by: By::Desk,
        body: |_| json!({ "status": "suspended" }),
        status: 303,
        reach: Reach::User,
        reason: "user_suspended",
        bars: true,
        undo: Some((USER_STATUS, verified)),
        ..END
    },
    End {
        name: "password set at the console",
        operation: "POST /console/directory/users/{user_id}/password",
        by: By::Desk,
        body: |_| json!({ "password": "Battery-staple-8" }),
        status: 303,
        reach: Reach::User,
        reason: "password_changed",
        ..END
    },
    End {
        name: "email unverified at the console",
        operation: "POST /console/directory/users/{user_id}/emails",
        by: By::Desk,
        body: |_| json!({ "email": "ada@example.com", "deed": "unverified" }),
        status: 303,
        reach: Reach::User,
        reason: "email_unverified",
        bars: true,
        undo: Some((EMAIL_STATUS, verified)),
        ..END
    },
    End {
        name: "user moved to no home at the console",
        operation: "POST /console/directory/{noun}/{entry_id}/edit",
        by: By::Desk,
        body: |world| json!({ "noun": "users", "entry_id": world.ids["ada"], "role": "none" }),
        status: 303,
        reach: Reach::User,
        reason: "revoked",
        leaves: true,
        ..END
    },
    End {
        name: "tenant removed at the console",
        operation: "POST /console/directory/{noun}/{entry_id}/remove",
        by: By::Desk,
        body: |world| json!({ "noun": "tenants", "entry_id": world.ids["ACME"] }),
        status: 303,
        reach: Reach::Tenant,
        reason: "tenant_closed",
        bars: true,
        ..END
    },
];

/// What befalls whatever is above, and time.
pub const BY_FALL_OF_OTHERS: &[End] = &[
    End {
        name: "tenant suspended",
        operation: TENANT,
        body: |_| json!({ "status": "suspended" }),
        reach: Reach::Tenant,
        reason: "tenant_closed",
        bars: true,
        undo: Some((TENANT, verified)),
        ..END
    },
    End {
        name: "tenant frozen",
        operation: TENANT,
        body: |_| json!({ "status": "frozen" }),
        reach: Reach::Tenant,
        reason: "tenant_closed",
        bars: true,
        undo: Some((TENANT, verified)),
        ..END
    },
    End {
        name: "tenant doomed",
        operation: TENANT,
        body: |_| json!({ "status": "doomed" }),
        reach: Reach::Tenant,
        reason: "tenant_closed",
        bars: true,
        ..END
    },
    End {
        name: "tenant removed",
        operation: "DELETE /api/v1/admin/tenants/{tenant_id}",
        status: 204,
        reach: Reach::Tenant,
        reason: "tenant_closed",
        bars: true,
        ..END
    },
    End {
        name: "application that keeps it disabled",
        operation: APPLICATION,
        body: |_| json!({ "status": "disabled" }),
        undo: Some((APPLICATION, active)),
        needs: Needs::Application,
        reach: Reach::Kept,
        reason: "application_disabled",
        ..END
    },
    End {
        name: "application that keeps it removed",
        operation: "DELETE /api/v1/admin/applications/{application_id}",
        status: 204,
        needs: Needs::Application,
        reach: Reach::Kept,
        reason: "application_disabled",
        ..END
    },
    End {
        name: "application with tokens within disabled",
        operation: APPLICATION,
        body: |_| json!({ "status": "disabled" }),
        undo: Some((APPLICATION, active)),
        needs: Needs::Given,
        reach: Reach::Given,
        ..END
    },
    End {
        name: "application with tokens within removed",
        operation: "DELETE /api/v1/admin/applications/{application_id}",
        status: 204,
        needs: Needs::Given,
        reach: Reach::Given,
        ..END
    },
    End { name: "backup restored", by: By::Host, reach: Reach::Everything, reason: "restored", ..END },
    End { name: "idle too long", by: By::Time, reach: Reach::Idle, reason: "expired", ..END },
    End { name: "absolute lifetime over", by: By::Time, reach: Reach::Absolute, reason: "expired", ..END },
];

/// What the directory file says, where it is told to overwrite.
pub const BY_FILE: &[End] = &[
    End {
        name: "user suspended by file",
        by: By::File,
        body: |_| json!({ "users": [{ "username": "ada", "status": "suspended" }] }),
        reach: Reach::User,
        reason: "user_suspended",
        bars: true,
        undo: Some((USER_STATUS, verified)),
        ..END
    },
    End {
        name: "email unverified by file",
        by: By::File,
        body: |_| json!({ "users": [{ "username": "ada", "email": "ada@example.com", "email_status": "unverified" }] }),
        reach: Reach::User,
        reason: "email_unverified",
        bars: true,
        undo: Some((EMAIL_STATUS, verified)),
        ..END
    },
    End {
        name: "tenant suspended by file",
        by: By::File,
        body: |_| json!({ "tenants": [{ "code": "ACME", "status": "suspended" }] }),
        reach: Reach::Tenant,
        reason: "tenant_closed",
        bars: true,
        undo: Some((TENANT, verified)),
        ..END
    },
    End {
        name: "application that keeps it disabled by file",
        by: By::File,
        body: |_| json!({ "applications": [{ "client_id": "keeper", "status": "disabled" }] }),
        needs: Needs::Application,
        reach: Reach::Kept,
        reason: "application_disabled",
        undo: Some((APPLICATION, active)),
        ..END
    },
];
