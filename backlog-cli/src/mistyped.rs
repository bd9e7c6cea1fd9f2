//! Flags that were mistyped where a text may begin with a hyphen. clap takes
//! `--jsn` for such a text; whoever writes it means a flag.

use std::{
    ffi::{OsStr, OsString},
    iter,
};

use clap::{
    ArgMatches, Command,
    error::{ContextKind, ContextValue, ErrorKind},
};

/// What is wrong with arguments that make sense only because something with the
/// form of a flag was taken for a text. After `--`, and behind a `=`, all is text.
///
/// # Errors
/// As clap tells it of a flag that does not exist, or one without its value.
pub fn check(
    matches: &ArgMatches,
    program: impl FnOnce() -> Command,
    arguments: impl Iterator<Item = OsString>,
) -> Result<(), clap::Error> {
    if !values(matches).any(has_form_of_flag) {
        return Ok(());
    }
    let mut is_literal = false;
    let arguments = arguments.map(|word| {
        is_literal |= word == "--";
        // `- item` is no flag, and must not be taken for one here.
        let is_text = word.as_encoded_bytes().starts_with(b"-") && !may_be_flag(&word);
        if is_text && !is_literal {
            OsString::from("text")
        } else {
            word
        }
    });
    match without_hyphens(program()).try_get_matches_from(arguments) {
        Err(error) if !is_about_short(&error) => Err(error),
        _ => Ok(()),
    }
}

/// Every value of the command that was named.
fn values(matches: &ArgMatches) -> Box<dyn Iterator<Item = &OsStr> + '_> {
    let own = matches
        .ids()
        .filter_map(|id| matches.try_get_raw(id.as_str()).ok().flatten())
        .flatten();
    match matches.subcommand() {
        Some((_, below)) => Box::new(own.chain(values(below))),
        None => Box::new(own.chain(iter::empty())),
    }
}

/// `--name`, `--name=value` or `-n`.
fn has_form_of_flag(word: &OsStr) -> bool {
    let bytes = word.as_encoded_bytes();
    may_be_flag(word) && (bytes.starts_with(b"--") || bytes.len() == 2)
}

/// As [`has_form_of_flag`], and `-nvalue`. A sentence is none, however it begins.
fn may_be_flag(word: &OsStr) -> bool {
    let bytes = word.as_encoded_bytes();
    let Some(rest) = bytes.strip_prefix(b"-") else {
        return false;
    };
    let name = rest.strip_prefix(b"-").unwrap_or(rest);
    let name = name.split(|byte| *byte == b'=').next().unwrap_or_default();
    bytes == b"--"
        || (name.first().is_some_and(u8::is_ascii_alphabetic)
            && !rest.iter().any(u8::is_ascii_whitespace))
}

/// The same commands, in which no value begins with a hyphen.
fn without_hyphens(command: Command) -> Command {
    command
        .mut_args(|argument| argument.allow_hyphen_values(false))
        .mut_subcommands(without_hyphens)
}

/// A short flag that does not exist is a text, `-x` as good as any.
fn is_about_short(error: &clap::Error) -> bool {
    let named = error.get(ContextKind::InvalidArg);
    error.kind() == ErrorKind::UnknownArgument
        && !matches!(named, Some(ContextValue::String(name)) if name.starts_with("--"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::commands::program;

    fn checked(arguments: &[&str]) -> Result<(), String> {
        let words = || iter::once("backlog").chain(arguments.iter().copied());
        let matches = program()
            .try_get_matches_from(words())
            .expect("it makes sense with texts that begin with a hyphen");
        check(&matches, program, words().map(OsString::from)).map_err(|error| {
            error
                .to_string()
                .lines()
                .next()
                .unwrap_or_default()
                .to_owned()
        })
    }

    #[test]
    fn what_has_the_form_of_a_flag_is_no_text() {
        for (arguments, told) in [
            (
                ["comment", "add", "--task", "1", "--jsn"].as_slice(),
                "error: unexpected argument '--jsn' found",
            ),
            (
                &["memory", "add", "--taag", "--tag", "x"],
                "error: unexpected argument '--taag' found",
            ),
            (
                &["plan", "add", "--task", "1", "--title", "--content"],
                "error: a value is required for '--title <TITLE>' but none was supplied",
            ),
            (
                &["task", "add", "-t", "-d"],
                "error: a value is required for '--title <TITLE>' but none was supplied",
            ),
        ] {
            assert_eq!(checked(arguments), Err(told.to_owned()), "{arguments:?}");
        }
    }

    #[test]
    fn what_has_another_form_is_text_and_so_is_what_is_marked_as_text() {
        for arguments in [
            ["comment", "add", "- item", "--task", "1"].as_slice(),
            &["comment", "add", "--task", "1", "--", "--jsn"],
            &["comment", "add", "---", "--task", "1"],
            &["comment", "add", "-1", "--task", "1"],
            &["comment", "add", "-x", "--task", "1"],
            &["comment", "add", "--json does not work", "--task", "1"],
            &["task", "add", "-t", "--format=json prints nothing"],
            &["task", "add", "--title=--jsn", "-d", "- a\n- b", "-papp"],
        ] {
            assert_eq!(checked(arguments), Ok(()), "{arguments:?}");
        }
    }
}
