//! Clients of others, none of ours: the official SDKs of both eras, the
//! Inspector, and the client of the SDK that the server is built with.

use std::{path::Path, process::Command};

use backlog_tests::{Home, backlog_bin, tool};
use rmcp::{
    ClientLifecycleMode, ClientServiceExt as _, RoleClient,
    model::{CallToolRequestParams, ClientConfig, Implementation, ProtocolVersion},
    service::RunningService,
    transport::TokioChildProcess,
};
use serde_json::{Value, json};

use super::with_tasks;

fn script(name: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("clients")
        .join(name)
}

/// Runs a client through one task, and sees that it was told what counts. It
/// is given the home, and these variables more.
#[track_caller]
fn works(home: &Home, mut command: Command, variables: &[(&str, &Path)]) {
    home.settle(&mut command);
    command.envs(variables.iter().copied());
    let ran = backlog_tests::home::run(&mut command).ok();
    let told: Value = serde_json::from_str(ran.stdout().lines().last().unwrap_or_default())
        .unwrap_or_else(|error| panic!("{error}: {}{}", ran.stdout(), ran.stderr()));
    assert_eq!(told["tools"].as_array().map(Vec::len), Some(23), "{told}");
    let text = |tool: &str| told[tool]["text"].as_str().unwrap_or_default().to_owned();
    assert!(text("task_claim").contains("TASK-1"), "{told}");
    assert!(
        text("task_complete").starts_with("TASK-1 is done"),
        "{told}"
    );
    assert_eq!(told["task_complete"]["isError"], false);
    assert_eq!(told["task_show"]["isError"], true);
    assert_eq!(
        text("task_show"),
        "No task TASK-99. Call task_list to see the tasks."
    );
    assert_eq!(told["resources"].as_array().map(Vec::len), Some(8));
    assert_eq!(told["prompts"].as_array().map(Vec::len), Some(5));
    let shown = home.run(["task", "show", "1", "--json"]).json();
    assert_eq!(shown["status"], "done");
    assert_eq!(shown["plans"].as_array().map(Vec::len), Some(1));
    assert_eq!(shown["comments"].as_array().map(Vec::len), Some(2));
}

#[test]
fn the_sdks_of_typescript_work_a_task_through_in_both_eras() {
    let Some(packages) = tool::mcp_packages() else {
        return;
    };
    for (name, era) in [
        ("sdk1.mjs", ""),
        ("sdk2.mjs", "legacy"),
        ("sdk2.mjs", "modern"),
    ] {
        let home = with_tasks(1);
        let mut command = Command::new(packages.join("node/bin/node"));
        command.arg(script(name)).arg(backlog_bin()).arg(era);
        let at = packages.parent().expect("a directory");
        works(&home, command, &[("CLIENT_PACKAGES", at)]);
    }
}

#[test]
fn the_sdks_of_python_work_a_task_through_in_both_eras() {
    for (major, era) in [(1, "v1"), (2, "legacy"), (2, "modern")] {
        let Some(python) = tool::mcp_python(major) else {
            return;
        };
        let home = with_tasks(1);
        let mut command = Command::new(python);
        command.arg(script("work.py")).arg(backlog_bin()).arg(era);
        works(&home, command, &[]);
    }
}

#[test]
fn the_inspector_finds_nothing_to_say_in_both_eras() {
    let Some(packages) = tool::mcp_packages() else {
        return;
    };
    for era in ["legacy", "modern", "auto"] {
        let home = with_tasks(1);
        for method in [
            vec!["tools/list", "--strict"],
            vec!["resources/list"],
            vec!["prompts/list"],
            vec![
                "tools/call",
                "--tool-name",
                "task_claim",
                "--tool-args-json",
                "{}",
            ],
        ] {
            let mut command = Command::new(packages.join("node/bin/node"));
            command
                .arg(packages.join(".bin/mcp-inspector"))
                .args([
                    "--cli",
                    "--quiet",
                    "--format",
                    "json",
                    "--protocol-era",
                    era,
                    "--method",
                ])
                .args(&method)
                .arg("--")
                .arg(backlog_bin())
                .args(["mcp", "serve"]);
            home.settle(&mut command);
            backlog_tests::home::run(&mut command).ok();
        }
        let shown = home.run(["task", "show", "1", "--json"]).json();
        assert_eq!(shown["status"], "doing", "{era}");
    }
}

/// Has the client of the server's own SDK talk to a server, in each era.
pub(super) fn in_both_eras(talk: &impl AsyncFn(&Home, RunningService<RoleClient, ClientConfig>)) {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    for era in [
        ClientLifecycleMode::Initialize,
        ClientLifecycleMode::Discover {
            preferred_versions: vec![ProtocolVersion::V_2026_07_28],
        },
    ] {
        let home = with_tasks(1);
        runtime.block_on(async {
            let command = tokio::process::Command::from(home.command(["mcp", "serve"]));
            let transport = TokioChildProcess::new(command).expect("it starts");
            let info =
                ClientConfig::new(Default::default(), Implementation::new("rmcp-client", "1"));
            let client = info
                .serve_with_lifecycle(transport, era)
                .await
                .expect("they understand each other");
            talk(&home, client).await;
        });
    }
}

#[test]
fn the_servers_own_sdk_works_as_a_client_in_both_eras() {
    in_both_eras(&async |home, client| {
        assert_eq!(client.list_all_tools().await.expect("a list").len(), 23);
        for (tool, arguments) in [
            ("task_claim", json!({})),
            ("task_complete", json!({"id": 1, "result": "done"})),
        ] {
            let mut params = CallToolRequestParams::new(tool);
            params.arguments = arguments.as_object().cloned();
            let result = client.call_tool(params).await.expect("a result");
            assert_ne!(result.is_error, Some(true), "{result:?}");
        }
        client.cancel().await.expect("it ends");
        let shown = home.run(["task", "show", "1", "--json"]).json();
        assert_eq!(shown["status"], "done");
        assert_eq!(shown["comments"][0]["actor"]["name"], "rmcp-client");
    });
}
