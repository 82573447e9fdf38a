//! What is shown and asked of each noun, and which use case does what is wanted.

pub mod applications;
pub mod partners;
pub mod providers;
pub mod shown;
pub mod tenants;
pub mod users;
