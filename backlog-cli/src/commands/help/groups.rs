//! Which commands belong together in `backlog --help`. clap knows no groups of
//! commands.

/// What stands above a command's group; the last one is for what has none.
const REST: &str = "More commands";

const GROUPS: &[(&str, &[&str])] = &[
    (
        "Work",
        &["task", "plan", "comment", "label", "search", "loop", "top"],
    ),
    ("Knowledge", &["doc", "memory", "attachment"]),
    ("What happened", &["activity", "trash", "doctor"]),
    (
        "Workspaces and projects",
        &["init", "project", "profile", "config", "sync"],
    ),
    (
        "In and out",
        &["import-findings", "import", "export", "schema"],
    ),
    (
        "Agents and browsers",
        &["setup", "mcp", "web", "install-skills", "prime", "hook"],
    ),
    (
        "The program",
        &["daemon", "completion", "demo", "version", "help"],
    ),
];

/// The heading that a command stands under.
pub fn of(name: &str) -> &'static str {
    GROUPS
        .iter()
        .find(|(_, names)| names.contains(&name))
        .map_or(REST, |(heading, _)| heading)
}

/// Every heading, in order.
pub fn headings() -> impl Iterator<Item = &'static str> {
    GROUPS.iter().map(|(heading, _)| *heading).chain([REST])
}

/// The groups that have a command in `program`, in order, with these.
pub fn all(program: &clap::Command) -> Vec<(&'static str, Vec<&clap::Command>)> {
    let visible = |name: &&str| {
        let found = program.find_subcommand(name);
        found.filter(|command| !command.is_hide_set())
    };
    let mut groups: Vec<_> = GROUPS
        .iter()
        .map(|(heading, names)| {
            (
                *heading,
                names.iter().filter_map(visible).collect::<Vec<_>>(),
            )
        })
        .collect();
    let rest = program
        .get_subcommands()
        .filter(|command| !command.is_hide_set() && of(command.get_name()) == REST);
    groups.push((REST, rest.collect()));
    groups.retain(|(_, commands)| !commands.is_empty());
    groups
}
