//! A client of the MCP server that speaks its very lines.

#![expect(
    clippy::needless_pass_by_value,
    reason = "arguments are written where they are passed"
)]

use std::{
    io::{BufRead as _, BufReader, Write as _},
    process::{Child, ChildStdin, Command, Stdio},
    sync::mpsc::{Receiver, RecvTimeoutError, channel},
    thread,
    time::Duration,
};

use serde_json::{Value, json};

use crate::{Home, wait::LIMIT};

/// A server that runs, and what it has said.
pub struct Mcp {
    child: Child,
    input: Option<ChildStdin>,
    lines: Receiver<String>,
    next_id: i64,
    /// Answers that came before others that were waited for.
    early: Vec<Value>,
}

/// What a tool answered.
#[derive(Debug, Clone)]
pub struct Told {
    /// The text.
    pub text: String,
    /// Whether it says that the call failed.
    pub is_error: bool,
    /// The whole result.
    pub result: Value,
}

impl Mcp {
    /// Starts `backlog mcp serve` in a home, with these arguments more.
    ///
    /// # Panics
    /// Where it does not start.
    #[track_caller]
    pub fn start(home: &Home, args: &[&str]) -> Self {
        let mut command = home.command(["mcp", "serve"]);
        command.args(args);
        Self::of(command)
    }

    /// Starts it and shakes hands as an agent of that name.
    #[track_caller]
    pub fn agent(home: &Home, name: &str) -> Self {
        let mut server = Self::start(home, &[]);
        server.shake_hands(name);
        server
    }

    /// A server that this command starts.
    ///
    /// # Panics
    /// Where it does not start.
    #[track_caller]
    pub fn of(mut command: Command) -> Self {
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("it starts");
        let input = child.stdin.take();
        let output = BufReader::new(child.stdout.take().expect("it is piped"));
        let (sender, lines) = channel();
        thread::spawn(move || {
            for line in output.lines().map_while(Result::ok) {
                if sender.send(line).is_err() {
                    break;
                }
            }
        });
        Self {
            child,
            input,
            lines,
            next_id: 0,
            early: Vec::new(),
        }
    }

    /// The handshake of the protocol's first era.
    #[track_caller]
    pub fn shake_hands(&mut self, name: &str) -> Value {
        let answer = self.request("initialize", handshake(name, "2025-11-25"));
        self.notify("notifications/initialized", json!({}));
        answer
    }

    /// Sends a line as it is.
    ///
    /// # Panics
    /// Where the server reads no more.
    #[track_caller]
    pub fn send_line(&mut self, line: &str) {
        let input = self.input.as_mut().expect("the input is open");
        input
            .write_all(format!("{line}\n").as_bytes())
            .expect("it reads");
    }

    /// Sends a request, and does not wait for its answer. Its id.
    #[track_caller]
    pub fn send(&mut self, method: &str, params: Value) -> i64 {
        self.next_id += 1;
        let request =
            json!({"jsonrpc": "2.0", "id": self.next_id, "method": method, "params": params});
        self.send_line(&request.to_string());
        self.next_id
    }

    /// Sends a call of a tool, and does not wait for its answer. Its id.
    #[track_caller]
    pub fn send_call(&mut self, tool: &str, arguments: Value) -> i64 {
        self.send("tools/call", json!({"name": tool, "arguments": arguments}))
    }

    /// Sends a notification.
    #[track_caller]
    pub fn notify(&mut self, method: &str, params: Value) {
        let note = json!({"jsonrpc": "2.0", "method": method, "params": params});
        self.send_line(&note.to_string());
    }

    /// The next message of the server.
    ///
    /// # Panics
    /// Where none comes, or it is none.
    #[track_caller]
    pub fn read(&mut self) -> Value {
        match self.lines.recv_timeout(LIMIT) {
            Ok(line) => message(&line),
            Err(RecvTimeoutError::Timeout) => panic!("the server says nothing"),
            Err(RecvTimeoutError::Disconnected) => panic!("the server has left"),
        }
    }

