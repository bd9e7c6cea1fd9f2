//! The pages that teach, followed by a reader on an empty machine: each `sh`
//! block is run, and what a `text` block shows is what came of it.

use std::{collections::HashSet, path::Path, process::Command};

use backlog_tests::{Home, Ran, backlog_bin, home::run, tool};

use super::Page;

/// Runs all of a page's shell blocks in one shell, which ends at the first
/// command that fails. `programs` is where to find what else the page needs.
#[track_caller]
fn follow(page: &Page, home: &Home, programs: &Path) -> Ran {
    let mut script = "set -euo pipefail\nexec 2>&1\n".to_owned();
    for block in page.blocks().iter().filter(|block| block.is_run()) {
        script.push_str(&block.body);
    }
    let backlog = backlog_bin().parent().expect("a directory");
    let path = std::env::var("PATH").unwrap_or_default();
    let path = format!("{}:{}:{path}", backlog.display(), programs.display());
    let mut shell = Command::new("timeout");
    // A page that waits for what does not come must not wait for ever.
    shell.args(["120", "bash", "-c", &script]);
    home.settle(&mut shell);
    shell.env("PATH", path).env("USER", "sam");
    for role in ["AUTHOR", "COMMITTER"] {
        shell.env(format!("GIT_{role}_NAME"), "sam");
        shell.env(format!("GIT_{role}_EMAIL"), "sam@localhost");
    }
    let ran = run(&mut shell);
    assert_eq!(ran.code(), Some(0), "{}\n{}", page.name, ran.stdout());
    ran
}

/// A line without what is another each time: numbers, times, ids.
fn shape(line: &str) -> String {
    let words = line.split_whitespace();
    words
        .map(|word| {
            let is_digest = word.len() > 20 && word.chars().all(|c| c.is_ascii_alphanumeric());
            if is_digest {
                return "ID".to_owned();
            }
            let mut shape = String::new();
            for c in word.chars() {
                let is_more = shape.ends_with('0') && matches!(c, '.' | '0'..='9' | 'a'..='f');
                let is_first =
                    c.is_ascii_digit() || (shape.ends_with('-') && c.is_ascii_hexdigit());
                match (is_more, is_first) {
                    (true, _) => {}
                    (_, true) => shape.push('0'),
                    _ => shape.push(c),
                }
            }
            shape
        })
        .collect::<Vec<_>>()
        .join(" ")
}

/// Fails where a page shows what its commands do not print.
#[track_caller]
fn shows_what_comes(page: &Page, ran: &Ran) {
    let printed = ran.stdout();
    let printed: HashSet<String> = printed.lines().map(shape).collect();
    for block in page.blocks().iter().filter(|block| block.info == "text") {
        for line in block.body.lines().filter(|line| *line != "…") {
            assert!(
                printed.contains(&shape(line)),
                "{}:{}: nothing printed: {line}\n{}",
                page.name,
                block.line,
                ran.stdout()
            );
        }
    }
}

/// Follows a page on an empty machine.
#[track_caller]
fn holds(name: &str) -> (Home, Ran) {
    let page = Page::read(name);
    let home = Home::new();
    let ran = follow(&page, &home, Path::new("/"));
    shows_what_comes(&page, &ran);
    (home, ran)
}

#[test]
fn the_readme() {
    let (home, _) = holds("README.md");
    let workspace = home.home().join(".backlog/default/backlog.db");
    assert!(workspace.exists());
}

#[test]
fn getting_started() {
    let (_, ran) = holds("docs/getting-started.md");
    let told = ran.stdout();
    let summary = "6 done · 0 set aside · 0 open · 6 attempts";
    assert!(told.contains(summary), "{told}");
}

#[test]
fn concepts() {
    holds("docs/concepts.md");
}

#[test]
fn the_loop() {
    holds("docs/loop.md");
}

#[test]
fn skills() {
    holds("docs/skills.md");
}

#[test]
fn security() {
    holds("docs/security.md");
}

#[test]
fn grpc() {
    let Some(buf) = tool::buf() else { return };
    let home = Home::with_project();
    let programs = buf.parent().expect("a directory");
    let ran = follow(&Page::read("docs/grpc.md"), &home, programs);
    let told = ran.stdout();
    for part in ["backlog.v1.QueueService", "By any client", "SERVING"] {
        assert!(told.contains(part), "no {part}: {told}");
    }
    let task = home.run(["task", "show", "TASK-1", "--json"]).json();
    assert_eq!(task["status"], "done");
}
