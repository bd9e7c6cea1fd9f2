//! What a command printed: kept in a file while it runs, then its end told in
//! the hand-off note and the whole attached to the task.

use std::{
    fs::{self, File},
    io::{self, Read as _, Seek as _, SeekFrom},
    path::PathBuf,
};

/// The most that is attached: the limit of an attachment.
const ATTACHED: u64 = 10 << 20;
/// How much of the end a note tells.
const TOLD_BYTES: u64 = 4_000;
const TOLD_LINES: usize = 30;

/// The file that a command's output goes to.
pub struct Log {
    path: PathBuf,
}

impl Log {
    pub fn create(path: PathBuf) -> io::Result<(Self, File)> {
        let file = File::create_new(&path)?;
        Ok((Self { path }, file))
    }

    /// All of it, or its end where it is too long to be attached.
    pub fn whole(&self) -> io::Result<Vec<u8>> {
        self.end(ATTACHED)
    }

    /// Its last lines, as plain text.
    pub fn tail(&self) -> io::Result<String> {
        let bytes = self.end(TOLD_BYTES)?;
        let text = String::from_utf8_lossy(&bytes);
        let plain = anstream::adapter::strip_str(&text).to_string();
        let lines: Vec<String> = plain.lines().map(printable).collect();
        let from = lines.len().saturating_sub(TOLD_LINES);
        Ok(lines[from..].join("\n").trim().to_owned())
    }

    /// Removes it, where that is possible.
    pub fn remove(self) {
        let _ = fs::remove_file(self.path);
    }

    fn end(&self, most: u64) -> io::Result<Vec<u8>> {
        let mut file = File::open(&self.path)?;
        let length = file.metadata()?.len();
        file.seek(SeekFrom::Start(length.saturating_sub(most)))?;
        let mut bytes = Vec::new();
        file.take(most).read_to_end(&mut bytes)?;
        Ok(bytes)
    }
}

/// A line without what a terminal would obey. Of what overwrites itself, as
/// progress bars do, the last state.
fn printable(line: &str) -> String {
    let shown = line.trim_end_matches('\r').rsplit('\r').next();
    shown
        .unwrap_or_default()
        .chars()
        .filter(|c| *c == '\t' || !c.is_control())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tail_of(text: &[u8]) -> String {
        let dir = tempfile::tempdir().expect("a directory");
        let path = dir.path().join("log");
        std::fs::write(&path, text).expect("written");
        Log { path }.tail().expect("read")
    }

    #[test]
    fn a_tail_is_plain_text() {
        assert_eq!(
            tail_of(b"\x1b[31mred\x1b[0m\n10%\r20%\r\n\0nul \xff\n"),
            "red\n20%\nnul \u{fffd}"
        );
    }

    #[test]
    fn a_tail_is_the_last_lines() {
        let text: String = (0..100).map(|n| format!("line {n}\n")).collect();
        let tail = tail_of(text.as_bytes());
        assert_eq!(tail.lines().count(), TOLD_LINES);
        assert!(tail.ends_with("line 99"));
        assert!(tail_of(&[b'x'; 100_000]).len() <= 4_000);
        assert_eq!(tail_of(b""), "");
    }
}
