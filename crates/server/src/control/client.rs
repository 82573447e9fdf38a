//! The client's end of the socket.

use std::time::Duration;

use axum::body::Bytes;
use axum::http::{Request, StatusCode, header};
use http_body_util::{BodyExt as _, Full, Limited};
use hyper_util::rt::TokioIo;
use tokio::net::UnixStream;

use super::{Call, Command, MAX_COMMAND_BYTES};
use crate::failure::Failure;
use crate::report::Report;

/// Somewhat longer than the server gives a command.
const TIMEOUT: Duration = Duration::from_secs(630);

type Answer = (StatusCode, Bytes);
type Broken = Box<dyn std::error::Error + Send + Sync>;

/// What a server answered.
pub enum Reply {
    /// It ran the command.
    Ran(Result<Report, Failure>),
    /// It has another database open.
    OtherDatabase,
}

/// Asks the server at the other end of `stream` for a command.
///
/// # Errors
/// A server that answers nothing, or nothing that this version understands; the command may have been carried out.
pub async fn ask(stream: UnixStream, call: &Call<&Command>) -> Result<Reply, Failure> {
    let lost = |why: String| {
        Failure::new(format_args!("the running server did not answer: {why}"))
            .hint("its log tells more; whether it did what was asked is not known")
    };
    let body = serde_json::to_vec(call).map_err(|error| Failure::new(format_args!("the command cannot be sent: {error}")))?;
    if body.len() > MAX_COMMAND_BYTES {
        let told = format_args!("the command has {} bytes, a running server takes {MAX_COMMAND_BYTES}", body.len());
        return Err(Failure::new(told).hint("split the document, or stop the server first"));
    }
    let exchanged = tokio::time::timeout(TIMEOUT, exchange(stream, body)).await;
    let exchanged = exchanged.map_err(|_| lost(format!("nothing came in {} seconds", TIMEOUT.as_secs())))?;
    let (status, body) = exchanged.map_err(|broken| lost(broken.to_string()))?;
    match status {
        StatusCode::OK => {
            let reply = serde_json::from_slice(&body).map_err(|_| lost("its answer is not one that this version knows".to_owned()))?;
            Ok(Reply::Ran(reply))
        }
        StatusCode::MISDIRECTED_REQUEST => Ok(Reply::OtherDatabase),
        StatusCode::UNPROCESSABLE_ENTITY => Err(Failure::new("the running server does not know this command")
            .hint("it is of another version than this command: restart it, or use the binary that it was started from")),
        status => Err(lost(format!("{status} {}", String::from_utf8_lossy(&body)))),
    }
}

async fn exchange(stream: UnixStream, body: Vec<u8>) -> Result<Answer, Broken> {
    let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await?;
    let request = Request::post("/")
        .header(header::HOST, "control")
        .header(header::CONTENT_TYPE, "application/json")
        .body(Full::new(Bytes::from(body)))?;
    let answer = async move {
        let response = sender.send_request(request).await?;
        let status = response.status();
        let body = Limited::new(response.into_body(), MAX_COMMAND_BYTES).collect().await?.to_bytes();
        Ok::<_, Broken>((status, body))
    };
    tokio::pin!(answer);
    tokio::select! {
        answered = &mut answer => answered,
        // The connection is what carries the exchange; when it ends, what it brought is there.
        ended = connection => {
            ended?;
            answer.await
        }
    }
}
