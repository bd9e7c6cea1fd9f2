//! FindingService.

use std::time::Duration;

use backlog_api::v1::{self, finding_service_server::FindingService};
use tonic::{Request, Response, Status, Streaming, async_trait, codegen::BoxStream};

use super::{Api, call, call::Call, convert, long};
use crate::{
    domain::{
        Refusal, Refused,
        finding::{Finding, ImportOptions, Imported, Problem},
        plan::NewPlan,
        scope::Scope,
        task::{self, Priority, TaskFields, TaskType, label_names, reference},
        text,
    },
    lifecycle::StreamGuard,
};

/// Bytes of one import's messages.
const LARGEST: usize = 256 << 20;
/// How long an upload may say nothing.
const STALLED: Duration = Duration::from_secs(30);
/// Problems that a summary names.
const NAMED: usize = 100;

#[async_trait]
impl FindingService for Api {
    type ImportFindingsStream = BoxStream<v1::ImportFindingsResponse>;

    async fn import_findings(
        &self,
        request: Request<Streaming<v1::ImportFindingsRequest>>,
    ) -> Result<Response<Self::ImportFindingsStream>, Status> {
        let _guard = StreamGuard::new(self.daemon.clone());
        let (mut receiving, mut messages) = call::receiving(request)?;
        let mut import = Import::default();
        let mut bytes = 0;
        while let Some(message) = self.next_part(&mut messages).await? {
            bytes += receiving.add(&message);
            if bytes > LARGEST {
                return Err(too_large().into());
            }
            import.add(message);
        }
        Ok(run(self, receiving.finish(), import))
    }
}

impl Api {
    /// The next message of an upload; one that stalls, or goes on while the
    /// daemon leaves, is given up.
    async fn next_part<T>(&self, messages: &mut Streaming<T>) -> Result<Option<T>, Status> {
        tokio::select! {
            message = tokio::time::timeout(STALLED, messages.message()) => {
                message.map_err(|_| Status::deadline_exceeded("the upload stalled"))?
            }
            _ = self.leaving() => Err(Status::unavailable("the daemon is leaving")),
        }
    }
}

fn too_large() -> Refusal {
    Refusal::invalid(
        "findings",
        format!(
            "the findings have more than {} MiB; import them in parts",
            LARGEST >> 20
        ),
    )
}

/// What has come of an import's messages.
#[derive(Default)]
struct Import {
    options: Option<ImportOptions>,
    findings: Vec<Finding>,
    problems: Vec<Problem>,
}

impl Import {
    fn add(&mut self, message: v1::ImportFindingsRequest) {
        self.options.get_or_insert_with(|| {
            let given = message.options.unwrap_or_default();
            ImportOptions {
                project: given.project,
                dry_run: given.dry_run,
                reopen: given.reopen,
                keep_going: given.keep_going,
            }
        });
        for finding in message.findings {
            let place = finding.place.clone();
            match checked(finding) {
                Ok(finding) => self.findings.push(finding),
                Err(refusal) => self.problems.push(Problem {
                    place,
                    message: refusal.to_string(),
                }),
            }
        }
    }
}

/// Writes, telling how far that is, and answers.
fn run(api: &Api, call: Call, import: Import) -> Response<BoxStream<v1::ImportFindingsResponse>> {
    let total = i64::try_from(import.findings.len()).unwrap_or(i64::MAX);
    long::write(api, call, true, move |tx, told| {
        let summary = tx.import_findings(
            &import.options.unwrap_or_default(),
            import.findings,
            import.problems,
            |done| {
                let done = i64::try_from(done).unwrap_or(i64::MAX);
                told.tell(v1::ImportFindingsResponse {
                    progress: Some(v1::ImportFindingsProgress { done, total }),
                    summary: None,
                });
            },
        )?;
        Ok(v1::ImportFindingsResponse {
            progress: None,
            summary: Some(summary.into()),
        })
    })
}

fn checked(finding: v1::Finding) -> Refused<Finding> {
    let plans = finding
        .plans
        .iter()
        .map(|plan| NewPlan::check(&plan.title, &plan.body, &finding.source, ""))
        .collect::<Refused<_>>()?;
    Ok(Finding {
        fields: TaskFields {
            title: text::required_line("title", &finding.title)?,
            description: text::body("description", &finding.description)?,
            kind: convert::task_type(finding.r#type)?.unwrap_or(TaskType::Issue),
            status: convert::status(finding.status)?.unwrap_or(task::Status::Todo),
            priority: match finding.priority {
                0 => Priority::DEFAULT,
                given => Priority::new(given.into())?,
            },
            assignee: text::line("assignee", &finding.assignee)?,
            due_at: None,
            source: text::line("source", &finding.source)?,
            external_ref: text::body("external_ref", &finding.external_ref)?,
            project_path: String::new(),
            parent: None,
            defer_until: None,
            scope: Scope::default(),
        },
        labels: label_names(&finding.labels)?,
        plans,
        place: finding.place,
    })
}

impl From<Imported> for v1::FindingsSummary {
    fn from(imported: Imported) -> Self {
        let count = |length: usize| i64::try_from(length).unwrap_or(i64::MAX);
        Self {
            imported: imported.imported,
            plans: imported.plans,
            unchanged: imported.unchanged,
            updated: imported.updated,
            regressed: count(imported.regressed.len()),
            reopened: imported.reopened,
            dismissed: imported.dismissed,
            held: count(imported.held.len()),
            repeated: imported.repeated,
            refused: count(imported.problems.len()),
            problems: imported
                .problems
                .into_iter()
                .take(NAMED)
                .map(|problem| v1::FindingProblem {
                    place: problem.place,
                    message: problem.message,
                })
                .collect(),
            regressed_tasks: imported.regressed.into_iter().map(reference).collect(),
            held_tasks: imported.held.into_iter().map(reference).collect(),
        }
    }
}
