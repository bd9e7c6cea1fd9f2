//! `backlog task why`.

use backlog_api::{v1, view};
use clap::Args;

use super::of;
use crate::{
    args::TaskArg,
    context::Context,
    error::CliError,
    render::{task::task_ref, text::line},
};

/// Show what keeps a task from being taken, down to the last causes
#[derive(Debug, Args)]
#[command(
    after_help = "Each line ends with the last cause; before it stands the way that leads there.

Examples:
  backlog task why TASK-12
  backlog task why 12 --json"
)]
pub struct WhyArgs {
    #[command(flatten)]
    task: TaskArg,
}

pub fn run(args: WhyArgs, context: &Context) -> Result<(), CliError> {
    let told = context.call(v1::ExplainTaskRequest {
        task: args.task.task,
    })?;
    let out = &context.out;
    if out.json {
        return out.document(&view::Explanation::from(told));
    }
    let task = of(told.task)?;
    let name = task_ref(&task);
    if told.obstacles.is_empty() {
        return out.line(&format!("{name} is ready: backlog task claim {name}"));
    }
    let heading = if task.ready {
        format!("{name} is ready, but cannot be taken now:")
    } else {
        format!("{name} is not ready:")
    };
    out.line(&out.style.bold(&heading))?;
    for obstacle in &told.obstacles {
        out.line(&format!("  {}", told_line(obstacle)))?;
    }
    if told.more {
        out.note("  and more")?;
    }
    Ok(())
}

/// `TASK-9 waits for TASK-7: TASK-7 is held by …`
fn told_line(obstacle: &v1::Obstacle) -> String {
    let summary = line(&obstacle.summary).into_owned();
    if obstacle.path.len() < 2 {
        return summary;
    }
    format!("{}: {summary}", obstacle.path.join(" waits for "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_way_stands_before_the_last_cause() {
        let mut obstacle = v1::Obstacle {
            path: vec!["TASK-9".to_owned()],
            summary: "TASK-9 is deferred for another 2 h".to_owned(),
            ..v1::Obstacle::default()
        };
        assert_eq!(told_line(&obstacle), "TASK-9 is deferred for another 2 h");
        obstacle.path = ["TASK-9", "TASK-7", "TASK-3"].map(str::to_owned).to_vec();
        obstacle.summary = "TASK-3 is done by hand".to_owned();
        assert_eq!(
            told_line(&obstacle),
            "TASK-9 waits for TASK-7 waits for TASK-3: TASK-3 is done by hand"
        );
    }
}
