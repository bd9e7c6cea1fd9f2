//! What a client asked, when, and what it was answered.

use std::{
    collections::BTreeMap,
    fs::{self, File, OpenOptions},
    io::Write as _,
    path::Path,
};

use rustix::time::{ClockId, clock_gettime};
use serde_json::{Value, json};

/// The ending of a record's file.
const ENDING: &str = "calls.jsonl";

/// A call, from its asking to its answer. Times are of the machine's monotonic
/// clock, which all processes read alike, in nanoseconds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// Which client: each process is a session of its own.
    pub session: String,
    /// `claim`, `comment`, `done`, `release`.
    pub what: String,
    /// Which task; of a claim, the one it got. 0: none.
    pub task: i64,
    /// The fence under which it was made; of a claim, the one it got.
    pub fence: i64,
    /// The text of a comment or note, which is like no other.
    pub text: String,
    /// When it was asked.
    pub asked: i64,
    /// When it was answered; `None`: the client died before.
    pub answered: Option<i64>,
    /// `ok`, or the reason of the refusal; empty where there was no answer.
    pub answer: String,
}

impl Call {
    /// Whether it was acknowledged.
    pub fn is_ok(&self) -> bool {
        self.answer == "ok"
    }
}

/// Now, in nanoseconds.
pub fn now() -> i64 {
    let now = clock_gettime(ClockId::Monotonic);
    now.tv_sec * 1_000_000_000 + now.tv_nsec
}

/// The record of one client. Each line is written at once.
pub struct Recorder {
    file: File,
    session: String,
    number: u64,
}

impl Recorder {
    /// Begins one.
    ///
    /// # Panics
    /// Where the file cannot be made.
    pub fn begin(dir: &Path, session: &str) -> Self {
        let file = OpenOptions::new()
            .create(true)
            .append(true)
            .open(dir.join(format!("{session}.{ENDING}")))
            .expect("a record can be begun");
        Self {
            file,
            session: session.to_owned(),
            number: 0,
        }
    }

    /// A call is about to be made.
    pub fn ask(&mut self, what: &str, task: i64, fence: i64, text: &str) {
        self.number += 1;
        self.write(&json!({
            "call": self.number, "session": self.session, "what": what, "task": task,
            "fence": fence, "text": text, "asked": now(),
        }));
    }

    /// It was answered; of a claim, with a task and a fence.
    pub fn answer(&mut self, answer: &str, got: Option<(i64, i64)>) {
        let (task, fence) = got.unzip();
        self.write(&json!({
            "call": self.number, "answered": now(), "answer": answer, "task": task, "fence": fence,
        }));
    }

    fn write(&mut self, line: &Value) {
        let line = format!("{line}\n");
        self.file
            .write_all(line.as_bytes())
            .expect("a record can be written");
    }
}

/// All calls of all clients, in the order in which they were asked.
///
/// # Panics
/// Where a record cannot be read.
pub fn read_all(dir: &Path) -> Vec<Call> {
    let mut calls = Vec::new();
    for entry in fs::read_dir(dir).expect("a directory").flatten() {
        let path = entry.path();
        if path.to_string_lossy().ends_with(ENDING) {
            calls.extend(read(&fs::read_to_string(path).expect("a record")));
        }
    }
    calls.sort_by_key(|call| call.asked);
    calls
}

/// One client's calls; a line that was cut off when it was killed is none.
fn read(text: &str) -> Vec<Call> {
    let mut calls: BTreeMap<u64, Call> = BTreeMap::new();
    for line in text.lines() {
        let Ok(line) = serde_json::from_str::<Value>(line) else {
            continue;
        };
        let number = line["call"].as_u64().expect("each line has it");
        let word = |field: &str| line[field].as_str().unwrap_or_default().to_owned();
        if let Some(asked) = line["asked"].as_i64() {
            let call = Call {
                session: word("session"),
                what: word("what"),
                task: line["task"].as_i64().unwrap_or(0),
                fence: line["fence"].as_i64().unwrap_or(0),
                text: word("text"),
                asked,
                answered: None,
                answer: String::new(),
            };
            calls.insert(number, call);
        } else if let Some(call) = calls.get_mut(&number) {
            call.answered = line["answered"].as_i64();
            call.answer = word("answer");
            if let (Some(task), Some(fence)) = (line["task"].as_i64(), line["fence"].as_i64()) {
                (call.task, call.fence) = (task, fence);
            }
        }
    }
    calls.into_values().collect()
}
