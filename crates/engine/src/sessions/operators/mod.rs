//! What operators see and end: users who have live sessions, and those sessions.

pub mod end;
pub mod of_user;
pub mod users;
