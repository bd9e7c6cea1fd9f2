//! ReportService.

use std::time::Duration;

use backlog_api::v1::{self, report_service_server::ReportService};
use jiff::{
    Timestamp, ToSpan as _,
    tz::{Offset, TimeZone},
};
use tonic::{Request, Response, Status, async_trait};

use super::{Api, call, convert};
use crate::{
    domain::{
        Moment, Refusal, Refused,
        report::{Analysis, Audit, Calendar, Durations, Item, Items, Problem, SPREAD, Severity},
    },
    store::{AnalysisRequest, AuditRequest},
};

/// What is looked at, and what is stale, when nobody says.
const WEEK: Duration = Duration::from_secs(7 * 86_400);
/// The days of a series.
const MOST_DAYS: i64 = 366;

#[async_trait]
impl ReportService for Api {
    async fn analyze_activity(
        &self,
        request: Request<v1::AnalyzeActivityRequest>,
    ) -> Result<Response<v1::AnalyzeActivityResponse>, Status> {
        let message = call::reading(request)?;
        let now = self.clock.both().moment;
        let since = match &message.since {
            Some(at) => convert::moment("since", at)?,
            None => before(now, WEEK),
        };
        let request = AnalysisRequest {
            project: message.project,
            since,
            stale_since: stale_since(now, message.stale_after)?,
            limit: limit(message.limit, 10, 500)?,
            calendar: calendar(since, now, &zone(&message.time_zone)?),
        };
        let (analysis, request) = self
            .read_apart(move |db| Ok((db.analyze(&request)?, request)))
            .await?;
        Ok(Response::new(told(analysis, request, now)))
    }

    async fn audit_project(
        &self,
        request: Request<v1::AuditProjectRequest>,
    ) -> Result<Response<v1::AuditProjectResponse>, Status> {
        let message = call::reading(request)?;
        let request = AuditRequest {
            project: message.project,
            stale_since: stale_since(self.clock.both().moment, message.stale_after)?,
            limit: limit(message.limit, 100, 10_000)?,
        };
        let audit = self.read_apart(move |db| db.audit(&request)).await?;
        Ok(Response::new(audit.into()))
    }
}

fn before(now: Moment, time: Duration) -> Moment {
    let nanos = i64::try_from(time.as_nanos()).unwrap_or(i64::MAX);
    Moment(now.0.saturating_sub(nanos))
}

fn stale_since(now: Moment, given: Option<prost_types::Duration>) -> Refused<Moment> {
    let after = convert::duration("stale_after", given)?.unwrap_or(WEEK);
    Ok(before(now, after))
}

fn limit(given: i32, usual: usize, largest: usize) -> Refused<usize> {
    match usize::try_from(given) {
        Ok(0) => Ok(usual),
        Ok(limit) => Ok(limit.min(largest)),
        Err(_) => Err(Refusal::invalid("limit", format!("{given} is not a limit"))),
    }
}

/// An IANA name, or an offset like `+02:00`.
fn zone(given: &str) -> Refused<TimeZone> {
    if given.is_empty() {
        return Ok(TimeZone::UTC);
    }
    let offset = || {
        let (hours, minutes) = given.get(1..)?.split_once(':')?;
        let digits = |text: &str| (text.len() == 2).then(|| text.parse::<i32>().ok())?;
        let minutes = digits(hours)? * 60 + digits(minutes).filter(|minutes| *minutes < 60)?;
        let sign = match given.as_bytes()[0] {
            b'+' => 1,
            b'-' => -1,
            _ => return None,
        };
        Some(
            Offset::from_seconds(sign * minutes * 60)
                .ok()?
                .to_time_zone(),
        )
    };
    offset()
        .or_else(|| TimeZone::get(given).ok())
        .ok_or_else(|| {
            Refusal::invalid(
                "time_zone",
                format!("{given:?} is not a time zone: write a name like Europe/Berlin, or +02:00"),
            )
        })
}

/// The days from one moment to another, the last ones where there are too many.
fn calendar(since: Moment, now: Moment, zone: &TimeZone) -> Calendar {
    let civil = |at: Moment| {
        let at = Timestamp::from_nanosecond(i128::from(at.0)).unwrap_or(Timestamp::UNIX_EPOCH);
        at.to_zoned_datetime(zone.clone()).date()
    };
    let last = civil(now);
    let earliest = last.saturating_sub((MOST_DAYS - 1).days());
    let days = civil(since).max(earliest).series(1.day());
    let days = days.take_while(|day| *day <= last).filter_map(|day| {
        let start = day
            .to_zoned_datetime(zone.clone())
            .ok()?
            .timestamp()
            .as_nanosecond();
        Some((Moment(i64::try_from(start).ok()?), day.to_string()))
    });
    Calendar {
        days: days.collect(),
    }
}

