//! Whose an entry is: ours is what runs a backlog.

use std::path::Path;

use serde_json::Value;

use crate::clients::{on_path, shell_quoted};

/// What an entry runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Runs {
    /// This program, or the one that `$PATH` finds by the plain name.
    This,
    /// A backlog that is somewhere else.
    Another,
    /// Something else.
    Other,
}

/// What a server's command line runs.
pub fn of_server(words: &[String], program: &str) -> Runs {
    let Some((first, rest)) = words.split_first() else {
        return Runs::Other;
    };
    let serves = rest.windows(2).any(|pair| pair == ["mcp", "serve"]);
    if serves {
        of_word(first, program)
    } else {
        Runs::Other
    }
}

/// What the shell command of a hook runs, and its end after the program. Only
/// a hook for that event counts.
pub fn of_hook<'a>(command: &'a str, event: &str, program: &str) -> (Runs, &'a str) {
    let call = format!(" hook {event}");
    let Some(at) = command.find(&call) else {
        return (Runs::Other, "");
    };
    let (word, end) = command.split_at(at);
    if end[call.len()..].starts_with(|c: char| !c.is_whitespace()) {
        return (Runs::Other, "");
    }
    let plain = unquoted(word);
    let runs = of_word(&plain, program);
    // Quoted in another way it is the same program.
    let is_one_word = shell_quoted(&plain) == word || !plain.contains(char::is_whitespace);
    if is_one_word || word.starts_with('"') {
        (runs, end)
    } else {
        (Runs::Other, "")
    }
}

/// The words that a server's entry in a JSON file starts.
pub fn words(entry: &Value) -> Vec<String> {
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let list = |value: &Value| -> Vec<String> {
        let values = value.as_array().map(Vec::as_slice).unwrap_or_default();
        values.iter().filter_map(text).collect()
    };
    match &entry["command"] {
        Value::String(command) => [vec![command.clone()], list(&entry["args"])].concat(),
        command => list(command),
    }
}

fn of_word(word: &str, program: &str) -> Runs {
    let name = Path::new(word).file_name();
    if word == program || (word == "backlog" && on_path(word).is_some()) {
        Runs::This
    } else if name.is_some_and(|name| name == "backlog") || name == Path::new(program).file_name() {
        Runs::Another
    } else {
        Runs::Other
    }
}

/// A shell's word without its quotes.
fn unquoted(word: &str) -> String {
    let word = word.trim();
    for quote in ['\'', '"'] {
        let inner = word
            .strip_prefix(quote)
            .and_then(|rest| rest.strip_suffix(quote));
        if let Some(inner) = inner {
            return inner.replace(r"'\''", "'");
        }
    }
    word.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    const PROGRAM: &str = "/opt/my tools/backlog";

    fn hook(command: &str) -> Runs {
        of_hook(command, "session-start", PROGRAM).0
    }

    #[test]
    fn a_hook_is_ours_where_it_runs_a_backlog_for_that_event() {
        assert_eq!(
            hook("'/opt/my tools/backlog' hook session-start"),
            Runs::This
        );
        assert_eq!(
            hook("\"/opt/my tools/backlog\" hook session-start"),
            Runs::This
        );
        assert_eq!(hook("/usr/bin/backlog hook session-start"), Runs::Another);
        assert_eq!(
            of_hook(
                "/usr/bin/backlog hook session-start || true",
                "session-start",
                PROGRAM
            ),
            (Runs::Another, " hook session-start || true")
        );
        for other in [
            "backlog hook session-starter",
            "/usr/bin/tool hook session-start",
            "echo backlog hook session-start",
            "backlog prime",
            "",
        ] {
            assert_eq!(hook(other), Runs::Other, "{other}");
        }
    }

    #[test]
    fn a_server_is_ours_where_it_runs_a_backlog_that_serves() {
        let of = |line: &str| {
            let words: Vec<String> = line.split(' ').map(str::to_owned).collect();
            of_server(&words, "/opt/backlog")
        };
        assert_eq!(of("/opt/backlog mcp serve --tools core"), Runs::This);
        assert_eq!(of("/usr/bin/backlog --db x mcp serve"), Runs::Another);
        assert_eq!(of("/usr/bin/backlog serve"), Runs::Other);
        assert_eq!(of("npx -y some-backlog mcp serve"), Runs::Other);
        assert_eq!(of(""), Runs::Other);
    }

    #[test]
    fn a_command_may_be_a_text_with_arguments_or_a_list() {
        let text = serde_json::json!({"command": "b", "args": ["mcp", 1, "serve"]});
        assert_eq!(words(&text), ["b", "mcp", "serve"]);
        let list = serde_json::json!({"command": ["b", "mcp"]});
        assert_eq!(words(&list), ["b", "mcp"]);
        assert!(words(&serde_json::json!({"url": "http://x"})).is_empty());
        assert!(words(&Value::Null).is_empty());
    }
}
