//! Which document each command prints with `--json`.

use backlog_api::view::PrintsWith;

/// Commands with the name of the schema. What is not here prints no JSON. The
/// tests hold every command to it.
const PRINTS: &[(&str, &[&str])] = &[
    ("analysis", &["activity analyze"]),
    ("attachment", &["attachment add"]),
    ("audit", &["doctor project"]),
    ("attachments", &["attachment list"]),
    ("attempts", &["task attempts"]),
    ("backup", &["doctor backup"]),
    ("claimed-task", &["task claim"]),
    ("commands", &["help"]),
    ("comment", &["comment add"]),
    ("config-paths", &["config path"]),
    ("comments", &["comment list"]),
    ("daemon-log", &["daemon logs"]),
    ("daemon-state", &["daemon status"]),
    ("demo", &["demo"]),
    ("dependency-tree", &["task dep tree"]),
    ("diff", &["plan diff", "doc diff"]),
    ("doc", &["doc add", "doc update", "doc append", "doc show"]),
    ("doc-versions", &["doc history"]),
    ("docs", &["doc list"]),
    (
        "done",
        &[
            "attachment delete",
            "comment delete",
            "config set",
            "config unset",
            "daemon restart",
            "daemon start",
            "daemon stop",
            "doc delete",
            "label attach",
            "label delete",
            "label detach",
            "memory delete",
            "plan delete",
            "profile add",
            "profile clear-default",
            "profile remove",
            "profile set-default",
            "profile use",
            "project archive",
            "project clear-default",
            "project delete",
            "project set-default",
            "project unarchive",
            "project use",
            "task archive",
            "task delete",
            "task unarchive",
            "trash empty",
            "trash restore",
        ],
    ),
    ("events", &["activity"]),
    ("explanation", &["task why"]),
    ("export", &["export"]),
    ("fetched-attachment", &["attachment fetch"]),
    ("health", &["doctor check"]),
    ("findings-import", &["import-findings"]),
    ("hits", &["search"]),
    ("imported", &["import"]),
    ("initialized-workspace", &["init"]),
    ("installed-skills", &["install-skills"]),
    ("label", &["label create"]),
    ("labels", &["label list"]),
    ("lease", &["task renew"]),
    ("loop-event", &["loop"]),
    ("mcp-config", &["mcp config"]),
    ("memories", &["memory list"]),
    ("memory", &["memory add", "memory append", "memory update"]),
    ("overview", &[""]),
    ("plan", &["plan add", "plan update", "plan show"]),
    ("plan-versions", &["plan history"]),
    ("plans", &["plan list"]),
    ("prime", &["prime"]),
    (
        "project",
        &[
            "project add",
            "project update",
            "project show",
            "project current",
        ],
    ),
    ("profile", &["profile current", "profile show"]),
    ("profiles", &["profile list"]),
    ("projects", &["project list"]),
    ("queue", &["top"]),
    ("restored-workspace", &["doctor restore"]),
    ("schemas", &["schema"]),
    ("setting", &["config get"]),
    ("settings", &["config list"]),
    ("setup", &["setup"]),
    ("synced", &["sync"]),
    (
        "task",
        &[
            "task add",
            "task dep add",
            "task dep remove",
            "task done",
            "task move",
            "task next",
            "task release",
            "task retry",
            "task show",
            "task update",
        ],
    ),
    ("tasks", &["task list"]),
    ("trash", &["trash list"]),
    ("verification", &["activity verify"]),
    ("version", &["version"]),
    ("web-server", &["web"]),
];

/// What a command prints instead, by the flags that make it so.
const PRINTS_WITH: &[(&str, &str, &str)] = &[
    ("task-refs", "task list", "--ids-only"),
    ("written-export", "export", "--out"),
];

/// The flag and the schema of what the command prints with it.
pub fn with_flag(path: &str) -> Option<PrintsWith> {
    PRINTS_WITH
        .iter()
        .find(|(_, command, _)| *command == path)
        .map(|&(schema, _, flag)| PrintsWith { flag, schema })
}

/// The schema of what the command prints.
pub fn of(path: &str) -> Option<&'static str> {
    PRINTS
        .iter()
        .find(|(_, commands)| commands.contains(&path))
        .map(|(schema, _)| *schema)
}

#[cfg(test)]
mod tests {
    use backlog_api::schema;

    use super::*;

    #[test]
    fn what_commands_print_has_a_schema() {
        let instead = PRINTS_WITH.iter().map(|(name, ..)| name);
        for name in PRINTS.iter().map(|(name, _)| name).chain(instead) {
            assert!(schema::schema(name).is_some(), "{name}");
        }
    }
}
