//! What an agent says of its event on standard input: JSON, with much that is of
//! no use here, such as all that a tool answered.

use std::{
    io::{self, BufReader, IsTerminal as _, Read},
    path::PathBuf,
    sync::mpsc,
    thread,
    time::Duration,
};

use serde::Deserialize;

/// As much as is read of it.
const MOST: u64 = 64 << 20;

/// What is of use.
#[derive(Debug, Default, PartialEq, Eq, Deserialize)]
pub struct Input {
    pub session_id: Option<String>,
    pub cwd: Option<PathBuf>,
}

impl Input {
    /// Waits so long for it. Whatever cannot be understood says nothing.
    pub fn read(patience: Duration) -> Self {
        if io::stdin().is_terminal() {
            return Self::default();
        }
        let (sender, input) = mpsc::channel();
        thread::spawn(move || sender.send(Self::parse(io::stdin().lock())));
        input.recv_timeout(patience).unwrap_or_default()
    }

    /// Reads one JSON object, and does not wait for the end of what it is read
    /// from.
    fn parse(from: impl Read) -> Self {
        let bounded = BufReader::new(from.take(MOST));
        let mut json = serde_json::Deserializer::from_reader(bounded);
        let Self { session_id, cwd } = Self::deserialize(&mut json).unwrap_or_default();
        Self {
            session_id: session_id.filter(|id| !id.is_empty()),
            cwd,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_understood_says_nothing() {
        for given in [
            "",
            "no JSON",
            "[]",
            "null",
            r#"{"session_id": 7}"#,
            r#"{"session_id": "s1""#,
            r#"{"session_id": ""}"#,
            "\u{0}",
        ] {
            assert_eq!(Input::parse(given.as_bytes()), Input::default(), "{given}");
        }
    }

    #[test]
    fn an_object_is_understood_before_its_input_ends() {
        struct Open<'a>(&'a [u8]);
        impl Read for Open<'_> {
            fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
                assert!(!self.0.is_empty(), "it would wait for ever");
                self.0.read(buffer)
            }
        }
        let input = Input::parse(Open(
            br#"{"hook_event_name": "PostToolUse", "tool_response": {"a": [1]}, "session_id": "s1", "cwd": "/"}"#,
        ));
        assert_eq!(input.session_id.as_deref(), Some("s1"));
        assert_eq!(input.cwd, Some(PathBuf::from("/")));
    }
}
