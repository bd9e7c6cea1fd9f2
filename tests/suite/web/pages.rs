//! The dashboard's files.

use std::fs;

use backlog_tests::{Home, Web};

use super::serve;

#[test]
fn every_view_has_the_page_and_every_file_its_type() {
    let (_home, web) = serve();
    let page = web.bare("GET /", &[], "");
    assert_eq!(
        page.header("content-type"),
        Some("text/html; charset=utf-8")
    );
    assert_eq!(page.header("cache-control"), Some("no-cache"));
    for path in ["/tasks", "/tasks/TASK-1", "/plans/01J"] {
        assert_eq!(
            web.bare(&format!("GET {path}"), &[], "").body,
            page.body,
            "{path}"
        );
    }
    for path in [
        "/nothing.js",
        "/../Cargo.toml",
        "/%2e%2e/Cargo.toml",
        "//etc/passwd.x",
    ] {
        assert_eq!(
            web.bare(&format!("GET {path}"), &[], "").status,
            404,
            "{path}"
        );
    }
    assert_eq!(
        web.bare("POST /", &[("content-type", "application/json")], "{}")
            .status,
        404
    );
}

#[test]
fn a_file_is_sent_packed_and_once() {
    let (_home, web) = serve();
    let plain = web.bare("GET /", &[], "");
    let packed = web.bare("GET /", &[("accept-encoding", "gzip, br")], "");
    assert_eq!(packed.header("content-encoding"), Some("br"));
    assert!(packed.body.len() < plain.body.len());
    let gzip = web.bare("GET /", &[("accept-encoding", "gzip, br;q=0")], "");
    assert_eq!(gzip.header("content-encoding"), Some("gzip"));
    let tag = packed.header("etag").expect("a tag").to_owned();
    let known = [("accept-encoding", "br"), ("if-none-match", tag.as_str())];
    let again = web.bare("GET /", &known, "");
    assert_eq!((again.status, again.body.len()), (304, 0));
    let other = web.bare("GET /", &known[1..], "");
    assert_eq!(other.status, 200, "a tag is of one form of a file");
}

#[test]
fn files_from_a_directory_are_read_anew() {
    let home = Home::with_project();
    let dir = home.path().join("assets");
    fs::create_dir(&dir).expect("a directory");
    fs::write(dir.join("index.html"), "one").expect("a file");
    fs::write(home.path().join("secret.txt"), "no").expect("a file");
    std::os::unix::fs::symlink(home.path().join("secret.txt"), dir.join("link.txt"))
        .expect("a link");
    let mut command = home.command([
        "web",
        "--port",
        "0",
        "--no-browser",
        "--json",
        "--assets-dir",
    ]);
    let web = Web::of(command.arg(&dir));
    assert_eq!(web.bare("GET /", &[], "").text(), "one");
    fs::write(dir.join("index.html"), "two").expect("a file");
    assert_eq!(web.bare("GET /", &[], "").text(), "two");
    for path in [
        "/../secret.txt",
        "/%2e%2e/secret.txt",
        "/..%2fsecret.txt",
        "/link.txt",
    ] {
        assert_eq!(
            web.bare(&format!("GET {path}"), &[], "").status,
            404,
            "{path}"
        );
    }
}
