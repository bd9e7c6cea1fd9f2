//! What keeps a task from being ready, beside its status and the archive.
//! Stored with each task, so that the ready ones are a range of an index.

/// A set of reasons.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Holdback(i64);

impl Holdback {
    /// Nothing does.
    pub const NOTHING: Self = Self(0);
    /// A blocker of its own is open.
    pub const BLOCKED: Self = Self(1);
    /// A blocker of a task above it is open.
    pub const BLOCKED_ABOVE: Self = Self(2);
    /// A part of it is open.
    pub const CHILD_OPEN: Self = Self(4);
    /// Its date has not come.
    pub const DEFERRED: Self = Self(8);
    /// Set aside for a person.
    pub const SET_ASIDE: Self = Self(16);

    /// As it is stored.
    #[must_use]
    pub fn bits(self) -> i64 {
        self.0
    }

    /// As it was stored.
    #[must_use]
    pub fn from_bits(bits: i64) -> Self {
        Self(bits)
    }

    /// This one too, where it applies.
    #[must_use]
    pub fn with(self, reason: Self, applies: bool) -> Self {
        Self(if applies { self.0 | reason.0 } else { self.0 })
    }

    /// Whether any of these reasons is among them.
    #[must_use]
    pub fn has(self, reasons: Self) -> bool {
        self.0 & reasons.0 != 0
    }

    /// Whether a blocker is open, its own or one of a task above.
    #[must_use]
    pub fn is_blocked(self) -> bool {
        self.has(Self(Self::BLOCKED.0 | Self::BLOCKED_ABOVE.0))
    }
}
