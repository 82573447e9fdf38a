//! Routes and documentation of a surface, both from its handlers: an operation is said once, in `#[utoipa::path]`.

use std::sync::Arc;

use axum::Router;
use axum::extract::Request;
use axum::handler::Handler;
use axum::response::IntoResponse as _;
use axum::routing::{MethodRouter, any};
use utoipa::openapi::path::{Operation, PathItem};
use utoipa::openapi::{OpenApi, RefOr, Schema};
use utoipa_axum::router::UtoipaMethodRouter;

use super::arrival::note_path;
use super::document::{self, Served};
use super::envelope::Envelope;
use super::fault::{Fault, IntoFault as _};
use super::limits::{Guard, Guarding, Limits, guard};
use super::places::{Priority, Streams};
use super::rates::Rate;
use super::surface::{Desk, Serving, Surface};
use crate::metrics::RouteNumbers;

/// What an operation does to what is kept. Handlers declare it: `extensions(("x-effect" = json!("ends")))`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Effect {
    /// It changes nothing that anybody could dispute.
    Reads,
    /// It changes something, and once that has begun runs to its end whatever the client does.
    Changes,
    /// As a change; it ends something, so that overload refuses it last.
    Ends,
}

/// The extension that declares the effect.
pub const EFFECT: &str = "x-effect";

impl Effect {
    /// What the operation declares; `None` where it declares nothing, or no effect that there is.
    #[must_use]
    pub fn of(operation: &Operation) -> Option<Self> {
        match operation.extensions.as_ref()?.get(EFFECT)?.as_str()? {
            "reads" => Some(Self::Reads),
            "changes" => Some(Self::Changes),
            "ends" => Some(Self::Ends),
            _ => None,
        }
    }

    fn priority(self) -> Priority {
        match self {
            Self::Reads | Self::Changes => Priority::Normal,
            Self::Ends => Priority::Last,
        }
    }
}

/// The extension of an operation whose answer may go on for long: `extensions(("x-stream" = json!(true)))`.
const STREAM: &str = "x-stream";

fn is_stream(operation: &Operation) -> bool {
    operation.extensions.as_ref().and_then(|extensions| extensions.get(STREAM)).is_some_and(|value| value == true)
}

/// The operations of a surface: their routes, and the document that describes them.
pub struct Operations<S: Surface> {
    document: OpenApi,
    mounted: Vec<Mounted<S>>,
    nowhere: Vec<&'static str>,
}

#[derive(Clone)]
struct Mounted<S> {
    path: String,
    effect: Effect,
    rate: Option<Rate>,
    is_stream: bool,
    handler: MethodRouter<Desk<S>>,
}

/// `operations![create, list, tenants::get]`: the [`Operations`] of these handlers.
macro_rules! operations {
    ($($($handler:ident)::+),+ $(,)?) => {
        $crate::http::operations::Operations::new()$(.with(utoipa_axum::routes!($($handler)::+)))+
    };
}
pub(crate) use operations;

impl<S: Surface> Default for Operations<S> {
    fn default() -> Self {
        Self::new()
    }
}

impl<S: Surface> Operations<S> {
    #[must_use]
    pub fn new() -> Self {
        Self { document: S::openapi(), mounted: Vec::new(), nowhere: Vec::new() }
    }

    /// Adds one handler.
    ///
    /// # Panics
    /// When it does not declare its effect: no server starts, and no test passes, with such a handler.
    #[must_use]
    pub fn with(mut self, (schemas, paths, handler): UtoipaMethodRouter<Desk<S>>) -> Self {
        for (path, item) in paths.paths {
            self.mount(&path, &item, handler.clone());
            self.describe(path, item);
        }
        self.describe_shapes(schemas);
        self
    }

    /// Adds one handler under a second path and operation id.
    ///
    /// # Panics
    /// As [`Operations::with`].
    #[must_use]
    pub fn also(mut self, path: &str, operation_id: &str, (_, paths, handler): UtoipaMethodRouter<Desk<S>>) -> Self {
        for (_, mut item) in paths.paths {
            for operation in document::operations_mut(&mut item) {
                operation.operation_id = Some(operation_id.to_owned());
            }
            self.mount(path, &item, handler.clone());
            self.describe(path.to_owned(), item);
        }
        self
    }

    /// Serves what is at `path` at another path, too, which only the configuration knows, so that no document names it.
    #[must_use]
    pub fn mirrored(mut self, path: &str, at: &str) -> Self {
        let at = at.replace('{', "{{").replace('}', "}}");
        let known = self.mounted.iter().filter(|mounted| mounted.path == path);
        let mirrors: Vec<_> = known.map(|mounted| Mounted { path: at.clone(), ..mounted.clone() }).collect();
        self.mounted.extend(mirrors);
        self
    }

