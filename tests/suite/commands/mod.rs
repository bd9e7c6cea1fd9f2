//! Every command and every flag, through the real binary: for people, for
//! scripts with `--quiet`, and for programs with `--json`, whose documents are
//! what `backlog schema` says.

mod examples;
mod script;
mod scripts;
mod transcripts;

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

use backlog_tests::Home;
use jsonschema::Validator;
use serde_json::Value;

use script::{Line, Mode, lines, play};

/// The commands, as `help --json` has them.
struct Commands(Vec<Value>);

impl Commands {
    fn read() -> Self {
        let all = Home::new().run(["help", "--json"]).json();
        Self(all["commands"].as_array().expect("a list").clone())
    }

    /// The command that a line calls.
    fn of(&self, line: &Line<'_>) -> &Value {
        let fits = |command: &&Value| {
            let path = text(command, "path");
            let mut words = line.words.iter();
            path.split_whitespace().all(|part| {
                words
                    .next()
                    .is_some_and(|word| word == part || self.is_alias(part, word))
            })
        };
        let longest = self
            .0
            .iter()
            .filter(fits)
            .max_by_key(|command| text(command, "path").len());
        longest.expect("backlog itself fits")
    }

    fn is_alias(&self, part: &str, word: &str) -> bool {
        self.0.iter().any(|command| {
            text(command, "path").split(' ').next_back() == Some(part)
                && list(command, "aliases").iter().any(|alias| alias == word)
        })
    }

    /// `task add --title`, and on: everything there is to try.
    fn all(&self) -> BTreeSet<String> {
        let mut all = BTreeSet::new();
        for command in self
            .0
            .iter()
            .filter(|command| command["needs_verb"] != true)
        {
            let path = text(command, "path");
            all.insert(path.to_owned());
            for parameter in list(command, "parameters") {
                let name = text(parameter, "name");
                if name.starts_with('-') {
                    all.insert(format!("{path} {name}"));
                }
            }
        }
        all.remove("");
        all
    }
}

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name].as_str().unwrap_or_default()
}

fn list<'a>(value: &'a Value, name: &str) -> &'a [Value] {
    value[name]
        .as_array()
        .map(Vec::as_slice)
        .unwrap_or_default()
}

#[test]
fn no_command_and_no_flag_is_left_out() {
    let commands = Commands::read();
    let mut missing = commands.all();
    for line in scripts::ALL.iter().flat_map(|script| lines(script)) {
        let command = commands.of(&line);
        let path = text(command, "path");
        missing.remove(path);
        for parameter in list(command, "parameters") {
            let (name, short) = (text(parameter, "name"), text(parameter, "short"));
            if line
                .words
                .iter()
                .any(|word| word == name || (word == short && !short.is_empty()))
            {
                missing.remove(&format!("{path} {name}"));
            }
        }
    }
    let suite = Path::new(env!("CARGO_MANIFEST_DIR")).join("suite");
    for (what, file, part) in scripts::ELSEWHERE {
        let test = fs::read_to_string(suite.join(file)).unwrap_or_default();
        assert!(test.contains(part), "{what}: no {part} in {file}");
        assert!(
            missing.remove(*what),
            "{what} is no command or in a script already"
        );
    }
    for (noun, file) in scripts::OWN_MODULES {
        assert!(suite.join(file).exists(), "{noun}: no {file}");
        missing.retain(|what| what != noun && !what.starts_with(&format!("{noun} ")));
    }
    assert!(missing.is_empty(), "no script has: {missing:#?}");
}

#[test]
fn every_document_is_what_its_schema_says() {
    let commands = Commands::read();
    let home = Home::new();
    let mut schemas: BTreeMap<String, Validator> = BTreeMap::new();
    let mut wrong = Vec::new();
    for script in scripts::ALL {
        play(script, Mode::Json, |line, ran| {
            let command = commands.of(line);
            let (name, bytes) = match (line.exit, text(command, "prints")) {
                // What is wrong with a workspace is an answer too.
                (1, name) if !name.is_empty() && !ran.output.stdout.is_empty() => {
                    (name, &ran.output.stdout)
                }
                (0, "schemas") if line.words.len() > 1 => return,
                (0, "commands") if line.words.len() > 1 => return,
                (0, "") => return,
                (0, name) => (name, &ran.output.stdout),
                _ => ("error", &ran.output.stderr),
            };
            let name = match name {
                "tasks" if line.words.contains(&"--ids-only".to_owned()) => "task-refs",
                "export" if ran.stdout().starts_with("{\"path\"") => "written-export",
                name => name,
            };
            let document: Value = serde_json::from_slice(bytes).unwrap_or_else(|error| {
                panic!(
                    "{:?}: {error}: {}{}",
                    line.words,
                    ran.stdout(),
                    ran.stderr()
                )
            });
            let validator = schemas.entry(name.to_owned()).or_insert_with(|| {
                let schema = home.run(["schema", name]).json();
                jsonschema::validator_for(&schema).expect("a schema")
            });
            let problems: Vec<_> = validator
                .iter_errors(&document)
                .map(|error| format!("{}: {error}", error.instance_path()))
                .collect();
            if !problems.is_empty() {
                wrong.push(format!("{:?} is no {name}: {problems:?}", line.words));
            }
        });
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(schemas.len() > 30, "{:?}", schemas.keys());
}

#[test]
fn quiet_says_no_more_than_what_was_asked_for() {
    let mut wrong = Vec::new();
    for script in scripts::ALL {
        play(script, Mode::Quiet, |line, ran| {
            let made = [
                "add", "update", "append", "move", "create", "done", "release",
            ];
            let is_made = line
                .words
                .get(1)
                .is_some_and(|verb| made.contains(&verb.as_str()));
            if line.exit == 0 && is_made {
                let said = ran.stdout();
                if said.split_whitespace().count() > 1 {
                    wrong.push(format!("{:?}: {said}", line.words));
                }
            }
        });
    }
    assert!(
        wrong.is_empty(),
        "{}",
        wrong.join(
            "
"
        )
    );
}
