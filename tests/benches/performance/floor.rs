//! The floor that the command line is measured against: a bare tonic client
//! that connects to the socket, makes the one unary call, and ends.
//!
//! It is this benchmark's own executable, run as
//! `performance floor SOCKET list|add|show|search|find|activity ARG`.

use std::{
    env,
    path::Path,
    process::{Command, ExitCode},
};

use backlog_api::v1::{
    self, activity_service_client::ActivityServiceClient,
    search_service_client::SearchServiceClient, task_service_client::TaskServiceClient,
};
use hyper_util::rt::TokioIo;
use prost::Message as _;
use tonic::transport::{Channel, Endpoint, Uri};

/// The command that makes one call.
pub fn command(socket: &Path, call: &str, arg: &str) -> Command {
    let mut command = Command::new(env::current_exe().expect("this executable"));
    command.arg("floor").arg(socket).args([call, arg]);
    command
}

/// Makes the call, where that is what this process was started for.
pub fn run_if_asked() -> Option<ExitCode> {
    let mut args = env::args().skip(1);
    if args.next().as_deref() != Some("floor") {
        return None;
    }
    let [socket, call, arg] = [args.next()?, args.next()?, args.next()?];
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .ok()?;
    Some(match runtime.block_on(make(socket, &call, &arg)) {
        Ok(bytes) => {
            println!("{bytes}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    })
}

async fn make(socket: String, call: &str, arg: &str) -> Result<usize, Box<dyn std::error::Error>> {
    let channel: Channel = Endpoint::from_static("http://backlogd")
        .connect_with_connector(tower::service_fn(move |_: Uri| {
            let socket = socket.clone();
            async move {
                let stream = tokio::net::UnixStream::connect(socket).await?;
                Ok::<_, std::io::Error>(TokioIo::new(stream))
            }
        }))
        .await?;
    let mut tasks = TaskServiceClient::new(channel.clone());
    let list = |search: &str| v1::ListTasksRequest {
        filter: Some(v1::TaskFilter {
            search: search.to_owned(),
            ..Default::default()
        }),
        view: v1::TaskView::Basic.into(),
        ..Default::default()
    };
    Ok(match call {
        "list" => tasks.list_tasks(list("")).await?.into_inner().encoded_len(),
        "search" => tasks
            .list_tasks(list(arg))
            .await?
            .into_inner()
            .encoded_len(),
        "find" => {
            let request = v1::SearchRequest {
                query: arg.to_owned(),
                ..Default::default()
            };
            let mut everything = SearchServiceClient::new(channel);
            everything.search(request).await?.into_inner().encoded_len()
        }
        "activity" => {
            let mut log = ActivityServiceClient::new(channel);
            let request = v1::ListActivitiesRequest::default();
            log.list_activities(request)
                .await?
                .into_inner()
                .encoded_len()
        }
        "show" => {
            let request = v1::GetTaskRequest {
                task: arg.to_owned(),
            };
            tasks.get_task(request).await?.into_inner().encoded_len()
        }
        _ => {
            let fields = v1::TaskFields {
                title: arg.to_owned(),
                ..Default::default()
            };
            let request = v1::CreateTaskRequest {
                fields: Some(fields),
                ..Default::default()
            };
            tasks.create_task(request).await?.into_inner().encoded_len()
        }
    })
}
