//! ULIDs, and how callers name things by them.
//! <https://github.com/ulid/spec>

use std::fmt;

use ulid::Ulid;

/// A ULID.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Id([u8; 16]);

impl Id {
    /// A new one.
    #[must_use]
    pub fn generate() -> Self {
        Self(Ulid::generate().to_bytes())
    }

    /// The 16 bytes, big-endian: they sort as the text does.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }

    /// From the bytes.
    #[must_use]
    pub fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    /// Reads the 26 characters, in upper or lower case.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let range = IdRange::parse(text)?;
        (range.low == range.high).then_some(range.low)
    }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&Ulid::from_bytes(self.0).to_string())
    }
}

/// All ids that begin with the characters somebody gave.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IdRange {
    /// The first of them.
    pub low: Id,
    /// The last of them.
    pub high: Id,
}

impl IdRange {
    /// The fewest characters that may stand for an id.
    pub const SHORTEST: usize = 8;
    const LENGTH: usize = 26;

    /// Reads 8 to 26 characters of Crockford's base 32.
    #[must_use]
    pub fn parse(prefix: &str) -> Option<Self> {
        if !(Self::SHORTEST..=Self::LENGTH).contains(&prefix.len()) || !prefix.is_ascii() {
            return None;
        }
        // The first character holds three bits only; a larger one overflows.
        let first = prefix.as_bytes().first()?;
        if !(b'0'..=b'7').contains(first) {
            return None;
        }
        let padded = |with: &str| {
            let text = format!("{prefix}{}", with.repeat(Self::LENGTH - prefix.len()));
            Some(Id(Ulid::from_string(&text.to_ascii_uppercase())
                .ok()?
                .to_bytes()))
        };
        Some(Self {
            low: padded("0")?,
            high: padded("Z")?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_prefix_stands_for_all_ids_that_begin_with_it() {
        let id = Id::generate();
        let text = id.to_string();
        for length in IdRange::SHORTEST..=26 {
            let range = IdRange::parse(&text[..length]).unwrap();
            assert!(range.low <= id && id <= range.high, "{length}");
        }
        assert_eq!(Id::parse(&text.to_lowercase()), Some(id));
        assert_eq!(Id::parse(&text[..25]), None);
    }

    #[test]
    fn what_is_no_prefix_is_refused() {
        for given in [
            "",
            "01J",
            "01JABCD",
            "ZZZZZZZZZZ",
            "01JABCD!X",
            "01JABCDÉX",
            "01JABCDE00000000000000000000",
        ] {
            assert_eq!(IdRange::parse(given), None, "{given:?}");
        }
    }
}
