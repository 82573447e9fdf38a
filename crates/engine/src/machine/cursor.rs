//! What the places in lists of an org are bound to: the list, the caller, the org and whatever narrows the list.

use crate::ids::TenantNumber;

/// Which list a place is in. The first byte of a context; lists of sessions have 1 and 2.
#[derive(Clone, Copy)]
#[repr(u8)]
pub(crate) enum ListKind {
    ServiceAccounts = 3,
    ApiKeys = 4,
}

/// Each part has its own fixed length for each kind of caller, and those differ, so that no two contexts are the same bytes.
pub(crate) fn context(list: ListKind, caller: Vec<u8>, org: TenantNumber, filter: u8, account: [u8; 16]) -> Vec<u8> {
    let mut context = vec![list as u8, filter];
    context.extend(caller);
    context.extend(org.0.to_be_bytes());
    context.extend(account);
    context
}
