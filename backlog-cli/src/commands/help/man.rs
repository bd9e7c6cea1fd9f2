//! Manual pages: one for `backlog`, one for each command below it.

use std::{fs, path::Path};

use backlog_api::{version, view};
use roff::{Inline, Roff, bold, italic, roman};

use super::topics;
use crate::{
    error::CliError,
    render::{Output, text::line},
};

/// Writes every page into `dir`, which is made where it is missing.
pub fn write_all(dir: &Path, all: &view::Commands, out: &Output) -> Result<(), CliError> {
    let cannot =
        |path: &Path, error| CliError::failed(format!("cannot write {}: {error}", path.display()));
    fs::create_dir_all(dir).map_err(|error| cannot(dir, error))?;
    for command in &all.commands {
        let path = dir.join(format!("{}.1", name(&command.path)));
        fs::write(&path, page(all, command)).map_err(|error| cannot(&path, error))?;
    }
    out.note(&format!(
        "Wrote {} manual pages to {}",
        all.commands.len(),
        line(&dir.display().to_string())
    ))
}

/// The page of a command.
pub fn page(all: &view::Commands, command: &view::Command) -> String {
    let mut page = Roff::new();
    let name = name(&command.path);
    let program = format!("backlog {}", version::program());
    let date = option_env!("BACKLOG_DATE").unwrap_or_default();
    page.control("TH", [name.as_str(), "1", date, &program, "Backlog"]);

    page.control("SH", ["NAME"]);
    page.text([roman(format!("{name} - {}", plain(&command.about)))]);
    page.control("SH", ["SYNOPSIS"]);
    synopsis(&mut page, &command.usage);
    description(&mut page, command);
    verbs(&mut page, all, command);

    let (flags, arguments): (Vec<_>, Vec<_>) = command
        .parameters
        .iter()
        .filter(|parameter| !parameter.hidden)
        .partition(|parameter| parameter.name.starts_with('-'));
    parameters(&mut page, "ARGUMENTS", arguments);
    parameters(&mut page, "OPTIONS", flags);
    let is_program = command.path.is_empty();
    if is_program {
        parameters(&mut page, "GLOBAL OPTIONS", all.global.iter());
    } else {
        page.control("PP", []);
        page.text([
            roman("The options that every command takes are in "),
            bold("backlog"),
            roman("(1)."),
        ]);
    }
    examples(&mut page, &command.examples);
    exit_status(&mut page, is_program);
    if is_program {
        for (heading, rows) in [("ENVIRONMENT", topics::VARIABLES), ("FILES", topics::FILES)] {
            page.control("SH", [heading]);
            rows.iter()
                .for_each(|(name, meaning)| row(&mut page, [bold(*name)], meaning));
        }
        for (question, answer) in topics::ORDER {
            page.control("SH", [question.to_uppercase().as_str()]);
            page.text([roman(*answer)]);
        }
    }
    see_also(&mut page, all, command);
    page.to_roff()
}

/// `backlog-task-add`.
fn name(path: &str) -> String {
    format!("backlog {path}").trim().replace(' ', "-")
}

fn synopsis(page: &mut Roff, usage: &str) {
    let words = usage.split(' ').enumerate();
    let parts = words.flat_map(|(at, word)| {
        let is_name = !word.starts_with(['[', '<', '-']);
        let word = word.to_owned();
        let space = if at == 0 { "" } else { " " };
        [roman(space), if is_name { bold(word) } else { roman(word) }]
    });
    page.text(parts.collect::<Vec<_>>());
}

fn description(page: &mut Roff, command: &view::Command) {
    page.control("SH", ["DESCRIPTION"]);
    page.text([roman(format!("{}.", plain(&command.about)))]);
    for paragraph in command.notes.split("\n\n").filter(|text| !text.is_empty()) {
        page.control("PP", []);
        page.text([roman(paragraph.replace('\n', " "))]);
    }
    if let Some(schema) = command.prints {
        page.control("PP", []);
        page.text([
            roman("With "),
            bold("--json"),
            roman(" it prints what "),
            bold(format!("backlog schema {schema}")),
            roman(" describes."),
        ]);
        if let Some(view::PrintsWith { flag, schema }) = command.prints_with {
            page.text([
                roman("With "),
                bold(flag),
                roman(" too it is "),
                bold(format!("backlog schema {schema}")),
                roman("."),
            ]);
        }
    }
}

