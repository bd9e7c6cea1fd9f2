//! `/api/openapi.json` is true. Each answer in the tests around is held
//! against it too (see `backlog_tests::web`).

use super::serve;

#[test]
fn the_description_is_itself_in_order() {
    let (_home, web) = serve();
    let document = web.get("/api/openapi.json").ok();
    assert_eq!(document["openapi"], "3.1.0");
    let text = document.to_string();
    let schemas = document["components"]["schemas"]
        .as_object()
        .expect("schemas");
    for part in text.split("\"$ref\":\"").skip(1) {
        let reference = part.split('"').next().unwrap_or_default();
        let name = reference.strip_prefix("#/components/schemas/");
        assert!(
            name.is_some_and(|name| schemas.contains_key(name)),
            "{reference}"
        );
    }
    let mut names = std::collections::BTreeSet::new();
    for operations in document["paths"].as_object().expect("paths").values() {
        for operation in operations.as_object().expect("operations").values() {
            let name = operation["operationId"].as_str().expect("a name");
            assert!(names.insert(name.to_owned()), "{name} is there twice");
            let about = operation["summary"].as_str().expect("a sentence");
            assert!(about.ends_with('.'), "{about}");
            for parameter in operation["parameters"].as_array().expect("parameters") {
                assert!(parameter["schema"].is_object(), "{name}: {parameter}");
            }
        }
    }
}

#[test]
fn every_route_is_described_and_asks_for_the_token() {
    let (_home, web) = serve();
    let routes = web.routes();
    assert!(routes.len() > 60, "{routes:#?}");
    for route in routes {
        let (method, path) = route.split_once(' ').expect("a route");
        let path = path.replace(['{', '}'], "");
        let json = [("content-type", "application/json")];
        let answer = web.bare(&format!("{method} {path}"), &json, "{}");
        if path == "/healthz" {
            assert_eq!(answer.status, 200);
        } else {
            answer.refused(403, "token_required");
        }
    }
}

#[test]
fn dates_and_bounds_are_described_as_they_are_taken() {
    let (_home, web) = serve();
    let document = web.get("/api/openapi.json").ok();
    let patch = &document["paths"]["/api/tasks/{ref}"]["patch"]["requestBody"]["content"];
    let fields = &patch["application/json"]["schema"]["properties"];
    assert_eq!(fields["clear_due_at"].get("format"), None);
    let due = fields["due_date"].to_string();
    assert!(due.contains(r#""format":"date""#), "{due}");
    let defer = &fields["defer_until"];
    assert_eq!(defer.get("format"), None, "{defer}");
    let parameters = document["paths"]["/api/tasks"]["get"]["parameters"].clone();
    let schema = |name: &str| {
        let all = parameters.as_array().expect("parameters");
        let found = all.iter().find(|parameter| parameter["name"] == name);
        found.expect("it is described")["schema"].clone()
    };
    let limit = schema("limit");
    assert_eq!(
        (&limit["minimum"], &limit["maximum"], &limit["default"]),
        (&1.into(), &500.into(), &50.into())
    );
    assert_eq!(schema("offset")["minimum"], 0);
}
