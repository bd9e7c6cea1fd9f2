//! What a write is known by.

use ulid::Ulid;

/// What a write is known by: one that comes again under the same is not made
/// again, but answered as it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestId {
    pub(super) id: String,
    pub(super) since: Option<i64>,
}

impl RequestId {
    /// An id of the caller's own, 1 to 255 characters.
    #[must_use]
    pub fn new(id: impl Into<String>) -> Self {
        Self {
            id: id.into(),
            since: None,
        }
    }

    /// One that no other write has.
    #[must_use]
    pub fn unique() -> Self {
        Self::new(Ulid::generate().to_string())
    }

    /// The same, where an answer from before this moment (Unix nanoseconds)
    /// does not count: then the write is made anew.
    #[must_use]
    pub fn since(self, moment: i64) -> Self {
        Self {
            since: Some(moment),
            ..self
        }
    }
}
