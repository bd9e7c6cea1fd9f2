//! ProjectService.

use backlog_api::v1::{self, project_service_server::ProjectService};
use tonic::{Request, Response, Status, async_trait};

use super::{Api, call, convert};
use crate::{
    domain::{
        page,
        project::{self, NewProject, Project, ProjectPatch},
        text,
    },
    store::{self, Reader},
};

#[async_trait]
impl ProjectService for Api {
    async fn create_project(
        &self,
        request: Request<v1::CreateProjectRequest>,
    ) -> Result<Response<v1::CreateProjectResponse>, Status> {
        let (call, message) = call::writing(request)?;
        let fields = message.fields.unwrap_or_default();
        let new = NewProject::check(
            &message.alias,
            &fields.name,
            &fields.description,
            &fields.repo_path,
            fields.wip_limit,
        )?;
        self.write(call, move |tx| {
            let project = tx.create_project(&new)?;
            Ok(v1::CreateProjectResponse {
                project: counted(tx, project)?,
            })
        })
        .await
    }

    async fn get_project(
        &self,
        request: Request<v1::GetProjectRequest>,
    ) -> Result<Response<v1::GetProjectResponse>, Status> {
        let message = call::reading(request)?;
        let project = self
            .read(move |db| counted(db, db.project(&message.project)?))
            .await?;
        Ok(Response::new(v1::GetProjectResponse { project }))
    }

    async fn list_projects(
        &self,
        request: Request<v1::ListProjectsRequest>,
    ) -> Result<Response<v1::ListProjectsResponse>, Status> {
        let message = call::reading(request)?;
        let size = page::size(message.page_size, page::LARGEST)?;
        let response = self
            .read(move |db| {
                let page = db.list_projects(message.include_archived, size, &message.page_token)?;
                let projects = page
                    .items
                    .into_iter()
                    .map(|project| {
                        let counts = db.task_counts(project.key)?;
                        Ok(convert::project(project, counts))
                    })
                    .collect::<store::Result<_>>()?;
                Ok(v1::ListProjectsResponse {
                    projects,
                    next_page_token: page.next.unwrap_or_default(),
                })
            })
            .await?;
        Ok(Response::new(response))
    }

    async fn update_project(
        &self,
        request: Request<v1::UpdateProjectRequest>,
    ) -> Result<Response<v1::UpdateProjectResponse>, Status> {
        let (call, message) = call::writing(request)?;
        let fields = message.fields.unwrap_or_default();
        let mut patch = ProjectPatch::default();
        for path in convert::mask(
            message.update_mask.as_ref(),
            &["name", "description", "repo_path", "wip_limit"],
        )? {
            match path {
                "name" => patch.name = Some(text::required_line("name", &fields.name)?),
                "description" => {
                    patch.description = Some(text::body("description", &fields.description)?);
                }
                "wip_limit" => patch.wip_limit = Some(project::wip_limit(fields.wip_limit)?),
                _ => patch.repo_path = Some(text::body("repo_path", &fields.repo_path)?),
            }
        }
        self.write(call, move |tx| {
            let (project, changed) = tx.update_project(&message.project, patch)?;
            Ok(v1::UpdateProjectResponse {
                project: counted(tx, project)?,
                changed,
            })
        })
        .await
    }

    async fn archive_project(
        &self,
        request: Request<v1::ArchiveProjectRequest>,
    ) -> Result<Response<v1::ArchiveProjectResponse>, Status> {
        let (call, message) = call::writing(request)?;
        self.write(call, move |tx| {
            let (project, changed) = tx.set_project_archived(&message.project, true)?;
            Ok(v1::ArchiveProjectResponse {
                project: counted(tx, project)?,
                changed,
            })
        })
        .await
    }

    async fn unarchive_project(
        &self,
        request: Request<v1::UnarchiveProjectRequest>,
    ) -> Result<Response<v1::UnarchiveProjectResponse>, Status> {
        let (call, message) = call::writing(request)?;
        self.write(call, move |tx| {
            let (project, changed) = tx.set_project_archived(&message.project, false)?;
            Ok(v1::UnarchiveProjectResponse {
                project: counted(tx, project)?,
                changed,
            })
        })
        .await
    }

    async fn delete_project(
        &self,
        request: Request<v1::DeleteProjectRequest>,
    ) -> Result<Response<v1::DeleteProjectResponse>, Status> {
        let (call, message) = call::writing(request)?;
        self.write(call, move |tx| {
            let (project, tasks_deleted) = tx.delete_project(&message.project)?;
            Ok(v1::DeleteProjectResponse {
                project: counted(tx, project)?,
                tasks_deleted,
            })
        })
        .await
    }

    async fn sync_projects(
        &self,
        request: Request<v1::SyncProjectsRequest>,
    ) -> Result<Response<v1::SyncProjectsResponse>, Status> {
        let (call, message) = call::writing(request)?;
        let (wanted, problems) = wanted(message.projects);
        if message.check_only || !problems.is_empty() {
            return Ok(Response::new(v1::SyncProjectsResponse {
                problems,
                ..v1::SyncProjectsResponse::default()
            }));
        }
        self.write(call, move |tx| {
            let synced = tx.sync_projects(&wanted)?;
            Ok(v1::SyncProjectsResponse {
                added: synced.added,
                present: synced.present,
                problems: Vec::new(),
            })
        })
        .await
    }
}

/// The projects of a manifest, and all that is wrong with them.
fn wanted(given: Vec<v1::SyncedProject>) -> (Vec<NewProject>, Vec<v1::SyncProblem>) {
    let mut wanted: Vec<NewProject> = Vec::with_capacity(given.len());
    let mut problems = Vec::new();
    for (index, project) in given.into_iter().enumerate() {
        let fields = project.fields.unwrap_or_default();
        let checked = NewProject::check(
            &project.alias,
            &fields.name,
            &fields.description,
            &fields.repo_path,
            fields.wip_limit,
        );
        let problem = match checked {
            Ok(new) if wanted.iter().any(|other| other.alias == new.alias) => {
                format!("{:?} is there twice", project.alias)
            }
            Ok(new) => {
                wanted.push(new);
                continue;
            }
            Err(refusal) => refusal.to_string(),
        };
        problems.push(v1::SyncProblem {
            index: i32::try_from(index).unwrap_or(i32::MAX),
            message: problem,
        });
    }
    (wanted, problems)
}

fn counted(db: &Reader<'_>, project: Project) -> store::Result<Option<v1::Project>> {
    let counts = db.task_counts(project.key)?;
    Ok(Some(convert::project(project, counts)))
}
