//! Real scanners, on a small source tree with known flaws, scan after scan.

use std::{fs, path::Path, process::Command};

use backlog_tests::{Home, home::run, tool};
use serde_json::{Value, json};

/// A scanner, ready to write SARIF of `src` to standard output.
type Scan = fn(&Path) -> Command;

fn bandit(tools: &Path) -> Command {
    let mut command = Command::new(tools.join("venv/bin/bandit"));
    command.args(["-q", "-r", "src", "-f", "sarif"]);
    command
}

fn semgrep(tools: &Path) -> Command {
    let mut command = Command::new(tools.join("venv/bin/semgrep"));
    command.args([
        "scan",
        "--config",
        "semgrep.yml",
        "--metrics",
        "off",
        "--disable-version-check",
        "--quiet",
        "--no-git-ignore",
        "--sarif",
        "src",
    ]);
    command
}

fn eslint(tools: &Path) -> Command {
    let modules = tools.join("npm/node_modules");
    let mut command = Command::new(modules.join(".bin/eslint"));
    command.arg("-f");
    command.arg(modules.join("@microsoft/eslint-formatter-sarif/sarif.js"));
    command.arg("src");
    command
}

/// Copies the fixture's tree to where commands run.
fn plant(home: &Home) {
    let fixture = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/flawed");
    fs::create_dir(home.work().join("src")).expect("a directory");
    for file in [
        "src/app.py",
        "src/app.js",
        "eslint.config.js",
        "semgrep.yml",
    ] {
        fs::copy(fixture.join(file), home.work().join(file)).expect("the fixture is there");
    }
}

/// Moves every flaw down and to the right.
fn edit(home: &Home) {
    for (file, comment) in [("src/app.py", "# More.\n"), ("src/app.js", "// More.\n")] {
        let path = home.work().join(file);
        let text = fs::read_to_string(&path).expect("it is there");
        let text = text
            .replace("    return", "    return  ")
            .replace("  return", "    return");
        fs::write(&path, comment.repeat(7) + &text).expect("writable");
    }
}

/// Scans, and imports what was found.
fn scan(home: &Home, mut scanner: Command, flags: &[&str]) -> Value {
    // Some need a path to write their caches to, and say by 1 that they found something.
    home.settle(&mut scanner);
    let ran = run(&mut scanner);
    assert!(
        matches!(ran.code(), Some(0 | 1)),
        "{}: {}",
        ran.what,
        ran.stderr()
    );
    fs::write(home.work().join("found.sarif"), &ran.output.stdout).expect("writable");
    let args = ["import-findings", "found.sarif", "--json"];
    home.run([&args, flags].concat()).json()
}

fn counts(import: &Value) -> [u64; 5] {
    ["imported", "unchanged", "updated", "regressed", "reopened"]
        .map(|name| import[name].as_u64().expect("a number"))
}

/// What every scanner must go through.
fn scan_again_and_again(scanner: Scan, source: &str, flaws: u64) -> Option<Home> {
    let tools = tool::scanners()?;
    let home = Home::with_project();
    plant(&home);
    assert_eq!(
        counts(&scan(&home, scanner(&tools), &[])),
        [flaws, 0, 0, 0, 0]
    );
    assert_eq!(
        counts(&scan(&home, scanner(&tools), &[])),
        [0, flaws, 0, 0, 0]
    );

    edit(&home);
    let [new, _, updated, ..] = counts(&scan(&home, scanner(&tools), &[]));
    assert_eq!(
        (new, updated),
        (0, flaws),
        "the lines moved, and nothing is new"
    );

    home.run(["task", "move", "1", "--status", "done"]).ok();
    let again = scan(&home, scanner(&tools), &[]);
    assert_eq!(counts(&again), [0, flaws - 1, 0, 1, 0]);
    assert_eq!(again["regressed_tasks"], json!(["TASK-1"]));
    assert_eq!(
        counts(&scan(&home, scanner(&tools), &["--reopen"])),
        [0, flaws - 1, 0, 1, 1]
    );
    let task = home.task("TASK-1");
    assert_eq!(
        (&task["status"], &task["source"]),
        (&json!("todo"), &json!(source))
    );
    Some(home)
}

#[test]
fn bandit_finds_the_same_flaws_in_every_scan() {
    let Some(home) = scan_again_and_again(bandit, "Bandit", 4) else {
        return;
    };
    let listed = home
        .run(["task", "list", "--type", "vulnerability", "--json"])
        .json();
    assert_eq!(listed["page"]["total"], 4);
    assert_eq!(
        listed["tasks"][0]["priority"], 2,
        "the most severe comes first"
    );
}

#[test]
fn semgrep_finds_the_same_flaws_in_every_scan() {
    let Some(home) = scan_again_and_again(semgrep, "Semgrep OSS", 3) else {
        return;
    };
    let listed = home
        .run(["task", "list", "--label", "cwe-95", "--json"])
        .json();
    assert_eq!(listed["page"]["total"], 2);
}

#[test]
fn eslint_finds_the_same_flaws_in_every_scan() {
    let Some(home) = scan_again_and_again(eslint, "ESLint", 3) else {
        return;
    };
    let listed = home.run(["task", "list", "--json"]).json();
    let titles: Vec<_> = listed["tasks"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|task| &task["title"])
        .collect();
    assert!(
        titles.iter().all(|title| title
            .as_str()
            .is_some_and(|title| title.ends_with("(src/app.js)"))),
        "{titles:?}"
    );
}
