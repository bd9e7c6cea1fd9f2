//! The skills for agents: installed without harm to what is there, and true: each
//! command in them is run.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use backlog_tests::{Home, backlog_bin, home::run, tool};
use serde_json::Value;

fn skills() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../backlog-cli/skills")
}

/// What `install-skills` did to each file, by its path below the home.
#[track_caller]
fn installed(home: &Home, arguments: &[&str]) -> Vec<(String, String)> {
    let done = home
        .run([&["install-skills", "--json"], arguments].concat())
        .json();
    let files = done["files"].as_array().expect("a list");
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    files
        .iter()
        .map(|file| {
            let path = text(&file["path"]);
            let below = home.home().display().to_string();
            let path = path.strip_prefix(&below).unwrap_or(&path);
            (
                path.trim_start_matches('/').to_owned(),
                text(&file["action"]),
            )
        })
        .collect()
}

fn actions(done: &[(String, String)]) -> Vec<&str> {
    let mut actions: Vec<&str> = done.iter().map(|(_, action)| action.as_str()).collect();
    actions.sort_unstable();
    actions.dedup();
    actions
}

#[test]
fn they_are_installed_for_all_agents_and_again_changes_nothing() {
    let home = Home::new();
    let planned = installed(&home, &["--dry-run"]);
    assert_eq!(actions(&planned), ["written"]);
    assert!(!home.home().join(".claude").exists());
    assert_eq!(installed(&home, &[]), planned);
    for place in [".claude/skills", ".agents/skills"] {
        let text = fs::read_to_string(home.home().join(place).join("backlog/SKILL.md"));
        let ours = fs::read_to_string(skills().join("backlog/SKILL.md"));
        assert_eq!(text.expect("a file"), ours.expect("a file"));
    }
    assert_eq!(actions(&installed(&home, &[])), ["unchanged"]);
    assert_eq!(actions(&installed(&home, &["--uninstall"])), ["removed"]);
    assert!(!home.home().join(".claude/skills").join("backlog").exists());
    assert!(
        !home
            .home()
            .join(".claude/skills/.backlog-skills.json")
            .exists()
    );
}

#[test]
fn what_somebody_changed_is_left_alone_and_what_is_old_is_updated() {
    let home = Home::new();
    installed(&home, &[]);
    let dir = home.home().join(".claude/skills");
    let changed = dir.join("backlog-loop/SKILL.md");
    fs::write(&changed, "mine").expect("written");
    // As an earlier version would have left it: its own text, and the record of it.
    let old = dir.join("backlog-memory/SKILL.md");
    fs::write(&old, "old").expect("written");
    let record = dir.join(".backlog-skills.json");
    let mut known: Value =
        serde_json::from_slice(&fs::read(&record).expect("a record")).expect("JSON");
    let hash_of_old = "cba06b5736faf67e54b07b561eae94395e774c517a7d910a54369e1263ccfbd4";
    known["files"]["backlog-memory/SKILL.md"] = hash_of_old.into();
    fs::write(&record, known.to_string()).expect("written");

    let done = installed(&home, &[]);
    let action = |file: &str| {
        let found = done
            .iter()
            .find(|(path, _)| path == &format!(".claude/skills/{file}"));
        found.map(|(_, action)| action.clone())
    };
    assert_eq!(
        action("backlog-loop/SKILL.md").as_deref(),
        Some("left_alone")
    );
    assert_eq!(
        action("backlog-memory/SKILL.md").as_deref(),
        Some("updated")
    );
    assert_eq!(fs::read_to_string(&changed).expect("a file"), "mine");

    let shown = home.run(["install-skills"]).ok().stdout();
    assert!(shown.contains("left alone"), "{shown}");
    assert!(actions(&installed(&home, &["--uninstall"])).contains(&"left_alone"));
    assert_eq!(fs::read_to_string(&changed).expect("a file"), "mine");
    assert!(actions(&installed(&home, &["--force"])).contains(&"replaced"));
    assert_ne!(fs::read_to_string(&changed).expect("a file"), "mine");
}

#[test]
fn a_dry_run_speaks_of_what_would_be() {
    let home = Home::new();
    let would = |args: &[&str], words: &str| {
        let shown = home.run([&["install-skills", "--dry-run"], args].concat());
        let shown = shown.ok().stdout();
        assert!(shown.contains(words), "{shown}");
    };
    would(&[], "would write ");
    installed(&home, &[]);
    would(&["--uninstall"], "would remove ");
    let changed = home.home().join(".claude/skills/backlog/SKILL.md");
    fs::write(changed, "mine").expect("written");
    would(&["--force"], "would replace ");
}

#[test]
fn what_somebody_changed_is_kept_beside_where_force_takes_its_place() {
    let home = Home::new();
    installed(&home, &[]);
    let changed = home.home().join(".claude/skills/backlog/SKILL.md");
    let kept = changed.with_file_name("SKILL.md.backlog-backup");
    for args in [&["--force"][..], &["--force", "--uninstall"]] {
        fs::write(&changed, "mine").expect("written");
        let shown = home.run([&["install-skills"], args].concat()).ok().stdout();
        assert!(
            shown.contains(kept.to_str().expect("text")),
            "says where: {shown}"
        );
        assert_eq!(fs::read_to_string(&kept).expect("kept"), "mine");
        fs::remove_file(&kept).expect("removed");
    }
}

