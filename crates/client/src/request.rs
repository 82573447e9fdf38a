//! One call: where it goes, who makes it, how often, and what its answer means.

use std::time::Duration;

use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, LOCATION, RETRY_AFTER};
use reqwest::{Method, Response, Url};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::client::Client;
use crate::error::{Error, Refused, Result};
use crate::retry::Repetition;
use crate::secret::Secret;

/// Reads a refusal of a surface: code, message, further facts. `None` where the body has another shape.
pub(crate) type Reading = fn(&Value) -> Option<(String, String, Option<Value>)>;

/// What a refusal means beyond itself.
pub(crate) type Meaning = fn(&Refused) -> Option<Error>;

/// What all calls of a surface have in common.
pub(crate) struct Surface {
    /// The segments that its paths begin with.
    base: &'static [&'static str],
    reading: Reading,
    meaning: Meaning,
    bearer: bool,
}

impl Surface {
    /// A surface whose calls carry no token; `reading` reads its refusals.
    pub(crate) const fn new(base: &'static [&'static str], reading: Reading) -> Self {
        Self { base, reading, meaning: |_| None, bearer: false }
    }

    /// What some of its refusals mean.
    pub(crate) const fn meaning(self, meaning: Meaning) -> Self {
        Self { meaning, ..self }
    }

    /// Every call carries the caller's access token.
    pub(crate) const fn bearer(self) -> Self {
        Self { bearer: true, ..self }
    }

    /// A call that reads.
    pub(crate) fn get<'c>(&self, client: &'c Client, path: &[&'c str]) -> Call<'c> {
        self.call(client, Method::GET, path).repeatable()
    }

    /// A call that changes something, unless it is made `repeatable`.
    pub(crate) fn post<'c>(&self, client: &'c Client, path: &[&'c str]) -> Call<'c> {
        self.call(client, Method::POST, path)
    }

    /// A call that ends or removes something.
    pub(crate) fn delete<'c>(&self, client: &'c Client, path: &[&'c str]) -> Call<'c> {
        self.call(client, Method::DELETE, path)
    }

    /// A call that changes parts of something.
    pub(crate) fn patch<'c>(&self, client: &'c Client, path: &[&'c str]) -> Call<'c> {
        self.call(client, Method::PATCH, path)
    }

    fn call<'c>(&self, client: &'c Client, method: Method, path: &[&'c str]) -> Call<'c> {
        // The URL library leaves these out: the call would reach something else.
        let unfit = path.iter().any(|segment| matches!(*segment, "" | "." | ".."));
        Call {
            client,
            method,
            path: [self.base, path].concat(),
            query: Vec::new(),
            headers: HeaderMap::new(),
            body: None,
            bearer: self.bearer,
            repetition: Repetition::WhereNothingHappened,
            timeout: None,
            reading: self.reading,
            meaning: self.meaning,
            problem: unfit.then(|| Error::Setup("an id or an address is empty or a dot".into())),
        }
    }
}

/// A call in the making.
pub(crate) struct Call<'c> {
    client: &'c Client,
    method: Method,
    path: Vec<&'c str>,
    query: Vec<(&'static str, String)>,
    headers: HeaderMap,
    body: Option<(&'static str, Vec<u8>)>,
    bearer: bool,
    repetition: Repetition,
    timeout: Option<Duration>,
    reading: Reading,
    meaning: Meaning,
    /// A problem found early is returned when the call would be sent.
    problem: Option<Error>,
}

impl Call<'_> {
    /// It reads, whatever its method.
    pub(crate) fn repeatable(self) -> Self {
        Self { repetition: Repetition::Safe, ..self }
    }

    /// It is made once.
    pub(crate) fn once(self) -> Self {
        Self { repetition: Repetition::Never, ..self }
    }

    /// The caller repeats it, and one attempt takes at most this long.
    pub(crate) fn once_within(self, timeout: Duration) -> Self {
        Self { repetition: Repetition::Never, timeout: Some(timeout), ..self }
    }

    /// An answer that may take long.
    pub(crate) fn patient(self) -> Self {
        Self { timeout: Some(Duration::from_secs(24 * 60 * 60)), ..self }
    }

    /// A parameter of the query, where there is a value.
    pub(crate) fn query(mut self, name: &'static str, value: Option<impl ToString>) -> Self {
        self.query.extend(value.map(|value| (name, value.to_string())));
        self
    }

    /// A header that holds a secret.
    pub(crate) fn secret_header(mut self, name: HeaderName, text: &str) -> Self {
        match HeaderValue::from_str(text) {
            Ok(mut value) => {
                value.set_sensitive(true);
                self.headers.insert(name, value);
            }
            Err(_) => self.problem = Some(Error::Setup(format!("what is to stand in the header {name} cannot stand in one"))),
        }
        self
    }

    /// A body of JSON.
    pub(crate) fn json(mut self, body: &impl Serialize) -> Self {
        match serde_json::to_vec(body) {
            Ok(bytes) => self.body = Some(("application/json", bytes)),
            Err(error) => self.problem = Some(Error::Setup(error.to_string())),
        }
        self
    }

    /// A form, without the parameters that have no value.
    pub(crate) fn form(mut self, parameters: &[(&str, Option<&str>)]) -> Self {
        let mut form = form_urlencoded::Serializer::new(String::new());
        for (name, value) in parameters {
            if let Some(value) = value {
                form.append_pair(name, value);
            }
        }
        self.body = Some(("application/x-www-form-urlencoded", form.finish().into_bytes()));
        self
    }

    /// Makes the call and reads what it answers.
    pub(crate) async fn send<T: DeserializeOwned>(self) -> Result<T> {
        let (status, headers, bytes) = self.whole().await?;
        read(status, &headers, &bytes)
    }

    /// The same of an answer that wraps what it says into `data`, as four of the surfaces do.
    pub(crate) async fn data<T: DeserializeOwned>(self) -> Result<T> {
        #[derive(Deserialize)]
        struct Wrapped<T> {
            data: T,
        }
        Ok(self.send::<Wrapped<T>>().await?.data)
    }

    /// The same with the headers of the answer.
    pub(crate) async fn send_with_headers<T: DeserializeOwned>(self) -> Result<(T, HeaderMap)> {
        let (status, headers, bytes) = self.whole().await?;
        Ok((read(status, &headers, &bytes)?, headers))
    }

    /// Makes a call whose success says nothing.
    pub(crate) async fn send_for_nothing(self) -> Result<()> {
        self.whole().await.map(|_| ())
    }

    /// Makes a call of whose answer the headers are wanted.
    pub(crate) async fn send_for_headers(self) -> Result<HeaderMap> {
        let (_, headers, _) = self.whole().await?;
        Ok(headers)
    }

    /// Makes a call that answers a text.
    pub(crate) async fn send_for_text(self) -> Result<String> {
        let (status, _, bytes) = self.whole().await?;
        String::from_utf8(bytes).map_err(|_| Error::Unreadable { status, problem: "it is not UTF-8".into() })
    }

    /// Makes a call whose answer is read piece by piece; that it breaks off later is for the reader to see.
    pub(crate) async fn send_for_stream(self) -> Result<Response> {
        self.repeat(async |response| Ok(response)).await
    }

    async fn whole(self) -> Result<(u16, HeaderMap, Vec<u8>)> {
        self.repeat(async |response: Response| {
            let (status, headers) = (response.status().as_u16(), response.headers().clone());
            let bytes = response.bytes().await.map_err(Error::of_transport)?;
            Ok((status, headers, bytes.to_vec()))
        })
        .await
    }

    /// Attempts until one succeeds, or none may follow.
    async fn repeat<T>(mut self, finish: impl AsyncFn(Response) -> Result<T>) -> Result<T> {
        if let Some(problem) = self.problem.take() {
            return Err(problem);
        }
        let url = self.url();
        let credentials = &self.client.credentials;
        let mut token = if self.bearer { Some(credentials.token().await?) } else { None };
        let (mut attempt, mut renewed) = (1, false);
        loop {
            let outcome = self.attempt(&url, token.as_ref()).await;
            // Method and path only: secrets are in headers and bodies, cursors in queries.
            let status = outcome.as_ref().map_or_else(Error::status, |response| Some(response.status().as_u16()));
            tracing::debug!(method = %self.method, path = url.path(), status, attempt, "called");
            let outcome = match outcome {
                Ok(response) => finish(response).await,
                Err(error) => Err(error),
            };
            let error = match outcome {
                Ok(answer) => return Ok(answer),
                Err(error) => error,
            };
            // A token may die before its time, and a 401 has changed nothing: another one may do.
            let refused = token.as_ref().filter(|_| error.status() == Some(401) && !renewed);
            let other = match refused.and_then(|refused| credentials.instead_of(refused)) {
                Some(obtaining) => Some(obtaining.await?),
                None => None,
            };
            if other.is_some() {
                token = other;
                renewed = true;
                continue;
            }
            let error = match &error {
                Error::Refused(refused) => (self.meaning)(refused).unwrap_or(error),
                _ => error,
            };
            let Some(wait) = self.client.shared.retries.wait(attempt, self.repetition, &error) else { return Err(error) };
            self.client.shared.clock.sleep(wait).await;
            attempt += 1;
        }
    }

    fn url(&self) -> Url {
        let mut url = self.client.shared.base_url.clone();
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.pop_if_empty().extend(&self.path);
        }
        url.set_query(None);
        if !self.query.is_empty() {
            url.query_pairs_mut().extend_pairs(&self.query);
        }
        url
    }

    async fn attempt(&self, url: &Url, token: Option<&Secret>) -> Result<Response> {
        let mut request = self.client.shared.http.request(self.method.clone(), url.clone()).headers(self.headers.clone());
        if let Some(token) = token {
            request = request.bearer_auth(token.expose());
        }
        if let Some((kind, bytes)) = &self.body {
            request = request.header(CONTENT_TYPE, *kind).body(bytes.clone());
        }
        if let Some(timeout) = self.timeout {
            request = request.timeout(timeout);
        }
        let response = request.send().await.map_err(Error::of_transport)?;
        if response.status().is_success() { Ok(response) } else { Err(self.refusal(response).await) }
    }

    /// The error in an answer that is no success.
    async fn refusal(&self, response: Response) -> Error {
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let bytes = match response.bytes().await {
            Ok(bytes) => bytes,
            Err(error) => return Error::of_transport(error),
        };
        let body = serde_json::from_slice(&bytes).unwrap_or(Value::Null);
        let text = |name: HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
        let retry_after = text(RETRY_AFTER).and_then(|seconds| seconds.trim().parse().ok()).map(Duration::from_secs);
        let request_id = text(HeaderName::from_static("x-request-id")).map(ToOwned::to_owned);
        let read = (self.reading)(&body);
        // A proxy in between speaks no surface's language, and every answer of ours names its request.
        let is_foreign = read.is_none() && request_id.is_none();
        let unknown = || (format!("http-{status}"), unread(status, &headers, is_foreign), None);
        let (code, message, details) = read.unwrap_or_else(unknown);
        let code = if code.is_empty() { format!("http-{status}") } else { code };
        Error::Refused(Box::new(Refused { status, code, message, details, retry_after, request_id, is_foreign }))
    }
}

/// What is said of an answer whose body no surface gives. Of where it leads only the origin: the rest may hold a secret.
fn unread(status: u16, headers: &HeaderMap, is_foreign: bool) -> String {
    let elsewhere = headers.get(LOCATION).filter(|_| (300..400).contains(&status)).and_then(|place| Url::parse(place.to_str().ok()?).ok());
    match elsewhere {
        Some(place) => format!("the answer leads elsewhere, to {}", place.origin().ascii_serialization()),
        None if is_foreign => format!("what answered seems to be no Cloakroom: it sent {}", kind_of(headers)),
        None => format!("the server answered with status {status}"),
    }
}

/// What a body says it is.
fn kind_of(headers: &HeaderMap) -> String {
    let kind = headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).and_then(|kind| kind.split(';').next());
    kind.map_or_else(|| "something without a type".to_owned(), |kind| kind.trim().chars().take(60).collect())
}

fn read<T: DeserializeOwned>(status: u16, headers: &HeaderMap, bytes: &[u8]) -> Result<T> {
    serde_json::from_slice(bytes).map_err(|error| {
        let kind = kind_of(headers);
        // Not the whole message: it quotes what it found, which may be a secret.
        let problem = match kind.ends_with("json") {
            true => format!("line {}, column {}: {:?}", error.line(), error.column(), error.classify()),
            false => format!("it is {kind}, where JSON was expected"),
        };
        Error::Unreadable { status, problem }
    })
}

/// The text at this place of a JSON value.
pub(crate) fn text(value: &Value, pointer: &str) -> Option<String> {
    value.pointer(pointer).and_then(Value::as_str).map(ToOwned::to_owned)
}
