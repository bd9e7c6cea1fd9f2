//! Paging by key: a page begins after the last row of the one before, so the
//! thousandth costs what the first does.

use super::refusal::Refusal;

/// Largest page.
pub const LARGEST: usize = 500;
/// A page when nobody says.
pub const USUAL: usize = 50;
/// Where a page of large texts ends early, in bytes.
pub const BYTES: usize = 8 << 20;

/// How many rows a caller asked for.
///
/// # Errors
/// For a negative number.
pub fn size(given: i32, usual: usize) -> Result<usize, Refusal> {
    match usize::try_from(given) {
        Ok(0) => Ok(usual),
        Ok(size) => Ok(size.min(LARGEST)),
        Err(_) => Err(Refusal::invalid(
            "page_size",
            format!("{given} is not a page size"),
        )),
    }
}

/// How many rows a caller wants skipped.
///
/// # Errors
/// For a negative number.
pub fn offset(given: i64) -> Result<i64, Refusal> {
    if given >= 0 {
        Ok(given)
    } else {
        Err(Refusal::invalid(
            "offset",
            format!("{given} is not an offset"),
        ))
    }
}

/// A page of a list.
#[derive(Debug, Clone)]
pub struct Page<T> {
    /// Its rows.
    pub items: Vec<T>,
    /// Where the next one begins; `None` on the last.
    pub next: Option<String>,
}

impl<T> Page<T> {
    /// Puts rows together until the page is full, by their number or by what
    /// they weigh in bytes, and notes where the next one begins.
    ///
    /// # Errors
    /// That of the first row which cannot be read.
    pub fn gather<E>(
        rows: impl IntoIterator<Item = Result<T, E>>,
        size: usize,
        weigh: impl Fn(&T) -> usize,
        token: impl Fn(&T) -> String,
    ) -> Result<Self, E> {
        let mut items: Vec<T> = Vec::new();
        let mut bytes = 0;
        for row in rows {
            if items.len() == size || bytes > BYTES {
                let next = items.last().map(token);
                return Ok(Self { items, next });
            }
            let item = row?;
            bytes += weigh(&item);
            items.push(item);
        }
        Ok(Self { items, next: None })
    }
}

/// A position in a list, as callers carry it: the list's name (its sort, so
/// that a token of another one is refused), then the last row's keys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    keys: Vec<String>,
}

impl Token {
    /// Writes a token.
    #[must_use]
    pub fn write(list: &str, keys: &[&dyn std::fmt::Display]) -> String {
        let mut token = list.to_owned();
        for key in keys {
            token.push('.');
            // Keys may be text, a title; hex keeps the token one safe word.
            for byte in key.to_string().bytes() {
                token.push_str(&format!("{byte:02x}"));
            }
        }
        token
    }

    /// Reads a token of that list; `None` for the first page.
    ///
    /// # Errors
    /// Where the token is of another list or of none.
    pub fn read(list: &str, keys: usize, given: &str) -> Result<Option<Self>, Refusal> {
        if given.is_empty() {
            return Ok(None);
        }
        let foreign = || Refusal::PageToken {
            given: given.to_owned(),
        };
        let mut parts = given.split('.');
        if parts.next() != Some(list) {
            return Err(foreign());
        }
        let keys_read: Vec<String> = parts
            .map(|part| decode_hex(part).ok_or_else(foreign))
            .collect::<Result<_, _>>()?;
        if keys_read.len() != keys {
            return Err(foreign());
        }
        Ok(Some(Self { keys: keys_read }))
    }

    /// The one number after which a page of that list begins; 0 for the first.
    ///
    /// # Errors
    /// As [`Self::read`].
    pub fn after(list: &str, given: &str) -> Result<i64, Refusal> {
        Self::read(list, 1, given)?.map_or(Ok(0), |token| token.number(0))
    }

    /// A key that is text.
    #[must_use]
    pub fn text(&self, index: usize) -> &str {
        &self.keys[index]
    }

    /// A key that is a number.
    ///
    /// # Errors
    /// Where it is none.
    pub fn number(&self, index: usize) -> Result<i64, Refusal> {
        self.keys[index].parse().map_err(|_| Refusal::PageToken {
            given: self.keys[index].clone(),
        })
    }
}

fn decode_hex(text: &str) -> Option<String> {
    if !text.is_ascii() || !text.len().is_multiple_of(2) {
        return None;
    }
    let bytes = (0..text.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(&text[at..at + 2], 16).ok())
        .collect::<Option<Vec<u8>>>()?;
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_carries_its_keys_and_its_list() {
        let written = Token::write("title", &[&"a.b é", &12]);
        let read = Token::read("title", 2, &written).unwrap().unwrap();
        assert_eq!(read.text(0), "a.b é");
        assert_eq!(read.number(1), Ok(12));
        assert_eq!(Token::read("title", 2, ""), Ok(None));
        for (list, keys) in [("due", 2), ("title", 1)] {
            assert!(Token::read(list, keys, &written).is_err());
        }
        for given in ["title", "title.zz.31", "title.3", "x", "title.é.31"] {
            assert!(Token::read("title", 2, given).is_err(), "{given:?}");
        }
    }
}
