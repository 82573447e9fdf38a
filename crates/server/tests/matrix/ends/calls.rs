//! Ends that somebody asks for.

use serde_json::{Value, json};

use super::end::{By, END, End, Needs, Reach};
use crate::people::PASSWORD;
use crate::world::World;

fn secret(world: &World) -> Value {
    json!({ "session_guid": world.subject.guid })
}

fn device(world: &World) -> Value {
    json!({ "session_guid": world.signed["ada's guid"].credential })
}

fn number(world: &World) -> Value {
    json!({ "Session": world.shown().number })
}

fn token(token: &str) -> Value {
    json!({ "token": token })
}

const ADMIN_REVOKE_ALL: &str = "POST /api/v1/admin/sessions/revoke-all";
const OF_USER: &str = "POST /api/v1/tenants/{tenant_id}/sessions/users/{user_id}/revoke";
const OPERATORS: &str = "POST /api/admin/v1/authenticated-sessions/revoke";
const OAUTH_REVOKE: &str = "POST /oauth/revoke";

/// On USM and in session storage.
pub const BY_SECRET_OR_CLIENT: &[End] = &[
    End {
        name: "close by secret",
        operation: "POST /usm/session/close",
        by: By::Anybody,
        body: secret,
        needs: Needs::Secret,
        reason: "closed",
        ..END
    },
    End {
        name: "close by reference",
        operation: "POST /usm/session/close",
        by: By::Anybody,
        body: |world| json!({ "session_guid": world.shown().reference }),
        reason: "closed",
        ..END
    },
    End {
        name: "log out other devices",
        operation: "POST /usm/session/logout_other_devices",
        by: By::Anybody,
        body: device,
        reach: Reach::Others("ada's guid"),
        ..END
    },
    End {
        name: "log out everywhere",
        operation: "POST /usm/session/logout_everywhere",
        by: By::Anybody,
        body: device,
        reach: Reach::User,
        ..END
    },
    End {
        name: "log out everywhere, itself",
        operation: "POST /usm/session/logout_everywhere",
        by: By::Anybody,
        body: secret,
        needs: Needs::Secret,
        reach: Reach::User,
        ..END
    },
    End {
        name: "log out other devices, itself spared",
        operation: "POST /usm/session/logout_other_devices",
        by: By::Anybody,
        body: secret,
        needs: Needs::Secret,
        reach: Reach::OthersThanSubject,
        ..END
    },
    End {
        name: "sign out of the browser",
        operation: "POST /logout",
        by: By::Browser,
        body: |_| json!({}),
        status: 303,
        needs: Needs::Cookie,
        reason: "closed",
        ..END
    },
    End {
        name: "signed out on the page of the account, itself",
        operation: "POST /account/sessions/end",
        by: By::Browser,
        body: |world| json!({ "session": world.shown().uid }),
        status: 303,
        needs: Needs::Cookie,
        reason: "closed",
        ..END
    },
    End {
        name: "signed out everywhere else on the page of the account",
        operation: "POST /account/sessions/end-others",
        by: By::Browser,
        body: |_| json!({}),
        status: 303,
        needs: Needs::Cookie,
        reach: Reach::OthersThanSubject,
        ..END
    },
    End {
        name: "ended at the console",
        operation: "POST /console/sessions/end",
        by: By::Desk,
        body: |world| json!({ "only": world.shown().uid }),
        status: 303,
        ..END
    },
    End {
        name: "ended with all that a search at the console finds",
        operation: "POST /console/ends/new",
        by: By::Desk,
        body: |_| json!({ "sought": "user=ada", "told": "4", "count": "4" }),
        status: 303,
        reach: Reach::User,
        ..END
    },
    End {
        name: "consent to the application taken back",
        operation: "POST /account/consents/withdraw",
        by: By::Browser,
        body: |world| json!({ "application": world.ids["portal"] }),
        status: 303,
        needs: Needs::Consent,
        reach: Reach::Given,
        ..END
    },
    End {
        name: "consent to the application taken back by the API",
        operation: "DELETE /api/v1/me/consents/{application_id}",
        by: By::Token("ada"),
        status: 204,
        needs: Needs::Consent,
        reach: Reach::Given,
        ..END
    },
    End {
        name: "log-out at the identity provider",
        operation: "POST /login/idp/{code}/logout",
        by: By::Provider,
        needs: Needs::Provider,
        reason: "provider_logout",
        ..END
    },
    End {
        name: "log-out by an application",
        operation: "GET /oauth/logout",
        by: By::Hinted,
        status: 303,
        needs: Needs::Cookie,
        reason: "closed",
        ..END
    },
    End {
        name: "log-out by an application that was asked about",
        operation: "POST /oauth/logout/confirm",
        by: By::Browser,
        body: |_| json!({}),
        needs: Needs::Cookie,
        reason: "closed",
        ..END
    },
    End {
        name: "storage delete",
        operation: "DELETE /session-storage/sessions/{session_id}",
        by: By::Keeper("keeper"),
        status: 204,
        reason: "closed",
        ..END
    },
    End {
        name: "storage delete by another client of the owner",
        operation: "DELETE /session-storage/sessions/{session_id}",
        by: By::Keeper("second"),
        status: 204,
        reason: "closed",
        ..END
    },
    End {
        name: "storage ttl runs out",
        operation: "POST /session-storage/sessions/{session_id}",
        by: By::Keeper("keeper"),
        body: |_| json!({ "data": { "ttl_seconds": 1 } }),
        status: 204,
        reason: "expired",
        ..END
    },
    End {
        name: "evicted at the cap",
        operation: "POST /usm/session/create",
        by: By::Anybody,
        body: |_| json!({ "email": "ada@example.com", "passcode": PASSWORD }),
        // What is stored is counted apart.
        needs: Needs::Given,
        reason: "evicted",
        ..END
    },
];

