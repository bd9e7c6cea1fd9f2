//! Who may call: by which address, from which page, with which proof.

use serde_json::json;

use super::{Web, add, serve};

const JSON: (&str, &str) = ("content-type", "application/json");

fn task() -> String {
    json!({"project": "app", "title": "x"}).to_string()
}

#[track_caller]
fn assert_untouched(web: &Web) {
    assert_eq!(web.get("/api/tasks").ok()["page"]["total"], 0);
}

#[test]
fn a_foreign_host_gets_nothing_not_even_the_page() {
    let (_home, web) = serve();
    let token = format!("Bearer {}", web.token);
    let authorized = ("authorization", token.as_str());
    let port = web.port;
    for host in [
        "evil.example".to_owned(),
        format!("evil.example:{port}"),
        format!("localhost.evil.example:{port}"),
        "localhost:1".to_owned(),
        "localhost".to_owned(),
        format!("192.168.0.1:{port}"),
        String::new(),
    ] {
        for line in [
            "GET /",
            "GET /main.js",
            "GET /api/tasks",
            "POST /api/tasks",
            "GET /healthz",
        ] {
            let answer = web.bare(line, &[("host", &host), authorized, JSON], "{}");
            answer.refused(403, "foreign_host");
        }
    }
    let twice = [("host", "evil.example"), ("Host", "localhost")];
    assert!(matches!(web.bare("GET /", &twice, "").status, 400 | 403));
    let absolute = web.bare(
        &format!("GET http://evil.example:{port}/api/tasks"),
        &[authorized],
        "",
    );
    absolute.refused(403, "foreign_host");
    for host in ["localhost", "127.0.0.1", "[::1]"] {
        let host = format!("{host}:{port}");
        assert_eq!(
            web.bare("GET /api/tasks", &[("host", &host), authorized], "")
                .status,
            200
        );
    }
    assert_untouched(&web);
}

#[test]
fn a_foreign_page_gets_nothing_whatever_it_knows() {
    let (_home, web) = serve();
    let (cookie, token) = (web.cookie(), format!("Bearer {}", web.token));
    let other_port = format!("http://localhost:{}", web.port.wrapping_add(1));
    for proof in [
        ("cookie", cookie.as_str()),
        ("authorization", token.as_str()),
    ] {
        for origin in [
            "https://evil.example",
            "null",
            other_port.as_str(),
            "file://",
        ] {
            for line in [
                "POST /api/tasks",
                "GET /api/tasks",
                "GET /api/events",
                "GET /",
            ] {
                let answer = web.bare(line, &[proof, JSON, ("origin", origin)], &task());
                answer.refused(403, "foreign_origin");
                assert_eq!(answer.header("access-control-allow-origin"), None);
            }
        }
        for site in ["cross-site", "same-site"] {
            let answer = web.bare("GET /api/tasks", &[proof, ("sec-fetch-site", site)], "");
            answer.refused(403, "foreign_site");
        }
    }
    let asked = web.bare(
        "OPTIONS /api/tasks",
        &[
            ("origin", "https://evil.example"),
            ("access-control-request-method", "POST"),
        ],
        "",
    );
    asked.refused(403, "foreign_origin");
    assert_untouched(&web);
}

#[test]
fn a_form_of_another_site_writes_nothing() {
    let (_home, web) = serve();
    let cookie = web.cookie();
    for kind in [
        "application/x-www-form-urlencoded",
        "text/plain",
        "multipart/form-data; boundary=b",
    ] {
        let foreign = [
            ("cookie", cookie.as_str()),
            ("content-type", kind),
            ("origin", "https://evil.example"),
            ("sec-fetch-site", "cross-site"),
        ];
        web.bare("POST /api/tasks", &foreign, &task())
            .refused(403, "foreign_origin");
        // Where a browser tells less than it should, the cookie alone is nothing.
        web.bare("POST /api/tasks", &foreign[..2], &task())
            .refused(403, "token_required");
    }
    assert_untouched(&web);
}

#[test]
fn nobody_calls_without_the_token_or_with_another() {
    let (_home, web) = serve();
    for line in [
        "GET /api/tasks",
        "POST /api/tasks",
        "GET /api/events",
        "GET /api/openapi.json",
    ] {
        web.bare(line, &[JSON], &task())
            .refused(403, "token_required");
        for wrong in [
            "Bearer x".to_owned(),
            "Bearer ".to_owned(),
            format!("Basic {}", web.token),
            format!("Bearer {}x", web.token),
            web.token.clone(),
        ] {
            web.bare(line, &[JSON, ("authorization", &wrong)], &task())
                .refused(403, "token_wrong");
        }
        let cookie = format!("backlog-{}={}", web.port, web.token);
        let as_page = [
            JSON,
            ("cookie", &*cookie),
            ("sec-fetch-site", "same-origin"),
        ];
        web.bare(line, &as_page, &task())
            .refused(403, "token_required");
    }
    assert_untouched(&web);
}

