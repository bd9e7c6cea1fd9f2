//! The examples of docs/http.md, as a reader runs them.

use std::{fs, path::Path, process::Command};

use backlog_tests::{Home, Web, backlog_bin, home::run, tool};

#[test]
fn the_examples_of_the_documentation_work() {
    if Command::new("curl").arg("--version").output().is_err() {
        assert!(std::env::var_os("CI").is_none(), "no curl");
        return tool::skip("no curl");
    }
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/http.md");
    let page = fs::read_to_string(page).expect("the documentation");
    let home = Home::with_project();
    let web = Web::start(&home);
    let mut script = "set -eo pipefail\n".to_owned();
    for block in page.split("```sh\n").skip(1) {
        let block = block.split("```").next().unwrap_or_default();
        script.push_str(&block.replace("http://localhost:8080", &web.at("")));
    }
    assert!(script.matches("api ").count() > 10, "{script}");
    let mut bash = Command::new("bash");
    bash.args(["-c", &script]);
    home.settle(&mut bash);
    let path = std::env::var("PATH").unwrap_or_default();
    let bin = backlog_bin().parent().expect("a directory");
    bash.env("PATH", format!("{}:{path}", bin.display()));
    let told = run(&mut bash).ok().stdout();
    for part in ["\"ref\":\"TASK-1\"", "build.log", "event: ready"] {
        assert!(told.contains(part), "{part} in {told}");
    }
}
