//! Excerpts: some of a text in one line, and where what was searched for
//! stands in it. Positions are counted in Unicode code points.

use std::ops::Range;

use super::search::{stands_alone, words_apart};

/// Begins what the full-text index marks in a text; no character at all, so
/// no text has it.
pub const OPEN: char = '\u{fdd0}';
/// Ends it.
pub const CLOSE: char = '\u{fdd1}';

/// The code points of an excerpt.
const LENGTH: usize = 160;
/// How many of them may stand before the first match.
const BEFORE: usize = 40;

/// Some of a text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Excerpt {
    /// In one line, with `…` where the whole text is longer.
    pub text: String,
    /// What matches, in order.
    pub matches: Vec<Range<usize>>,
}

/// A text as it is handed to the index for being marked.
#[must_use]
pub fn markable(text: &str) -> String {
    words_apart(text).replace([OPEN, CLOSE], "\u{fffd}")
}

/// Where the marks stand in the text that [`markable`] was made from; nowhere
/// where the marked text is not of that one.
#[must_use]
pub fn marked(text: &str, with_marks: &str) -> Vec<Range<usize>> {
    let mut matches = Vec::new();
    let mut begun = None;
    let mut rest = with_marks.chars();
    // Goes on to what is expected next, over the marks before it.
    let mut pass = |expected: Option<char>, at: usize| loop {
        match rest.next() {
            Some(OPEN) => begun = Some(at),
            Some(CLOSE) => matches.extend(begun.take().map(|start| start..at)),
            found => return found == expected,
        }
    };
    let apart = text.chars().any(stands_alone);
    let mut at = 0;
    for c in text.chars() {
        let shown = if matches!(c, OPEN | CLOSE) {
            '\u{fffd}'
        } else {
            c
        };
        let alone = apart && stands_alone(c);
        let fits = (!alone || pass(Some(' '), at)) && pass(Some(shown), at);
        at += 1;
        if !fits || alone && !pass(Some(' '), at) {
            return Vec::new();
        }
    }
    if pass(None, at) { matches } else { Vec::new() }
}

impl Excerpt {
    /// The whole of a short text.
    #[must_use]
    pub fn whole(text: &str, matches: Vec<Range<usize>>) -> Self {
        Self {
            text: text.to_owned(),
            matches,
        }
    }

    /// The part of a text with the most matches, or its beginning.
    #[must_use]
    pub fn cut(text: &str, matches: &[Range<usize>]) -> Self {
        let chars: Vec<char> = text.chars().collect();
        let window = window(&chars, matches);
        let mut excerpt = Self::default();
        if window.start > 0 {
            excerpt.text.push('…');
        }
        // Where each character of the window comes to stand.
        let mut places = Vec::with_capacity(window.len() + 1);
        let mut length = excerpt.text.chars().count();
        let mut in_space = window.start == 0;
        for c in &chars[window.clone()] {
            places.push(length);
            let is_space = c.is_whitespace();
            if !(is_space && in_space) {
                excerpt.text.push(if is_space { ' ' } else { *c });
                length += 1;
            }
            in_space = is_space;
        }
        if window.end < chars.len() {
            excerpt.text.push('…');
        } else {
            excerpt.text.truncate(excerpt.text.trim_end().len());
        }
        places.push(length);
        let inside = matches
            .iter()
            .filter(|found| window.start <= found.start && found.end <= window.end);
        excerpt.matches = inside
            .map(|found| places[found.start - window.start]..places[found.end - window.start])
            .collect();
        excerpt
    }
}

/// Which characters to show.
fn window(chars: &[char], matches: &[Range<usize>]) -> Range<usize> {
    let from = |found: &Range<usize>| found.start.saturating_sub(BEFORE);
    let mut best = 0..0;
    let mut end = 0;
    for (first, found) in matches.iter().enumerate() {
        end = end.max(first);
        while end < matches.len() && matches[end].end <= from(found) + LENGTH {
            end += 1;
        }
        if end - first > best.len() {
            best = first..end;
        }
    }
    let shown = matches.get(best.clone()).unwrap_or_default();
    let mut start = shown.first().map_or(0, from);
    start = start.min(chars.len().saturating_sub(LENGTH));
    let mut end = (start + LENGTH).min(chars.len());
    // Not in the middle of a word, where there is a gap near.
    let first = shown.first().map_or(start, |found| found.start);
    if start > 0
        && let Some(gap) = gap(&chars[start..first.max(start)])
    {
        start += gap + 1;
    }
    let last = shown.last().map_or(start, |found| found.end);
    if end < chars.len()
        && let Some(gap) = chars[last.min(end)..end]
            .iter()
            .rposition(|c| c.is_whitespace())
    {
        end = last + gap;
    }
    start..end
}

fn gap(chars: &[char]) -> Option<usize> {
    chars.iter().position(|c| c.is_whitespace())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The excerpt with its matches in brackets.
    fn shown(excerpt: &Excerpt) -> String {
        let mut text = String::new();
        for (at, c) in excerpt.text.chars().enumerate() {
            if excerpt.matches.iter().any(|found| found.start == at) {
                text.push('[');
            }
            text.push(c);
            if excerpt.matches.iter().any(|found| found.end == at + 1) {
                text.push(']');
            }
        }
        text
    }

    fn cut(text: &str, words: &[&str]) -> String {
        let mut marked_text = markable(text);
        for word in words {
            let apart = markable(word);
            let apart = apart.trim();
            marked_text = marked_text.replace(apart, &format!("{OPEN}{apart}{CLOSE}"));
        }
        shown(&Excerpt::cut(text, &marked(text, &marked_text)))
    }

    #[test]
    fn marks_are_found_in_the_text_they_were_set_in() {
        assert_eq!(
            cut("Fix the login, é login", &["login"]),
            "Fix the [login], é [login]"
        );
        assert_eq!(cut("修复登录 now", &["登录"]), "修复[登录] now");
        assert_eq!(cut("now 登录", &["登录"]), "now [登录]");
        assert_eq!(
            cut("a \u{fdd0} login", &["login"]),
            "a \u{fdd0} [login]",
            "also beside what looks like one"
        );
        assert_eq!(marked("a b", "a c"), []);
        assert_eq!(marked("a b", "a"), []);
    }

    #[test]
    fn an_excerpt_is_one_line_around_the_most_matches() {
        assert_eq!(cut(" a\n\n\tb  login ", &["login"]), "a b [login]");
        let filler = "lorem ipsum ".repeat(30);
        let text = format!("login\n{filler}then login\nagain login {filler}");
        let found = cut(&text, &["login"]);
        assert!(found.starts_with("…"), "{found}");
        assert!(found.ends_with("…"), "{found}");
        assert!(
            found.contains("then [login] again [login] lorem"),
            "{found}"
        );
        assert!(found.chars().count() <= LENGTH + 6, "{found}");
    }

    #[test]
    fn without_a_match_the_beginning_is_shown() {
        assert_eq!(cut("short", &[]), "short");
        assert_eq!(cut("", &[]), "");
        let long = cut(&"word ".repeat(50), &[]);
        assert!(long.starts_with("word word"), "{long}");
        assert!(long.ends_with("word…"), "{long}");
        assert_eq!(cut(&"x".repeat(500), &[]).chars().count(), LENGTH + 1);
    }
}
