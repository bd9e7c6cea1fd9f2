//! `backlog web`, called as scripts and browsers call it. Every answer is held
//! against what `/api/openapi.json` says of its route.

mod answer;
mod described;
mod events;

use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::TcpStream,
    process::{Child, ChildStdout, Command, Stdio},
};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;
use ureq::http::Request;

pub use self::{
    answer::Answer,
    events::{Event, Events},
};
use crate::{Home, eventually, wait::LIMIT};

/// A server that runs. Ends with its drop.
pub struct Web {
    child: Child,
    stdout: BufReader<ChildStdout>,
    /// The address that lets a browser in.
    pub url: String,
    /// Its port.
    pub port: u16,
    /// What proves that one may call.
    pub token: String,
    agent: ureq::Agent,
    described: Value,
}

impl Web {
    /// Starts one on any free port.
    #[track_caller]
    pub fn start(home: &Home) -> Self {
        Self::of(&mut home.command(["web", "--port", "0", "--no-browser", "--json"]))
    }

    /// Starts one by a command that prints its document, or its address alone.
    ///
    /// # Panics
    /// Where it does not start.
    #[track_caller]
    pub fn of(command: &mut Command) -> Self {
        let mut child = command
            .stdout(Stdio::piped())
            .spawn()
            .expect("backlog runs");
        let mut stdout = BufReader::new(child.stdout.take().expect("it is piped"));
        let mut line = String::new();
        stdout.read_line(&mut line).expect("it says where it is");
        // The address alone, where nothing else was asked for.
        let url = match serde_json::from_str::<Value>(&line) {
            Ok(document) => document["url"].as_str().unwrap_or_default().to_owned(),
            Err(_) => line.trim().to_owned(),
        };
        let port = url
            .rsplit(':')
            .next()
            .and_then(|rest| rest.split('/').next());
        let port = port.and_then(|port| port.parse().ok()).expect("a port");
        let token = url.split("token=").nth(1).unwrap_or_default().to_owned();
        let config = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .timeout_global(Some(LIMIT))
            .build();
        let mut web = Self {
            child,
            stdout,
            url,
            port,
            token,
            agent: config.into(),
            described: Value::Null,
        };
        if !web.token.is_empty() {
            web.described = web.get("/api/openapi.json").ok();
        }
        web
    }

    /// The address, without a token.
    pub fn at(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }

    /// Its process.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Asks for something.
    #[track_caller]
    pub fn get(&self, path: &str) -> Answer {
        self.call("GET", path, None)
    }

    /// Sends a document.
    #[track_caller]
    pub fn post(&self, path: &str, body: Value) -> Answer {
        self.call("POST", path, Some(body))
    }

    /// Changes something.
    #[track_caller]
    pub fn patch(&self, path: &str, body: Value) -> Answer {
        self.call("PATCH", path, Some(body))
    }

    /// Deletes something.
    #[track_caller]
    pub fn delete(&self, path: &str) -> Answer {
        self.call("DELETE", path, None)
    }

    /// Makes a call with the token.
    #[track_caller]
    pub fn call(&self, method: &str, path: &str, body: Option<Value>) -> Answer {
        self.call_as(method, path, body, &[])
    }

    /// Makes a call with the token and more headers.
    ///
    /// # Panics
    /// Where nothing is answered, or not what is described.
    #[track_caller]
    pub fn call_as(
        &self,
        method: &str,
        path: &str,
        body: Option<Value>,
        more: &[(&str, &str)],
    ) -> Answer {
        let mut request = Request::builder().method(method).uri(self.at(path));
        request = request.header("authorization", format!("Bearer {}", self.token));
        for (name, value) in more {
            request = request.header(*name, *value);
        }
        let response = match body {
            None => self.agent.run(request.body(()).expect("a request")),
            Some(body) => {
                request = request.header("content-type", "application/json");
                self.agent
                    .run(request.body(body.to_string()).expect("a request"))
            }
        };
        let answer =
            Answer::of(response.unwrap_or_else(|error| panic!("{method} {path}: {error}")));
        self.check(method, path, &answer);
        answer
    }

