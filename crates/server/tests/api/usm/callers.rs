//! Every route × every kind of caller has an expected status (ARCHITECTURE.md, rule 9).

use serde_json::json;

use crate::support::{ADA, Server, call, usm_operations};

/// Who calls: without a body, without a credential, with a guid that nobody has, with a reference guid, with the bearer guid of an
/// ended session, with that of a live one.
type Expected = [u16; 6];

const ROUTES: &[(&str, Expected)] = &[
    ("/usm/session/create", [400, 400, 400, 400, 400, 400]),
    ("/usm/session/validate", [400, 400, 404, 404, 401, 200]),
    ("/usm/session/close", [400, 400, 404, 200, 401, 200]),
    ("/usm/session/get", [400, 400, 404, 200, 200, 200]),
    ("/usm/session/update", [400, 400, 404, 404, 401, 400]),
    ("/usm/session/list", [400, 400, 404, 404, 401, 200]),
    ("/usm/session/logout_other_devices", [400, 400, 404, 404, 401, 200]),
    ("/usm/session/logout_everywhere", [400, 400, 404, 404, 401, 200]),
    // Nobody learns that more is missing before a session is shown; who else may call is in org_callers.rs.
    ("/usm/service_account/create", [400, 400, 404, 404, 401, 400]),
    ("/usm/service_account/list", [400, 400, 404, 404, 401, 400]),
    ("/usm/service_account/status", [400, 400, 404, 404, 401, 400]),
    ("/usm/api_key/create", [400, 400, 404, 404, 401, 400]),
    ("/usm/api_key/list", [400, 400, 404, 404, 401, 400]),
    ("/usm/api_key/revoke", [400, 400, 404, 404, 401, 400]),
    ("/usm/api_key/revoke_all", [400, 400, 404, 404, 401, 400]),
    ("/usm/api_key/revoke_all_org", [400, 400, 404, 404, 401, 400]),
    ("/usm/api_key/policy_set", [400, 400, 404, 404, 401, 400]),
    ("/usm/api_key/validate", [400, 400, 400, 400, 400, 400]),
];

#[tokio::test]
async fn every_route_answers_every_caller_as_agreed() {
    let server = Server::start().await;
    for (path, expected) in ROUTES {
        let (by_reference, live, dead) = (server.open(ADA).await, server.open(ADA).await, server.open(ADA).await);
        server.with_guid("session/close", &dead.bearer).await.data();
        let guids = [
            None,
            Some(String::new()),
            Some("01234567-89ab-cdef-0123-456789abcdef".to_owned()),
            Some(by_reference.reference),
            Some(dead.bearer),
            Some(live.bearer),
        ];
        for (guid, status) in guids.into_iter().zip(expected) {
            let body = match &guid {
                None => String::new(),
                Some(guid) if guid.is_empty() => "{}".to_owned(),
                Some(guid) => json!({ "session_guid": guid }).to_string(),
            };
            let answer = server.send(call("POST", path, body.clone())).await;
            assert_eq!(answer.status, *status, "{path} {body}: {}", answer.text);
            let tag = match status {
                400 => "validation-error",
                401 => "session-doomed",
                404 => "session-not-found",
                _ => "",
            };
            assert_eq!(answer.tag(), tag, "{path} {body}");
        }
    }
}

#[test]
fn no_route_is_missing_from_the_table() {
    let mut documented: Vec<_> = usm_operations().into_iter().map(|operation| operation.path).collect();
    let mut listed: Vec<_> = ROUTES.iter().map(|(path, _)| (*path).to_owned()).collect();
    documented.sort_unstable();
    listed.sort_unstable();
    assert_eq!(listed, documented);
}