#[test]
fn the_cookie_is_for_our_own_pages_in_a_browser() {
    let (_home, web) = serve();
    let cookie = web.cookie();
    assert!(
        cookie.starts_with(&format!("backlog-{}=", web.port)),
        "cookies ignore ports"
    );
    assert!(!cookie.contains(&web.token), "other ports are sent it too");
    let proof = ("cookie", cookie.as_str());
    let origin = format!("http://localhost:{}", web.port);
    let page = ("sec-fetch-site", "same-origin");
    assert_eq!(
        web.bare(
            "POST /api/tasks",
            &[proof, JSON, page, ("origin", &origin)],
            &task()
        )
        .status,
        201
    );
    assert_eq!(
        web.bare(
            "POST /api/tasks",
            &[proof, JSON, ("origin", &origin)],
            &task()
        )
        .status,
        201
    );
    assert_eq!(web.bare("GET /api/tasks", &[proof, page], "").status, 200);
    let user = ("sec-fetch-site", "none");
    assert_eq!(web.bare("GET /api/tasks", &[proof, user], "").status, 200);
    web.bare("POST /api/tasks", &[proof, JSON, user], &task())
        .refused(403, "token_required");
    web.bare("GET /api/events", &[proof, user], "")
        .refused(403, "token_required");
    web.bare("GET /api/tasks", &[proof], "")
        .refused(403, "token_required");
    web.bare("GET /api/events", &[proof], "")
        .refused(403, "token_required");
}

#[test]
fn the_token_in_the_address_is_changed_for_a_cookie_and_goes_no_further() {
    let (_home, web) = serve();
    let user = [("sec-fetch-site", "none")];
    let answer = web.bare(&format!("GET /tasks?token={}", web.token), &user, "");
    assert_eq!(
        (answer.status, answer.header("location")),
        (303, Some("/tasks"))
    );
    let cookie = answer.header("set-cookie").expect("a cookie");
    for part in ["HttpOnly", "SameSite=Strict", "Path=/"] {
        assert!(cookie.contains(part), "{cookie}");
    }
    assert_eq!(answer.header("referrer-policy"), Some("no-referrer"));
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    let elsewhere = web.bare(
        &format!("GET //evil.example/?token={}", web.token),
        &user,
        "",
    );
    assert_eq!(elsewhere.header("location"), Some("/evil.example/"));
    web.bare("GET /?token=guess", &user, "")
        .refused(403, "token_wrong");
    // A page that links here with a token of its own choosing.
    let foreign = [("sec-fetch-site", "cross-site")];
    web.bare(&format!("GET /?token={}", web.token), &foreign, "")
        .refused(403, "foreign_site");
    let in_api = web.bare(&format!("GET /api/tasks?token={}", web.token), &user, "");
    in_api.refused(403, "token_required");
}

#[test]
fn every_answer_tells_browsers_to_keep_to_themselves() {
    let (_home, web) = serve();
    add(&web, "One");
    let token = format!("Bearer {}", web.token);
    for line in [
        "GET /",
        "GET /main.js",
        "GET /api/tasks",
        "GET /api/nothing",
        "GET /nothing.js",
    ] {
        let answer = web.bare(line, &[("authorization", &token)], "");
        for (name, value) in [
            ("x-content-type-options", "nosniff"),
            ("referrer-policy", "no-referrer"),
            ("cross-origin-opener-policy", "same-origin"),
            ("cross-origin-resource-policy", "same-origin"),
        ] {
            assert_eq!(answer.header(name), Some(value), "{line}: {name}");
        }
        let policy = answer.header("content-security-policy").expect("a policy");
        for part in [
            "default-src 'self'",
            "connect-src 'self'",
            "base-uri 'none'",
            "frame-ancestors 'none'",
            "require-trusted-types-for 'script'",
        ] {
            assert!(policy.contains(part), "{line}: {policy}");
        }
        assert!(!policy.contains("unsafe"), "{policy}");
        assert_eq!(answer.header("access-control-allow-origin"), None);
    }
}
