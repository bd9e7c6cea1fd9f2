//! WorkspaceService: the workspace, and the daemon that serves it.

use backlog_api::{
    reason,
    v1::{self, workspace_service_server::WorkspaceService},
    version,
};
use tonic::{Code, Request, Response, Status, async_trait};

use super::{Api, call, convert::timestamp, error};
use crate::lifecycle::Leave;

#[async_trait]
impl WorkspaceService for Api {
    async fn get_workspace(
        &self,
        request: Request<v1::GetWorkspaceRequest>,
    ) -> Result<Response<v1::GetWorkspaceResponse>, Status> {
        call::reading(request)?;
        let info = self.read(|db| db.workspace()).await?;
        Ok(Response::new(v1::GetWorkspaceResponse {
            workspace: Some(v1::Workspace {
                id: info.id.to_string(),
                database: info.database.display().to_string(),
                schema_version: info.schema_version,
                projects: info.projects,
                task_counts: Some(info.task_counts.into()),
                last_activity_seq: info.last_activity,
                created_at: Some(timestamp(info.created_at)),
            }),
        }))
    }

    async fn get_daemon_status(
        &self,
        request: Request<v1::GetDaemonStatusRequest>,
    ) -> Result<Response<v1::GetDaemonStatusResponse>, Status> {
        call::reading(request)?;
        let (info, (leases, sessions)) = self
            .read(|db| Ok((db.workspace()?, db.count_leases()?)))
            .await?;
        let daemon = &self.daemon;
        let counters = daemon.counters();
        let writer = self.store.writer_stats();
        let bytes = |path: &std::path::Path| {
            path.metadata()
                .map_or(0, |file| i64::try_from(file.len()).unwrap_or(i64::MAX))
        };
        let wal = self.store.path().with_extension("db-wal");
        Ok(Response::new(v1::GetDaemonStatusResponse {
            status: Some(v1::DaemonStatus {
                instance_id: daemon.rendezvous.instance_id.clone(),
                pid: daemon.rendezvous.pid,
                version: daemon.rendezvous.version.to_string(),
                api_version: i32::try_from(version::API).unwrap_or_default(),
                schema_version: info.schema_version,
                started_at: Some(timestamp(daemon.started_at)),
                workspace: daemon.workspace.dir().display().to_string(),
                socket: daemon.rendezvous.endpoint.display().to_string(),
                log: daemon.log.display().to_string(),
                connections: counters.connections,
                active_calls: counters.active_calls,
                calls: counters.calls,
                write_queue: i32::try_from(writer.queue).unwrap_or(i32::MAX),
                commits: i64::try_from(writer.commits).unwrap_or(i64::MAX),
                writes: i64::try_from(writer.writes).unwrap_or(i64::MAX),
                database_bytes: bytes(self.store.path()),
                wal_bytes: bytes(&wal),
                last_migration_at: Some(timestamp(info.last_migration_at)),
                idle_timeout_seconds: daemon
                    .idle_timeout
                    .map_or(0, |idle| i64::try_from(idle.as_secs()).unwrap_or(i64::MAX)),
                draining: daemon.is_leaving(),
                leases: i32::try_from(leases).unwrap_or(i32::MAX),
                sessions: i32::try_from(sessions).unwrap_or(i32::MAX),
                waiting_claims: i32::try_from(self.store.waiting().len()).unwrap_or(i32::MAX),
                streams: counters.streams,
            }),
        }))
    }

    async fn shutdown(
        &self,
        request: Request<v1::ShutdownRequest>,
    ) -> Result<Response<v1::ShutdownResponse>, Status> {
        // From whatever program: a newer one that speaks another API asks for this.
        let message = request.into_inner();
        let here = &self.daemon.rendezvous.instance_id;
        if message.instance_id != *here {
            return Err(error::status(
                Code::FailedPrecondition,
                reason::OTHER_INSTANCE,
                format!(
                    "this daemon is instance {here}, not {}",
                    message.instance_id
                ),
                [],
            ));
        }
        self.daemon.leave(Leave::Asked);
        Ok(Response::new(v1::ShutdownResponse {}))
    }
}
