//! What was installed, beside it: so that a later version can tell a file that
//! is as it was installed from one that somebody changed.

use std::{collections::BTreeMap, fs, io, path::Path};

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

/// The record's name in a directory of skills.
pub const RECORD: &str = ".backlog-skills.json";

/// Paths below the directory, and the hashes of what was written there.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Record {
    /// Which program wrote them.
    #[serde(default)]
    pub version: String,
    /// The directory around this one was not there before.
    #[serde(default)]
    pub made_parent: bool,
    #[serde(default)]
    pub files: BTreeMap<String, String>,
}

impl Record {
    /// Reads it. One that is missing or cannot be read knows nothing, so that
    /// no file counts as ours.
    pub fn read(dir: &Path) -> Self {
        fs::read(dir.join(RECORD))
            .ok()
            .and_then(|bytes| serde_json::from_slice(&bytes).ok())
            .unwrap_or_default()
    }

    /// Writes it, or removes it where it has nothing to say.
    pub fn write(&self, dir: &Path) -> io::Result<()> {
        let path = dir.join(RECORD);
        if self.files.is_empty() {
            return match fs::remove_file(path) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
                _ => Ok(()),
            };
        }
        let mut text = serde_json::to_string_pretty(self).map_err(io::Error::other)?;
        text.push('\n');
        fs::write(path, text)
    }

    /// Whether what is there is what was installed there.
    pub fn is_as_installed(&self, file: &str, content: &[u8]) -> bool {
        self.files
            .get(file)
            .is_some_and(|known| *known == hash(content))
    }

    /// Notes what was installed.
    pub fn note(&mut self, file: &str, content: &[u8]) {
        self.files.insert(file.to_owned(), hash(content));
    }
}

fn hash(content: &[u8]) -> String {
    backlog_api::view::hex(&Sha256::digest(content))
}
