//! What somebody stored must not act in the name of this server.

use serde_json::json;

use super::{add, files::upload, serve};

const SCRIPT: &str = "<script>alert(document.domain)</script>";
const TASK: [(&str, &str); 2] = [("linked_type", "task"), ("linked_id", "TASK-1")];

#[test]
fn a_script_in_markdown_is_text() {
    let (_home, web) = serve();
    for text in [
        SCRIPT,
        "<img src=x onerror=alert(1)>",
        "[click](javascript:alert(1))",
        "![x](https://evil.example/pixel.png)",
    ] {
        let html = web.post("/api/render", json!({"texts": [text]})).ok();
        let html = html["html"][0].as_str().expect("HTML");
        for part in ["<script", "<img", "href=\"javascript"] {
            assert!(!html.contains(part), "{text}: {html}");
        }
    }
}

#[test]
fn a_script_in_a_title_comes_as_json_that_no_browser_takes_for_a_page() {
    let (_home, web) = serve();
    assert_eq!(add(&web, SCRIPT)["title"], SCRIPT);
    for path in ["/api/tasks", "/api/tasks/1", "/api/activity"] {
        let answer = web.get(path);
        assert_eq!(
            answer.header("content-type"),
            Some("application/json"),
            "{path}"
        );
        assert_eq!(
            answer.header("x-content-type-options"),
            Some("nosniff"),
            "{path}"
        );
    }
    let missing = web.get("/api/tasks/%3Cscript%3E");
    assert_eq!(missing.header("content-type"), Some("application/json"));
}

#[test]
fn an_svg_and_a_page_are_only_for_saving_or_plain_text() {
    let (_home, web) = serve();
    add(&web, "One");
    let svg = format!("<svg xmlns=\"http://www.w3.org/2000/svg\">{SCRIPT}</svg>");
    for (name, content, kind) in [
        ("x.svg", svg.as_str(), "application/octet-stream"),
        ("x.html", SCRIPT, "text/plain; charset=utf-8"),
        ("x.xhtml", SCRIPT, "application/octet-stream"),
        ("x.pdf", "%PDF-1.4", "application/octet-stream"),
    ] {
        let made = upload(&web, name, content.as_bytes(), &TASK).json();
        let id = made["id"].as_str().expect("an id");
        let shown = web.get(&format!("/api/attachments/{id}?inline=true"));
        assert_eq!(shown.header("content-type"), Some(kind), "{name}");
        let how = shown.header("content-disposition").unwrap_or_default();
        let is_saved = kind == "application/octet-stream";
        assert_eq!(how.starts_with("attachment;"), is_saved, "{name}: {how}");
        assert_eq!(
            shown.header("content-security-policy"),
            Some("default-src 'none'; sandbox"),
            "{name}"
        );
    }
}

#[test]
fn a_file_name_cannot_leave_its_header_or_its_directory() {
    let (_home, web) = serve();
    add(&web, "One");
    for name in [
        "a; filename=evil.exe",
        "ü ☃.txt",
        "%0d%0aSet-Cookie: a=b",
        "a%22b.txt",
    ] {
        let named = [TASK[0], TASK[1], ("name", name)];
        let made = upload(&web, "x", b"x", &named);
        if made.status != 201 {
            made.refused(400, "invalid_value");
            continue;
        }
        let id = made.json()["id"].as_str().expect("an id").to_owned();
        let saved = web.get(&format!("/api/attachments/{id}"));
        let how = saved.header("content-disposition").expect("a name");
        assert_eq!(how.matches('"').count(), 2, "{how}");
        assert_eq!(saved.header("set-cookie"), None);
        let plain = how.split('"').nth(1).expect("a name");
        assert!(!plain.contains([';', '/', '\\', '%']), "{how}");
    }
}
