//! Any gRPC client can use the daemon, without our code: here `buf curl`, which
//! learns the services by reflection, as grpcurl does.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use backlog_tests::{Home, Ran, home, tool};
use serde_json::Value;

const SERVICES: &[&str] = &[
    "backlog.v1.ActivityService",
    "backlog.v1.CommentService",
    "backlog.v1.LabelService",
    "backlog.v1.PlanService",
    "backlog.v1.ProjectService",
    "backlog.v1.ReportService",
    "backlog.v1.SearchService",
    "backlog.v1.TaskService",
    "backlog.v1.TrashService",
    "backlog.v1.WorkspaceService",
    "grpc.health.v1.Health",
];

/// A workspace and a client that knows nothing of it but its socket.
struct Stranger {
    buf: PathBuf,
    home: Home,
}

impl Stranger {
    fn new() -> Option<Self> {
        Some(Self {
            buf: tool::buf()?,
            home: Home::with_project(),
        })
    }

    fn curl(&self, path: &str, args: &[&str]) -> Ran {
        let meeting = self.home.daemon().meeting().expect("a daemon runs");
        let mut command = Command::new(&self.buf);
        command
            .args(["curl", "--protocol", "grpc", "--http2-prior-knowledge"])
            .args([
                "--unix-socket",
                meeting["endpoint"].as_str().expect("a path"),
            ])
            .args(args)
            .arg(format!("http://localhost{path}"));
        self.home.settle(&mut command);
        home::run(&mut command)
    }

    fn call(&self, method: &str, request: &str) -> Ran {
        self.curl(method, &["-H", "backlog-actor: ai:buf", "-d", request])
    }
}

#[test]
fn the_services_are_listed_by_both_versions_of_reflection() {
    let Some(stranger) = Stranger::new() else {
        return;
    };
    for version in ["grpc-v1", "grpc-v1alpha"] {
        let listed = stranger
            .curl("", &["--reflect-protocol", version, "--list-services"])
            .ok();
        let listed = listed.stdout();
        for service in SERVICES {
            assert!(
                listed.lines().any(|line| line == *service),
                "no {service} by {version}: {listed}"
            );
        }
    }
}

#[test]
fn a_client_of_any_make_adds_a_task_and_lists_it() {
    let Some(stranger) = Stranger::new() else {
        return;
    };
    let made = stranger
        .call(
            "/backlog.v1.TaskService/CreateTask",
            r#"{"project": "app", "fields": {"title": "By any client", "priority": 2}}"#,
        )
        .json();
    assert_eq!(made["task"]["seq"], "1");
    let listed = stranger
        .call("/backlog.v1.TaskService/ListTasks", "{}")
        .json();
    assert_eq!(listed["tasks"][0]["title"], "By any client");

    let task = stranger
        .home
        .run(["task", "show", "TASK-1", "--json"])
        .json();
    assert_eq!(task["title"], "By any client");
    assert_eq!(task["priority"], 2);
    assert_eq!(task["actor"]["name"], "buf");
}

#[test]
fn a_refusal_has_a_code_and_its_details() {
    let Some(stranger) = Stranger::new() else {
        return;
    };
    let ran = stranger.call("/backlog.v1.TaskService/GetTask", r#"{"task": "TASK-9"}"#);
    assert_ne!(ran.code(), Some(0));
    let told: Value = serde_json::from_str(&ran.stderr()).expect("JSON");
    assert_eq!(told["code"], "not_found");
    assert_eq!(told["message"], "no task TASK-9");
    let types: Vec<&str> = told["details"]
        .as_array()
        .expect("details")
        .iter()
        .filter_map(|detail| detail["type"].as_str())
        .collect();
    assert_eq!(types, ["google.rpc.ErrorInfo", "google.rpc.ResourceInfo"]);
}

#[test]
fn health_answers_that_it_serves() {
    let Some(stranger) = Stranger::new() else {
        return;
    };
    let health = stranger.call("/grpc.health.v1.Health/Check", "{}").json();
    assert_eq!(health["status"], "SERVING");
}

#[test]
fn the_protos_pass_buf_lint() {
    let Some(buf) = tool::buf() else { return };
    let home = Home::new();
    let protos = Path::new(env!("CARGO_MANIFEST_DIR")).join("../proto");
    let mut command = Command::new(buf);
    command.arg("lint");
    home.settle(&mut command);
    let ran = home::run(command.current_dir(protos)).ok();
    assert_eq!(ran.stdout(), "");
}
