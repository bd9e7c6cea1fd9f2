//! Long texts, a part at a time.

/// Characters of a text that is shown because it was asked for.
pub(crate) const WHOLE: usize = 6_000;

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

impl Cut {
    /// The part, and below it how to read on: `how` names the call, to which
    /// the offset is added.
    pub(crate) fn told(&self, offset: usize, how: &str) -> String {
        match self.next {
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
    }
}