/// By the sessions API, and by operators.
pub const BY_OTHERS: &[End] = &[
    End { name: "operators: platform administrator", operation: OPERATORS, body: number, ..END },
    End { name: "operators: operator of no tenant", operation: OPERATORS, by: By::Token("roamer"), body: number, ..END },
    End { name: "operators: operator of the tenant", operation: OPERATORS, by: By::Token("local"), body: number, ..END },
    End { name: "me: one", operation: "DELETE /api/v1/me/sessions/{session_id}", by: By::Token("ada"), reason: "closed", ..END },
    End {
        name: "me: the one that asks",
        operation: "DELETE /api/v1/me/sessions/{session_id}",
        by: By::Subject,
        needs: Needs::Pair,
        reason: "closed",
        ..END
    },
    End {
        name: "me: all others",
        operation: "POST /api/v1/me/sessions/revoke-all",
        by: By::Token("ada"),
        reach: Reach::Others("ada"),
        ..END
    },
    End {
        name: "me: all others, itself spared",
        operation: "POST /api/v1/me/sessions/revoke-all",
        by: By::Subject,
        needs: Needs::Pair,
        reach: Reach::OthersThanSubject,
        ..END
    },
    End { name: "admin: one", operation: "DELETE /api/v1/admin/sessions/{session_id}", status: 204, ..END },
    End {
        name: "admin: one, by a machine of the platform",
        operation: "DELETE /api/v1/admin/sessions/{session_id}",
        by: By::Machine("watch"),
        status: 204,
        ..END
    },
    End {
        name: "admin: of a user",
        operation: ADMIN_REVOKE_ALL,
        body: |world| json!({ "user_id": world.ids["ada"] }),
        reach: Reach::User,
        ..END
    },
    End {
        name: "admin: of a tenant",
        operation: ADMIN_REVOKE_ALL,
        body: |world| json!({ "tenant_id": world.ids["ACME"] }),
        reach: Reach::Tenant,
        ..END
    },
    End {
        name: "admin: of a user within a tenant",
        operation: ADMIN_REVOKE_ALL,
        body: |world| json!({ "user_id": world.ids["ada"], "tenant_id": world.ids["ACME"] }),
        reach: Reach::User,
        ..END
    },
    End { name: "tenant: one", operation: "DELETE /api/v1/tenants/{tenant_id}/sessions/{session_id}", status: 204, ..END },
    End {
        name: "tenant: one, by a machine of the tenant",
        operation: "DELETE /api/v1/tenants/{tenant_id}/sessions/{session_id}",
        by: By::Machine("machine"),
        status: 204,
        ..END
    },
    End { name: "tenant: all", operation: "POST /api/v1/tenants/{tenant_id}/sessions/revoke-all", reach: Reach::Tenant, ..END },
    End { name: "tenant: all of a user", operation: OF_USER, body: |_| json!({ "revoke_all": true }), reach: Reach::User, ..END },
    End {
        name: "tenant: all of a user but the one that asks",
        operation: OF_USER,
        by: By::Token("ada"),
        body: |_| json!({ "revoke_all": true }),
        reach: Reach::Others("ada"),
        ..END
    },
    End { name: "tenant: named ones of a user", operation: OF_USER, body: |world| json!({ "session_ids": [world.shown().uid] }), ..END },
];

