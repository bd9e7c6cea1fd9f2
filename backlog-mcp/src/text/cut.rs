//! Long texts, a part at a time.

/// Characters of a text that is shown because it was asked for.
pub(crate) const WHOLE: usize = 6_000;

/// Bytes of a list that nobody asked to be long.
const USUAL_LIST: usize = 5_000;
/// Bytes of one that was asked for.
const LONG_LIST: usize = 18_000;

/// Bytes that a list may have where so many were asked for.
pub(crate) fn list_of(asked: Option<i32>) -> usize {
    if asked.is_some() {
        LONG_LIST
    } else {
        USUAL_LIST
    }
}

/// A part of a text.
pub(crate) struct Cut {
    /// The part.
    pub(crate) text: String,
    /// Characters in all.
    pub(crate) total: usize,
    /// Where the next part begins; `None` at the end.
    pub(crate) next: Option<usize>,
}

/// At most `most` characters of a text, from `offset` on.
pub(crate) fn cut(text: &str, offset: usize, most: usize) -> Cut {
    let total = text.chars().count();
    let offset = offset.min(total);
    let part: String = text.chars().skip(offset).take(most).collect();
    let end = offset + part.chars().count();
    Cut {
        text: part,
        total,
        next: (end < total).then_some(end),
    }
}

/// A text of one line in so many bytes at most, since scripts differ in how
/// much a letter costs; what is left out is shown by `…`.
pub(crate) fn brief(text: &str, most: usize) -> String {
    if text.len() <= most {
        return text.to_owned();
    }
    let mut end = most;
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    format!("{}…", text[..end].trim_end())
}

/// How many of these parts fit into so many bytes; one at least.
pub(crate) fn fitting(parts: &[String], most: usize) -> usize {
    let mut bytes = 0;
    let fit = parts.iter().take_while(|part| {
        bytes += part.len();
        bytes <= most
    });
    fit.count().max(1)
}

impl Cut {
    /// The part, and how long the whole is where this is not all.
    pub(crate) fn brief(&self) -> String {
        match self.next {
            Some(_) => format!("{}… [{} characters]", self.text, self.total),
            None => self.text.clone(),
        }
    }

    /// The part, and below it how to read on: `how` names the call, to which
    /// the offset is added.
    pub(crate) fn told(&self, offset: usize, how: &str) -> String {
        match self.next {
            None if offset > 0 && self.text.is_empty() => {
                format!(
                    "[nothing from {offset} on: it has {} characters]",
                    self.total
                )
            }
            None => self.text.clone(),
            Some(next) => format!(
                "{}\n[characters {} to {next} of {}; more: {how}, offset={next})]",
                self.text.trim_end(),
                offset + 1,
                self.total,
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_text_is_read_to_its_end_in_parts() {
        let text = "é".repeat(14_000);
        let (mut offset, mut read) = (0, String::new());
        loop {
            let part = cut(&text, offset, WHOLE);
            read.push_str(&part.text);
            match part.next {
                Some(next) => offset = next,
                None => break,
            }
        }
        assert_eq!(read, text);
        assert_eq!(cut("abc", 9, WHOLE).text, "");
        assert_eq!(
            cut("abc", 9, WHOLE).told(9, "x("),
            "[nothing from 9 on: it has 3 characters]"
        );
    }

    #[test]
    fn what_is_brief_is_cut_between_letters_and_lists_between_lines() {
        assert_eq!(brief("abc", 3), "abc");
        assert_eq!(brief("ééé", 3), "é…");
        let lines = ["aaaa".to_owned(), "bbbb".to_owned(), "c".to_owned()];
        assert_eq!(fitting(&lines, 8), 2);
        assert_eq!(fitting(&lines, 1), 1);
    }
}
