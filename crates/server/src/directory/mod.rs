//! The directory from outside: the file that `serve --apply` and `apply` read.

pub mod file;
