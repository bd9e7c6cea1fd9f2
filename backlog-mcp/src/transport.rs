//! One message a line, over standard input and output.
//!
//! In place of rmcp's own transport, which is silent about a line that is no
//! JSON, ends where a notification comes before the first request, and waits
//! at the end of input for calls that nobody reads the answers of.

use std::{io, sync::Arc};

use rmcp::{
    RoleServer,
    model::{ClientJsonRpcMessage, ClientRequest, ErrorCode},
    service::{RxJsonRpcMessage, TxJsonRpcMessage},
    transport::{Transport, stdio_pipes},
};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncBufReadExt as _, AsyncRead, AsyncWrite, AsyncWriteExt as _, BufReader},
    sync::{Mutex, mpsc, watch},
};

use crate::{problem::nearest, unanswered::Unanswered};

/// The longest line that is read: sixteen bodies of the largest size.
const LONGEST: usize = 16 << 20;
/// Messages read ahead of what is being done.
const AHEAD: usize = 64;

/// The methods that are served.
const METHODS: [&str; 16] = [
    "initialize",
    "ping",
    "server/discover",
    "tools/list",
    "tools/call",
    "prompts/list",
    "prompts/get",
    "resources/list",
    "resources/templates/list",
    "resources/read",
    "resources/subscribe",
    "resources/unsubscribe",
    "subscriptions/listen",
    "completion/complete",
    "skills/list",
    "skills/get",
];

type Output = Arc<Mutex<Box<dyn AsyncWrite + Send + Unpin>>>;

/// Standard input and output.
pub(crate) struct Stdio {
    messages: mpsc::Receiver<ClientJsonRpcMessage>,
    output: Output,
    unanswered: Unanswered,
}

impl Stdio {
    /// Reads from now on. `closed` is told when the input ends.
    /// `unanswered` is told of what is answered.
    pub(crate) fn open(closed: watch::Sender<bool>, unanswered: Unanswered) -> Self {
        let (input, output) = stdio_pipes();
        Self::over(input, Box::new(output), closed, unanswered)
    }

    fn over(
        input: impl AsyncRead + Send + Unpin + 'static,
        output: Box<dyn AsyncWrite + Send + Unpin>,
        closed: watch::Sender<bool>,
        unanswered: Unanswered,
    ) -> Self {
        let (sender, messages) = mpsc::channel(AHEAD);
        let output: Output = Arc::new(Mutex::new(output));
        let answers = Arc::clone(&output);
        tokio::spawn(async move {
            let _ = read(BufReader::new(input), &sender, &answers).await;
            closed.send_replace(true);
        });
        Self {
            messages,
            output,
            unanswered,
        }
    }
}

async fn read(
    mut input: BufReader<impl AsyncRead + Unpin>,
    messages: &mpsc::Sender<ClientJsonRpcMessage>,
    output: &Output,
) -> io::Result<()> {
    let mut line = Vec::new();
    let mut begun = false;
    while let Some(fits) = next_line(&mut input, &mut line).await? {
        let read = if fits {
            parse(&line)
        } else {
            let why = format!("a message may have up to {LONGEST} bytes");
            Err(Some(error(&Value::Null, -32600, &why)))
        };
        match read {
            Ok(message) => {
                begun |= opens(&message);
                // Before the first request there is nothing to notify of.
                let waits = begun || matches!(message, ClientJsonRpcMessage::Request(_));
                if waits && messages.send(message).await.is_err() {
                    return Ok(());
                }
            }
            Err(Some(answer)) => write(output, &answer).await?,
            Err(None) => {}
        }
    }
    Ok(())
}

/// Reads a line; `None` at the end, `Some(false)` for one that was too long
/// and is dropped.
async fn next_line(
    input: &mut BufReader<impl AsyncRead + Unpin>,
    line: &mut Vec<u8>,
) -> io::Result<Option<bool>> {
    line.clear();
    let mut fits = true;
    loop {
        let available = input.fill_buf().await?;
        if available.is_empty() {
            // What no line break ends is no message.
            return Ok(None);
        }
        let end = available.iter().position(|byte| *byte == b'\n');
        let part = &available[..end.unwrap_or(available.len())];
        fits &= line.len() + part.len() <= LONGEST;
        if fits {
            line.extend_from_slice(part);
        }
        let read = part.len() + usize::from(end.is_some());
        input.consume(read);
        if end.is_some() {
            return Ok(Some(fits));
        }
    }
}

