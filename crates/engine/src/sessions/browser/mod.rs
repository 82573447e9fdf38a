//! Sessions that browsers hold by a cookie. One use case per file.

pub mod change_password;
pub mod confirm;
pub mod devices;
pub mod flow;
pub mod leave;
pub mod leave_for;
pub mod sign_in;
pub mod visit;
