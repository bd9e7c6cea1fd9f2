//! What is written about the commands is what the commands say of themselves:
//! help, manual pages, docs/cli.md.

use std::{
    fs,
    path::Path,
    process::{Command, Stdio},
};

use backlog_tests::{Home, home::run, tool};
use serde_json::Value;

/// The commands, as `help --json` has them.
fn commands(home: &Home) -> Vec<Value> {
    let all = home.run(["help", "--json"]).json();
    all["commands"].as_array().expect("a list").clone()
}

#[test]
fn the_document_of_all_commands_is_what_the_commands_say() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/cli.md");
    let said = Home::new().run(["help", "--markdown"]).ok().stdout();
    let written = fs::read_to_string(path).expect("docs/cli.md");
    let differs = said
        .lines()
        .zip(written.lines())
        .find(|(said, written)| said != written);
    assert!(
        said == written,
        "docs/cli.md is old: {differs:?}\nWrite it anew: cargo run -- help --markdown > docs/cli.md"
    );
}

#[test]
fn help_fits_into_eighty_columns() {
    let home = Home::new();
    for command in commands(&home) {
        let path = command["path"].as_str().expect("a path");
        for flag in ["--help", "-h"] {
            let mut help = home.command(path.split_whitespace().chain([flag]));
            let text = run(help.env("COLUMNS", "80")).ok().stdout();
            let wide = text.lines().find(|line| line.chars().count() > 80);
            assert_eq!(wide, None, "{path} {flag}");
        }
    }
}

#[test]
fn every_command_has_a_place_in_the_help_of_the_whole() {
    let home = Home::new();
    let help = home.run(["--help"]).ok().stdout();
    assert!(!help.contains("More commands"), "{help}");
    for command in commands(&home) {
        let path = command["path"].as_str().expect("a path");
        let is_listed = help
            .lines()
            .any(|line| line.split_whitespace().next() == Some(path));
        assert_eq!(is_listed, command["group"].is_string(), "{path}");
    }
}

#[test]
fn there_is_a_manual_page_for_every_command_and_nothing_is_wrong_with_it() {
    let home = Home::new();
    let commands = commands(&home);
    let said = home.run(["help", "--man", "--out", "man1"]).ok().stdout();
    assert_eq!(
        said,
        format!("Wrote {} manual pages to man1\n", commands.len())
    );
    let mut pages = Vec::new();
    for command in &commands {
        let path = command["path"].as_str().expect("a path");
        let name = format!("backlog {path}").trim().replace(' ', "-");
        let page = home.work().join(format!("man1/{name}.1"));
        let text = fs::read_to_string(&page).unwrap_or_else(|error| panic!("{name}: {error}"));
        let shown = home.run(["help", "--man"].into_iter().chain(path.split_whitespace()));
        assert_eq!(shown.ok().stdout(), text, "{name}");
        pages.push(page);
    }
    for (tool, args) in [
        ("groff", ["-man", "-Tutf8", "-ww", "-z"].as_slice()),
        ("mandoc", &["-T", "lint", "-W", "warning"]),
    ] {
        let mut lint = Command::new(tool);
        match lint.args(args).args(&pages).stdin(Stdio::null()).output() {
            Ok(output) => {
                let said = [output.stdout, output.stderr].concat();
                assert_eq!(String::from_utf8_lossy(&said), "", "{tool}");
            }
            Err(_) => tool::skip(&format!("no {tool}")),
        }
    }
}

