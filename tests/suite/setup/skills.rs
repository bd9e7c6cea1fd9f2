//! The skills, by way of `setup`.

use super::*;

#[test]
fn they_go_where_the_client_looks_and_leave_with_the_last_that_needs_them() {
    let home = Home::new();
    let done = setup(
        &home,
        &["claude", "codex", "gemini", "--mcp", "--skills", "--yes"],
    );
    let dir = |client| {
        part(&done, client, "skills")["path"]
            .as_str()
            .expect("one")
            .to_owned()
    };
    assert!(dir("claude").ends_with("/.claude/skills"));
    assert!(dir("codex").ends_with("/.agents/skills"));
    assert_eq!(dir("codex"), dir("gemini"));
    for dir in [".claude/skills", ".agents/skills"] {
        assert!(home.home().join(dir).join("backlog/SKILL.md").exists());
    }
    let before = files(home.path());
    let done = setup(&home, &["claude", "codex", "--skills", "--yes"]);
    assert_eq!(part(&done, "codex", "skills")["state"], "unchanged");
    assert_eq!(files(home.path()), before);

    let done = setup(&home, &["codex", "--remove", "--yes"]);
    assert_eq!(part(&done, "codex", "mcp")["state"], "removed");
    assert_eq!(part(&done, "codex", "skills")["state"], "kept");
    assert!(home.home().join(".agents/skills/backlog/SKILL.md").exists());
    let done = setup(&home, &["claude", "gemini", "--remove", "--yes"]);
    assert_eq!(part(&done, "gemini", "skills")["state"], "removed");
    assert_eq!(files(home.path()), []);
}

#[test]
fn one_that_somebody_changed_stays() {
    let home = Home::new();
    setup(&home, &["cursor", "--project", "--skills", "--yes"]);
    let changed = home.work().join(".agents/skills/backlog-loop/SKILL.md");
    fs::write(&changed, "mine").expect("written");
    let done = setup(&home, &["cursor", "--project", "--skills", "--yes"]);
    let told = part(&done, "cursor", "skills");
    assert_eq!(told["state"], "unchanged");
    assert!(
        told["message"]
            .as_str()
            .is_some_and(|it| it.contains("changed by somebody"))
    );
    setup(
        &home,
        &["cursor", "--project", "--skills", "--remove", "--yes"],
    );
    assert_eq!(read(&changed), "mine");
    assert!(!home.work().join(".agents/skills/backlog").exists());
}
