//! What reports are made of: figures over durations, days, and what is found
//! wrong with tasks.

use std::collections::BTreeMap;

use super::{actor::Actor, clock::Moment, task::TaskType, words::words};

/// Cycle times are counted up to each of these, in seconds, and beyond.
pub const SPREAD: [i64; 7] = [
    3_600,
    4 * 3_600,
    86_400,
    3 * 86_400,
    7 * 86_400,
    14 * 86_400,
    30 * 86_400,
];
const NANOS: i64 = 1_000_000_000;

/// Lengths of time, in nanoseconds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Durations(Vec<i64>);

/// Figures over [`Durations`], in nanoseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Figures {
    /// The arithmetic mean.
    pub average: i64,
    /// The shortest.
    pub minimum: i64,
    /// The longest.
    pub maximum: i64,
    /// Nearest rank: the smallest value that at least half do not exceed.
    pub p50: i64,
    /// The smallest value that at least nine of ten do not exceed.
    pub p90: i64,
}

impl Durations {
    /// Adds the time between two moments; a clock set back makes it none.
    pub fn add(&mut self, from: Moment, to: Moment) {
        self.0.push(to.0.saturating_sub(from.0).max(0));
    }

    /// How many there are.
    #[must_use]
    pub fn count(&self) -> usize {
        self.0.len()
    }

    /// The figures; `None` for no durations.
    #[must_use]
    pub fn figures(&self) -> Option<Figures> {
        let mut sorted = self.0.clone();
        sorted.sort_unstable();
        let rank = |percent: usize| {
            let rank = (sorted.len() * percent).div_ceil(100);
            sorted.get(rank.max(1) - 1).copied()
        };
        let sum: i128 = sorted.iter().copied().map(i128::from).sum();
        let average = sum.checked_div(i128::try_from(sorted.len()).ok()?)?;
        Some(Figures {
            average: i64::try_from(average).ok()?,
            minimum: *sorted.first()?,
            maximum: *sorted.last()?,
            p50: rank(50)?,
            p90: rank(90)?,
        })
    }

    /// How many are shorter than each of [`SPREAD`], and not than the one
    /// before it; last, those that are longer than all.
    #[must_use]
    pub fn spread(&self) -> [i64; SPREAD.len() + 1] {
        let mut counts = [0; SPREAD.len() + 1];
        for duration in &self.0 {
            counts[SPREAD.partition_point(|below| below * NANOS <= *duration)] += 1;
        }
        counts
    }
}

/// The days of a report: the first moment of each, and its name.
#[derive(Debug, Clone, Default)]
pub struct Calendar {
    /// In order, without a gap.
    pub days: Vec<(Moment, String)>,
}

impl Calendar {
    /// The place of the day that a moment lies in; `None` before the first.
    #[must_use]
    pub fn day(&self, at: Moment) -> Option<usize> {
        self.days
            .partition_point(|(start, _)| *start <= at)
            .checked_sub(1)
    }
}

/// What happened on a day, and how it ended.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Day {
    /// Tasks created.
    pub created: i64,
    /// Tasks completed, and done still.
    pub completed: i64,
    /// All created until its end.
    pub total_created: i64,
    /// All completed until its end.
    pub total_completed: i64,
    /// In doing at its end.
    pub in_progress: i64,
    /// Moves to done by humans.
    pub closed_by_humans: i64,
    /// Moves to done by AIs.
    pub closed_by_ais: i64,
}

/// Something that a report points at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// The task.
    pub task: Option<i64>,
    /// Its title, or what stands for one.
    pub title: String,
    /// The project's alias.
    pub project: String,
    /// What was seen, for people.
    pub evidence: String,
    /// Since when, or when.
    pub at: Moment,
}

/// Things of one sort: how many, and the first of them.
#[derive(Debug, Clone, Default)]
pub struct Items {
    /// How many there are.
    pub count: i64,
    /// The first of them.
    pub items: Vec<Item>,
}

impl Items {
    /// Counts one more, and keeps it where there is room.
    pub fn add(&mut self, limit: usize, item: impl FnOnce() -> Item) {
        self.count += 1;
        if self.items.len() < limit {
            self.items.push(item());
        }
    }
}