fn told(
    analysis: Analysis,
    request: AnalysisRequest,
    until: Moment,
) -> v1::AnalyzeActivityResponse {
    let [todo, doing, done] = analysis.now;
    let [by_humans, by_ais, by_others] = analysis.closes;
    let spread = analysis.cycle_time.spread();
    let bounds = SPREAD.iter().map(|&seconds| Some(seconds)).chain([None]);
    let days = request.calendar.days.into_iter().zip(&analysis.days);
    v1::AnalyzeActivityResponse {
        since: Some(convert::timestamp(request.since)),
        until: Some(convert::timestamp(until)),
        created: analysis.created,
        completed: analysis.completed,
        todo,
        doing,
        done,
        cycle_time: Some((&analysis.cycle_time).into()),
        cycle_time_by_type: analysis
            .cycle_times
            .into_values()
            .map(|(kind, times)| v1::TypeCycleTime {
                r#type: v1::TaskType::from(kind).into(),
                cycle_time: Some((&times).into()),
            })
            .collect(),
        todo_to_doing: Some((&analysis.todo_to_doing).into()),
        doing_to_done: Some((&analysis.doing_to_done).into()),
        in_progress_by_actor: analysis
            .in_progress
            .into_iter()
            .map(|(actor, count)| v1::ActorWork {
                actor: Some(actor.into()),
                count,
            })
            .collect(),
        done_without_evidence: Some(analysis.done_without_evidence.into()),
        reopened: Some(analysis.reopened.into()),
        bug_follow_ups: Some(analysis.bug_follow_ups.into()),
        stale_doing: Some(analysis.stale_doing.into()),
        duplicate_labels: Some(analysis.duplicate_labels.into()),
        duplicate_plans: Some(analysis.duplicate_plans.into()),
        duplicate_comments: Some(analysis.duplicate_comments.into()),
        label_churn: Some(analysis.label_churn.into()),
        closed_by_humans: by_humans,
        closed_by_ais: by_ais,
        closed_by_others: by_others,
        days: days
            .map(|((_, date), day)| v1::ReportDay {
                date,
                created: day.created,
                completed: day.completed,
                total_created: day.total_created,
                total_completed: day.total_completed,
                in_progress: day.in_progress,
                closed_by_humans: day.closed_by_humans,
                closed_by_ais: day.closed_by_ais,
            })
            .collect(),
        cycle_time_spread: bounds
            .zip(spread)
            .map(|(below, count)| v1::CycleTimeBucket {
                below: below.map(|seconds| prost_types::Duration { seconds, nanos: 0 }),
                count,
            })
            .collect(),
    }
}

impl From<&Durations> for v1::DurationStats {
    fn from(durations: &Durations) -> Self {
        let figures = durations.figures();
        let told = |nanos: i64| prost_types::Duration {
            seconds: nanos / 1_000_000_000,
            nanos: i32::try_from(nanos % 1_000_000_000).unwrap_or_default(),
        };
        Self {
            count: i64::try_from(durations.count()).unwrap_or(i64::MAX),
            average: figures.map(|figures| told(figures.average)),
            minimum: figures.map(|figures| told(figures.minimum)),
            maximum: figures.map(|figures| told(figures.maximum)),
            p50: figures.map(|figures| told(figures.p50)),
            p90: figures.map(|figures| told(figures.p90)),
        }
    }
}

impl From<Item> for v1::ReportItem {
    fn from(item: Item) -> Self {
        Self {
            task_seq: item.task.unwrap_or_default(),
            title: item.title,
            project: item.project,
            evidence: item.evidence,
            at: Some(convert::timestamp(item.at)),
        }
    }
}

impl From<Items> for v1::ReportItems {
    fn from(items: Items) -> Self {
        Self {
            count: items.count,
            items: items.items.into_iter().map(Into::into).collect(),
        }
    }
}

fn severity(problem: Problem) -> v1::IssueSeverity {
    match problem.severity() {
        Severity::Error => v1::IssueSeverity::Error,
        Severity::Warning => v1::IssueSeverity::Warning,
        Severity::Info => v1::IssueSeverity::Info,
    }
}

impl From<Audit> for v1::AuditProjectResponse {
    fn from(audit: Audit) -> Self {
        let counts: Vec<v1::AuditCount> = audit
            .found
            .iter()
            .map(|(problem, items)| v1::AuditCount {
                severity: severity(*problem).into(),
                code: problem.as_str().to_owned(),
                count: items.count,
            })
            .collect();
        let issues = audit.found.into_iter().flat_map(|(problem, items)| {
            items.items.into_iter().map(move |item| v1::AuditIssue {
                severity: severity(problem).into(),
                code: problem.as_str().to_owned(),
                item: Some(item.into()),
            })
        });
        Self {
            issues: issues.collect(),
            total: counts.iter().map(|count| count.count).sum(),
            counts,
            tasks: audit.tasks,
        }
    }
}
