//! What can be wrong with a configuration file.

use std::{
    io,
    ops::Range,
    path::{Path, PathBuf},
};

/// What is wrong with a configuration file.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// It is there and cannot be read.
    #[error("{path:?} cannot be read: {source}")]
    Read {
        /// The file.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// It cannot be changed. It is as it was.
    #[error("{path:?} cannot be written: {source}")]
    Write {
        /// The file.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// It is no TOML, or a known key has a value that is not allowed.
    #[error("{path:?}, line {line}: {problem}")]
    Invalid {
        /// The file.
        path: PathBuf,
        /// Where in it, from 1.
        line: usize,
        /// What is wrong there, in words.
        problem: String,
    },
}

impl ConfigError {
    /// The sentence for people.
    #[must_use]
    pub fn message(&self) -> String {
        self.to_string()
    }

    /// What to do about it, where there is something to say.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Read { .. } => None,
            Self::Write { .. } => Some(
                "Nothing was changed. Check the permissions, or change the file where it is made."
                    .to_owned(),
            ),
            Self::Invalid { .. } => Some("Mend that line, or remove it.".to_owned()),
        }
    }

    /// `problem` at `span` of `text`, the file's content.
    pub(super) fn invalid(
        path: &Path,
        text: &str,
        span: Option<Range<usize>>,
        problem: &str,
    ) -> Self {
        let start = span.map_or(0, |span| span.start).min(text.len());
        let line = 1 + text.as_bytes()[..start]
            .iter()
            .filter(|byte| **byte == b'\n')
            .count();
        Self::Invalid {
            path: path.to_owned(),
            line,
            problem: in_words(problem),
        }
    }
}

/// The parser's message as one line without its vocabulary.
fn in_words(problem: &str) -> String {
    let line = problem.lines().collect::<Vec<_>>().join("; ");
    match line
        .strip_prefix("invalid type: ")
        .or_else(|| line.strip_prefix("invalid value: "))
    {
        Some(found) => format!("found {found}"),
        None => line,
    }
}
