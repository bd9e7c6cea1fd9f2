//! No page names a command or a flag that does not exist.

use std::collections::HashSet;

use backlog_tests::Home;
use serde_json::Value;

use super::{Page, shell};

/// The commands, as `help --json` has them.
struct Known {
    global: HashSet<String>,
    commands: Vec<Value>,
}

impl Known {
    fn read() -> Self {
        let all = Home::new().run(["help", "--json"]).json();
        let commands = all["commands"].as_array().expect("a list").clone();
        let mut global = flags(&all["global"]);
        global.extend(["--help", "-h", "--version", "-V"].map(str::to_owned));
        Self { global, commands }
    }

    /// What is wrong with the words after `backlog`, where something is.
    fn problem(&self, words: &[String]) -> Option<String> {
        let mut path = String::new();
        let mut command = self.named("")?;
        let mut left = words.iter();
        let mut words = Vec::new();
        // Options may stand before the command, with their values.
        let mut is_value = false;
        for word in left.by_ref() {
            let deeper = format!("{path} {word}").trim().to_owned();
            if let Some(found) = self.named(&deeper).filter(|_| !is_value) {
                // Under an alias too.
                path = found["path"].as_str().unwrap_or_default().to_owned();
                command = found;
                if !self.has_verbs(&path) {
                    break;
                }
            } else if word.starts_with('-') || is_value {
                is_value = !is_value && takes_value(word);
                words.push(word);
            } else {
                return Some(format!("there is no command '{deeper}'"));
            }
        }
        words.extend(left);
        let known = flags(&command["parameters"]);
        let unknown = words
            .iter()
            .take_while(|word| word.as_str() != "--")
            .map(|word| word.split('=').next().unwrap_or_default())
            .find(|word| {
                word.len() > 1
                    && word.starts_with('-')
                    && !known.contains(*word)
                    && !self.global.contains(*word)
            });
        unknown.map(|flag| format!("'backlog {path}' has no {flag}"))
    }

    fn has_verbs(&self, path: &str) -> bool {
        let above = format!("{path} ");
        self.commands.iter().any(|command| {
            let path = command["path"].as_str().unwrap_or_default();
            path.starts_with(&above)
        })
    }

    fn named(&self, path: &str) -> Option<&Value> {
        self.commands.iter().find(|command| {
            command["path"] == path
                || command["aliases"].as_array().is_some_and(|aliases| {
                    let own = command["path"].as_str().unwrap_or_default();
                    let above = own.rsplit_once(' ').map_or("", |(above, _)| above);
                    aliases.iter().any(|alias| {
                        let alias = alias.as_str().unwrap_or_default();
                        format!("{above} {alias}").trim() == path
                    })
                })
        })
    }
}

/// Whether a global option is followed by a value.
fn takes_value(flag: &str) -> bool {
    let alone = ["--json", "--quiet", "--help", "-h", "--version", "-V"];
    !alone.contains(&flag) && !flag.contains('=')
}

fn flags(parameters: &Value) -> HashSet<String> {
    let parameters = parameters.as_array().into_iter().flatten();
    parameters
        .flat_map(|parameter| [&parameter["name"], &parameter["short"]])
        .filter_map(Value::as_str)
        .map(str::to_owned)
        .collect()
}

/// What is called as `backlog`, also behind `if`, `env` and assignments.
fn calls(script: &str) -> Vec<Vec<String>> {
    let commands = shell::commands(script).into_iter();
    commands
        .filter_map(|words| {
            let before = [
                "if", "then", "do", "while", "until", "!", "exec", "time", "env", "{",
            ];
            let at = words
                .iter()
                .position(|word| !before.contains(&word.as_str()) && !is_assignment(word))?;
            let (program, arguments) = words[at..].split_first()?;
            (program == "backlog").then(|| arguments.to_vec())
        })
        .collect()
}

fn is_assignment(word: &str) -> bool {
    let name = word.split_once('=').map(|(name, _)| name);
    name.is_some_and(|name| name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_'))
}

#[test]
fn every_command_and_flag_that_a_page_names_exists() {
    let known = Known::read();
    let mut problems = Vec::new();
    let mut count = 0;
    for page in Page::all() {
        for block in page.blocks().iter().filter(|block| block.is_shell()) {
            for words in calls(&block.body) {
                count += 1;
                if let Some(problem) = known.problem(&words) {
                    problems.push(format!("{}:{}: {problem}", page.name, block.line));
                }
            }
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
    assert!(count > 100, "{count} commands");
}

#[test]
fn what_does_not_exist_is_found() {
    let known = Known::read();
    for (line, problem) in [
        ("backlog --json task list --ready", None),
        ("x=1 backlog --as ai:x t claim -p app", None),
        ("backlog loop -w 2 -- agent --any-flag", None),
        ("backlog taks list", Some("there is no command 'taks'")),
        ("backlog task lst", Some("there is no command 'task lst'")),
        (
            "if backlog task list --redy; then",
            Some("'backlog task list' has no --redy"),
        ),
        (
            "echo $(backlog plan show X --verson=1)",
            Some("'backlog plan show' has no --verson"),
        ),
    ] {
        let calls = calls(line);
        assert_eq!(calls.len(), 1, "{line}");
        assert_eq!(known.problem(&calls[0]).as_deref(), problem, "{line}");
    }
}
