//! The query language of searches, and its translation to FTS5's.
//! <https://www.sqlite.org/fts5.html#full_text_query_syntax>
//!
//! Plain words, all of which must match; `prefix*`; `"a phrase"`; `OR`; `NOT`.
//! Text that is no valid query is searched as plain words, so no search ends
//! in a syntax error.

use std::borrow::Cow;

/// A query that FTS5 accepts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Query {
    fts: String,
    any: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Token {
    Term { text: String, prefix: bool },
    Or,
    Not,
}

impl Query {
    /// Reads what somebody typed; `None` where there is nothing to search for.
    #[must_use]
    pub fn parse(given: &str) -> Option<Self> {
        tokens(given)
            .and_then(|tokens| expression(&tokens))
            .or_else(|| plain(given))
    }

    /// In FTS5's syntax.
    #[must_use]
    pub fn as_fts(&self) -> &str {
        &self.fts
    }

    /// In FTS5's syntax: any of the words that are wanted.
    #[must_use]
    pub fn any_word(&self) -> &str {
        &self.any
    }
}

/// Splits into terms and operators; `None` where a quote is left open.
fn tokens(given: &str) -> Option<Vec<Token>> {
    let mut tokens = Vec::new();
    let mut rest = given.trim_start();
    while !rest.is_empty() {
        if let Some(quoted) = rest.strip_prefix('"') {
            let end = quoted.find('"')?;
            let after = &quoted[end + 1..];
            let prefix = after.starts_with('*');
            if is_searchable(&quoted[..end]) {
                tokens.push(Token::Term {
                    text: quoted[..end].to_owned(),
                    prefix,
                });
            }
            rest = after.strip_prefix('*').unwrap_or(after);
        } else {
            let end = rest
                .find(|c: char| c.is_whitespace() || c == '"')
                .unwrap_or(rest.len());
            match &rest[..end] {
                "OR" => tokens.push(Token::Or),
                "NOT" => tokens.push(Token::Not),
                "AND" => {}
                word => tokens.extend(term(word)),
            }
            rest = &rest[end..];
        }
        rest = rest.trim_start();
    }
    Some(tokens)
}

fn term(word: &str) -> Option<Token> {
    let text = word.trim_end_matches('*');
    let prefix = text.len() < word.len();
    is_searchable(text).then(|| Token::Term {
        text: text.to_owned(),
        prefix,
    })
}

/// FTS5's tokenizer finds nothing in text without a letter or digit, and a
/// phrase of nothing matches nothing.
fn is_searchable(text: &str) -> bool {
    text.chars().any(char::is_alphanumeric)
}

/// `a b NOT c OR d` as `(("a" AND "b") NOT ("c")) OR (("d"))`; `None` where an
/// operator lacks a side.
fn expression(tokens: &[Token]) -> Option<Query> {
    let mut alternatives = Vec::new();
    let mut any = Vec::new();
    for alternative in tokens.split(|token| *token == Token::Or) {
        let mut wanted = Vec::new();
        let mut unwanted = Vec::new();
        let mut negated = false;
        for token in alternative {
            match token {
                Token::Not if negated || wanted.is_empty() => return None,
                Token::Not => negated = true,
                Token::Term { text, prefix } => {
                    let side = if negated { &mut unwanted } else { &mut wanted };
                    side.push(quoted(text, *prefix));
                    negated = false;
                }
                Token::Or => unreachable!("the tokens were split at OR"),
            }
        }
        if negated || wanted.is_empty() {
            return None;
        }
        any.extend_from_slice(&wanted);
        let wanted = format!("({})", wanted.join(" AND "));
        alternatives.push(if unwanted.is_empty() {
            format!("({wanted})")
        } else {
            // One NOT: each would be a level of FTS5's tree, which has 256.
            format!("({wanted} NOT ({}))", unwanted.join(" OR "))
        });
    }
    Some(Query {
        fts: alternatives.join(" OR "),
        any: any.join(" OR "),
    })
}

/// Every word of the text, operators too, as a term.
fn plain(given: &str) -> Option<Query> {
    let words: Vec<String> = given
        .split(|c: char| c.is_whitespace() || c == '"')
        .filter(|word| is_searchable(word))
        .map(|word| quoted(word.trim_end_matches('*'), word.ends_with('*')))
        .collect();
    (!words.is_empty()).then(|| Query {
        fts: format!("({})", words.join(" AND ")),
        any: words.join(" OR "),
    })
}

/// The text as it is indexed and searched: with spaces around each character
/// of a script that writes none between words. FTS5's tokenizer takes such a
/// run for one word, so that nothing inside it could be found; a search for
/// several of them is a phrase, and finds them side by side.
#[must_use]
pub fn words_apart(text: &str) -> Cow<'_, str> {
    if !text.chars().any(stands_alone) {
        return Cow::Borrowed(text);
    }
    let mut apart = String::with_capacity(text.len() * 2);
    for c in text.chars() {
        if stands_alone(c) {
            apart.extend([' ', c, ' ']);
        } else {
            apart.push(c);
        }
    }
    Cow::Owned(apart)
}

/// Chinese characters and Japanese syllables, by their Unicode blocks.
pub(super) fn stands_alone(c: char) -> bool {
    matches!(c,
        '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}'
        | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3134f}')
}

/// A string of FTS5; NUL would end it early.
fn quoted(text: &str, prefix: bool) -> String {
    let text = words_apart(text).replace('\0', " ");
    format!("\"{text}\"{}", if prefix { " *" } else { "" })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fts(given: &str) -> String {
        Query::parse(given).map_or_else(|| "nothing".to_owned(), |query| query.fts)
    }

    #[test]
    fn words_phrases_prefixes_and_operators() {
        assert_eq!(fts("login timeout"), r#"(("login" AND "timeout"))"#);
        assert_eq!(fts("inject*"), r#"(("inject" *))"#);
        assert_eq!(fts(r#""a phrase" x"#), r#"(("a phrase" AND "x"))"#);
        assert_eq!(fts("jwt OR csrf"), r#"(("jwt")) OR (("csrf"))"#);
        assert_eq!(fts("a b NOT c"), r#"(("a" AND "b") NOT ("c"))"#);
        assert_eq!(fts("a AND b"), r#"(("a" AND "b"))"#);
    }

    #[test]
    fn the_words_that_are_wanted_can_be_asked_for_one_by_one() {
        let any = |given| Query::parse(given).unwrap().any;
        assert_eq!(any("a b* NOT c OR d"), r#""a" OR "b" * OR "d""#);
        assert_eq!(any("a OR"), r#""a" OR "OR""#);
    }

    #[test]
    fn characters_of_a_script_without_spaces_are_words_side_by_side() {
        assert_eq!(fts("登录 x*"), r#"((" 登  录 " AND "x" *))"#);
        assert_eq!(words_apart("修复login。"), " 修  复 login。");
        assert!(matches!(words_apart("plain é"), Cow::Borrowed(_)));
    }

    #[test]
    fn what_is_no_query_is_searched_as_plain_words() {
        assert_eq!(fts("NOT a"), r#"("NOT" AND "a")"#);
        assert_eq!(fts("a OR"), r#"("a" AND "OR")"#);
        assert_eq!(fts(r#"say "hello"#), r#"("say" AND "hello")"#);
        assert_eq!(fts("title:x (y)"), r#"(("title:x" AND "(y)"))"#);
    }

    #[test]
    fn text_without_letters_or_digits_searches_for_nothing() {
        for given in ["", " ", "***", "\"\"", "!?", "\" . \""] {
            assert_eq!(Query::parse(given), None, "{given:?}");
        }
    }
}
