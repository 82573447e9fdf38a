//! What a surface puts around each of its answers.

use axum::extract::Request;
use axum::response::Response;

/// Stands around a route, its limits included.
pub trait Envelope: Send + Sync + 'static {
    /// Has `answer` made, and puts into words what it is.
    fn enclose<A: Future<Output = Response> + Send>(
        &self,
        request: Request,
        answer: impl FnOnce(Request) -> A + Send,
    ) -> impl Future<Output = Response> + Send;
}

/// Answers go as they are.
#[derive(Clone, Copy, Debug)]
pub struct Bare;

impl Envelope for Bare {
    fn enclose<A: Future<Output = Response> + Send>(
        &self,
        request: Request,
        answer: impl FnOnce(Request) -> A + Send,
    ) -> impl Future<Output = Response> + Send {
        answer(request)
    }
}
