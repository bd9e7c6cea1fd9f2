//! `backlog web`, called as scripts and browsers call it. Every answer is held
//! against what `/api/openapi.json` says of its route.

use std::{
    io::{BufRead as _, BufReader, Read, Write as _},
    net::TcpStream,
    process::{Child, ChildStdout, Command, Stdio},
    sync::mpsc,
    thread,
    time::Duration,
};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::{Value, json};
use ureq::http::{Request, Response};

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

/// What was answered.
#[derive(Debug)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The headers, by lower-case names.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
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

    /// Holds an answer against the description.
    #[track_caller]
    fn check(&self, method: &str, path: &str, answer: &Answer) {
        let path = path.split('?').next().unwrap_or_default();
        let Some(operation) = self.operation(method, path) else {
            return;
        };
        let responses = &operation["responses"];
        let told = match answer.status {
            400..=499 => &responses["4XX"],
            500..=599 => &responses["5XX"],
            status => &responses[status.to_string()],
        };
        assert!(
            !told.is_null(),
            "{method} {path}: {} is not described",
            answer.status
        );
        let schema = &told["content"]["application/json"]["schema"];
        if schema.is_null() {
            return;
        }
        let mut schema = schema.clone();
        schema["components"] = self.described["components"].clone();
        let validator = jsonschema::validator_for(&schema).expect("a schema");
        let body = answer.json();
        let problems: Vec<String> = validator
            .iter_errors(&body)
            .map(|error| format!("{}: {error}", error.instance_path()))
            .collect();
        assert!(
            problems.is_empty(),
            "{method} {path}: {problems:#?}\n{body:#}"
        );
    }

    /// What is said of a route.
    fn operation(&self, method: &str, path: &str) -> Option<&Value> {
        let parts: Vec<&str> = path.split('/').collect();
        let fits = |template: &str| {
            let wanted: Vec<&str> = template.split('/').collect();
            wanted.len() == parts.len()
                && wanted
                    .iter()
                    .zip(&parts)
                    .all(|(wanted, part)| wanted.starts_with('{') || wanted == part)
        };
        let paths = self.described["paths"].as_object()?;
        // A word that is written out is before one that stands for any.
        let mut fitting: Vec<_> = paths
            .iter()
            .filter(|(template, _)| fits(template))
            .collect();
        fitting.sort_by_key(|(template, _)| template.matches('{').count());
        let (_, operations) = fitting.first()?;
        operations.get(method.to_ascii_lowercase())
    }

    /// Every route that is described, `GET /api/tasks`.
    pub fn routes(&self) -> Vec<String> {
        let paths = self.described["paths"].as_object().expect("paths");
        let each = paths.iter().flat_map(|(path, operations)| {
            let verbs = operations.as_object().expect("operations").keys();
            verbs.map(move |verb| format!("{} {path}", verb.to_uppercase()))
        });
        each.collect()
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

impl Answer {
    fn of(mut response: Response<ureq::Body>) -> Self {
        let headers = response
            .headers()
            .iter()
            .map(|(name, value)| {
                let value = String::from_utf8_lossy(value.as_bytes()).into_owned();
                (name.as_str().to_owned(), value)
            })
            .collect();
        let mut body = Vec::new();
        let mut reader = response.body_mut().as_reader();
        reader.read_to_end(&mut body).expect("a whole body");
        Self {
            status: response.status().as_u16(),
            headers,
            body,
        }
    }

    /// Reads what a server says until it hangs up.
    pub fn read(stream: &mut TcpStream) -> Self {
        let mut bytes = Vec::new();
        // A door that is shut is an end too.
        let _ = stream.read_to_end(&mut bytes);
        let end = bytes.windows(4).position(|four| four == b"\r\n\r\n");
        let head = String::from_utf8_lossy(&bytes[..end.unwrap_or(bytes.len())]).into_owned();
        let mut lines = head.lines();
        let status = lines.next().unwrap_or_default();
        let status = status.split(' ').nth(1).unwrap_or_default();
        let headers = lines.filter_map(|line| {
            let (name, value) = line.split_once(':')?;
            Some((name.to_ascii_lowercase(), value.trim().to_owned()))
        });
        Self {
            status: status.parse().unwrap_or_default(),
            headers: headers.collect(),
            body: bytes.split_off(end.map_or(bytes.len(), |end| end + 4)),
        }
    }

    /// A header's value.
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut found = self.headers.iter().filter(|(given, _)| given == name);
        found.next().map(|(_, value)| value.as_str())
    }

    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The body as a document.
    ///
    /// # Panics
    /// Where it is none.
    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|error| panic!("{error}: {} {}", self.status, self.text()))
    }

    /// The document of a success.
    #[track_caller]
    pub fn ok(&self) -> Value {
        assert!(
            matches!(self.status, 200 | 201),
            "{} {}",
            self.status,
            self.text()
        );
        self.json()
    }

    /// Fails the test unless the status and the code are these.
    #[track_caller]
    pub fn refused(&self, status: u16, code: &str) -> Value {
        let body = self.json();
        assert_eq!(
            (self.status, &body["code"]),
            (status, &json!(code)),
            "{body:#}"
        );
        assert!(body["error"].is_string(), "{body:#}");
        body
    }
}

/// An event of the stream.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    /// `message` where the stream says nothing else.
    pub name: String,
    /// The entry's number.
    pub id: Option<i64>,
    /// The entry.
    pub data: Value,
}

/// A stream of events that is read on a thread, and what was read so far.
pub struct Events {
    arriving: mpsc::Receiver<Event>,
    /// All events so far.
    pub seen: Vec<Event>,
}

impl Events {
    #[track_caller]
    fn of(response: Response<ureq::Body>) -> Self {
        assert_eq!(response.status().as_u16(), 200);
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        let (told, arriving) = mpsc::channel();
        // Ends with the stream.
        thread::spawn(move || {
            let reader = BufReader::new(response.into_body().into_reader());
            let mut event = Event {
                name: "message".to_owned(),
                id: None,
                data: Value::Null,
            };
            let blank = event.clone();
            for line in reader.lines().map_while(Result::ok) {
                match line.split_once(": ") {
                    Some(("event", name)) => event.name = name.to_owned(),
                    Some(("id", id)) => event.id = id.parse().ok(),
                    Some(("data", data)) => {
                        event.data = serde_json::from_str(data).expect("a document");
                    }
                    _ if line.is_empty() && !event.data.is_null() => {
                        let _ = told.send(std::mem::replace(&mut event, blank.clone()));
                    }
                    _ => {}
                }
            }
        });
        Self {
            arriving,
            seen: Vec::new(),
        }
    }

    /// Waits until that holds of all events so far.
    #[track_caller]
    pub fn until(&mut self, what: &str, holds: impl Fn(&[Event]) -> bool) {
        eventually(what, || {
            self.seen
                .extend(self.arriving.recv_timeout(Duration::from_millis(1)));
            holds(&self.seen)
        });
    }

    /// The numbers of the first so many entries.
    #[track_caller]
    pub fn first(&mut self, count: usize) -> Vec<i64> {
        self.until("so many were told", |seen| entries(seen).count() >= count);
        entries(&self.seen).collect()
    }
}

fn entries(seen: &[Event]) -> impl Iterator<Item = i64> {
    let entries = seen.iter().filter(|event| event.name == "message");
    entries.filter_map(|event| event.id)
}