/// By tokens.
pub const BY_TOKENS: &[End] = &[
    End { name: "user logout", operation: "POST /user/logout", by: By::Subject, needs: Needs::Pair, reason: "closed", ..END },
    End {
        name: "oauth: the user's access token",
        operation: OAUTH_REVOKE,
        by: By::Form("machine"),
        body: |world| token(&world.subject.pair.as_ref().unwrap().access),
        needs: Needs::Pair,
        ..END
    },
    End {
        name: "oauth: the user's refresh token",
        operation: OAUTH_REVOKE,
        by: By::Form("machine"),
        body: |world| token(&world.subject.pair.as_ref().unwrap().refresh),
        needs: Needs::Pair,
        ..END
    },
    End {
        name: "oauth: the user's refresh token that was redeemed",
        operation: OAUTH_REVOKE,
        by: By::Form("machine"),
        body: |world| token(world.subject.pair.as_ref().unwrap().redeemed.as_ref().unwrap()),
        needs: Needs::Pair,
        ..END
    },
    End {
        name: "oauth: the application's access token",
        operation: OAUTH_REVOKE,
        by: By::Form("portal"),
        body: |world| token(&world.subject.given.as_ref().unwrap().access),
        needs: Needs::Given,
        ..END
    },
    End {
        name: "oauth: the application's refresh token",
        operation: OAUTH_REVOKE,
        by: By::Form("portal"),
        body: |world| token(&world.subject.given.as_ref().unwrap().refresh),
        needs: Needs::Given,
        ..END
    },
    End {
        name: "oauth: the application's refresh token that was redeemed",
        operation: OAUTH_REVOKE,
        by: By::Form("portal"),
        body: |world| token(world.subject.given.as_ref().unwrap().redeemed.as_ref().unwrap()),
        needs: Needs::Given,
        ..END
    },
    End {
        name: "oauth: the publisher's token",
        operation: OAUTH_REVOKE,
        by: By::Form("keeper"),
        body: |world| token(&world.subject.published.as_ref().unwrap()[0]),
        needs: Needs::Published,
        ..END
    },
    End {
        name: "oauth: a subscriber's token",
        operation: OAUTH_REVOKE,
        by: By::Form("keeper"),
        body: |world| token(&world.subject.published.as_ref().unwrap()[1]),
        needs: Needs::Published,
        ..END
    },
    End {
        name: "theft of the user's refresh token",
        operation: "POST /user/refreshtoken",
        by: By::Thief,
        status: 401,
        needs: Needs::Pair,
        reason: "refresh_token_reused",
        ..END
    },
    End {
        name: "theft of the application's refresh token",
        operation: "POST /oauth/token",
        by: By::Thief,
        status: 400,
        needs: Needs::Given,
        reason: "refresh_token_reused",
        ..END
    },
];