    /// The next message, where one comes within this time.
    pub fn read_within(&mut self, time: Duration) -> Option<Value> {
        let line = self.lines.recv_timeout(time).ok()?;
        Some(message(&line))
    }

    /// Waits for the answer to a request. Answers to others are kept for who
    /// asks for them; notifications that come before it are dropped.
    #[track_caller]
    pub fn answer(&mut self, id: i64) -> Value {
        if let Some(at) = self.early.iter().position(|early| early["id"] == id) {
            return self.early.swap_remove(at);
        }
        loop {
            let message = self.read();
            if message["id"] == id {
                return message;
            }
            if !message["id"].is_null() {
                self.early.push(message);
            }
        }
    }

    /// Makes a request; its answer, result or error.
    #[track_caller]
    pub fn request(&mut self, method: &str, params: Value) -> Value {
        let id = self.send(method, params);
        self.answer(id)
    }

    /// Calls a tool.
    ///
    /// # Panics
    /// Where the answer is no result: no call of a tool may end so.
    #[track_caller]
    pub fn call(&mut self, tool: &str, arguments: Value) -> Told {
        let id = self.send_call(tool, arguments);
        told(&self.answer(id))
    }

    /// Calls a tool that does as it is asked.
    ///
    /// # Panics
    /// Where it does not.
    #[track_caller]
    pub fn ok(&mut self, tool: &str, arguments: Value) -> String {
        let told = self.call(tool, arguments);
        assert!(!told.is_error, "{tool}: {}", told.text);
        told.text
    }

    /// Calls a tool that refuses.
    ///
    /// # Panics
    /// Where it does not.
    #[track_caller]
    pub fn refused(&mut self, tool: &str, arguments: Value) -> String {
        let told = self.call(tool, arguments);
        assert!(told.is_error, "{tool}: {}", told.text);
        told.text
    }

    /// Closes its input, as a client that leaves does.
    pub fn close(&mut self) {
        self.input = None;
    }

    /// Ends it as nobody expects.
    ///
    /// # Panics
    /// Where it is not ours.
    pub fn kill(&mut self) {
        self.child.kill().expect("it is ours");
        self.child.wait().expect("it is ours");
    }

    /// The process id.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Whether it has ended, and well.
    ///
    /// # Panics
    /// Where it is not ours.
    pub fn ended(&mut self) -> Option<bool> {
        let status = self.child.try_wait().expect("it is ours");
        status.map(|status| status.success())
    }
}

impl Drop for Mcp {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What a client says of itself in the first era.
pub fn handshake(name: &str, version: &str) -> Value {
    json!({
        "protocolVersion": version,
        "capabilities": {},
        "clientInfo": {"name": name, "version": "1.0"},
    })
}

/// What a client says of itself in each request of the second era.
pub fn inline(name: &str, version: &str) -> Value {
    json!({
        "io.modelcontextprotocol/protocolVersion": version,
        "io.modelcontextprotocol/clientInfo": {"name": name, "version": "1.0"},
        "io.modelcontextprotocol/clientCapabilities": {},
    })
}

#[track_caller]
fn message(line: &str) -> Value {
    let message: Value =
        serde_json::from_str(line).unwrap_or_else(|error| panic!("{error} in {line:?}"));
    assert_eq!(message["jsonrpc"], "2.0", "{line}");
    message
}

/// What a tool said in its answer.
///
/// # Panics
/// Where the answer is no result.
#[track_caller]
pub fn told(answer: &Value) -> Told {
    let result = answer["result"].clone();
    let text = result["content"][0]["text"].as_str();
    Told {
        text: text
            .unwrap_or_else(|| panic!("no text in {answer}"))
            .to_owned(),
        is_error: result["isError"] == true,
        result,
    }
}
