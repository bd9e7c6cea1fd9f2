//! TaskService.

use backlog_api::v1::{self, task_service_server::TaskService};
use tonic::{Request, Response, Status, async_trait};

use super::{
    Api, call, convert,
    filter::{reference, task_filter},
};
use crate::{
    domain::{
        Refusal, Refused, page,
        plan::NewPlan,
        scope::Scope,
        task::{
            self, NewTask, Priority, Sort, TaskEdit, TaskFields, TaskPatch, TaskRef, TaskType,
            label_names,
        },
        text,
    },
    store::{Caller, TaskListing},
};

/// The fields of an update, by their names in `TaskFields`.
const FIELDS: &[&str] = &[
    "title",
    "description",
    "type",
    "status",
    "priority",
    "assignee",
    "due_at",
    "source",
    "external_ref",
    "project_path",
    "parent",
    "defer_until",
    "scope",
];

#[async_trait]
impl TaskService for Api {
    async fn create_task(
        &self,
        request: Request<v1::CreateTaskRequest>,
    ) -> Result<Response<v1::CreateTaskResponse>, Status> {
        let (call, message) = call::writing(request)?;
        let new = new_task(message)?;
        self.write(call, move |tx| {
            Ok(v1::CreateTaskResponse {
                task: Some(tx.create_task(new)?.into()),
            })
        })
        .await
    }

    async fn get_task(
        &self,
        request: Request<v1::GetTaskRequest>,
    ) -> Result<Response<v1::GetTaskResponse>, Status> {
        let task = TaskRef::parse(&call::reading(request)?.task)?;
        let detail = self.read(move |db| db.task(task)).await?;
        Ok(Response::new(v1::GetTaskResponse {
            task: Some(detail.into()),
        }))
    }

    async fn list_tasks(
        &self,
        request: Request<v1::ListTasksRequest>,
    ) -> Result<Response<v1::ListTasksResponse>, Status> {
        let (caller, message) = call::reading_as(request)?;
        let listing = listing(message, &caller)?;
        // Text without a word in it finds nothing, where no text asks nothing.
        let Some(listing) = listing else {
            return Ok(Response::new(v1::ListTasksResponse::default()));
        };
        let listed = self.read(move |db| db.list_tasks(&listing)).await?;
        Ok(Response::new(v1::ListTasksResponse {
            tasks: listed.tasks.into_iter().map(Into::into).collect(),
            total: listed.total,
            next_page_token: listed.next.unwrap_or_default(),
            unranked: listed.unranked,
        }))
    }

    async fn update_task(
        &self,
        request: Request<v1::UpdateTaskRequest>,
    ) -> Result<Response<v1::UpdateTaskResponse>, Status> {
        let (call, message) = call::writing(request)?;
        let task = TaskRef::parse(&message.task)?;
        let edit = TaskEdit {
            add_labels: label_names(&message.add_labels)?,
            remove_labels: label_names(&message.remove_labels)?,
            add_blocked_by: references(&message.add_blocked_by)?,
            remove_blocked_by: references(&message.remove_blocked_by)?,
            if_version: message.if_version,
            force: message.force,
            patch: patch(message)?,
        };
        self.write(call, move |tx| {
            let (task, changed) = tx.update_task(task, edit)?;
            Ok(v1::UpdateTaskResponse {
                task: Some(task.into()),
                changed,
            })
        })
        .await
    }

    async fn archive_task(
        &self,
        request: Request<v1::ArchiveTaskRequest>,
    ) -> Result<Response<v1::ArchiveTaskResponse>, Status> {
        let (call, message) = call::writing(request)?;
        let task = TaskRef::parse(&message.task)?;
        self.write(call, move |tx| {
            let (task, changed) = tx.set_task_archived(task, true, message.force)?;
            Ok(v1::ArchiveTaskResponse {
                task: Some(task.into()),
                changed,
            })
        })
        .await
    }

    async fn unarchive_task(
        &self,
        request: Request<v1::UnarchiveTaskRequest>,
    ) -> Result<Response<v1::UnarchiveTaskResponse>, Status> {
        let (call, message) = call::writing(request)?;
        let task = TaskRef::parse(&message.task)?;
        self.write(call, move |tx| {
            let (task, changed) = tx.set_task_archived(task, false, false)?;
            Ok(v1::UnarchiveTaskResponse {
                task: Some(task.into()),
                changed,
            })
        })
        .await
    }

    async fn delete_task(
        &self,
        request: Request<v1::DeleteTaskRequest>,
    ) -> Result<Response<v1::DeleteTaskResponse>, Status> {
        let (call, message) = call::writing(request)?;
        let task = TaskRef::parse(&message.task)?;
        self.write(call, move |tx| {
            Ok(v1::DeleteTaskResponse {
                task: Some(tx.delete_task(task, message.force)?.into()),
            })
        })
        .await
    }
}

