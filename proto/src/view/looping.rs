//! What happens in a loop, as its JSON lines tell it.

use schemars::JsonSchema;
use serde::Serialize;

use super::Actor;

/// How an attempt ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum LoopOutcome {
    /// The task is done.
    Done,
    /// The command gave it back itself.
    Released,
    /// The command ended well, but neither finished it nor gave it back.
    Unfinished,
    /// The command failed.
    Failed,
    /// The command took too long.
    TimedOut,
    /// The loop was told to stop.
    Interrupted,
    /// Somebody took the task away.
    Lost,
}

impl LoopOutcome {
    /// Whether it speaks against the command.
    #[must_use]
    pub fn is_failure(self) -> bool {
        matches!(self, Self::Unfinished | Self::Failed | Self::TimedOut)
    }

    /// For people.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Released => "given back by the agent",
            Self::Unfinished => "ended without finishing",
            Self::Failed => "failed",
            Self::TimedOut => "ran out of time",
            Self::Interrupted => "interrupted",
            Self::Lost => "taken away",
        }
    }
}

/// One line of `--json`.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum LoopEvent {
    /// At its beginning: a worktree that a loop which was killed had left.
    Swept(LoopSwept),
    /// A command was started on a task.
    Started(LoopStarted),
    /// It ended.
    Ended(LoopEnded),
    /// Nothing is ready, and nothing runs. Told once, and again when others hold
    /// other tasks.
    Waiting(LoopWaiting),
    /// Several attempts failed in a row, so the next does not begin at once.
    Pausing(LoopPausing),
    /// The loop ended.
    Summary(LoopSummary),
}

/// A worktree that a killed loop left.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct LoopSwept {
    /// Whose it was: `TASK-12`.
    #[serde(rename = "ref")]
    pub reference: String,
    /// It is gone; else the notes say why it is not.
    pub removed: bool,
    /// What became of what was in it, where something was.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
}

/// A command was started on a task.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct LoopStarted {
    /// From 1.
    pub worker: usize,
    /// `TASK-12`.
    #[serde(rename = "ref")]
    pub reference: String,
    /// The task's.
    pub title: String,
    /// The lease's fence: which claim of the task it is.
    pub attempt: i64,
    /// The session that holds the task.
    pub session: String,
    /// The worktree's branch.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub branch: Option<String>,
}

/// An attempt that ended.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct LoopEnded {
    /// From 1.
    pub worker: usize,
    /// `TASK-12`.
    #[serde(rename = "ref")]
    pub reference: String,
    /// As in `started`.
    pub attempt: i64,
    /// How.
    pub outcome: LoopOutcome,
    /// What the command exited with; absent where a signal ended it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exit_code: Option<i32>,
    /// The signal that ended it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub signal: Option<i32>,
    /// How long it ran.
    pub seconds: f64,
    /// Why the task is set aside for a person now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub set_aside: Option<String>,
    /// What went wrong around it, where something did.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
}

/// The loop waits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct LoopWaiting {
    /// With `--until-empty` the tasks that others hold, at most ten: the loop waits
    /// for them.
    pub held: Vec<LoopHeld>,
}

/// No attempt begins for a while.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct LoopPausing {
    /// So many attempts failed since a task was done.
    pub failures: usize,
    /// How long it is until the next begins, unless a task is done meanwhile.
    pub seconds: f64,
}

/// A task that somebody else holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct LoopHeld {
    /// `TASK-12`.
    #[serde(rename = "ref")]
    pub reference: String,
    /// Who holds it.
    pub holder: Actor,
    /// In which session.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub session: Option<String>,
}

/// One task of the summary.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct LoopTask {
    /// `TASK-12`.
    #[serde(rename = "ref")]
    pub reference: String,
    /// The task's.
    pub title: String,
    /// So many attempts of this loop.
    pub attempts: usize,
    /// How the last one ended.
    pub outcome: LoopOutcome,
    /// It is set aside for a person.
    pub set_aside: bool,
    /// How long all of them ran.
    pub seconds: f64,
}

/// How a loop went.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct LoopSummary {
    /// Tasks that are done.
    pub done: usize,
    /// Tasks that are set aside.
    pub set_aside: usize,
    /// Tasks that were given back.
    pub open: usize,
    /// Attempts in all.
    pub attempts: usize,
    /// How long the loop ran.
    pub seconds: f64,
    /// Why it ended: `empty`, `max_tasks`, `max_failures`, `interrupted`, or
    /// `trouble`: an error, which is told.
    pub reason: &'static str,
    /// Each task, in the order of its first attempt.
    pub tasks: Vec<LoopTask>,
}
