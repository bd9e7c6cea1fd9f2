use std::path::Path;

use serde_json::{Value, json};

use super::super::{Findings, document};

/// The findings of a run of `tool` with these rules and results.
fn converted(rules: &Value, results: &Value) -> Findings {
    let text = json!({
        "version": "2.1.0", "$schema": "x",
        "runs": [{"results": results, "tool": {"driver": {"name": "Scan", "rules": rules}}}],
    });
    document::parse(&text.to_string(), Path::new("/app")).expect("SARIF")
}

fn at(line: u64, snippet: &str) -> Value {
    json!([{"physicalLocation": {
        "artifactLocation": {"uri": "src/a.js"},
        "region": {"startLine": line, "startColumn": 3, "snippet": {"text": snippet}},
    }}])
}

fn refs(results: &Value) -> Vec<String> {
    let findings = converted(&json!([]), results).findings;
    findings.into_iter().map(|one| one.external_ref).collect()
}

#[test]
fn a_result_is_a_finding_with_all_that_it_and_its_rule_say() {
    let findings = converted(
        &json!([{
            "id": "js/eval", "shortDescription": {"text": "Use of eval"},
            "fullDescription": {"text": "It runs anything."}, "helpUri": "https://example.com/eval",
            "messageStrings": {"default": {"text": "{0} is run"}},
            "defaultConfiguration": {"level": "error"},
            "properties": {"tags": ["security", "external/cwe/cwe-095", "A sentence as a tag"]},
        }]),
        &json!([{
            "ruleIndex": 0, "message": {"id": "default", "arguments": ["text"]},
            "locations": at(7, "  return eval(text);"),
        }]),
    );
    let finding = &findings.findings[0];
    let told = [
        &finding.title,
        &finding.source,
        &finding.external_ref,
        &finding.labels.join(" "),
        &finding.place,
        &finding.description,
    ];
    insta::assert_snapshot!(told.map(String::as_str).join("\n"), @r"
    text is run (src/a.js)
    Scan
    js/eval@src/a.js#6d8f588aa998
    security cwe-95
    runs[0].results[0]
    text is run

    Where: `src/a.js:7:3`

    ```
      return eval(text);
    ```

    Rule: `js/eval`

    Use of eval

    It runs anything.

    See: https://example.com/eval
    ");
    assert_eq!(finding.r#type(), backlog_api::v1::TaskType::Vulnerability);
    assert_eq!(finding.priority, 2);
}

#[test]
fn a_severity_counts_more_than_a_level_and_a_level_more_than_its_rules() {
    let priority = |rule: Value, result: Value| {
        let mut result = result;
        result["ruleId"] = json!("r");
        let mut rule = rule;
        rule["id"] = json!("r");
        converted(&json!([rule]), &json!([result])).findings[0].priority
    };
    let severe = |severity: Value| json!({"properties": {"security-severity": severity}});
    assert_eq!(priority(severe(json!("9.8")), json!({"level": "note"})), 1);
    assert_eq!(priority(severe(json!(7.5)), json!({})), 2);
    assert_eq!(priority(severe(json!("4.0")), json!({})), 3);
    assert_eq!(priority(severe(json!("0.1")), json!({"level": "error"})), 4);
    assert_eq!(
        priority(severe(json!("high")), json!({"level": "error"})),
        2
    );
    let level = json!({"defaultConfiguration": {"level": "note"}});
    assert_eq!(priority(level.clone(), json!({})), 4);
    assert_eq!(priority(level, json!({"level": "error"})), 2);
    assert_eq!(priority(json!({}), json!({})), 3);
    assert_eq!(priority(json!({}), json!({"level": "none"})), 5);
}

#[test]
fn what_bandit_rates_is_a_vulnerability() {
    let rated = json!({"issue_confidence": "HIGH", "issue_severity": "LOW"});
    let result = |properties: Value| json!({"ruleId": "B101", "properties": properties});
    let findings = converted(&json!([]), &json!([result(rated), result(json!({}))])).findings;
    assert_eq!(
        findings[0].r#type(),
        backlog_api::v1::TaskType::Vulnerability
    );
    assert_eq!(findings[1].r#type(), backlog_api::v1::TaskType::Issue);
}

#[test]
fn what_is_no_flaw_is_no_finding() {
    let findings = converted(
        &json!([]),
        &json!([
            {"ruleId": "a", "kind": "pass"},
            {"ruleId": "b", "kind": "notApplicable"},
            {"ruleId": "c", "kind": "informational"},
            {"ruleId": "d", "baselineState": "absent"},
            {"ruleId": "e", "suppressions": [{"kind": "inSource"}]},
            {"ruleId": "f", "suppressions": [{"status": "rejected"}, {"status": "accepted"}]},
            {"ruleId": "g", "suppressions": [{"status": "underReview"}]},
            {"ruleId": "h", "suppressions": []},
            {"ruleId": "i", "kind": "review"},
            {"ruleId": "j", "kind": "fail", "baselineState": "unchanged"},
        ]),
    );
    let kept = findings.findings.iter();
    let kept: String = kept.map(|one| &one.external_ref[..1]).collect();
    assert_eq!((kept.as_str(), findings.suppressed), ("ghij", 2));
}

#[test]
fn a_name_stays_when_lines_move_and_differs_where_flaws_differ() {
    let result = |line, snippet| json!({"ruleId": "r", "message": {"text": "m"}, "locations": at(line, snippet)});
    let before = refs(&json!([
        result(3, "eval(a)"),
        result(9, "eval(b)"),
        result(12, "eval(a)")
    ]));
    // Indented, moved down, and told in another order.
    let after = refs(&json!([
        result(40, "  eval(a)"),
        result(20, "eval(b)\n"),
        result(10, "  eval(a)")
    ]));
    assert_eq!(before.len(), 3);
    assert_eq!(before[2], format!("{}#2", before[0]));
    assert_eq!(
        after,
        [before[2].clone(), before[1].clone(), before[0].clone()]
    );
}

#[test]
fn fingerprints_name_a_result_before_its_code_does() {
    let result = |line: u64, marks: Value| {
        let mut result = json!({"ruleId": "r", "locations": at(line, "eval(a)")});
        for (name, value) in marks.as_object().expect("an object") {
            result[name] = value.clone();
        }
        result
    };
    let hash = |value: &str, column: &str| {
        json!({"partialFingerprints": {
            "primaryLocationLineHash": value, "primaryLocationStartColumnFingerprint": column,
        }})
    };
    let names = refs(&json!([
        result(1, hash("39fa2ee980eb94b0:1", "4")),
        result(1, json!({"fingerprints": {"id/v1": "0123456789abcdef"}})),
        // What Semgrep writes without an account.
        result(
            1,
            json!({"fingerprints": {"matchBasedId/v1": "requires login"}})
        ),
        result(2, json!({})),
    ]));
    assert_eq!(names[0], "r@src/a.js#39fa2ee980eb94b0:1");
    assert_eq!(names[1], "r@src/a.js#0123456789abcdef");
    assert_eq!(names[3], format!("{}#2", names[2]));
    let moved = refs(&json!([result(9, hash("39fa2ee980eb94b0:1", "8"))]));
    assert_eq!(moved[0], names[0]);
}

#[test]
fn two_runs_that_tell_the_same_make_one_finding() {
    let run = json!({
        "tool": {"driver": {"name": "Scan"}},
        "results": [{"ruleId": "r", "message": {"text": "m"}, "locations": at(1, "x")}],
    });
    let other = json!({"tool": {"driver": {"name": "Other"}}, "results": run["results"]});
    let text = json!({"version": "2.1.0", "runs": [run, run, other, {"tool": {"driver": {"name": "None"}}}]});
    let findings = document::parse(&text.to_string(), Path::new("/app")).expect("SARIF");
    assert_eq!((findings.findings.len(), findings.repeated), (2, 1));
}

#[test]
fn two_runs_that_tell_the_same_words_of_other_places_make_a_finding_each() {
    let result =
        |line| json!({"ruleId": "r", "message": {"text": "m"}, "locations": at(line, "x")});
    let run = |results: Value| json!({"tool": {"driver": {"name": "Scan"}}, "results": results});
    let text = json!({"version": "2.1.0", "runs": [
        run(json!([result(3), result(3)])), run(json!([result(9), result(3)])),
    ]});
    let findings = document::parse(&text.to_string(), Path::new("/app")).expect("SARIF");
    let names = findings
        .findings
        .iter()
        .map(|one| one.external_ref.as_str());
    let name = "r@src/a.js#2d711642b726";
    assert_eq!(
        names.collect::<Vec<_>>(),
        [name, &format!("{name}#2"), &format!("{name}#3")]
    );
    assert_eq!(findings.repeated, 1);
}

#[test]
fn packages_of_one_repository_are_told_apart_by_what_their_paths_begin_with() {
    let run = |base: &str| {
        let mut location = at(3, "x");
        location[0]["physicalLocation"]["artifactLocation"]["uriBaseId"] = json!("PKG");
        json!({
            "tool": {"driver": {"name": "Scan"}},
            "originalUriBaseIds": {
                "PKG": {"uri": format!("packages/{base}/"), "uriBaseId": "TOP"},
                "TOP": {"uri": "file:///app/"},
            },
            "results": [{"ruleId": "r", "message": {"text": "m"}, "locations": location}],
        })
    };
    let text = json!({"version": "2.1.0", "runs": [run("api"), run("web")]});
    let findings = document::parse(&text.to_string(), Path::new("/app")).expect("SARIF");
    let names = findings
        .findings
        .iter()
        .map(|one| one.external_ref.as_str());
    assert_eq!(
        names.collect::<Vec<_>>(),
        [
            "r@packages/api/src/a.js#2d711642b726",
            "r@packages/web/src/a.js#2d711642b726"
        ]
    );
}

#[test]
fn rules_of_extensions_are_found() {
    let text = json!({"version": "2.1.0", "runs": [{
        "tool": {
            "driver": {"name": "CodeQL"},
            "extensions": [{"name": "q", "rules": [
                {"id": "x"},
                {"id": "js/xss", "properties": {"security-severity": "9.1"}},
            ]}],
        },
        "results": [
            {"ruleId": "js/xss", "rule": {"index": 1, "toolComponent": {"index": 0}}},
            {"ruleId": "js/xss/2"},
        ],
    }]});
    let findings = document::parse(&text.to_string(), Path::new("/app")).expect("SARIF");
    let priorities: Vec<_> = findings.findings.iter().map(|one| one.priority).collect();
    assert_eq!(priorities, [1, 1]);
}

#[test]
fn null_and_minus_one_are_nothing_said() {
    let text = json!({"version": "2.1.0", "runs": [{
        "tool": {"driver": {"name": "t", "rules": null}, "extensions": null},
        "results": [{
            "ruleId": "r", "ruleIndex": -1,
            "rule": {"index": -1, "toolComponent": {"index": -1}},
            "message": {"text": "m", "arguments": null},
            "locations": null, "fingerprints": null, "partialFingerprints": null,
            "suppressions": null, "properties": {"tags": null},
        }],
    }]});
    let findings = document::parse(&text.to_string(), Path::new("/app")).expect("SARIF");
    assert_eq!(findings.findings.len(), 1);
}

#[test]
fn a_result_that_is_wrong_costs_that_one_alone() {
    let findings = converted(
        &json!([]),
        &json!([
            {"level": "bogus", "message": {"text": "a"}},
            {"message": {"text": "b"}, "locations": at(3, "x")},
            {"message": 7},
            {"message": {"text": "c"}, "locations": [{"physicalLocation": {"region": {"startLine": -3}}}]},
        ]),
    );
    let titles: Vec<_> = findings.findings.iter().map(|one| &one.title).collect();
    assert_eq!(titles, ["b (src/a.js)", "c"]);
    let told: Vec<_> = findings
        .problems
        .iter()
        .map(|one| format!("{}: {}", one.place, one.message))
        .collect();
    insta::assert_snapshot!(told.join("\n"), @r"
    runs[0].results[0]: level: `bogus` is not one of `none`, `note`, `warning`, `error`
    runs[0].results[2]: message: integer `7` is not an object
    ");
    assert_eq!(findings.wrong, 2);
}
