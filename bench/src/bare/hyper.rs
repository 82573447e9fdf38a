//! What HTTP costs without a server around it: hyper's loop over tokio, which reads the body and answers as many bytes as it is told.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::time::Duration;

use http_body_util::{BodyExt as _, Full};
use hyper::body::{Bytes, Incoming};
use hyper::header::{CONTENT_TYPE, HeaderValue};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Runtime;

use crate::Failure;
use crate::in_process::runtime;

/// Serves until it is dropped, whatever is asked for.
pub(crate) struct RawHyper {
    pub(crate) address: SocketAddr,
    runtime: Option<Runtime>,
}

impl RawHyper {
    /// Serves on a free port, with as many threads as the server that is measured beside it, counted as the server's.
    pub(crate) fn start(answer: usize) -> Result<Self, Failure> {
        let runtime = runtime("server-raw", std::thread::available_parallelism()?.get())?;
        let listener = runtime.block_on(TcpListener::bind(("127.0.0.1", 0)))?;
        let address = listener.local_addr()?;
        runtime.spawn(accept(listener, Bytes::from(vec![b' '; answer])));
        Ok(Self { address, runtime: Some(runtime) })
    }
}

impl Drop for RawHyper {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_timeout(Duration::from_secs(5));
        }
    }
}

async fn accept(listener: TcpListener, answer: Bytes) {
    loop {
        match listener.accept().await {
            Ok((stream, _)) => drop(tokio::spawn(serve(stream, answer.clone()))),
            Err(error) => return println!("raw hyper accepts no more: {error}"),
        }
    }
}

async fn serve(stream: TcpStream, answer: Bytes) {
    // As the server sets its own.
    if let Err(error) = stream.set_nodelay(true) {
        return println!("raw hyper's socket cannot be set: {error}");
    }
    let service = service_fn(|request| answer_after(request, answer.clone()));
    if let Err(error) = http1::Builder::new().serve_connection(TokioIo::new(stream), service).await {
        println!("a connection of raw hyper ended: {error}");
    }
}

async fn answer_after(request: Request<Incoming>, answer: Bytes) -> Result<Response<Full<Bytes>>, Infallible> {
    let read = request.into_body().collect().await;
    let mut response = Response::new(Full::new(answer));
    if read.is_err() {
        *response.status_mut() = StatusCode::BAD_REQUEST;
    }
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    Ok(response)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http_client::{Connection, get, post};

    #[test]
    fn it_answers_as_many_bytes_to_whatever_is_asked_on_one_connection() {
        let server = RawHyper::start(321).unwrap();
        runtime("client", 1).unwrap().block_on(async {
            let mut connection = Connection::open(server.address).await.unwrap();
            for request in [post("/anything", &"x".repeat(3000)), get("/"), post("/", "")] {
                let answer = connection.ask(&request).await.unwrap();
                assert_eq!((answer.status, answer.body.len()), (200, 321));
            }
        });
    }
}