/// How work went, and how it stands.
#[derive(Debug, Clone, Default)]
pub struct Analysis {
    /// Tasks created.
    pub created: i64,
    /// Tasks completed, and done still.
    pub completed: i64,
    /// Tasks to do, in doing and done now.
    pub now: [i64; 3],
    /// From creation to completion, by type.
    pub cycle_times: BTreeMap<&'static str, (TaskType, Durations)>,
    /// The same of all.
    pub cycle_time: Durations,
    /// How long tasks were in todo before each move to doing.
    pub todo_to_doing: Durations,
    /// How long tasks were in doing before each move to done.
    pub doing_to_done: Durations,
    /// Who works on how many tasks.
    pub in_progress: Vec<(Actor, i64)>,
    /// Completed tasks that nothing was left with.
    pub done_without_evidence: Items,
    /// Moves away from done.
    pub reopened: Items,
    /// Bugs that were discovered from other tasks.
    pub bug_follow_ups: Items,
    /// Tasks in doing that nobody works on.
    pub stale_doing: Items,
    /// Labels with nearly the same name.
    pub duplicate_labels: Items,
    /// Plans a task has twice.
    pub duplicate_plans: Items,
    /// Comments a task has twice.
    pub duplicate_comments: Items,
    /// Labels put on a task and taken off it.
    pub label_churn: Items,
    /// Moves to done by humans, AIs, others.
    pub closes: [i64; 3],
    /// Day by day.
    pub days: Vec<Day>,
}

words! {
    /// How much an issue matters.
    Severity {
        /// Work is stuck or lost, or a record is wrong.
        Error = "error",
        /// Somebody should look at it.
        Warning = "warning",
        /// Good to know.
        Info = "info",
    }
}

words! {
    /// What looks wrong with a task.
    Problem {
        /// Done, while a part or a blocker of it is open.
        ClosedWithOpenWork = "final_audit_closed_with_open_work",
        /// Two leases or more were not renewed in time.
        LeaseExpiredRepeatedly = "lease_expired_repeatedly",
        /// In doing, held by nobody, and nothing was written about it.
        StaleDoing = "stale_doing_task",
        /// Open, and waited for a task that went to the archive undone.
        BlockedByArchived = "blocked_by_archived",
        /// Done, and nothing was left with it.
        DoneWithoutEvidence = "done_without_completion_evidence",
        /// Begun or done without a plan.
        WithoutPlan = "task_without_plan",
        /// Done without a comment.
        DoneWithoutComments = "done_without_comments",
        /// All that was written of late is labels.
        LabelChurnOnly = "latest_activity_label_churn_only",
        /// Made long ago and never begun.
        NeverStarted = "task_created_never_started",
    }
}

impl Problem {
    /// How much it matters.
    #[must_use]
    pub fn severity(self) -> Severity {
        match self {
            Self::ClosedWithOpenWork | Self::LeaseExpiredRepeatedly | Self::StaleDoing => {
                Severity::Error
            }
            Self::BlockedByArchived | Self::DoneWithoutEvidence => Severity::Warning,
            Self::WithoutPlan
            | Self::DoneWithoutComments
            | Self::LabelChurnOnly
            | Self::NeverStarted => Severity::Info,
        }
    }
}

/// What was found wrong.
#[derive(Debug, Clone, Default)]
pub struct Audit {
    /// By problem, in the order of [`Problem::ALL`].
    pub found: Vec<(Problem, Items)>,
    /// How many tasks were looked at.
    pub tasks: i64,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn durations(values: impl IntoIterator<Item = i64>) -> Durations {
        Durations(values.into_iter().collect())
    }

    #[test]
    fn percentiles_are_values_that_occurred() {
        let figures = |values: &[i64]| durations(values.iter().copied()).figures();
        assert_eq!(figures(&[]), None);
        let one = figures(&[7]).unwrap();
        assert_eq!((one.p50, one.p90, one.average), (7, 7, 7));
        let ten = durations((1..=10).rev()).figures().unwrap();
        assert_eq!((ten.p50, ten.p90), (5, 9));
        assert_eq!((ten.minimum, ten.average, ten.maximum), (1, 5, 10));
        let eleven = durations(1..=11).figures().unwrap();
        assert_eq!((eleven.p50, eleven.p90), (6, 10));
        assert_eq!(
            figures(&[i64::MAX, i64::MAX]).unwrap().average,
            i64::MAX,
            "the sum does not overflow"
        );
    }

    #[test]
    fn each_duration_is_in_one_bucket() {
        let hour = 3_600 * NANOS;
        let spread = durations([0, hour - 1, hour, 5 * hour, 1_000 * hour]).spread();
        assert_eq!(spread, [2, 1, 1, 0, 0, 0, 0, 1]);
    }

    #[test]
    fn a_day_begins_with_its_first_moment() {
        let calendar = Calendar {
            days: vec![(Moment(10), "a".to_owned()), (Moment(20), "b".to_owned())],
        };
        let day = |at| calendar.day(Moment(at));
        assert_eq!(
            [day(9), day(10), day(19), day(20)],
            [None, Some(0), Some(0), Some(1)]
        );
    }
}
