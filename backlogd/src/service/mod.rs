//! The API: the wire's types to the domain's and back, one file a service.
//! Nothing is decided here, and nothing remembered between calls.

mod activity;
mod attachment;
mod backup;
mod call;
mod comment;
mod convert;
mod dependency;
mod doc;
mod error;
mod filter;
mod finding;
mod hold;
mod label;
mod long;
mod memory;
mod plan;
mod project;
mod queue;
mod report;
mod search;
mod session;
mod task;
mod transfer;
mod trash;
mod watch;
mod workspace;

use std::sync::{Arc, atomic::Ordering};

use backlog_api::v1::{
    self, activity_service_server::ActivityServiceServer,
    attachment_service_server::AttachmentServiceServer, backup_service_server::BackupServiceServer,
    comment_service_server::CommentServiceServer,
    dependency_service_server::DependencyServiceServer, doc_service_server::DocServiceServer,
    finding_service_server::FindingServiceServer, label_service_server::LabelServiceServer,
    memory_service_server::MemoryServiceServer, plan_service_server::PlanServiceServer,
    project_service_server::ProjectServiceServer, queue_service_server::QueueServiceServer,
    report_service_server::ReportServiceServer, search_service_server::SearchServiceServer,
    task_service_server::TaskServiceServer, transfer_service_server::TransferServiceServer,
    trash_service_server::TrashServiceServer, workspace_service_server::WorkspaceServiceServer,
};
use tonic::{Response, Status, metadata::MetadataValue, service::Routes};

use self::call::Call;
pub(crate) use self::{call::Peer, error::status};
use crate::{
    domain::clock::Clock,
    lifecycle::{Leave, State},
    store::{self, Answer, Reader, RequestKey, Store, StoreError, WriteTx},
};

/// Largest request: a body or two of a megabyte, and room.
const MAX_REQUEST: usize = 16 << 20;

/// All services on one store.
#[derive(Clone)]
struct Api {
    store: Store,
    clock: Clock,
    daemon: Arc<State>,
}

/// The services of `backlog.v1`, health and reflection.
pub(crate) fn routes(store: Store, daemon: Arc<State>) -> Routes {
    let api = Api {
        store,
        clock: Clock,
        daemon,
    };
    macro_rules! serve {
        ($routes:expr, $($server:ident),*) => {{
            let mut routes = $routes;
            $(routes = routes.add_service($server::new(api.clone()).max_decoding_message_size(MAX_REQUEST));)*
            routes
        }};
    }
    let routes = serve!(
        Routes::default(),
        ActivityServiceServer,
        AttachmentServiceServer,
        BackupServiceServer,
        CommentServiceServer,
        DependencyServiceServer,
        DocServiceServer,
        FindingServiceServer,
        LabelServiceServer,
        MemoryServiceServer,
        PlanServiceServer,
        ProjectServiceServer,
        QueueServiceServer,
        ReportServiceServer,
        SearchServiceServer,
        TaskServiceServer,
        TransferServiceServer,
        TrashServiceServer,
        WorkspaceServiceServer
    );
    let reflection = || {
        tonic_reflection::server::Builder::configure()
            .register_encoded_file_descriptor_set(v1::FILE_DESCRIPTOR_SET)
            .register_encoded_file_descriptor_set(tonic_health::pb::FILE_DESCRIPTOR_SET)
    };
    // As a whole it serves from the first moment: it is bound once it can.
    let (_, health) = tonic_health::server::health_reporter();
    routes
        .add_service(health)
        .add_service(
            reflection()
                .build_v1()
                .expect("our own descriptors are valid"),
        )
        .add_service(
            reflection()
                .build_v1alpha()
                .expect("our own descriptors are valid"),
        )
        .prepare()
}

impl Api {
    /// Waits until the daemon leaves: streams and waiting calls end then.
    async fn leaving(&self) -> Leave {
        self.daemon.left().await
    }

    async fn read<T: Send + 'static>(
        &self,
        query: impl FnOnce(&Reader<'_>) -> store::Result<T> + Send + 'static,
    ) -> Result<T, Status> {
        Ok(self.store.read(query).await?)
    }

    /// As [`Self::read`], for what may take long: the short ones do not wait
    /// for it.
    async fn read_apart<T: Send + 'static>(
        &self,
        query: impl FnOnce(&Reader<'_>) -> store::Result<T> + Send + 'static,
    ) -> Result<T, Status> {
        let store = self.store.clone();
        Ok(tokio::task::spawn_blocking(move || store.read_apart(query))
            .await
            .map_err(|_| StoreError::Closed)??)
    }

    async fn write<T: Answer>(
        &self,
        call: Call,
        write: impl FnOnce(&mut WriteTx<'_>) -> store::Result<T> + Send + 'static,
    ) -> Result<Response<T>, Status> {
        let repeated = call.key.as_ref().map(RequestKey::repeated);
        let mut response = Response::new(self.store.write(call.caller, call.key, write).await?);
        if repeated.is_some_and(|repeated| repeated.load(Ordering::Relaxed)) {
            let said = MetadataValue::from_static("true");
            let metadata = response.metadata_mut();
            metadata.insert(backlog_api::metadata::REPEATED, said);
        }
        Ok(response)
    }
}
