//! `backlog task dep tree`.

use backlog_api::{v1, view};
use clap::Args;

use crate::{
    args::TaskArg,
    context::Context,
    error::CliError,
    render::{
        task::task_ref,
        text::{line, truncate},
    },
};

/// Show what a task waits for and consists of, down to the last
#[derive(Debug, Args)]
#[command(
    after_help = "A part of a task is marked +, what blocks it is not. What was shown above with
all below it is marked ^ and not repeated.

Examples:
  backlog task dep tree TASK-12
  backlog task dep tree 12 --json"
)]
pub struct TreeArgs {
    #[command(flatten)]
    task: TaskArg,
}

pub fn run(args: TreeArgs, context: &Context) -> Result<(), CliError> {
    let tree = context.call(v1::GetDependencyTreeRequest {
        task: args.task.task,
    })?;
    let out = &context.out;
    if out.json {
        return out.document(&view::DependencyTree::from(tree));
    }
    for text in lines(&tree.nodes, out.width) {
        out.line(&text)?;
    }
    if tree.more {
        out.note("and more")?;
    }
    Ok(())
}

/// A line a node, cut to the width.
fn lines(nodes: &[v1::DependencyNode], width: Option<usize>) -> Vec<String> {
    nodes
        .iter()
        .enumerate()
        .map(|(at, node)| {
            let text = format!("{}{}", branches(nodes, at), told(node));
            match width {
                Some(width) => truncate(&text, width).into_owned(),
                None => text,
            }
        })
        .collect()
}

/// The lines from the nodes above to this one.
fn branches(nodes: &[v1::DependencyNode], at: usize) -> String {
    let depth = nodes[at].depth;
    // Whether a node at that depth follows before the tree rises above it.
    let goes_on = |level: i32| {
        nodes[at + 1..]
            .iter()
            .take_while(|later| later.depth >= level)
            .any(|later| later.depth == level)
    };
    let mut text = String::new();
    for level in 1..depth {
        text.push_str(if goes_on(level) { "│  " } else { "   " });
    }
    if depth > 0 {
        text.push_str(if goes_on(depth) { "├─ " } else { "└─ " });
    }
    text
}

fn told(node: &v1::DependencyNode) -> String {
    let Some(task) = &node.task else {
        return String::new();
    };
    let part = match node.role() {
        v1::DependencyRole::Child => "+ ",
        v1::DependencyRole::Blocker | v1::DependencyRole::Unspecified => "",
    };
    let state = if task.archived_at.is_some() {
        "archived".to_owned()
    } else if let Some(holder) = task.lease.as_ref().and_then(|lease| lease.holder.as_ref()) {
        format!("held by {}", holder.name)
    } else if task.ready {
        "ready".to_owned()
    } else {
        view::status_name(task.status()).to_owned()
    };
    let repeated = if node.repeated { " ^" } else { "" };
    format!(
        "{part}{} ({}){repeated} {}",
        task_ref(task),
        line(&state),
        line(&task.title)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn node(seq: i64, depth: i32, role: v1::DependencyRole) -> v1::DependencyNode {
        v1::DependencyNode {
            depth,
            role: role.into(),
            task: Some(v1::Task {
                seq,
                title: format!("Title {seq}"),
                status: v1::TaskStatus::Todo.into(),
                ..v1::Task::default()
            }),
            repeated: false,
        }
    }

    #[test]
    fn a_tree_shows_who_hangs_on_whom() {
        use v1::DependencyRole::{Blocker, Child, Unspecified};
        let mut nodes = [
            node(1, 0, Unspecified),
            node(2, 1, Blocker),
            node(3, 2, Blocker),
            node(4, 2, Child),
            node(5, 1, Child),
            node(3, 2, Blocker),
        ];
        nodes[5].repeated = true;
        assert_eq!(
            lines(&nodes, None),
            [
                "TASK-1 (todo) Title 1",
                "├─ TASK-2 (todo) Title 2",
                "│  ├─ TASK-3 (todo) Title 3",
                "│  └─ + TASK-4 (todo) Title 4",
                "└─ + TASK-5 (todo) Title 5",
                "   └─ TASK-3 (todo) ^ Title 3",
            ]
        );
        assert_eq!(lines(&nodes, Some(16))[1], "├─ TASK-2 (todo…");
    }
}
