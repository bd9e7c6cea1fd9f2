//! The hooks in the form that Claude Code and Codex share: for each event a
//! list of groups, in each group a list of commands.

use jsonc_parser::{
    cst::{CstNode, CstObject},
    json,
};
use serde_json::Value;

use crate::clients::shell_quoted;

use super::{
    edit::{Edited, Kind, Trouble, Wanted},
    jsonc,
    owner::{self, Runs},
};

/// The agent's events, what we call them, and after how many seconds the agent
/// gives a hook up. Codex grants the last one three and warns of more.
const EVENTS: [(&str, &str, u32); 5] = [
    ("SessionStart", "session-start", 5),
    ("UserPromptSubmit", "activity", 5),
    ("PostToolUse", "activity", 5),
    ("PreCompact", "pre-compact", 5),
    ("SessionEnd", "session-end", 3),
];

/// Our hooks in a file, or out of it.
pub fn edit(text: &str, program: &str, wanted: Wanted) -> Result<Edited, Trouble> {
    let (root, object) = jsonc::parse(text)?;
    let before = root.to_serde_value();
    let mut kind = None;
    for (event, ours, seconds) in EVENTS {
        let groups = groups(&object, event)?;
        let found: Vec<Found> = groups
            .iter()
            .flat_map(commands)
            .filter_map(|hook| Found::of(hook, ours, program))
            .collect();
        match wanted {
            Wanted::Installed if found.is_empty() => {
                let hook = json!({
                    "type": "command",
                    // An agent stops at an exit code of 2, as of a backlog that is
                    // too old to know the word.
                    "command": (format!("{} hook {ours} || true", shell_quoted(program))),
                    "timeout": seconds
                });
                object
                    .object_value_or_set("hooks")
                    .array_value_or_set(event)
                    .append(json!({"hooks": [hook]}));
                kind = Some(Kind::Added);
            }
            Wanted::Installed => {
                for hook in found.into_iter().filter(|hook| hook.runs == Runs::Another) {
                    jsonc::replace(
                        &hook.command,
                        &format!("{}{}", shell_quoted(program), hook.end),
                    );
                    kind = kind.or(Some(Kind::Updated));
                }
            }
            Wanted::Removed if found.is_empty() => {}
            Wanted::Removed => {
                for hook in found {
                    hook.node.remove();
                }
                sweep(&object, event);
                kind = Some(Kind::Removed);
            }
        }
    }
    let Some(kind) = kind else {
        return Ok(Edited::AsWanted);
    };
    if wanted == Wanted::Removed {
        jsonc::remove_empty(&object, "hooks");
    }
    jsonc::finish(&root, before, kind, |value| take_ours(value, program))
}

/// A command of ours in a file.
struct Found {
    node: CstNode,
    command: CstNode,
    runs: Runs,
    /// What follows the program.
    end: String,
}

impl Found {
    fn of(node: CstNode, event: &str, program: &str) -> Option<Self> {
        let command = node.as_object()?.get("command")?.value()?;
        let text = command.as_string_lit()?.decoded_value().ok()?;
        let (runs, end) = owner::of_hook(&text, event, program);
        (runs != Runs::Other).then(|| Self {
            node,
            command,
            runs,
            end: end.to_owned(),
        })
    }
}

/// The groups of an event.
fn groups(object: &CstObject, event: &str) -> Result<Vec<CstNode>, Trouble> {
    let wrong =
        |what: &str, form: &str| Trouble::Conflict(format!("'{what}' is there and is no {form}"));
    let Some(hooks) = object.get("hooks") else {
        return Ok(Vec::new());
    };
    let hooks = hooks
        .object_value()
        .ok_or_else(|| wrong("hooks", "object"))?;
    match hooks.get(event) {
        Some(groups) => groups
            .array_value()
            .map(|groups| groups.elements())
            .ok_or_else(|| wrong(event, "list")),
        None => Ok(Vec::new()),
    }
}

/// The commands of a group.
fn commands(group: &CstNode) -> Vec<CstNode> {
    let hooks = group
        .as_object()
        .and_then(|group| group.array_value("hooks"));
    hooks.map(|hooks| hooks.elements()).unwrap_or_default()
}

/// Removes the groups of an event that ours have left empty, and its list.
fn sweep(object: &CstObject, event: &str) {
    let Some(hooks) = object.object_value("hooks") else {
        return;
    };
    for group in hooks
        .array_value(event)
        .map(|list| list.elements())
        .unwrap_or_default()
    {
        let is_empty = group
            .as_object()
            .and_then(|group| group.array_value("hooks"))
            .is_some_and(|list| list.elements().is_empty());
        if is_empty {
            group.remove();
        }
    }
    jsonc::remove_empty(&hooks, event);
}

