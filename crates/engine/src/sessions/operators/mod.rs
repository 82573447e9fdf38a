//! What operators see and end: users who have live sessions, those sessions, and what happened to them over time.

pub mod activity;
pub mod end;
pub mod of_user;
pub mod users;
