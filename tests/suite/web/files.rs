//! Attachments over HTTP.

use backlog_tests::web::Answer;

use super::{Web, add, serve};

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR";

/// Uploads a file.
#[track_caller]
pub(super) fn upload(web: &Web, name: &str, content: &[u8], fields: &[(&str, &str)]) -> Answer {
    let mut body = Vec::new();
    for (field, value) in fields {
        let head =
            format!("--b\r\ncontent-disposition: form-data; name=\"{field}\"\r\n\r\n{value}\r\n");
        body.extend_from_slice(head.as_bytes());
    }
    let head = format!(
        "--b\r\ncontent-disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\
         content-type: text/html\r\n\r\n"
    );
    body.extend_from_slice(head.as_bytes());
    body.extend_from_slice(content);
    body.extend_from_slice(b"\r\n--b--\r\n");
    let mut request = format!(
        "POST /api/attachments HTTP/1.1\r\nhost: localhost:{}\r\nconnection: close\r\n\
         authorization: Bearer {}\r\ncontent-type: multipart/form-data; boundary=b\r\n\
         content-length: {}\r\n\r\n",
        web.port,
        web.token,
        body.len()
    )
    .into_bytes();
    request.extend_from_slice(&body);
    web.raw(&request)
}

const TASK: [(&str, &str); 2] = [("linked_type", "task"), ("linked_id", "TASK-1")];

#[test]
fn a_file_is_attached_fetched_looked_at_and_deleted() {
    let (home, web) = serve();
    add(&web, "One");
    let made = upload(&web, "shot.png", PNG, &TASK);
    assert_eq!(made.status, 201, "{}", made.text());
    let made = made.json();
    assert_eq!(
        (&made["mime_type"], &made["task_ref"]),
        (&"image/png".into(), &"TASK-1".into())
    );
    let id = made["id"].as_str().expect("an id").to_owned();
    let path = format!("/api/attachments/{id}");

    let saved = web.get(&path);
    assert_eq!(saved.body, PNG);
    assert_eq!(
        saved.header("content-type"),
        Some("application/octet-stream")
    );
    assert_eq!(
        saved.header("content-disposition"),
        Some("attachment; filename=\"shot.png\"; filename*=UTF-8''shot.png")
    );
    let shown = web.get(&format!("{path}?inline=true"));
    assert_eq!(shown.header("content-type"), Some("image/png"));
    assert!(
        shown
            .header("content-disposition")
            .is_some_and(|how| how.starts_with("inline;"))
    );
    for answer in [saved, shown] {
        assert_eq!(
            answer.header("content-security-policy"),
            Some("default-src 'none'; sandbox")
        );
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
    }
    let list = web.get("/api/attachments?task_id=1").ok();
    assert_eq!(list["attachments"][0], made);
    assert_eq!(list, web.get("/api/attachments?project=app").ok());
    assert_eq!(
        list,
        home.run(["attachment", "list", "--task", "1", "--json"])
            .json()
    );
    assert_eq!(web.delete(&path).status, 204);
    web.get(&path).refused(404, "attachment_not_found");
}

#[test]
fn a_doc_has_attachments_too() {
    let (_home, web) = serve();
    let doc = web
        .post(
            "/api/docs",
            serde_json::json!({"project": "app", "title": "Guide"}),
        )
        .ok();
    let id = doc["id"].as_str().expect("an id");
    let named = [
        ("linked_type", "doc"),
        ("linked_id", id),
        ("name", "notes.txt"),
    ];
    let made = upload(&web, "a.txt", b"text", &named);
    assert_eq!(made.json()["name"], "notes.txt");
    let list = web.get(&format!("/api/attachments?doc_id={id}")).ok();
    assert_eq!(list["attachments"].as_array().map(Vec::len), Some(1));
}

#[test]
fn an_upload_that_makes_no_sense_is_refused() {
    let (_home, web) = serve();
    add(&web, "One");
    upload(&web, "a", b"x", &[]).refused(400, "invalid_value");
    upload(
        &web,
        "a",
        b"x",
        &[("linked_type", "plan"), ("linked_id", "1")],
    )
    .refused(400, "invalid_value");
    upload(
        &web,
        "a",
        b"x",
        &[("linked_type", "task"), ("linked_id", "9")],
    )
    .refused(404, "task_not_found");
    upload(&web, "a", b"x", &[TASK[0], TASK[1], ("size", "1")]).refused(422, "unknown_field");
    web.post("/api/attachments", serde_json::json!({}))
        .refused(415, "not_multipart");
}

#[test]
fn a_file_of_ten_mebibytes_is_taken_and_a_larger_one_is_refused_while_it_arrives() {
    let (_home, web) = serve();
    add(&web, "One");
    let largest = vec![b'x'; 10 << 20];
    assert_eq!(upload(&web, "big", &largest, &TASK).status, 201);
    let more = vec![b'x'; (10 << 20) + 1];
    upload(&web, "big", &more, &TASK).refused(413, "too_large");
    let list = web.get("/api/attachments?task_id=1").ok();
    assert_eq!(list["attachments"].as_array().map(Vec::len), Some(1));
    let id = list["attachments"][0]["id"].as_str().expect("an id");
    assert_eq!(web.get(&format!("/api/attachments/{id}")).body, largest);
}