    /// Sends bytes as they are, and reads until the server hangs up.
    ///
    /// # Panics
    /// Where nobody listens.
    #[track_caller]
    pub fn raw(&self, bytes: &[u8]) -> Answer {
        let mut stream = self.connect();
        // One who is refused may find the door shut before having said all.
        let _ = stream.write_all(bytes);
        Answer::read(&mut stream)
    }

    /// A call with exactly these headers, `host` and `connection` unless they
    /// say otherwise.
    #[track_caller]
    pub fn bare(&self, line: &str, headers: &[(&str, &str)], body: &str) -> Answer {
        let mut text = format!("{line} HTTP/1.1\r\nconnection: close\r\n");
        let has = |name: &str| {
            headers
                .iter()
                .any(|(given, _)| given.eq_ignore_ascii_case(name))
        };
        if !has("host") {
            text.push_str(&format!("host: localhost:{}\r\n", self.port));
        }
        if !body.is_empty() {
            text.push_str(&format!("content-length: {}\r\n", body.len()));
        }
        for (name, value) in headers {
            text.push_str(&format!("{name}: {value}\r\n"));
        }
        self.raw(format!("{text}\r\n{body}").as_bytes())
    }

    /// A connection to it.
    ///
    /// # Panics
    /// Where nobody listens.
    pub fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(("127.0.0.1", self.port)).expect("it listens");
        stream.set_read_timeout(Some(LIMIT)).expect("a socket");
        stream
    }

    /// The cookie that a browser gets.
    ///
    /// # Panics
    /// Where it gets none.
    pub fn cookie(&self) -> String {
        let path = self.url.split_once("/?").expect("it has a token").1;
        let answer = self.bare(&format!("GET /?{path}"), &[("sec-fetch-site", "none")], "");
        let cookie = answer.header("set-cookie").expect("a cookie");
        cookie.split(';').next().unwrap_or_default().to_owned()
    }

    /// The stream of events, from behind an entry.
    #[track_caller]
    pub fn events(&self, path: &str, more: &[(&str, &str)]) -> Events {
        let mut request = Request::builder().uri(self.at(path));
        request = request.header("authorization", format!("Bearer {}", self.token));
        for (name, value) in more {
            request = request.header(*name, *value);
        }
        let response = self.agent.run(request.body(()).expect("a request"));
        Events::of(response.expect("an answer"))
    }

    /// Calls that share a connection.
    pub fn keep_alive(&self) -> KeepAlive<'_> {
        let config = ureq::Agent::config_builder()
            .max_idle_connections(1)
            .build();
        KeepAlive {
            web: self,
            agent: config.into(),
        }
    }

    /// Asks it to leave, and waits until it has.
    ///
    /// # Panics
    /// Where it stays.
    pub fn stop(mut self) -> String {
        let pid = Pid::from_raw(i32::try_from(self.pid()).expect("a pid")).expect("a pid");
        kill_process(pid, Signal::TERM).expect("it is ours");
        eventually("it has left", || {
            self.child.try_wait().expect("it is ours").is_some()
        });
        let mut rest = String::new();
        self.stdout.read_to_string(&mut rest).expect("its output");
        rest
    }
}

impl Drop for Web {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Calls that share a connection.
pub struct KeepAlive<'w> {
    web: &'w Web,
    agent: ureq::Agent,
}

impl KeepAlive<'_> {
    /// Asks for something, reads it to its end, and returns the status.
    ///
    /// # Panics
    /// Where nothing is answered.
    pub fn get(&self, path: &str) -> u16 {
        let authorization = format!("Bearer {}", self.web.token);
        let request = self
            .agent
            .get(self.web.at(path))
            .header("authorization", authorization);
        let mut response = request.call().expect("an answer");
        response.body_mut().read_to_vec().expect("a whole body");
        response.status().as_u16()
    }
}