/// The commands directly below this one.
fn verbs(page: &mut Roff, all: &view::Commands, command: &view::Command) {
    let mut below = below(all, command).peekable();
    if below.peek().is_none() {
        return;
    }
    page.control("SH", ["COMMANDS"]);
    for verb in below {
        let title = [bold(name(&verb.path)), roman("(1)")];
        row(page, title, &plain(&verb.about));
    }
}

fn below<'a>(
    all: &'a view::Commands,
    command: &view::Command,
) -> impl Iterator<Item = &'a view::Command> {
    let path = command.path.clone();
    all.commands.iter().filter(move |other| {
        let rest = match path.as_str() {
            "" => Some(other.path.as_str()),
            path => other
                .path
                .strip_prefix(path)
                .and_then(|rest| rest.strip_prefix(' ')),
        };
        rest.is_some_and(|rest| !rest.is_empty() && !rest.contains(' '))
    })
}

fn parameters<'a>(
    page: &mut Roff,
    heading: &str,
    all: impl IntoIterator<Item = &'a view::Parameter>,
) {
    let mut all = all.into_iter().peekable();
    if all.peek().is_none() {
        return;
    }
    page.control("SH", [heading]);
    for parameter in all {
        let mut title = Vec::new();
        if let Some(short) = &parameter.short {
            title.extend([bold(short), roman(", ")]);
        }
        match &parameter.value {
            Some(value) if *value == parameter.name => title.push(italic(value)),
            Some(value) => title.extend([bold(&parameter.name), roman(" "), italic(value)]),
            None => title.push(bold(&parameter.name)),
        }
        row(page, title, &meaning(parameter));
    }
}

/// What a parameter does, with the values there are.
fn meaning(parameter: &view::Parameter) -> String {
    let mut text = format!("{}.", plain(&parameter.about).trim_end_matches('.'));
    if !parameter.values.is_empty() {
        text.push_str(&format!(" One of: {}.", parameter.values.join(", ")));
    }
    if let Some(default) = &parameter.default {
        text.push_str(&format!(" Default: {default}."));
    }
    text
}

fn row(page: &mut Roff, title: impl IntoIterator<Item = Inline>, meaning: &str) {
    page.control("TP", []);
    page.text(title.into_iter().collect::<Vec<_>>());
    page.text([roman(meaning)]);
}

fn examples(page: &mut Roff, examples: &[String]) {
    if examples.is_empty() {
        return;
    }
    page.control("SH", ["EXAMPLES"]);
    page.control("EX", []);
    for example in examples {
        page.text([roman(example)]);
    }
    page.control("EE", []);
}

fn exit_status(page: &mut Roff, is_program: bool) {
    page.control("SH", ["EXIT STATUS"]);
    if is_program {
        let codes = topics::EXIT_CODES.iter();
        codes.for_each(|(code, meaning)| row(page, [bold(*code)], meaning));
    } else {
        page.text([
            roman("0 when it is done; else as in "),
            bold("backlog"),
            roman("(1)."),
        ]);
    }
}

fn see_also(page: &mut Roff, all: &view::Commands, command: &view::Command) {
    let parent = command
        .path
        .rsplit_once(' ')
        .map_or("", |(parent, _)| parent);
    let is_program = command.path.is_empty();
    let related = all.commands.iter().filter(|other| {
        let is_other = other.path != command.path;
        is_other && !is_program && (other.path.is_empty() || other.path == parent)
    });
    let mut pages: Vec<Inline> = Vec::new();
    for other in related {
        pages.extend([bold(name(&other.path)), roman("(1), ")]);
    }
    page.control("SH", ["SEE ALSO"]);
    pages.push(bold(format!("backlog {}", command.path).trim()));
    pages.push(bold(" --help"));
    page.text(pages);
}

/// Text of help, without the marks that only clap's own output knows.
fn plain(text: &str) -> String {
    text.replace('`', "")
}