fn new_task(message: v1::CreateTaskRequest) -> Refused<NewTask> {
    let fields = message.fields.unwrap_or_default();
    let plans = message
        .plans
        .iter()
        .map(|plan| NewPlan::check(&plan.title, &plan.body, "", ""))
        .collect::<Refused<_>>()?;
    Ok(NewTask {
        project: message.project,
        labels: label_names(&message.labels)?,
        plans,
        blocked_by: references(&message.blocked_by)?,
        discovered_from: references(&message.discovered_from)?,
        fields: TaskFields {
            title: text::required_line("title", &fields.title)?,
            description: text::body("description", &fields.description)?,
            kind: convert::task_type(fields.r#type)?.unwrap_or(TaskType::Task),
            status: convert::status(fields.status)?.unwrap_or(task::Status::Todo),
            priority: match fields.priority {
                0 => Priority::DEFAULT,
                given => Priority::new(given.into())?,
            },
            assignee: text::line("assignee", &fields.assignee)?,
            due_at: fields
                .due_at
                .map(|at| convert::moment("due_at", &at))
                .transpose()?,
            source: text::line("source", &fields.source)?,
            external_ref: text::body("external_ref", &fields.external_ref)?,
            project_path: text::body("project_path", &fields.project_path)?,
            parent: reference(&fields.parent)?,
            defer_until: fields
                .defer_until
                .map(|at| convert::moment("defer_until", &at))
                .transpose()?,
            scope: Scope::check(&fields.scope)?,
        },
    })
}

fn references(given: &[String]) -> Refused<Vec<TaskRef>> {
    given.iter().map(|task| TaskRef::parse(task)).collect()
}

fn patch(message: v1::UpdateTaskRequest) -> Refused<TaskPatch> {
    let mut patch = TaskPatch::default();
    let fields = message.fields.unwrap_or_default();
    for path in convert::mask(message.update_mask.as_ref(), FIELDS)? {
        match path {
            "title" => patch.title = Some(text::required_line("title", &fields.title)?),
            "description" => {
                patch.description = Some(text::body("description", &fields.description)?);
            }
            "type" => patch.kind = Some(required("type", convert::task_type(fields.r#type)?)?),
            "status" => patch.status = Some(required("status", convert::status(fields.status)?)?),
            "priority" => patch.priority = Some(Priority::new(fields.priority.into())?),
            "assignee" => patch.assignee = Some(text::line("assignee", &fields.assignee)?),
            "due_at" => {
                let due = fields
                    .due_at
                    .as_ref()
                    .map(|at| convert::moment("due_at", at));
                patch.due_at = Some(due.transpose()?);
            }
            "source" => patch.source = Some(text::line("source", &fields.source)?),
            "external_ref" => {
                patch.external_ref = Some(text::body("external_ref", &fields.external_ref)?);
            }
            "parent" => patch.parent = Some(reference(&fields.parent)?),
            "defer_until" => {
                let defer = fields
                    .defer_until
                    .as_ref()
                    .map(|at| convert::moment("defer_until", at));
                patch.defer_until = Some(defer.transpose()?);
            }
            "scope" => patch.scope = Some(Scope::check(&fields.scope)?),
            _ => patch.project_path = Some(text::body("project_path", &fields.project_path)?),
        }
    }
    Ok(patch)
}

fn required<T>(field: &'static str, value: Option<T>) -> Refused<T> {
    value.ok_or_else(|| Refusal::invalid(field, format!("{field} may not be unspecified")))
}

/// `None` where a search has no word in it.
fn listing(message: v1::ListTasksRequest, caller: &Caller) -> Refused<Option<TaskListing>> {
    let Some(filter) = task_filter(message.filter.unwrap_or_default(), &caller.holder())? else {
        return Ok(None);
    };
    let sort = match (convert::sort(message.sort)?, &filter.search) {
        (Some(Sort::Relevance), None) => {
            return Err(Refusal::invalid(
                "sort",
                "relevance is the order of a search; name another one",
            ));
        }
        (Some(sort), _) => sort,
        (None, Some(_)) => Sort::Relevance,
        (None, None) => Sort::Priority,
    };
    let descending = match v1::SortOrder::try_from(message.order) {
        Ok(v1::SortOrder::Unspecified) => sort.usually_descends(),
        Ok(v1::SortOrder::Asc) => false,
        Ok(v1::SortOrder::Desc) => true,
        Err(_) => {
            return Err(Refusal::invalid(
                "order",
                format!("{} is not an order", message.order),
            ));
        }
    };
    Ok(Some(TaskListing {
        filter,
        sort,
        descending,
        size: page::size(message.page_size, page::USUAL)?,
        token: message.page_token,
        offset: page::offset(message.offset)?,
        full: message.view != i32::from(v1::TaskView::Basic),
    }))
}
