//! Thousands of requests that nobody thought of, made from the description by
//! schemathesis: none ends in a fault, and each answer is one that is
//! described. <https://schemathesis.readthedocs.io>

use std::process::Command;

use backlog_tests::{Web, tool};

use super::{add, serve};

/// What is held against each answer. Left out: that whatever fits the schema is
/// accepted (a schema does not know which projects there are), and that nobody
/// without the token gets 401 (it is 403).
const CHECKS: &str = "not_a_server_error,status_code_conformance,content_type_conformance,\
    response_schema_conformance,negative_data_rejection,\
    unsupported_method,ignored_auth";

#[test]
fn no_request_that_a_description_allows_for_ends_in_a_fault() {
    let Some(schemathesis) = tool::schemathesis() else {
        return;
    };
    let (home, web) = serve();
    for title in ["One", "Two", "Three"] {
        add(&web, title);
    }
    let mut command = Command::new(schemathesis);
    home.settle(&mut command);
    command
        .arg("run")
        .arg(web.at("/api/openapi.json"))
        .args(["--header", &format!("Authorization: Bearer {}", web.token)])
        // It never ends.
        .args(["--exclude-path", "/api/events"])
        .args(["--phases", "examples,coverage,fuzzing"])
        .args(["--max-examples", "20", "--seed", "7", "--no-color"])
        .args(["--checks", CHECKS])
        .args(["--warnings", "off"]);
    let output = command.output().expect("it runs");
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stdout)
    );
    assert_alive(&web);
}

#[track_caller]
fn assert_alive(web: &Web) {
    assert_eq!(web.get("/healthz").status, 200);
    web.get("/api/tasks").ok();
}
