use super::*;

fn read(text: &str) -> Result<Config, ConfigError> {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("config.toml");
    fs::write(&path, text).unwrap();
    Config::read(&path)
}

fn refusal(text: &str) -> String {
    let message = read(text).unwrap_err().message();
    let (_, rest) = message.split_once("config.toml\", ").expect(&message);
    rest.to_owned()
}

#[test]
fn the_documented_example_means_what_it_says() {
    let config = read(
        r#"
        default_profile = "default"
        default_project = "api"
        [profiles.default]
        path = "~/.backlog/default"
        [output]
        default_format = "table"   # or json
        color = "auto"
        [defaults]
        actor = "human:alice"
        priority = 3
        status = "todo"
        type = "task"
        [daemon]
        idle_timeout = "15m"
        allow_network_filesystem = true
        "#,
    )
    .unwrap();
    assert_eq!(config.default_profile.as_deref(), Some("default"));
    assert_eq!(config.default_project.as_deref(), Some("api"));
    assert_eq!(config.profiles["default"].path, "~/.backlog/default");
    assert_eq!(config.output.default_format, Some(Format::Table));
    assert_eq!(config.output.color, Some(ColorChoice::Auto));
    assert_eq!(config.defaults.actor.as_deref(), Some("human:alice"));
    assert_eq!(config.defaults.priority, Some(3));
    assert_eq!(config.defaults.status.as_deref(), Some("todo"));
    assert_eq!(config.defaults.r#type.as_deref(), Some("task"));
    assert_eq!(config.daemon.idle_timeout.as_deref(), Some("15m"));
    assert!(config.daemon.allow_network_filesystem);
}

#[test]
fn a_missing_file_is_an_empty_one() {
    let dir = tempfile::tempdir().unwrap();
    for missing in ["config.toml", "no/such/config.toml"] {
        let config = Config::read(&dir.path().join(missing)).unwrap();
        assert_eq!(config, Config::default());
    }
    fs::write(dir.path().join("file"), "").unwrap();
    let below_a_file = Config::read(&dir.path().join("file/config.toml")).unwrap();
    assert_eq!(below_a_file, Config::default());
    assert_eq!(read("").unwrap(), Config::default());
}

#[test]
fn a_file_that_cannot_be_read_is_not_taken_for_a_missing_one() {
    let dir = tempfile::tempdir().unwrap();
    let error = Config::read(dir.path()).unwrap_err();
    assert!(matches!(error, ConfigError::Read { .. }), "{error}");
}

#[test]
fn unknown_keys_are_ignored() {
    let config = read("new = [1]\n[output]\nfont = 3\n[profiles.a]\npath='/a'\nsince=2030-01-01\n");
    assert_eq!(config.unwrap().profiles["a"].path, "/a");
}

#[test]
fn empty_text_is_as_good_as_none() {
    let config =
        read("default_profile=''\ndefault_project=''\n[defaults]\nstatus=''\npriority=''\n");
    assert_eq!(config.unwrap(), Config::default());
}

#[test]
fn priorities_and_durations_may_be_written_as_people_do() {
    for (written, priority) in [("1", 1), ("5", 5), ("'P2'", 2), ("'p4'", 4), ("'3'", 3)] {
        let config = read(&format!("[defaults]\npriority = {written}\n")).unwrap();
        assert_eq!(config.defaults.priority, Some(priority), "{written}");
    }
    for written in ["0", "'0'"] {
        let config = read(&format!("[daemon]\nidle_timeout = {written}\n")).unwrap();
        assert_eq!(config.daemon.idle_timeout.as_deref(), Some("0"));
    }
}

#[test]
fn a_refusal_names_the_line_and_what_would_be_right() {
    for (text, problem) in [
        (
            "default_project = 5\n",
            "line 1: found integer `5`, expected a string",
        ),
        (
            "\n[output]\ncolor = \"sometimes\"\n",
            "line 3: \"sometimes\" is no choice of color: auto, always, never",
        ),
        (
            "[output]\ndefault_format = \"xml\"\n",
            "line 2: \"xml\" is no output format: table, json",
        ),
        (
            "[defaults]\n\n\npriority = 9\n",
            "line 4: found integer `9`, expected a priority from 1 (most urgent) to 5",
        ),
        (
            "[defaults]\npriority = \"P0\"\n",
            "line 2: found string \"P0\", expected a priority from 1 (most urgent) to 5",
        ),
        (
            "[defaults]\nstatus = \"wip\"\n",
            "line 2: \"wip\" is no status: todo, doing, done",
        ),
        (
            "[daemon]\nidle_timeout = 15\n",
            "line 2: found integer `15`, expected a duration like \"15m\", or 0",
        ),
        (
            "[daemon]\nidle_timeout = \"soon\"\n",
            "line 2: \"soon\" is no duration: write a number and a unit, like 90s, 30m, 24h, 7d or 2w",
        ),
        ("# fine\n[profiles.x]\n", "line 2: missing field `path`"),
    ] {
        assert_eq!(refusal(text), problem, "{text:?}");
    }
}

#[test]
fn what_is_no_toml_is_named_by_its_line() {
    for text in ["a = 1\nb = = 2\n", "\n[output\n", "\na = 1\n  a = 2\n"] {
        let refusal = refusal(text);
        let line = refusal.split(':').next().unwrap();
        assert!(["line 2", "line 3"].contains(&line), "{text:?}: {refusal}");
        assert!(!refusal.contains('\n'), "{refusal}");
    }
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("config.toml");
    fs::write(&path, b"# one\n# two\nx = \"\xff\"\n").unwrap();
    let refusal = Config::read(&path).unwrap_err().message();
    assert!(refusal.ends_with("line 3: not UTF-8 text"), "{refusal}");
}

#[test]
fn terminal_escapes_in_a_path_or_value_never_reach_a_message() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("evil\u{1b}[2J.toml");
    fs::write(&path, "[output]\ncolor = \"\\u001b[31m\"\n").unwrap();
    let message = Config::read(&path).unwrap_err().message();
    assert!(!message.contains('\u{1b}'), "{message:?}");
}
