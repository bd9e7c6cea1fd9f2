//! Stored text on its way to a terminal: what could steer the terminal or
//! deceive the eye is shown visibly, never sent raw.

use std::borrow::Cow;

pub use backlog_api::visible::{block, is_hidden, line};
use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

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
