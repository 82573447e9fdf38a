//! Everything that ends a session, what it takes and what it spares.

mod calls;
mod end;
mod falls;

pub use end::{By, End, Needs, Reach};

pub fn ends() -> impl Iterator<Item = &'static End> {
    [
        calls::BY_SECRET_OR_CLIENT,
        calls::BY_OTHERS,
        calls::BY_TOKENS,
        falls::BY_FALL_OF_USER,
        falls::AT_CONSOLE,
        falls::BY_FALL_OF_OTHERS,
        falls::BY_FILE,
    ]
    .into_iter()
    .flatten()
}
