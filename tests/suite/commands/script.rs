//! Scripts: what a person would type, a command a line, played in a fresh
//! workspace. `name=` keeps the id of what the command made, for `$name` in
//! later lines; `!3` says the exit code that is expected.

use std::{collections::HashMap, fs};

use backlog_tests::{Home, Ran, home::run};

/// How a script is played.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    Plain,
    Quiet,
    Json,
}

/// A line of a script.
pub struct Line<'a> {
    keep: Option<&'a str>,
    pub exit: i32,
    pub words: Vec<String>,
}

/// The lines of a script.
pub fn lines(script: &str) -> impl Iterator<Item = Line<'_>> {
    let texts = script.lines().map(str::trim);
    texts.filter(|line| !line.is_empty()).map(|text| {
        let (exit, text) = match text.strip_prefix('!') {
            Some(rest) => {
                let (code, rest) = rest.split_once(' ').expect("a command after the code");
                (code.parse().expect("an exit code"), rest)
            }
            None => (0, text),
        };
        let first = text.split(' ').next().unwrap_or_default();
        let (keep, text) = match text.split_once('=') {
            Some((name, rest))
                if first.starts_with(&format!("{name}=")) && !name.starts_with('-') =>
            {
                (Some(name), rest)
            }
            _ => (None, text),
        };
        Line {
            keep,
            exit,
            words: words(text),
        }
    })
}

/// Splits as a shell does, as far as the scripts need it.
pub fn words(text: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let (mut quoted, mut fresh) = (false, true);
    for c in text.chars() {
        match c {
            '\'' => {
                quoted = !quoted;
                if fresh {
                    words.push(String::new());
                    fresh = false;
                }
            }
            ' ' if !quoted => fresh = true,
            _ => {
                if fresh {
                    words.push(String::new());
                    fresh = false;
                }
                words.last_mut().expect("a word").push(c);
            }
        }
    }
    words
}

/// Plays a script and hands each line, with what came of it, to `see`.
pub fn play(script: &str, mode: Mode, mut see: impl FnMut(&Line<'_>, &Ran)) -> Home {
    let home = Home::with_workspace();
    for (name, content) in [
        ("note.md", "# Retry\n\nThree times.\n"),
        (
            "backlog.json",
            r#"{"version":1,"projects":[{"alias":"api","name":"API"}]}"#,
        ),
        (
            "findings.json",
            r#"{"version":1,"items":[{"title":"Injection","source":"s","external_ref":"r1"}]}"#,
        ),
        (
            "wrong.json",
            r#"{"version":1,"items":[{"title":"Good"},{"title":""}]}"#,
        ),
        ("trace.log", "a line\n"),
        (
            "task.json",
            r#"{"title": "From a file", "labels": ["filed"]}"#,
        ),
    ] {
        fs::write(home.work().join(name), content).expect("a file");
    }
    let mut kept: HashMap<String, String> = HashMap::new();
    let mut problems = Vec::new();
    for line in lines(script) {
        let words = line.words.iter().map(|word| {
            let start = kept
                .iter()
                .find(|(name, _)| word.strip_prefix('$') == Some(name.as_str()));
            start.map_or_else(|| word.clone(), |(_, id)| id.clone())
        });
        let flag = match mode {
            Mode::Plain => None,
            Mode::Quiet => Some("--quiet"),
            Mode::Json => Some("--json"),
        };
        let mut command = home.command(flag.map(str::to_owned).into_iter().chain(words));
        command
            .env("BACKLOG_ACTOR", "human:alice")
            .env("BACKLOG_SESSION", "s1");
        let ran = run(&mut command);
        if ran.code() != Some(line.exit) {
            let words = line.words.join(" ");
            problems.push(format!(
                "{:?}: {words}
{}{}",
                ran.code(),
                ran.stdout(),
                ran.stderr()
            ));
            continue;
        }
        if let Some(name) = line.keep {
            kept.insert(name.to_owned(), id(&ran.stdout()));
        }
        see(&line, &ran);
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
    home
}

/// The id that an answer has first.
fn id(answer: &str) -> String {
    let is_id = |word: &&str| word.len() == 26 && word.starts_with("01");
    let own = answer
        .split_once("\"id\":\"")
        .map_or(answer, |(_, rest)| rest);
    let mut words = own.split(|c: char| !c.is_ascii_alphanumeric());
    words
        .find(is_id)
        .unwrap_or_else(|| panic!("no id in {answer}"))
        .to_owned()
}

/// What the script says on a terminal, without what is another each time.
pub fn transcript(script: &str) -> String {
    let mut text = String::new();
    play(script, Mode::Plain, |line, ran| {
        let words: Vec<String> = line
            .words
            .iter()
            .map(|word| {
                if word.contains(' ') || word.is_empty() {
                    format!("'{word}'")
                } else {
                    word.clone()
                }
            })
            .collect();
        text.push_str(&format!(
            "$ backlog {}\n{}{}",
            words.join(" "),
            ran.stdout(),
            ran.stderr()
        ));
    });
    without_chance(&text)
}

/// Ids, times and digests are replaced by what they are.
fn without_chance(text: &str) -> String {
    let mut lines = Vec::new();
    for line in text.lines() {
        let mut line = line.to_owned();
        for (shape, name) in [
            (
                "hhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhh",
                "DIGEST",
            ),
            ("hhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhh", "TOKEN"),
            ("9999-99-99 99:99:99", "TIME"),
            ("9999-99-99 99:99", "TIME"),
            ("01UUUUUUUUUUUUUUUUUUUUUUUU", "ID"),
        ] {
            line = replaced(&line, shape, name);
        }
        // Of a lease that was given just before, on a busy machine.
        line = line.replace("29 min", "30 min");
        lines.push(line.trim_end().to_owned());
    }
    lines.join("\n")
}

fn replaced(line: &str, shape: &str, name: &str) -> String {
    let shape: Vec<char> = shape.chars().collect();
    let chars: Vec<char> = line.chars().collect();
    let fits = |at: usize| {
        chars.get(at..at + shape.len()).is_some_and(|part| {
            part.iter().zip(&shape).all(|(c, shape)| match shape {
                'h' => c.is_ascii_hexdigit() && !c.is_ascii_uppercase(),
                'U' => c.is_ascii_digit() || c.is_ascii_uppercase(),
                '9' => c.is_ascii_digit(),
                _ => c == shape,
            })
        })
    };
    let mut text = String::new();
    let mut at = 0;
    while at < chars.len() {
        if fits(at) {
            text.push_str(name);
            at += shape.len();
        } else {
            text.push(chars[at]);
            at += 1;
        }
    }
    text
}