/// Takes our hooks out of a document, and what only held them. Whether there
/// were any.
fn take_ours(value: &mut Value, program: &str) -> bool {
    let mut any = false;
    let Some(hooks) = value.get_mut("hooks").and_then(Value::as_object_mut) else {
        return false;
    };
    for (event, ours, _) in EVENTS {
        let Some(groups) = hooks.get_mut(event).and_then(Value::as_array_mut) else {
            continue;
        };
        for group in groups.iter_mut() {
            if let Some(list) = group.get_mut("hooks").and_then(Value::as_array_mut) {
                list.retain(|hook| {
                    let command = hook["command"].as_str().unwrap_or_default();
                    let is_ours = owner::of_hook(command, ours, program).0 != Runs::Other;
                    any |= is_ours;
                    !is_ours
                });
            }
        }
        groups.retain(|group| {
            group["hooks"]
                .as_array()
                .is_none_or(|list| !list.is_empty())
        });
        if groups.is_empty() {
            hooks.remove(event);
        }
    }
    if hooks.is_empty() {
        jsonc::remove(value, "hooks");
    }
    any
}

#[cfg(test)]
mod tests {
    use super::*;

    const PROGRAM: &str = "/opt/backlog";

    fn text(edited: Result<Edited, Trouble>) -> String {
        match edited {
            Ok(Edited::To(_, text)) => text,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn they_come_after_what_is_there_and_go_without_a_trace() {
        let before = r#"{
  "model": "x", // which
  "hooks": {
    "PostToolUse": [
      {
        "matcher": "Edit",
        "hooks": [{ "type": "command", "command": "fmt" }]
      }
    ]
  }
}
"#;
        let after = text(edit(before, PROGRAM, Wanted::Installed));
        insta::assert_snapshot!(after, @r#"
        {
          "model": "x", // which
          "hooks": {
            "PostToolUse": [
              {
                "matcher": "Edit",
                "hooks": [{ "type": "command", "command": "fmt" }]
              },
              {
                "hooks": [
                  {
                    "type": "command",
                    "command": "/opt/backlog hook activity || true",
                    "timeout": 5
                  }
                ]
              }
            ],
            "SessionStart": [
              {
                "hooks": [
                  {
                    "type": "command",
                    "command": "/opt/backlog hook session-start || true",
                    "timeout": 5
                  }
                ]
              }
            ],
            "UserPromptSubmit": [
              {
                "hooks": [
                  {
                    "type": "command",
                    "command": "/opt/backlog hook activity || true",
                    "timeout": 5
                  }
                ]
              }
            ],
            "PreCompact": [
              {
                "hooks": [
                  {
                    "type": "command",
                    "command": "/opt/backlog hook pre-compact || true",
                    "timeout": 5
                  }
                ]
              }
            ],
            "SessionEnd": [
              {
                "hooks": [
                  {
                    "type": "command",
                    "command": "/opt/backlog hook session-end || true",
                    "timeout": 3
                  }
                ]
              }
            ]
          }
        }
        "#);
        assert_eq!(
            edit(&after, PROGRAM, Wanted::Installed),
            Ok(Edited::AsWanted)
        );
        assert_eq!(text(edit(&after, PROGRAM, Wanted::Removed)), before);
        assert_eq!(edit(before, PROGRAM, Wanted::Removed), Ok(Edited::AsWanted));
    }

    #[test]
    fn a_hook_that_somebody_tuned_is_kept_so_and_runs_this_program() {
        let before = r#"{"hooks": {"SessionStart": [{"matcher": "startup", "hooks": [{"type": "command", "command": "'/old place/backlog' hook session-start 2>/dev/null", "timeout": 60}, {"type": "command", "command": "mine"}]}]}}"#;
        let after = text(edit(before, PROGRAM, Wanted::Installed));
        assert!(
            after.contains(r#""/opt/backlog hook session-start 2>/dev/null", "timeout": 60"#),
            "{after}"
        );
        let removed = text(edit(&after, PROGRAM, Wanted::Removed));
        assert!(
            removed.contains("mine") && !removed.contains("backlog"),
            "{removed}"
        );
    }

    #[test]
    fn hooks_of_another_form_are_left_alone() {
        for wrong in [r#"{"hooks": []}"#, r#"{"hooks": {"SessionStart": {}}}"#] {
            let edited = edit(wrong, PROGRAM, Wanted::Installed);
            assert!(matches!(edited, Err(Trouble::Conflict(_))), "{wrong}");
        }
        let odd = r#"{"hooks": {"SessionStart": [1, {"hooks": 2}, {}], "Other": 3}}"#;
        let after = text(edit(odd, PROGRAM, Wanted::Installed));
        assert!(after.contains("session-start"), "{after}");
    }
}
