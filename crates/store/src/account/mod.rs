//! A user's own account, and the mails that were asked for.

pub(crate) mod mails;
pub(crate) mod own;
pub(crate) mod redeem;

pub(crate) use mails::ask_for_added;
pub(crate) use redeem::void_resets;
