//! Attachments: files of tasks and docs.

use super::{
    actor::Actor,
    clock::Moment,
    id::Id,
    project::ProjectRef,
    refusal::{Refusal, Refused},
    task::TaskRef,
    text,
};

/// Largest attachment.
pub const ATTACHMENT_BYTES: usize = 10 << 20;
/// What a file is that nobody can tell.
const UNKNOWN: &str = "application/octet-stream";

/// What a file is attached to, as a caller names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TargetRef {
    /// A task.
    Task(TaskRef),
    /// A doc, by its id or the beginning of it.
    Doc(String),
}

/// What a file is attached to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    /// A task's number.
    Task(i64),
    /// A doc.
    Doc(Id),
    /// Nothing: it was so in the workspace it was imported from.
    Nothing,
}

/// An attached file without its bytes.
#[derive(Debug, Clone)]
pub struct Attachment {
    /// Key in the database.
    pub key: i64,
    /// ULID.
    pub id: Id,
    /// What it is attached to.
    pub target: Target,
    /// The project of that.
    pub project: Option<(i64, ProjectRef)>,
    /// File name without a directory.
    pub name: String,
    /// Media type.
    pub mime_type: String,
    /// Bytes.
    pub size: i64,
    /// SHA-256 of the bytes.
    pub sha256: [u8; 32],
    /// Who attached it.
    pub actor: Actor,
    /// When.
    pub created_at: Moment,
}

/// A file to be attached.
#[derive(Debug, Clone)]
pub struct NewAttachment {
    /// File name without a directory.
    pub name: String,
    /// Media type.
    pub mime_type: String,
    /// The file.
    pub data: Vec<u8>,
}

impl NewAttachment {
    /// Checks the fields, and finds out the media type where none is given.
    ///
    /// # Errors
    /// Naming the field.
    pub fn check(name: &str, mime_type: &str, data: Vec<u8>) -> Refused<Self> {
        let name = text::required_line("name", name)?;
        if name.contains('/') || name == "." || name == ".." {
            return Err(Refusal::invalid(
                "name",
                format!("{name:?} is not a file's name: it may not name a directory"),
            ));
        }
        if data.len() > ATTACHMENT_BYTES {
            return Err(Refusal::invalid(
                "data",
                format!(
                    "the file has {} bytes; at most {ATTACHMENT_BYTES} (10 MiB) are allowed",
                    data.len()
                ),
            ));
        }
        let mime_type = match text::line("mime_type", mime_type)? {
            given if given.is_empty() => media_type(&name, &data),
            given => given,
        };
        Ok(Self {
            name,
            mime_type,
            data,
        })
    }
}

/// By its name, else by how it begins.
fn media_type(name: &str, data: &[u8]) -> String {
    if let Some(by_name) = mime_guess::from_path(name).first_raw() {
        return by_name.to_owned();
    }
    match infer::get(data) {
        Some(kind) => kind.mime_type().to_owned(),
        None if !data.contains(&0) && std::str::from_utf8(data).is_ok() => "text/plain".to_owned(),
        None => UNKNOWN.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(name: &str, data: &[u8]) -> String {
        let file = NewAttachment::check(name, "", data.to_vec());
        file.unwrap().mime_type
    }

    #[test]
    fn a_file_is_what_its_name_says_else_how_it_begins() {
        assert_eq!(kind("a.png", b"no picture"), "image/png");
        assert_eq!(kind("a", b"\x89PNG\r\n\x1a\n"), "image/png");
        assert_eq!(kind("a", "zwölf".as_bytes()), "text/plain");
        assert_eq!(kind("a", b"\xff\x00\x01"), UNKNOWN);
    }

    #[test]
    fn a_name_names_no_directory() {
        for name in ["", "..", "a/b", "/etc/passwd", "a\nb", &"x".repeat(256)] {
            assert!(
                NewAttachment::check(name, "", Vec::new()).is_err(),
                "{name:?}"
            );
        }
        let large = vec![0; ATTACHMENT_BYTES + 1];
        assert!(NewAttachment::check("a", "", large).is_err());
    }
}
