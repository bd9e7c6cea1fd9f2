//! The command that the loop runs, and what is put into it for each task.

use std::{
    env,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
};

use crate::error::{CliError, Exit};

/// A program and its arguments with placeholders.
#[derive(Debug, Clone)]
pub struct Template {
    /// Absolute: the command may run in another directory.
    program: PathBuf,
    arguments: Vec<String>,
}

/// What the placeholders stand for.
pub struct Values<'a> {
    /// `{ref}`.
    pub reference: &'a str,
    /// `{title}`.
    pub title: &'a str,
    /// `{prompt_file}`.
    pub prompt_file: &'a str,
}

impl Template {
    /// Finds the program, so that a wrong name costs no task an attempt.
    pub fn new(command: &[String], cwd: &Path) -> Result<Self, CliError> {
        let (program, arguments) = command
            .split_first()
            .ok_or_else(|| CliError::usage("say what to run, after --"))?;
        let found = if program.contains('/') {
            Some(cwd.join(program)).filter(|path| can_run(path))
        } else {
            let path = env::var_os("PATH").unwrap_or_default();
            env::split_paths(&path)
                .map(|dir| cwd.join(dir).join(program))
                .find(|path| can_run(path))
        };
        if found.is_none() && program.contains('/') && cwd.join(program).is_file() {
            return Err(CliError::usage(format!("{program} cannot be executed"))
                .hint(format!("Let it: chmod +x {program}")));
        }
        let program = found.ok_or_else(|| {
            CliError::new(
                Exit::NotFound,
                "command_not_found",
                format!("there is no program '{program}' to run"),
            )
        })?;
        Ok(Self {
            program,
            arguments: arguments.to_vec(),
        })
    }

    pub fn program(&self) -> &Path {
        &self.program
    }

    /// `ai:claude` for `/usr/bin/claude`: who signs where nobody said so.
    pub fn agent(&self) -> String {
        let name = self.program.file_stem().unwrap_or_default();
        match name.to_string_lossy().as_ref() {
            "claude" => "ai:claude-code".to_owned(),
            name => format!("ai:{name}"),
        }
    }

    /// What looks like a placeholder and is none, as `{prompt}`.
    pub fn unknown(&self) -> Vec<&str> {
        let words = self.arguments.iter().flat_map(|argument| {
            let inside = |part: &'_ str| part.find('}').map(|end| end + 1);
            argument
                .match_indices('{')
                .filter_map(move |(at, _)| Some(&argument[at..at + inside(&argument[at..])?]))
        });
        words.filter(|word| is_unknown(word)).collect()
    }

    /// The arguments for one task. What is put in is never read again, so a
    /// title that looks like a placeholder stays as it is.
    pub fn arguments(&self, values: &Values) -> Vec<String> {
        self.arguments
            .iter()
            .map(|argument| filled(argument, values))
            .collect()
    }
}

const KNOWN: [&str; 3] = ["{ref}", "{title}", "{prompt_file}"];

/// Whether braces have one plain word in them that nothing stands for.
fn is_unknown(braces: &str) -> bool {
    let word = &braces[1..braces.len() - 1];
    let is_plain = |byte: u8| byte.is_ascii_alphabetic() || matches!(byte, b'_' | b'-');
    !word.is_empty() && word.bytes().all(is_plain) && !KNOWN.contains(&braces)
}

fn filled(argument: &str, values: &Values) -> String {
    let known = KNOWN
        .into_iter()
        .zip([values.reference, values.title, values.prompt_file]);
    let mut text = String::with_capacity(argument.len());
    let mut rest = argument;
    while let Some(at) = rest.find('{') {
        text.push_str(&rest[..at]);
        rest = &rest[at..];
        let (taken, put) = known
            .clone()
            .find(|(name, _)| rest.starts_with(name))
            .unwrap_or(("{", "{"));
        text.push_str(put);
        rest = &rest[taken.len()..];
    }
    text.push_str(rest);
    text
}

fn can_run(path: &Path) -> bool {
    path.metadata()
        .is_ok_and(|about| about.is_file() && about.permissions().mode() & 0o111 != 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_are_filled_once_and_other_braces_stay() {
        let values = Values {
            reference: "TASK-1",
            title: "fix {ref}",
            prompt_file: "/tmp/p.md",
        };
        for (argument, expected) in [
            ("{ref}", "TASK-1"),
            ("do {title} ({ref})", "do fix {ref} (TASK-1)"),
            ("--file={prompt_file}", "--file=/tmp/p.md"),
            ("{\"a\": {other}}", "{\"a\": {other}}"),
            ("é{", "é{"),
            ("", ""),
        ] {
            assert_eq!(filled(argument, &values), expected);
        }
    }

    #[test]
    fn what_nothing_stands_for_is_told() {
        let template = Template {
            program: "/bin/sh".into(),
            arguments: [
                "{ref}: {prompt}",
                "awk {print $1} {}",
                "{prompt-file} {",
                "é{title}",
            ]
            .map(str::to_owned)
            .into(),
        };
        assert_eq!(template.unknown(), ["{prompt}", "{prompt-file}"]);
    }

    #[test]
    fn the_agent_is_the_program() {
        let agent = |program: &str| {
            let template = Template {
                program: program.into(),
                arguments: Vec::new(),
            };
            template.agent()
        };
        assert_eq!(agent("/usr/bin/claude"), "ai:claude-code");
        assert_eq!(agent("/opt/codex"), "ai:codex");
        assert_eq!(agent("/opt/bin/fake-agent.sh"), "ai:fake-agent");
    }
}
