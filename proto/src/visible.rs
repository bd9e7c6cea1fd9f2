//! Stored text on its way to a reader: what could steer a terminal or deceive
//! the eye is shown visibly, never sent raw.

use std::{borrow::Cow, fmt::Write as _};

/// Text of several lines; line breaks and tabs stay.
#[must_use]
pub fn block(text: &str) -> Cow<'_, str> {
    visible(text, |c| matches!(c, '\n' | '\t'))
}

/// Text of one line; a line break or tab in it is shown visibly too.
#[must_use]
pub fn line(text: &str) -> Cow<'_, str> {
    visible(text, |_| false)
}

fn visible(text: &str, allowed: impl Fn(char) -> bool) -> Cow<'_, str> {
    let shown = |c: char| is_hidden(c) && !allowed(c);
    if !text.contains(shown) {
        return Cow::Borrowed(text);
    }
    let mut safe = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        match c {
            '\n' if shown(c) => safe.push_str("\\n"),
            '\r' if shown(c) => safe.push_str("\\r"),
            '\t' if shown(c) => safe.push_str("\\t"),
            c if shown(c) && c.is_ascii() => {
                let _ = write!(safe, "\\x{:02x}", u32::from(c));
            }
            c if shown(c) => {
                let _ = write!(safe, "\\u{{{:x}}}", u32::from(c));
            }
            c => safe.push(c),
        }
    }
    Cow::Owned(safe)
}

/// Control characters; what turns the direction of writing (Unicode 15,
/// `Bidi_Control`); other line ends; tags, which carry text that nobody sees.
#[must_use]
pub fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(
            c,
            '\u{61c}'
                | '\u{200e}'
                | '\u{200f}'
                | '\u{2028}'..='\u{202e}'
                | '\u{2066}'..='\u{2069}'
                | '\u{fff9}'..='\u{fffb}'
                | '\u{e0000}'..='\u{e007f}'
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_are_shown_and_not_sent() {
        assert_eq!(line("a\x1b[31mred\x07"), "a\\x1b[31mred\\x07");
        assert_eq!(line("\u{9b}31m"), "\\u{9b}31m");
        assert_eq!(line("user\u{202e}txt.exe"), "user\\u{202e}txt.exe");
        assert_eq!(line("a\u{e0041}b"), "a\\u{e0041}b");
    }

    #[test]
    fn only_blocks_keep_line_breaks_and_tabs() {
        assert_eq!(line("a\nb\tc\r"), "a\\nb\\tc\\r");
        assert_eq!(block("a\nb\tc\r\n"), "a\nb\tc\\r\n");
    }

    #[test]
    fn plain_text_is_not_copied() {
        assert!(matches!(line("漢字 👩‍👩‍👧 é"), Cow::Borrowed(_)));
    }
}
