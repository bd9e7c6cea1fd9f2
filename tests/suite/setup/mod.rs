//! `backlog setup`: agents told of the queue in their own files, without harm
//! to what is there.

mod asking;
mod checking;
mod hooks;
mod servers;
mod skills;

use std::{
    fs,
    path::{Path, PathBuf},
};

use backlog_tests::{Home, Ran, backlog_bin, home::run};
use serde_json::Value;

/// All clients, in the order in which they are told.
const CLIENTS: [&str; 6] = ["claude", "codex", "opencode", "cursor", "gemini", "vscode"];

/// For whom: a user, or a project.
const SCOPES: [&str; 2] = ["--user", "--project"];

/// Where a client keeps its servers.
fn servers_file(home: &Home, client: &str, scope: &str) -> PathBuf {
    if scope == "--project" {
        return home.work().join(match client {
            "claude" => ".mcp.json",
            "codex" => ".codex/config.toml",
            "opencode" => "opencode.json",
            "cursor" => ".cursor/mcp.json",
            "gemini" => ".gemini/settings.json",
            _ => ".vscode/mcp.json",
        });
    }
    home.home().join(match client {
        "claude" => ".claude.json",
        "codex" => ".codex/config.toml",
        "opencode" => ".config/opencode/opencode.json",
        "cursor" => ".cursor/mcp.json",
        "gemini" => ".gemini/settings.json",
        _ => ".config/Code/User/mcp.json",
    })
}

/// A `setup` that is to succeed, as the document it prints.
#[track_caller]
fn setup(home: &Home, args: &[&str]) -> Value {
    home.run([&["setup", "--json"], args].concat()).json()
}

/// What became of a part of a client.
#[track_caller]
fn part<'a>(done: &'a Value, client: &str, part: &str) -> &'a Value {
    let parts = done["parts"].as_array().expect("a list");
    parts
        .iter()
        .find(|it| it["client"] == client && it["part"] == part)
        .unwrap_or_else(|| panic!("no {client} {part} in {done}"))
}

/// `setup` without agents on `$PATH`, but for those in `home/bin`.
fn run_alone(home: &Home, args: &[&str]) -> Ran {
    let mut command = home.command([&["setup"], args].concat());
    command.env("PATH", home.path().join("bin"));
    run(&mut command)
}

/// Every file below a directory, with its content.
fn files(dir: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let mut found = Vec::new();
    let mut waiting = vec![dir.to_owned()];
    while let Some(dir) = waiting.pop() {
        for entry in fs::read_dir(&dir).into_iter().flatten().flatten() {
            let path = entry.path();
            if entry.file_type().is_ok_and(|it| it.is_dir()) {
                waiting.push(path);
            } else {
                let content = fs::read(&path).unwrap_or_default();
                found.push((path, content));
            }
        }
    }
    found.sort();
    found
}

fn write(path: &Path, text: &str) {
    fs::create_dir_all(path.parent().expect("a directory")).expect("made");
    fs::write(path, text).expect("written");
}

#[track_caller]
fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn program() -> String {
    let program = backlog_bin().canonicalize().expect("it is there");
    program.to_str().expect("text").to_owned()
}
