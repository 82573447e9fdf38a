//! The rules of the source tree, each an assertion: `cargo test -p cloakroom-server --test tidy`.
//!
//! Every rule is a function from a file's path and text to violations, so that it can be fed a snippet that breaks it: each
//! has a second test that proves it can fail. What is exempt stands in `tidy/allow.rs`, with a reason, and only shrinks.
//! The standard library is all this uses; it reads text and knows Rust only as far as comments, strings and braces.

mod tidy {
    mod allow;
    mod ambient;
    mod handlers;
    mod layering;
    mod lexer;
    mod manifests;
    mod names;
    mod paths;
    mod published;
    mod sizes;
    mod source;
    mod surfaces;
}
