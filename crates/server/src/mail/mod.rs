//! Mails: their words, and handing them to a mail server. Files are the business of boot.

pub mod letter;
pub mod smtp;