#[test]
fn uninstalling_leaves_no_directory_that_installing_made() {
    let home = Home::new();
    installed(&home, &[]);
    installed(&home, &["--uninstall"]);
    assert!(!home.home().join(".claude").exists());
    assert!(!home.home().join(".agents").exists());
    // One that somebody had stays, also if nothing is in it.
    fs::create_dir(home.home().join(".claude")).expect("made");
    installed(&home, &[]);
    installed(&home, &[]);
    installed(&home, &["--uninstall"]);
    assert!(home.home().join(".claude").exists());
    assert!(!home.home().join(".claude/skills").exists());
}

#[test]
fn one_skill_can_be_installed_in_a_project() {
    let home = Home::new();
    fs::create_dir_all(home.work().join("src")).expect("a directory");
    let mut git = Command::new("git");
    home.settle(&mut git);
    run(git.args(["init", "--quiet", "."])).ok();
    let mut command = home.command(["install-skills", "--project", "--skill", "backlog-memory"]);
    run(command.current_dir(home.work().join("src"))).ok();
    assert!(
        home.work()
            .join(".agents/skills/backlog-memory/SKILL.md")
            .exists()
    );
    assert!(!home.work().join(".agents/skills/backlog").exists());
    assert!(!home.home().join(".agents").exists());
    home.run(["install-skills", "--skill", "nonsense"])
        .refused(2, "nonsense");
}

#[test]
fn the_formats_own_validator_passes_what_is_installed() {
    let Some(validator) = tool::agentskills() else {
        return;
    };
    let home = Home::new();
    home.run(["install-skills"]).ok();
    let mut count = 0;
    for place in [".claude/skills", ".agents/skills"] {
        let dir = home.home().join(place);
        for skill in fs::read_dir(dir).expect("a directory").flatten() {
            if skill.path().is_dir() {
                count += 1;
                run(Command::new(&validator).arg("validate").arg(skill.path())).ok();
            }
        }
    }
    assert_eq!(count, 10);
}

/// The shell blocks of a markdown file.
fn blocks(text: &str) -> Vec<String> {
    text.split("\n```sh\n")
        .skip(1)
        .map(|rest| rest.split("\n```").next().unwrap_or_default().to_owned())
        .collect()
}

/// A workspace in which the commands of a skill can be run.
fn prepared() -> (Home, Vec<(&'static str, String)>) {
    let home = Home::with_project();
    for title in ["One", "Two", "Three", "Four"] {
        home.run(["task", "add", "-t", title]).ok();
    }
    let made = |args: &[&str]| {
        home.run([args, &["--quiet"]].concat())
            .ok()
            .stdout()
            .trim()
            .to_owned()
    };
    fs::write(home.work().join("trace.log"), "a trace\n").expect("a file");
    let doc = made(&["doc", "add", "--title", "Login", "--content", "How."]);
    made(&["doc", "append", &doc, "More."]);
    let plan = made(&[
        "plan",
        "add",
        "--task",
        "1",
        "--title",
        "Plan",
        "--content",
        "1.",
    ]);
    made(&["plan", "update", &plan, "--content", "2."]);
    let ids = vec![
        ("plan", plan),
        ("doc", doc),
        ("memory", made(&["memory", "add", "Staging has no TLS."])),
        (
            "attachment",
            made(&["attachment", "add", "trace.log", "--task", "1"]),
        ),
    ];
    let bin = home.path().join("bin");
    fs::create_dir(&bin).expect("a directory");
    std::os::unix::fs::symlink(backlog_bin(), bin.join("backlog")).expect("a link");
    let agent = "#!/bin/sh\nbacklog task done \"$BACKLOG_TASK\" --quiet\n";
    fs::write(bin.join("AGENT"), agent).expect("a file");
    run(Command::new("chmod").arg("+x").arg(bin.join("AGENT"))).ok();
    (home, ids)
}

#[test]
fn every_command_in_them_works() {
    let mut count = 0;
    let dirs = fs::read_dir(skills()).expect("skills").flatten();
    for file in dirs.flat_map(|dir| {
        let references = fs::read_dir(dir.path().join("references"));
        let references = references.into_iter().flatten().flatten();
        [dir.path().join("SKILL.md")]
            .into_iter()
            .chain(references.map(|entry| entry.path()))
    }) {
        let text = fs::read_to_string(&file).expect("a file");
        for block in blocks(&text) {
            count += 1;
            let (home, ids) = prepared();
            let mut script = block.clone();
            for (noun, id) in ids {
                for verb in [
                    "update", "append", "delete", "history", "diff", "show", "fetch",
                ] {
                    let placeholder = format!("backlog {noun} {verb} ID");
                    script = script.replace(&placeholder, &format!("backlog {noun} {verb} {id}"));
                }
            }
            let needs_a_claim = ["task release", "task renew"]
                .iter()
                .any(|it| block.contains(it));
            let first = if needs_a_claim {
                "backlog task claim TASK-1 >/dev/null\n"
            } else {
                ""
            };
            let mut shell = Command::new("sh");
            home.settle(&mut shell);
            let path = std::env::var("PATH").unwrap_or_default();
            let bin = home.path().join("bin");
            shell
                .env("PATH", format!("{}:{path}", bin.display()))
                .env("BACKLOG_ACTOR", "ai:agent")
                .arg("-ec")
                .arg(format!("{first}{script}"));
            let ran = run(&mut shell);
            assert_eq!(
                ran.code(),
                Some(0),
                "{}\n{block}\n{}",
                file.display(),
                ran.stderr()
            );
        }
    }
    assert!(count > 25, "{count} blocks");
}
