//! docs/cli.md: every command and flag, for readers.

use std::fmt::Write as _;

use backlog_api::view;

use super::{groups, topics};

/// What stands above the commands.
const HEAD: &str = include_str!("head.md");

/// The whole document.
pub fn reference(all: &view::Commands) -> String {
    let mut text = HEAD.to_owned();
    text.push_str("\n## Options of every command\n\n");
    parameters(&mut text, &all.global);
    text.push_str("\n## Exit codes\n\n| code | meaning |\n| --- | --- |\n");
    for (code, meaning) in topics::EXIT_CODES {
        let _ = writeln!(text, "| {code} | {} |", cell(meaning));
    }
    text.push_str("\n## Commands\n\n");
    contents(&mut text, all);
    for noun in all
        .commands
        .iter()
        .filter(|command| command.group.is_some())
    {
        let _ = writeln!(text, "\n## {}", noun.path);
        command(&mut text, noun);
        let verbs = format!("{} ", noun.path);
        for verb in all
            .commands
            .iter()
            .filter(|verb| verb.path.starts_with(&verbs))
        {
            let _ = writeln!(text, "\n### {}", verb.path);
            command(&mut text, verb);
        }
    }
    text
}

/// The commands by group, each linked.
fn contents(text: &mut String, all: &view::Commands) {
    text.push_str("| | |\n| --- | --- |\n");
    for heading in groups::headings() {
        let commands = all.commands.iter();
        let links: Vec<String> = commands
            .filter(|command| command.group == Some(heading))
            .map(|command| format!("[{0}](#{0})", command.path))
            .collect();
        if !links.is_empty() {
            let _ = writeln!(text, "| {heading} | {} |", links.join(" · "));
        }
    }
}

fn command(text: &mut String, command: &view::Command) {
    let _ = writeln!(text, "\n{}.", command.about);
    if !command.aliases.is_empty() {
        let aliases: Vec<_> = command
            .aliases
            .iter()
            .map(|name| format!("`{name}`"))
            .collect();
        let _ = writeln!(text, "Also: {}.", aliases.join(", "));
    }
    if !command.notes.is_empty() {
        let _ = writeln!(text, "\n{}", command.notes);
    }
    if command.needs_verb {
        return;
    }
    let _ = writeln!(text, "\n```\n{}\n```", command.usage);
    let (hidden, shown): (Vec<_>, Vec<_>) = command
        .parameters
        .iter()
        .cloned()
        .partition(|parameter| parameter.hidden);
    if !shown.is_empty() {
        text.push('\n');
        parameters(text, &shown);
    }
    if !hidden.is_empty() {
        let names: Vec<_> = hidden
            .iter()
            .map(|parameter| format!("`{}` ({})", parameter.name, lower(&parameter.about)))
            .collect();
        let _ = writeln!(text, "\nAccepted for older scripts: {}.", names.join(", "));
    }
    if let Some(schema) = command.prints {
        let _ = write!(text, "\n`--json` prints: [`{schema}`](#schema)");
        if let Some(view::PrintsWith { flag, schema }) = command.prints_with {
            let _ = write!(text, "; with `{flag}`: [`{schema}`](#schema)");
        }
        text.push('\n');
    }
    if !command.examples.is_empty() {
        let _ = writeln!(text, "\n```sh\n{}\n```", command.examples.join("\n"));
    }
}

fn parameters(text: &mut String, all: &[view::Parameter]) {
    text.push_str("| option | value | meaning |\n| --- | --- | --- |\n");
    for parameter in all {
        let names: Vec<_> = parameter
            .short
            .iter()
            .chain([&parameter.name])
            .chain(&parameter.aliases)
            .map(|name| format!("`{name}`"))
            .collect();
        let is_argument = parameter.value.as_ref() == Some(&parameter.name);
        let value = match &parameter.value {
            _ if !parameter.values.is_empty() => parameter.values.join(", "),
            Some(value) if !is_argument => value.clone(),
            _ => String::new(),
        };
        let mut meaning = cell(&parameter.about);
        if let Some(default) = &parameter.default {
            let _ = write!(meaning, ". Default: {default}");
        }
        if parameter.required {
            meaning.push_str(". Required");
        }
        let _ = writeln!(
            text,
            "| {} | {} | {meaning} |",
            names.join(", "),
            cell(&value)
        );
    }
}

/// Text that is nothing but text in a table.
fn cell(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        if matches!(c, '|' | '*' | '<' | '[') {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    escaped
}

fn lower(text: &str) -> String {
    let mut chars = text.chars();
    let first = chars.next().map(|c| c.to_lowercase().to_string());
    first.unwrap_or_default() + chars.as_str()
}