/// The message in a line, or what to answer to what is none. A notification
/// is never answered.
fn parse(line: &[u8]) -> Result<ClientJsonRpcMessage, Option<Value>> {
    let line = line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(line);
    if line.iter().all(u8::is_ascii_whitespace) {
        return Err(None);
    }
    let document: Value = serde_json::from_slice(line)
        .map_err(|why| Some(error(&Value::Null, -32700, &format!("Parse error: {why}"))))?;
    let Some(object) = document.as_object() else {
        let why = match document {
            Value::Array(_) => "Batches are not served: send one message a line",
            _ => "A message is a JSON object",
        };
        return Err(Some(error(&Value::Null, -32600, why)));
    };
    let id = object.get("id").cloned();
    let method = object
        .get("method")
        .and_then(Value::as_str)
        .map(str::to_owned);
    if let (Some(id), Some(problem)) = (&id, malformed_call(object)) {
        return Err(Some(error(id, -32602, problem)));
    }
    let parsed = serde_json::from_value::<ClientJsonRpcMessage>(document);
    if let (Ok(message), Some(id), Some(method)) = (&parsed, &id, &method)
        && is_misread(message, method)
    {
        let why = format!("Invalid params of {method}");
        return Err(Some(error(id, -32602, &why)));
    }
    parsed.map_err(|why| match (id, method) {
        (Some(id @ (Value::String(_) | Value::Number(_))), Some(method)) => Some(error(
            &id,
            -32602,
            &format!("Invalid params of {method}: {why}"),
        )),
        // A notification that is not understood, or somebody's answer.
        (None, Some(_)) => None,
        (Some(_), None) => None,
        (id, _) => Some(error(
            &id.filter(|id| id.is_string() || id.is_number())
                .unwrap_or_default(),
            -32600,
            "Invalid request: it needs an id and a method",
        )),
    })
}

/// What is wrong with a call that names no tool: else it would be taken for a
/// method that nobody knows.
fn malformed_call(message: &serde_json::Map<String, Value>) -> Option<&'static str> {
    if message.get("method")? != "tools/call" {
        return None;
    }
    let params = message.get("params").unwrap_or(&Value::Null);
    if !params["name"].is_string() {
        return Some("tools/call needs params with the name of a tool");
    }
    let fits = params["arguments"].is_object() || params["arguments"].is_null();
    (!fits).then_some("The arguments of tools/call are an object")
}

/// Whether a request of a known method was not understood: with parameters
/// that do not fit, it is read as one of a method that nobody knows.
fn is_misread(message: &ClientJsonRpcMessage, method: &str) -> bool {
    matches!(message, ClientJsonRpcMessage::Request(request)
        if matches!(request.request, ClientRequest::CustomRequest(_)))
        && METHODS.contains(&method)
}

/// What to say of a method that is not served: rmcp says its name.
fn unknown_method(method: &str) -> String {
    let next = match nearest(method, METHODS.into_iter()) {
        Some(meant) => format!("did you mean {meant}?"),
        None => format!("there are {}", METHODS.join(", ")),
    };
    format!("Unknown method {method}; {next}")
}

fn error(id: &Value, code: i32, message: &str) -> Value {
    json!({"jsonrpc": "2.0", "id": id, "error": {"code": code, "message": message}})
}

/// Whether a message begins the conversation: a handshake, or the first
/// request that carries all that a handshake would say.
fn opens(message: &ClientJsonRpcMessage) -> bool {
    use rmcp::model::GetMeta as _;
    let ClientJsonRpcMessage::Request(request) = message else {
        return false;
    };
    match &request.request {
        ClientRequest::InitializeRequest(_) => true,
        ClientRequest::DiscoverRequest(_) | ClientRequest::PingRequest(_) => false,
        request => request.get_meta().protocol_version().is_some(),
    }
}

async fn write(output: &Output, message: &impl serde::Serialize) -> io::Result<()> {
    let mut line = serde_json::to_vec(message)?;
    line.push(b'\n');
    let mut output = output.lock().await;
    output.write_all(&line).await?;
    output.flush().await
}

impl Transport<RoleServer> for Stdio {
    type Error = io::Error;

    fn send(
        &mut self,
        mut message: TxJsonRpcMessage<RoleServer>,
    ) -> impl Future<Output = io::Result<()>> + Send + 'static {
        if let TxJsonRpcMessage::<RoleServer>::Response(response) = &message {
            self.unanswered.note_answer(&response.id);
        }
        if let TxJsonRpcMessage::<RoleServer>::Error(refused) = &mut message
            && refused.error.code == ErrorCode::METHOD_NOT_FOUND
        {
            refused.error.message = unknown_method(&refused.error.message).into();
        }
        let output = Arc::clone(&self.output);
        async move { write(&output, &message).await }
    }

    async fn receive(&mut self) -> Option<RxJsonRpcMessage<RoleServer>> {
        self.messages.recv().await
    }

    async fn close(&mut self) -> io::Result<()> {
        self.output.lock().await.flush().await
    }
}
