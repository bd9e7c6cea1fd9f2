//! The skills, by the protocol's extension for them.

use std::{fs, path::Path};

use backlog_tests::{Home, Mcp};
use rmcp::model::{
    GetSkillRequestParams, ReadResourceRequestParams, ResourceContents, SKILLS_EXTENSION_ID,
    SkillResources,
};
use serde_json::json;

use super::clients::in_both_eras;

#[test]
fn the_skills_that_are_served_are_those_that_are_installed_byte_by_byte() {
    in_both_eras(&async |_, client| {
        let skills = client.list_all_skills().await.expect("a list");
        let names: Vec<&str> = skills.iter().map(|skill| skill.name()).collect();
        let expected = [
            "backlog",
            "backlog-loop",
            "backlog-goal",
            "backlog-enhance-tasks",
            "backlog-memory",
        ];
        assert_eq!(names, expected);
        for skill in &skills {
            // The client has held it against the rules of the extension.
            let asked = GetSkillRequestParams::new(&skill.uri);
            let got = client.get_skill(asked).await.expect("it is there").skill;
            assert_eq!(got, *skill);
            let SkillResources::Files(files) = &skill.resources else {
                panic!("{skill:?}");
            };
            for file in files {
                let asked = ReadResourceRequestParams::new(&file.uri);
                let read = client.read_resource(asked).await.expect("it is there");
                let ResourceContents::TextResourceContents { text, .. } = &read.contents[0] else {
                    panic!("{read:?}");
                };
                file.verify(text.as_bytes()).expect("it is what was told");
                let path = file.uri.strip_prefix("skill://").expect("a skill's");
                let ours = Path::new(env!("CARGO_MANIFEST_DIR")).join("../backlog-cli/skills");
                let ours = fs::read_to_string(ours.join(path)).expect("a file");
                assert_eq!(*text, ours, "{path}");
            }
            let text = &skill.frontmatter.description;
            assert!(text.contains("Use it"), "it says when to use it: {text}");
        }
        client.cancel().await.expect("it ends");
    });
}

#[test]
fn skills_need_no_workspace_and_an_unknown_one_is_refused() {
    let home = Home::new();
    let mut server = Mcp::start(&home, &["--tools", "core", "--read-only"]);
    let answer = server.shake_hands("a");
    let extensions = &answer["result"]["capabilities"]["extensions"];
    assert_eq!(extensions[SKILLS_EXTENSION_ID], json!({}));
    let listed = server.request("skills/list", json!({}));
    assert_eq!(
        listed["result"]["skills"].as_array().map(Vec::len),
        Some(5),
        "{listed}"
    );
    for uri in [
        "skill://nothing/SKILL.md",
        "skill://backlog/references/commands.md",
        "backlog://guide",
    ] {
        let answer = server.request("skills/get", json!({"uri": uri}));
        assert_eq!(answer["error"]["code"], -32602, "{uri}: {answer}");
    }
    let answer = server.request("resources/read", json!({"uri": "skill://backlog/../x"}));
    assert_eq!(answer["error"]["code"], -32002, "{answer}");
}
