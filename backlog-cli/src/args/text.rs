//! Longer texts: given as they are, as `-` for standard input, or in a file.

use std::{
    fs::File,
    io::{self, Read},
    path::Path,
};

use clap::Args;

use crate::error::CliError;

/// Where reading stops. The limit for a text is the daemon's to set (1 MiB);
/// this is only so that nobody fills memory with a disk image by mistake.
const READ_AT_MOST: u64 = 2 << 20;

/// A body that is given as text, read from standard input or from a file.
#[derive(Debug, Args)]
pub struct ContentArgs {
    /// The text; '-' reads standard input
    #[arg(
        long,
        value_name = "TEXT",
        conflicts_with = "from_file",
        allow_hyphen_values = true
    )]
    pub content: Option<String>,

    /// Read the text from a file
    #[arg(long, value_name = "FILE")]
    pub from_file: Option<std::path::PathBuf>,
}

impl ContentArgs {
    /// The text; `None` where neither flag was given.
    pub fn read(&self) -> Result<Option<String>, CliError> {
        of(self.content.as_deref(), self.from_file.as_deref())
    }
}

/// A body that is given as an argument or in a file.
#[derive(Debug, Args)]
pub struct TextArgs {
    /// Markdown; '-' reads standard input
    #[arg(
        value_name = "TEXT",
        allow_hyphen_values = true,
        required_unless_present = "from_file",
        conflicts_with = "from_file"
    )]
    text: Option<String>,

    /// Read the text from a file
    #[arg(long, value_name = "FILE")]
    from_file: Option<std::path::PathBuf>,
}

impl TextArgs {
    /// The text.
    pub fn read(&self) -> Result<String, CliError> {
        of(self.text.as_deref(), self.from_file.as_deref()).map(Option::unwrap_or_default)
    }
}

/// A text that is given, or else in a file; `None` where it is neither.
pub fn of(text: Option<&str>, path: Option<&Path>) -> Result<Option<String>, CliError> {
    match (text, path) {
        (Some(text), _) => given(text).map(Some),
        (None, Some(path)) => file(path).map(Some),
        (None, None) => Ok(None),
    }
}

/// The text itself, or standard input for `-`.
pub fn given(text: &str) -> Result<String, CliError> {
    if text == "-" {
        read(io::stdin().lock(), "standard input")
    } else {
        Ok(text.to_owned())
    }
}

/// A file's text.
pub fn file(path: &Path) -> Result<String, CliError> {
    let name = path.display().to_string();
    let file = File::open(path).map_err(|error| unreadable(&name, &error))?;
    read(file, &name)
}

fn read(source: impl Read, name: &str) -> Result<String, CliError> {
    let mut bytes = Vec::new();
    source
        .take(READ_AT_MOST + 1)
        .read_to_end(&mut bytes)
        .map_err(|error| unreadable(name, &error))?;
    if bytes.len() as u64 > READ_AT_MOST {
        return Err(CliError::invalid(format!(
            "{name} is larger than {READ_AT_MOST} bytes; a text has at most 1 MiB (1048576 bytes)"
        )));
    }
    String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        CliError::invalid(format!("{name} is not UTF-8 text (byte {at})"))
    })
}

fn unreadable(name: &str, error: &io::Error) -> CliError {
    CliError::invalid(format!("cannot read {name}: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(error: CliError) -> String {
        match error {
            CliError::Told(told) => told.message,
            other => panic!("{other:?} instead of an error that is told"),
        }
    }

    #[test]
    fn text_is_taken_as_it_is() {
        assert_eq!(given("- a list\r\n").expect("text"), "- a list\r\n");
        assert_eq!(read("zwölf\n".as_bytes(), "f").expect("text"), "zwölf\n");
    }

    #[test]
    fn what_is_no_text_or_far_too_long_is_refused_by_name() {
        assert_eq!(
            message(read(&b"ab\xff"[..], "f.bin").expect_err("no text")),
            "f.bin is not UTF-8 text (byte 2)"
        );
        let endless = read(io::repeat(b'x'), "standard input").expect_err("too long");
        assert!(message(endless).starts_with("standard input is larger than"));
        assert!(
            message(file(Path::new("/nonexistent")).expect_err("no file"))
                .starts_with("cannot read /nonexistent: ")
        );
    }
}
