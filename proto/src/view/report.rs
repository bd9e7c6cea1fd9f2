//! Reports: how work goes, and what looks wrong with it.

use schemars::JsonSchema;
use serde::Serialize;

use super::{
    Actor, filled,
    names::{TASK_TYPES, type_name, words, words_of},
    task_ref, time,
};
use crate::v1;

/// How work went in a time, and how it stands now.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Analysis {
    /// From when on.
    pub since: String,
    /// Until when.
    pub until: String,
    /// Tasks created in that time.
    pub created: i64,
    /// Tasks completed in that time and done still.
    pub completed: i64,
    /// How many tasks stand where now, archived ones not counted.
    pub status: StatusCounts,
    /// Of the completed tasks, from creation to completion.
    pub cycle_time: DurationStats,
    /// The same for each type that occurs.
    pub cycle_time_by_type: Vec<TypeCycleTime>,
    /// How the cycle times are spread.
    pub cycle_time_spread: Vec<CycleTimeBucket>,
    /// Of each move from todo to doing, how long the task had been in todo.
    pub todo_to_doing: DurationStats,
    /// Of each move from doing to done, how long the task had been in doing.
    pub doing_to_done: DurationStats,
    /// Who works on how many tasks now, the most first.
    pub in_progress_by_actor: Vec<ActorWork>,
    /// Moves to done, by whom.
    pub closed_by: ClosedBy,
    /// Completed tasks without a comment, an attachment or a note.
    pub done_without_evidence: ReportItems,
    /// Moves away from done.
    pub reopened: ReportItems,
    /// Bugs that were discovered from another task.
    pub bug_follow_ups: ReportItems,
    /// Tasks in doing that nobody holds and about which nothing was written.
    pub stale_doing: ReportItems,
    /// Labels that differ by case, spaces, `-` and `_` alone.
    pub duplicate_labels: ReportItems,
    /// Plans that their task has already.
    pub duplicate_plans: ReportItems,
    /// Comments that their task has already.
    pub duplicate_comments: ReportItems,
    /// Labels that were put on a task and taken off it.
    pub label_churn: ReportItems,
    /// Day by day, the last 366 at most.
    pub days: Vec<ReportDay>,
}

/// How many tasks stand where.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
pub struct StatusCounts {
    /// To do.
    pub todo: i64,
    /// In doing.
    pub doing: i64,
    /// Finished.
    pub done: i64,
}

/// How many tasks were closed by whom.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ClosedBy {
    /// By humans.
    pub human: i64,
    /// By AIs.
    pub ai: i64,
    /// By others.
    pub other: i64,
}

/// How long things took, in seconds.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, JsonSchema)]
pub struct DurationStats {
    /// How many there were; without any, the rest is left out.
    pub count: i64,
    /// The arithmetic mean.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub average: Option<f64>,
    /// The shortest.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub minimum: Option<f64>,
    /// The longest.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub maximum: Option<f64>,
    /// The smallest value that at least half of them do not exceed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub p50: Option<f64>,
    /// The smallest value that at least nine of ten do not exceed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub p90: Option<f64>,
}

/// Cycle times of tasks of one type.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct TypeCycleTime {
    /// The type.
    #[serde(rename = "type")]
    #[schemars(extend("enum" = words(&TASK_TYPES)))]
    pub kind: &'static str,
    /// From creation to completion.
    #[serde(flatten)]
    pub cycle_time: DurationStats,
}

/// How many cycle times lie between two lengths.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, JsonSchema)]
pub struct CycleTimeBucket {
    /// Shorter than so many seconds; left out in the last bucket.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub below: Option<f64>,
    /// How many, and not in a bucket before.
    pub count: i64,
}

/// How many tasks an actor works on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ActorWork {
    /// Who.
    pub actor: Actor,
    /// How many tasks.
    pub count: i64,
}

/// Things of one sort that a report points at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ReportItems {
    /// How many there are.
    pub count: i64,
    /// The first of them.
    pub items: Vec<ReportItem>,
}

/// Something that a report points at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ReportItem {
    /// The task, `TASK-N`.
    #[serde(rename = "ref", skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    /// The task's title; of labels, their name.
    pub title: String,
    /// The project's alias.
    pub project: String,
    /// What was seen, for people.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub evidence: Option<String>,
    /// Since when, or when it happened.
    #[schemars(extend("format" = "date-time"))]
    pub at: String,
}

/// One day in the caller's time zone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ReportDay {
    /// `2026-05-08`.
    #[schemars(extend("format" = "date"))]
    pub date: String,
    /// Tasks created.
    pub created: i64,
    /// Tasks completed on that day and done still.
    pub completed: i64,
    /// All tasks created until its end.
    pub total_created: i64,
    /// All tasks completed until its end and done still.
    pub total_completed: i64,
    /// Tasks in doing at its end.
    pub in_progress: i64,
    /// Moves to done by humans.
    pub closed_by_humans: i64,
    /// Moves to done by AIs.
    pub closed_by_ais: i64,
}

/// What looks wrong with tasks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Audit {
    /// No error was found.
    pub ok: bool,
    /// The worst first.
    pub issues: Vec<AuditIssue>,
    /// How many there are of each code that occurs.
    pub counts: Vec<AuditCount>,
    /// How many there are in all, those left out too.
    pub total: i64,
    /// How many tasks were looked at.
    pub tasks: i64,
}

