//! Stored text on its way to a terminal: what could steer the terminal or
//! deceive the eye is shown visibly, never sent raw.

use std::{borrow::Cow, fmt::Write as _};

use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

/// Text of several lines; line breaks and tabs stay.
pub fn block(text: &str) -> Cow<'_, str> {
    visible(text, |c| matches!(c, '\n' | '\t'))
}

/// Text of one line; a line break or tab in it is shown visibly too.
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

/// Columns that text takes on a terminal.
pub fn width(text: &str) -> usize {
    text.width()
}

/// Cuts text to that many columns, with `…` where something is missing. What
/// is one sign to the eye (an emoji of several characters, a letter with its
/// accents) stays whole.
pub fn truncate(text: &str, columns: usize) -> Cow<'_, str> {
    if width(text) <= columns {
        return Cow::Borrowed(text);
    }
    if columns == 0 {
        return Cow::Borrowed("");
    }
    let mut end = 0;
    let mut flags = 0;
    let mut before = None;
    for (at, c) in text.char_indices() {
        let joined = c.width() == Some(0)
            || before == Some('\u{200d}')
            || matches!(c, '\u{1f3fb}'..='\u{1f3ff}')
            || (is_flag_letter(c) && flags % 2 == 1);
        if !joined {
            if width(&text[..at]) >= columns {
                break;
            }
            end = at;
        }
        flags = if is_flag_letter(c) { flags + 1 } else { 0 };
        before = Some(c);
    }
    let kept = if width(&text[..end]) < columns {
        &text[..end]
    } else {
        ""
    };
    Cow::Owned(format!("{}…", kept.trim_end()))
}

/// Two of them are one flag.
fn is_flag_letter(c: char) -> bool {
    matches!(c, '\u{1f1e6}'..='\u{1f1ff}')
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

    #[test]
    fn cutting_counts_columns() {
        for (text, columns, cut) in [
            ("short", 5, "short"),
            ("longer", 5, "long…"),
            ("漢字かな", 8, "漢字かな"),
            ("漢字かな", 7, "漢字か…"),
            ("漢字かな", 6, "漢字…"),
            ("two words", 5, "two…"),
            ("abc", 1, "…"),
            ("abc", 0, ""),
            ("漢字", 1, "…"),
        ] {
            assert_eq!(truncate(text, columns), cut, "{text} in {columns}");
            assert!(width(&truncate(text, columns)) <= columns);
        }
    }

    #[test]
    fn what_is_one_sign_stays_whole() {
        for sign in ["👩‍👩‍👧", "🇩🇪", "👍🏽", "e\u{301}", "❤\u{fe0f}"] {
            let text = sign.repeat(5);
            for columns in 1..width(&text) {
                let cut = truncate(&text, columns);
                let kept = cut.trim_end_matches('…');
                assert!(width(&cut) <= columns, "{cut} in {columns}");
                assert_eq!(
                    kept,
                    sign.repeat(kept.len() / sign.len()),
                    "{cut} in {columns}"
                );
            }
        }
        assert_eq!(truncate("🇩🇪🇫🇷🇯🇵", 4), "🇩🇪…");
    }
}