    /// Has `handler` answer every method at `path`, of which the document names one.
    #[must_use]
    pub fn by_any_method<H: Handler<T, Desk<S>>, T: 'static>(mut self, path: &str, handler: H) -> Self {
        for mounted in self.mounted.iter_mut().filter(|mounted| mounted.path == path) {
            mounted.handler = std::mem::take(&mut mounted.handler).fallback(handler.clone());
        }
        self
    }

    /// Says of every other path of this form that there is nothing, in this surface's words.
    #[must_use]
    pub fn nothing_at(mut self, path: &'static str) -> Self {
        self.nowhere.push(path);
        self
    }

    fn mount(&mut self, path: &str, item: &PathItem, handler: MethodRouter<Desk<S>>) {
        let effects: Vec<_> = document::operations(item).map(Effect::of).collect();
        let [Some(effect)] = effects[..] else {
            panic!("{path}: each handler is added by itself and declares extensions((\"{EFFECT}\" = json!(…))): reads, changes or ends");
        };
        let rate = document::operations(item).find_map(Rate::of);
        let is_stream = document::operations(item).any(is_stream);
        self.mounted.push(Mounted { path: path.to_owned(), effect, rate, is_stream, handler });
    }

    fn describe(&mut self, path: String, item: PathItem) {
        match self.document.paths.paths.get_mut(&path) {
            Some(known) => known.merge_operations(item),
            None => {
                self.document.paths.paths.insert(path, item);
            }
        }
    }

    fn describe_shapes(&mut self, schemas: Vec<(String, RefOr<Schema>)>) {
        self.document.components.get_or_insert_default().schemas.extend(schemas);
    }

    /// The document, complete.
    #[must_use]
    pub fn document(self) -> OpenApi {
        document::finished::<S>(self.document)
    }

    /// The routes, each with its limits and the surface's envelope; what changes something runs to its end once it has begun.
    /// `describe` makes the document when somebody first asks for it: it takes ten times the memory of the routes.
    pub fn mount_all<E: Envelope + Clone>(mut self, serving: &Serving, surface: S, envelope: E, describe: fn() -> OpenApi) -> Router {
        // `Allow` names the methods of a path in this order.
        self.mounted.sort_by_key(|mounted| mounted.effect != Effect::Ends);
        let mut router = Router::new();
        for Mounted { path, effect, rate, is_stream, handler } in self.mounted {
            let mut limits = limits::<S>(serving, effect.priority());
            limits.rate = rate.map(|rate| (rate, serving.rates.clone()));
            if is_stream {
                // Of these places, none is kept for ends.
                let Streams { places, longest } = serving.streams.clone();
                limits = Limits { in_flight: places, priority: Priority::Last, longest: Some(longest), ..limits };
            }
            let detached = (effect != Effect::Reads).then(|| serving.detached.clone());
            // Lists and creations answer with and without the slash at their end.
            for path in [Some(&*path), path.strip_suffix('/')].into_iter().flatten().filter(|path| !path.is_empty()) {
                let (numbers, detached) = (Some(RouteNumbers::of(path)), detached.clone());
                let guarding = Guarding::new(Guard { limits: limits.clone(), envelope: envelope.clone(), numbers, detached });
                router = router.merge(guard(Router::new().route(path, handler.clone()), guarding));
            }
        }
        let mut others = Served::when_asked(describe).routes(S::DOCUMENT.path);
        for path in self.nowhere {
            others = others.route(path, any(async || S::Error::from(Fault::NoSuchPath)));
        }
        let guarding = Guard { limits: limits::<S>(serving, Priority::Normal), envelope: envelope.clone(), numbers: None, detached: None };
        let router = router.merge(guard(others, Guarding::new(guarding)));
        let desk = Desk { engine: serving.engine.clone(), clock: serving.clock.clone(), surface };
        let refused = async move |request: Request| {
            note_path(&request);
            envelope.enclose(request, async |_| S::Error::from(Fault::MethodNotAllowed).into_response()).await
        };
        router.method_not_allowed_fallback(refused).with_state(desk)
    }
}

/// What holds for the routes of this surface.
fn limits<S: Surface>(serving: &Serving, priority: Priority) -> Limits {
    Limits {
        rate: None,
        bodies: serving.bodies.clone(),
        answers: serving.answers.clone(),
        in_flight: serving.in_flight.clone(),
        priority,
        longest: None,
        timeout: serving.request_timeout,
        max_header_bytes: serving.max_header_bytes,
        shape: Arc::new(|refusal| S::Error::from(refusal.into_fault()).into_response()),
    }
}