/// Something that looks wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct AuditIssue {
    /// `error`, `warning` or `info`.
    #[schemars(extend("enum" = words_of(severity_name)))]
    pub severity: &'static str,
    /// What it is, in a word for programs.
    pub code: String,
    /// Where, and what was seen.
    #[serde(flatten)]
    pub item: ReportItem,
}

/// How many issues of one code there are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct AuditCount {
    /// `error`, `warning` or `info`.
    #[schemars(extend("enum" = words_of(severity_name)))]
    pub severity: &'static str,
    /// What they are.
    pub code: String,
    /// How many.
    pub count: i64,
}

/// How much an issue matters, in a word.
#[must_use]
pub fn severity_name(severity: v1::IssueSeverity) -> &'static str {
    match severity {
        v1::IssueSeverity::Error => "error",
        v1::IssueSeverity::Warning => "warning",
        v1::IssueSeverity::Info => "info",
        v1::IssueSeverity::Unspecified => "unspecified",
    }
}

impl From<v1::AnalyzeActivityResponse> for Analysis {
    fn from(found: v1::AnalyzeActivityResponse) -> Self {
        Self {
            since: time::required(found.since.as_ref()),
            until: time::required(found.until.as_ref()),
            created: found.created,
            completed: found.completed,
            status: StatusCounts {
                todo: found.todo,
                doing: found.doing,
                done: found.done,
            },
            cycle_time: found.cycle_time.into(),
            cycle_time_by_type: found
                .cycle_time_by_type
                .into_iter()
                .map(|one| TypeCycleTime {
                    kind: type_name(one.r#type()),
                    cycle_time: one.cycle_time.into(),
                })
                .collect(),
            cycle_time_spread: found
                .cycle_time_spread
                .iter()
                .map(|bucket| CycleTimeBucket {
                    below: seconds(bucket.below.as_ref()),
                    count: bucket.count,
                })
                .collect(),
            todo_to_doing: found.todo_to_doing.into(),
            doing_to_done: found.doing_to_done.into(),
            in_progress_by_actor: found
                .in_progress_by_actor
                .into_iter()
                .map(|work| ActorWork {
                    actor: work.actor.unwrap_or_default().into(),
                    count: work.count,
                })
                .collect(),
            closed_by: ClosedBy {
                human: found.closed_by_humans,
                ai: found.closed_by_ais,
                other: found.closed_by_others,
            },
            done_without_evidence: found.done_without_evidence.into(),
            reopened: found.reopened.into(),
            bug_follow_ups: found.bug_follow_ups.into(),
            stale_doing: found.stale_doing.into(),
            duplicate_labels: found.duplicate_labels.into(),
            duplicate_plans: found.duplicate_plans.into(),
            duplicate_comments: found.duplicate_comments.into(),
            label_churn: found.label_churn.into(),
            days: found.days.into_iter().map(Into::into).collect(),
        }
    }
}

impl From<Option<v1::DurationStats>> for DurationStats {
    fn from(stats: Option<v1::DurationStats>) -> Self {
        let stats = stats.unwrap_or_default();
        Self {
            count: stats.count,
            average: seconds(stats.average.as_ref()),
            minimum: seconds(stats.minimum.as_ref()),
            maximum: seconds(stats.maximum.as_ref()),
            p50: seconds(stats.p50.as_ref()),
            p90: seconds(stats.p90.as_ref()),
        }
    }
}

impl From<Option<v1::ReportItems>> for ReportItems {
    fn from(items: Option<v1::ReportItems>) -> Self {
        let items = items.unwrap_or_default();
        Self {
            count: items.count,
            items: items.items.into_iter().map(Into::into).collect(),
        }
    }
}

impl From<v1::ReportItem> for ReportItem {
    fn from(item: v1::ReportItem) -> Self {
        Self {
            reference: (item.task_seq != 0).then(|| task_ref(item.task_seq)),
            title: item.title,
            project: item.project,
            evidence: filled(item.evidence),
            at: time::required(item.at.as_ref()),
        }
    }
}

impl From<v1::ReportDay> for ReportDay {
    fn from(day: v1::ReportDay) -> Self {
        Self {
            date: day.date,
            created: day.created,
            completed: day.completed,
            total_created: day.total_created,
            total_completed: day.total_completed,
            in_progress: day.in_progress,
            closed_by_humans: day.closed_by_humans,
            closed_by_ais: day.closed_by_ais,
        }
    }
}

impl From<v1::AuditProjectResponse> for Audit {
    fn from(found: v1::AuditProjectResponse) -> Self {
        let counts = found.counts.into_iter().map(|count| AuditCount {
            severity: severity_name(count.severity()),
            code: count.code,
            count: count.count,
        });
        let counts: Vec<AuditCount> = counts.collect();
        let issues = found.issues.into_iter().map(|issue| AuditIssue {
            severity: severity_name(issue.severity()),
            code: issue.code,
            item: issue.item.unwrap_or_default().into(),
        });
        Self {
            ok: counts.iter().all(|count| count.severity != "error"),
            issues: issues.collect(),
            counts,
            total: found.total,
            tasks: found.tasks,
        }
    }
}

fn seconds(time: Option<&prost_types::Duration>) -> Option<f64> {
    time.map(|time| time.seconds as f64 + f64::from(time.nanos) / 1e9)
}
