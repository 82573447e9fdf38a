//! Service accounts and API keys by what people call them, where only one of the org is called so.

use cloakroom_client::Secret;
use cloakroom_client::usm::{ApiKeyListQuery, ApiKeyRecord, ListStatus, ServiceAccountListQuery, ServiceAccountRecord, Usm};

use crate::cli::Failure;
use crate::cli::remote::usage;

/// As many on a page as there may be.
const PAGE: Option<u32> = Some(256);

/// Service accounts are walked side by side: a list of both sides has two cursors.
pub(in crate::cli) const EVERY: &[ListStatus] = &[ListStatus::Active, ListStatus::Doomed];

/// The service accounts of the org on these sides, newest first on each.
pub(in crate::cli) async fn accounts(
    usm: Usm<'_>,
    (guid, orgcode): &(Secret, &str),
    sides: &[ListStatus],
) -> Result<Vec<ServiceAccountRecord>, Failure> {
    let mut found = Vec::new();
    for side in sides {
        let mut query = ServiceAccountListQuery::new(guid.clone(), orgcode);
        (query.status, query.limit) = (*side, PAGE);
        loop {
            let page = usm.service_account_list(&query).await?;
            found.extend(page.service_accounts);
            if page.cursors.is_exhausted() {
                break;
            }
            query.cursors = page.cursors;
        }
    }
    Ok(found)
}

/// The keys of a service account, newest first.
pub(in crate::cli) async fn keys_of(
    usm: Usm<'_>,
    (guid, orgcode): &(Secret, &str),
    account: &str,
    status: ListStatus,
) -> Result<Vec<ApiKeyRecord>, Failure> {
    let mut query = ApiKeyListQuery::new(guid.clone(), orgcode, account);
    (query.status, query.limit) = (status, PAGE);
    let mut keys = Vec::new();
    loop {
        let page = usm.api_key_list(&query).await?;
        keys.extend(page.api_keys);
        if page.next_token.is_none() {
            return Ok(keys);
        }
        query.next_token = page.next_token;
    }
}

/// Every key of the org with one of these statuses.
pub(in crate::cli) async fn keys(
    usm: Usm<'_>,
    owner: &(Secret, &str),
    sides: &[ListStatus],
    status: ListStatus,
) -> Result<Vec<ApiKeyRecord>, Failure> {
    let mut keys = Vec::new();
    for account in accounts(usm, owner, sides).await? {
        keys.extend(keys_of(usm, owner, &account.service_account_id, status).await?);
    }
    Ok(keys)
}

/// The id of a service account: as it stands, or of the only one with this caption, live ones first.
pub(in crate::cli) async fn account_id(usm: Usm<'_>, owner: &(Secret, &str), text: &str) -> Result<String, Failure> {
    if text.starts_with("sva_") {
        return Ok(text.to_owned());
    }
    for side in EVERY {
        let accounts = accounts(usm, owner, &[*side]).await?;
        let called = accounts.iter().filter(|account| account.caption == text).map(|account| account.service_account_id.as_str());
        if let Some(id) = the_only(text, called.collect())? {
            return Ok(id);
        }
    }
    Err(Failure::new(format_args!("the org has no service account `{text}`")).exit_code(4).hint("cloakroom key account list --status all"))
}

/// The id of an API key: as it stands, or of the only live one with this caption.
pub(in crate::cli) async fn key_id(usm: Usm<'_>, owner: &(Secret, &str), text: &str) -> Result<String, Failure> {
    if text.starts_with("apk_") {
        return Ok(text.to_owned());
    }
    if text.starts_with("clk_") {
        // Not repeated: it is the key itself.
        return Err(usage("that is an API key, where its id (apk_…) or its caption is meant").hint("keys do not belong into arguments"));
    }
    let keys = keys(usm, owner, &[ListStatus::Active], ListStatus::Active).await?;
    let called = keys.iter().filter(|key| key.caption.as_deref() == Some(text)).map(|key| key.api_key_id.as_str()).collect();
    let missing = || Failure::new(format_args!("the org has no live API key `{text}`")).exit_code(4).hint("cloakroom key list");
    the_only(text, called)?.ok_or_else(missing)
}

fn the_only(text: &str, ids: Vec<&str>) -> Result<Option<String>, Failure> {
    match ids[..] {
        [] => Ok(None),
        [id] => Ok(Some(id.to_owned())),
        _ => Err(Failure::new(format_args!("`{text}` may mean {}: {}", ids.len(), ids.join(", "))).hint("name the one by its id")),
    }
}
