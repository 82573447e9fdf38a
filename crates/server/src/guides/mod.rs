//! The guides of `docs/`, as `/docs` shows them: embedded as they are written, made into pages when somebody asks, and kept nowhere.

pub mod pages;
pub mod render;
pub mod search;
pub mod shelf;
pub mod start;
