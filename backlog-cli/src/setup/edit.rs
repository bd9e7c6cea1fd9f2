//! What is to be said in a client's file, whatever its format.

use crate::clients::{Entry, SERVER};

use super::{hooks, jsonc, toml};

/// Whether it shall be there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wanted {
    Installed,
    Removed,
}

/// What an edit does to a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// What was missing is there.
    Added,
    /// What was there of another program of ours runs this one.
    Updated,
    /// What somebody wrote for something else is replaced, as was asked.
    Replaced,
    /// What was there of ours is gone.
    Removed,
}

/// What came of an edit.
#[derive(Debug, PartialEq, Eq)]
pub enum Edited {
    /// It is as it should be.
    AsWanted,
    /// This is the file's new text.
    To(Kind, String),
}

/// Why a file stays as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Trouble {
    /// It is not what it should be: where, and what is wrong there.
    Unreadable {
        line: usize,
        column: usize,
        problem: String,
    },
    /// It is none.
    Directory,
    /// It cannot be read or written at all.
    Failed(String),
    /// Another server has our name.
    Foreign,
    /// Something else has our place.
    Conflict(String),
}

impl Trouble {
    /// In words, without the file's name.
    pub fn message(&self) -> String {
        match self {
            Self::Unreadable {
                line,
                column,
                problem,
            } => format!("line {line}, column {column}: {problem}"),
            Self::Directory => "it is a directory, not a file".to_owned(),
            Self::Foreign => format!("there is another server named '{SERVER}'"),
            Self::Failed(problem) | Self::Conflict(problem) => problem.clone(),
        }
    }

    /// At a byte of a text.
    pub fn at(text: &str, offset: usize, problem: &str) -> Self {
        let before = text.get(..offset).unwrap_or(text);
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        let mut letters = problem.chars();
        let first = letters.next().map(|first| first.to_lowercase().to_string());
        Self::Unreadable {
            line: before.matches('\n').count() + 1,
            column: before[line_start..].chars().count() + 1,
            problem: first.unwrap_or_default() + letters.as_str(),
        }
    }
}

/// Writes one part of one client into its file's text.
#[derive(Debug, Clone)]
pub enum Editor {
    /// The server of the Model Context Protocol.
    Server { entry: Entry, program: String },
    /// The hooks that Claude Code and Codex know.
    Hooks { program: String },
}

impl Editor {
    /// The text as it should be. `force` also replaces what somebody wrote for
    /// something else in our place.
    pub fn edit(&self, text: &str, wanted: Wanted, force: bool) -> Result<Edited, Trouble> {
        // The mark that some editors write first is kept and not read.
        let (mark, body) = match text.strip_prefix('\u{feff}') {
            Some(rest) => ("\u{feff}", rest),
            None => ("", text),
        };
        let edited = match self {
            Self::Server {
                entry: Entry::Json { key, value },
                program,
            } => jsonc::server(body, key, value, program, wanted, force),
            Self::Server {
                entry: Entry::Toml(table),
                program,
            } => toml::server(body, table, program, wanted, force),
            Self::Hooks { program } => hooks::edit(body, program, wanted),
        }?;
        Ok(match edited {
            Edited::To(kind, text) => Edited::To(kind, format!("{mark}{text}")),
            Edited::AsWanted => Edited::AsWanted,
        })
    }

    /// Whether a text says nothing.
    pub fn is_empty(text: &str) -> bool {
        let signs: String = text
            .trim_start_matches('\u{feff}')
            .split_whitespace()
            .collect();
        matches!(signs.as_str(), "" | "{}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn trouble_tells_the_line_and_the_column() {
        let trouble = Trouble::at("a\nbü = = 1\n", 8, "Unexpected sign");
        assert_eq!(trouble.message(), "line 2, column 6: unexpected sign");
        assert_eq!(Trouble::at("", 0, "").message(), "line 1, column 1: ");
    }
}
