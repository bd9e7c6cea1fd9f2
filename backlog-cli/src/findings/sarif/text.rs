//! What a result says to people: the title and the description of its task.

use std::fmt::Write as _;

use super::model::{Outcome, Rule};

/// Longest title, in characters.
const TITLE: usize = 255;
/// Of it, the message at most; the path comes behind.
const SUMMARY: usize = 160;
/// Longest part of a description, in characters. What a rule says at length is
/// behind its link.
const PART: usize = 2_000;

/// The message, with its arguments in their places.
pub fn message(result: &Outcome, rule: Option<&Rule>) -> String {
    let message = &result.message;
    let by_id = || {
        let id = message.id.as_deref()?;
        Some(rule?.message_strings.get(id)?.text.as_str())
    };
    let text = message.text.as_deref().or_else(by_id).unwrap_or_default();
    let of_rule = || rule.map_or("", |rule| rule.short_description.text.as_str());
    let text = if text.trim().is_empty() {
        of_rule()
    } else {
        text
    };
    without_links(&filled_in(text, &message.arguments))
}

/// `{0}` is the first argument; `{{` is a brace.
fn filled_in(text: &str, arguments: &[String]) -> String {
    let mut filled = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(['{', '}']) {
        filled.push_str(&rest[..at]);
        rest = &rest[at..];
        let argument = rest[1..].split_once('}').and_then(|(number, after)| {
            let number: usize = number.parse().ok()?;
            Some((arguments.get(number)?, after))
        });
        match argument {
            Some((argument, after)) if rest.starts_with('{') => {
                filled.push_str(argument);
                rest = after;
            }
            _ => {
                filled.push_str(&rest[..1]);
                let doubled = rest.starts_with("{{") || rest.starts_with("}}");
                rest = &rest[if doubled { 2 } else { 1 }..];
            }
        }
    }
    filled + rest
}

/// `[the source](1)` links to another place in the file: the words are enough.
fn without_links(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(open) = rest.find('[') {
        let link = rest[open + 1..].split_once("](").and_then(|(words, more)| {
            let (target, after) = more.split_once(')')?;
            let is_one = !target.is_empty() && target.bytes().all(|b| b.is_ascii_digit());
            (is_one && !words.contains('[')).then_some((words, after))
        });
        match link {
            Some((words, after)) => {
                plain.push_str(&rest[..open]);
                plain.push_str(words);
                rest = after;
            }
            None => {
                plain.push_str(&rest[..=open]);
                rest = &rest[open + 1..];
            }
        }
    }
    plain + rest
}

/// One line: the message's first, and the file.
pub fn title(message: &str, path: &str, rule: &str) -> String {
    let first = message.lines().find(|line| !line.trim().is_empty());
    let line = one_line(first.unwrap_or(rule));
    let line = if line.is_empty() {
        "Finding without a message".to_owned()
    } else {
        line
    };
    let summary = cut(&line, SUMMARY);
    let path = one_line(path);
    if path.is_empty() {
        summary
    } else {
        cut(
            &format!("{} ({path})", summary.trim_end_matches('.')),
            TITLE,
        )
    }
}

/// The message, the place with its code, and what the rule says, in Markdown.
pub fn description(message: &str, result: &Outcome, path: &str, rule: Option<&Rule>) -> String {
    let mut text = cut(message.trim(), PART);
    for (number, location) in result.locations.iter().enumerate() {
        let region = &location.physical_location.region;
        let path = if number == 0 {
            path
        } else {
            &location.physical_location.artifact_location.uri
        };
        if path.is_empty() {
            continue;
        }
        let _ = write!(text, "\n\nWhere: `{path}");
        for position in [region.start_line, region.start_column]
            .into_iter()
            .flatten()
        {
            let _ = write!(text, ":{position}");
        }
        text.push('`');
        let code = region.snippet.text.trim_end();
        if !code.trim().is_empty() {
            let fence = if code.contains("```") { "~~~~" } else { "```" };
            let _ = write!(text, "\n\n{fence}\n{}\n{fence}", cut(code, PART));
        }
    }
    let Some(rule) = rule else {
        return without_nul(&text);
    };
    let _ = write!(text, "\n\nRule: `{}`", rule.id);
    let mut said = vec![message.trim()];
    let about = [&rule.short_description, &rule.full_description, &rule.help];
    for part in about.map(|part| part.text.trim()) {
        // Many rules say one thing three times.
        if !part.is_empty() && !said.contains(&part) {
            let _ = write!(text, "\n\n{}", cut(part, PART));
            said.push(part);
        }
    }
    if let Some(uri) = &rule.help_uri {
        let _ = write!(text, "\n\nSee: {uri}");
    }
    without_nul(&text)
}

fn without_nul(text: &str) -> String {
    text.replace('\0', "\u{fffd}")
}

fn one_line(text: &str) -> String {
    text.split(|c: char| c.is_whitespace() || c.is_control())
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

/// So many characters at most.
fn cut(text: &str, characters: usize) -> String {
    match text.char_indices().nth(characters) {
        None => text.to_owned(),
        Some(_) => {
            let kept: String = text.chars().take(characters - 1).collect();
            format!("{}…", kept.trim_end())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arguments_are_put_in_their_places() {
        let arguments = ["a".to_owned(), "{0}".to_owned()];
        for (text, filled) in [
            ("plain", "plain"),
            ("{0} and {1}", "a and {0}"),
            ("{{0}} {2} {x} {", "{0} {2} {x} {"),
            ("}} é {0}", "} é a"),
        ] {
            assert_eq!(filled_in(text, &arguments), filled, "{text}");
        }
    }

    #[test]
    fn links_into_the_file_are_words_and_others_stay() {
        for (text, plain) in [
            ("from [user input](1) here", "from user input here"),
            ("see [docs](https://x)", "see [docs](https://x)"),
            ("a[0] = [b](2)", "a[0] = b"),
            ("[", "["),
        ] {
            assert_eq!(without_links(text), plain, "{text}");
        }
    }

    #[test]
    fn a_title_is_one_line_that_fits() {
        assert_eq!(title("Bad.\nWorse.", "a.js", "r"), "Bad (a.js)");
        assert_eq!(title("", "", "r1"), "r1");
        assert_eq!(title("", "", ""), "Finding without a message");
        let long = title(&"漢".repeat(400), &"p/".repeat(200), "r");
        assert_eq!(long.chars().count(), 255);
        assert!(title(&"x".repeat(400), "a.js", "r").ends_with("… (a.js)"));
    }
}