#[test]
fn the_manual_page_of_a_command_reads_like_one() {
    let page = Home::new()
        .run(["help", "--man", "task", "renew"])
        .ok()
        .stdout();
    let page = page.split_once("\n.SH").expect("sections").1;
    insta::assert_snapshot!(page, @r#"
     NAME
    backlog\-task\-renew \- Give the lease of a task you hold its whole time again
    .SH SYNOPSIS
    \fBbacklog\fR \fBtask\fR \fBrenew\fR [OPTIONS] <REF>
    .SH DESCRIPTION
    Give the lease of a task you hold its whole time again.
    .PP
    With \fB\-\-json\fR it prints what \fBbacklog schema lease\fR describes.
    .SH ARGUMENTS
    .TP
    \fIREF\fR
    TASK\-12, 12, or the task's id.
    .SH OPTIONS
    .TP
    \fB\-\-ttl\fR \fITIME\fR
    How long it lives from now on without being renewed, 1s to 24h.
    .PP
    The options that every command takes are in \fBbacklog\fR(1).
    .SH EXAMPLES
    .EX
    backlog task renew TASK\-12
    backlog task renew 12 \-\-ttl 2h
    .EE
    .SH "EXIT STATUS"
    0 when it is done; else as in \fBbacklog\fR(1).
    .SH "SEE ALSO"
    \fBbacklog\fR(1), \fBbacklog\-task\fR(1), \fBbacklog task renew\fR\fB \-\-help\fR
    "#);
}

#[test]
fn the_help_of_the_whole_program() {
    let home = Home::new();
    let told = |word: &str| {
        let mut help = home.command([word]);
        run(help.env("COLUMNS", "80")).ok().stdout()
    };
    let help = told("--help");
    insta::assert_snapshot!(help, @r"
    One queue of work that coding agents and people share

    Usage: backlog [OPTIONS] [COMMAND]

    Work:
      task             The tasks of the queue
      plan             Plans: how a task will be done, every version kept
      comment          What was said about a task
      label            Labels of a project's tasks
      search           Search tasks, plans, docs, memory and comments, the best
                       matches first
      loop             Give ready tasks to a command, a fresh process for each
      top              Watch who works on what, and what is ready

    Knowledge:
      doc              Documents of a project, every version kept
      memory           What a project's next session should know
      attachment       Files of tasks and docs

    What happened:
      activity         Who did what, newest first
      trash            What was deleted, kept for 30 days
      doctor           Look after a workspace: check it, copy it, bring a copy
                       back, find stuck work

    Workspaces and projects:
      init             Create a workspace: in your git checkout, or where you say
      project          The projects that tasks belong to
      profile          Names for workspaces of yours
      config           Settings, of the workspace and yours
      sync             Make the projects that backlog.json names and the workspace
                       lacks

    In and out:
      import-findings  Make tasks of what scanners find; safe to repeat with each
                       scan
      import           Bring over what is in another workspace, or in an export
      export           Write all tasks out, as JSON, CSV or Markdown
      schema           The JSON Schema of what --json prints, and of files to read

    Agents and browsers:
      setup            Tell coding agents of this queue: MCP server, skills, hooks
      mcp              The queue for coding agents, as tools of the Model Context
                       Protocol
      web              Serve the dashboard and the HTTP API, for this machine alone
      install-skills   Put the skills for agents where they look for them
      prime            Tell a fresh session what it needs to know
      hook             Be called by an agent's hooks

    The program:
      daemon           The process that serves a workspace, started when needed
      completion       Print a shell's completion script
      demo             Watch eight sessions share one queue, in a scratch workspace
      version          Show the program's version
      help             Help for a command, or: exit-codes, environment, agents

    Options:
          --db <PATH>       The workspace's backlog.db
          --profile <NAME>  A named workspace of yours
          --json            Print one JSON document
          --quiet           Print only what was asked for
          --as <KIND:NAME>  Who signs this write: human:alice, ai:claude-code
          --session <ID>    Tells apart two sessions of one actor
          --lease <TOKEN>   The token of the lease you write under, as claim printed
                            it
          --daemon <USE>    Whether to use the daemon; auto: not where it is
                            forbidden [possible values: auto, require, never]
          --color <WHEN>    When to use colours [possible values: auto, always,
                            never]
      -h, --help            Print help
      -V, --version         Print version

    Without a command: what you hold, what is ready, what needs a person.
    Topics: backlog help exit-codes, backlog help environment, backlog help agents
    ");
    assert_eq!(told("help"), help);
}

#[test]
fn what_is_no_command_is_told_of_and_the_topics_are_named() {
    let home = Home::new();
    insta::assert_snapshot!(home.run(["help", "taks"]).exits(2).stderr(), @r"
    error: there is no command or topic 'taks'
    hint: See: backlog --help. Topics: exit-codes, environment, agents.
    ");
}

#[test]
fn every_variable_that_is_read_is_explained() {
    let told = Home::new().run(["help", "environment"]).ok().stdout();
    insta::assert_snapshot!(told, @r"
    What Backlog reads from the environment:

      BACKLOG_DB              the workspace's backlog.db, as --db
      BACKLOG_PROFILE         a named workspace of yours, as --profile
      BACKLOG_ACTOR           who signs, as --as: human:alice, ai:claude-code
      BACKLOG_SESSION         tells apart two sessions of one actor, as --session
      CODEX_SESSION_ID        the same, set by Codex; else CODEX_THREAD_ID
      CLAUDE_CODE_SESSION_ID  the same, set by Claude Code
      BACKLOG_LEASE           the token of the lease you write under, as --lease
      BACKLOG_DAEMON          whether to use the daemon, as --daemon: auto,
                              require, never
      BACKLOG_LOG             how much the daemon logs: error, warn, info, debug
      BACKLOG_WEB_TOKEN       the token that callers of web have to give; else
                              another one each time
      NO_COLOR                no colours
      TERM                    dumb: no colours
      COLUMNS                 how wide tables may be, on a terminal
      USER, LOGNAME           who you are, where nothing else says who signs
      XDG_CONFIG_HOME         where backlog/config.toml is; else ~/.config
      COMPLETE                set by the shell's completion script; a command then
                              prints what could stand at the cursor, and does
                              nothing

    Which workspace a command means, the first that says something:

      --db, $BACKLOG_DB, --profile, $BACKLOG_PROFILE, the nearest workspace at or
      above the current directory (.backlog/backlog.db, then backlog.db; a linked
      git worktree counts as its main checkout), the default profile.

    Who signs a write:

      --as, $BACKLOG_ACTOR, the coding agent that the command runs in,
      defaults.actor in the workspace's config.toml, in yours, human:$USER.

    Which project is meant:

      --project, the workspace's default project, yours, the only project there
      is.
    ");
}
