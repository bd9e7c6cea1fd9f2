//! JSON with comments, changed in one place and nowhere else.

use jsonc_parser::{
    ParseOptions,
    cst::{CstInputValue, CstNode, CstObject, CstObjectProp, CstRootNode},
};
use serde_json::Value;

use crate::clients::SERVER;

use super::{
    edit::{Edited, Kind, Trouble, Wanted},
    owner::{self, Runs},
};

/// Our server in the object `key`.
pub fn server(
    text: &str,
    key: &str,
    value: &CstInputValue,
    program: &str,
    wanted: Wanted,
    force: bool,
) -> Result<Edited, Trouble> {
    let (root, object) = parse(text)?;
    let before = root.to_serde_value();
    let there = match object.get(key) {
        Some(servers) => servers
            .object_value()
            .ok_or_else(|| Trouble::Conflict(format!("'{key}' is there and is no object")))?
            .get(SERVER),
        None => None,
    };
    let kind = match (wanted, there) {
        (Wanted::Installed, None) => {
            object
                .object_value_or_set(key)
                .append(SERVER, value.clone());
            Kind::Added
        }
        (Wanted::Installed, Some(entry)) => match owner::of_server(&words(&entry), program) {
            Runs::This => return Ok(Edited::AsWanted),
            Runs::Another => {
                run_this(&entry, program);
                Kind::Updated
            }
            Runs::Other if force => {
                entry.set_value(value.clone());
                Kind::Replaced
            }
            Runs::Other => return Err(Trouble::Foreign),
        },
        (Wanted::Removed, None) => return Ok(Edited::AsWanted),
        (Wanted::Removed, Some(entry)) => {
            if owner::of_server(&words(&entry), program) == Runs::Other {
                return Ok(Edited::AsWanted);
            }
            entry.remove();
            remove_empty(&object, key);
            Kind::Removed
        }
    };
    finish(&root, before, kind, |value| {
        let Some(servers) = value.get_mut(key).and_then(Value::as_object_mut) else {
            return false;
        };
        let ours = servers.remove(SERVER);
        if servers.is_empty() {
            remove(value, key);
        }
        ours.is_some()
    })
}

/// The file's text as a tree that keeps everything, and the object that it is.
/// A file that says nothing yet is an empty object.
pub fn parse(text: &str) -> Result<(CstRootNode, CstObject), Trouble> {
    let text = if text.trim().is_empty() { "{}\n" } else { text };
    // What no client reads is not taken for fine here.
    let options = ParseOptions {
        allow_comments: true,
        allow_trailing_commas: true,
        allow_loose_object_property_names: false,
        allow_missing_commas: false,
        allow_single_quoted_strings: false,
        allow_hexadecimal_numbers: false,
        allow_unary_plus_numbers: false,
        allow_bare_decimal_point_numbers: false,
        allow_non_finite_numbers: false,
        allow_extended_string_escapes: false,
    };
    let root = CstRootNode::parse(text, &options)
        .map_err(|error| Trouble::at(text, error.range().start, &error.kind().to_string()))?;
    match root.value().as_ref().and_then(CstNode::as_object) {
        Some(object) => Ok((root, object)),
        None if root.value().is_none() => {
            let object = root.object_value_or_set();
            Ok((root, object))
        }
        None => Err(Trouble::Conflict("it is no JSON object".to_owned())),
    }
}

/// The tree's new text, once it is certain that it says what it should and
/// that nothing else has changed. `take_ours` takes out of a document what this
/// edit is about, and tells whether there was any.
pub fn finish(
    root: &CstRootNode,
    before: Option<Value>,
    kind: Kind,
    take_ours: impl Fn(&mut Value) -> bool,
) -> Result<Edited, Trouble> {
    let text = root.to_string();
    let (after, _) = parse(&text)?;
    let (mut before, mut after) = (
        before.unwrap_or_default(),
        after.to_serde_value().unwrap_or_default(),
    );
    take_ours(&mut before);
    let is_there = take_ours(&mut after);
    if before == after && is_there == (kind != Kind::Removed) {
        Ok(Edited::To(kind, text))
    } else {
        Err(Trouble::Conflict(
            "it says something twice, so that a change here would change something else".to_owned(),
        ))
    }
}

/// Removes an object or list that says nothing any more, comments included.
pub fn remove_empty(object: &CstObject, key: &str) {
    let Some(property) = object.get(key) else {
        return;
    };
    let signs: Option<String> = property
        .value()
        .map(|value| value.to_string().split_whitespace().collect());
    if signs.is_some_and(|signs| matches!(signs.as_str(), "{}" | "[]")) {
        property.remove();
    }
}

/// As [`remove_empty`], in a document.
pub fn remove(value: &mut Value, key: &str) {
    if let Some(object) = value.as_object_mut() {
        object.remove(key);
    }
}

fn words(entry: &CstObjectProp) -> Vec<String> {
    let value = entry.value().and_then(|value| value.to_serde_value());
    owner::words(&value.unwrap_or_default())
}

/// Makes an entry of ours run this program, and leaves the rest of it.
fn run_this(entry: &CstObjectProp, program: &str) {
    let command = entry.object_value().and_then(|entry| entry.get("command"));
    let Some(command) = command else {
        return;
    };
    match command.array_value() {
        Some(words) => {
            if let Some(CstNode::Leaf(first)) = words.elements().into_iter().next() {
                replace(&first.into(), program);
            }
        }
        None => command.set_value(program.into()),
    }
}

/// Replaces a string by another.
pub fn replace(node: &CstNode, text: &str) {
    if let Some(literal) = node.as_string_lit() {
        literal.replace_with(text.into());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clients::{Client, Entry};
    use crate::setup::Editor;

    const PROGRAM: &str = "/opt/backlog";

    fn editor(client: Client) -> Editor {
        Editor::Server {
            entry: Entry::of(client, PROGRAM),
            program: PROGRAM.to_owned(),
        }
    }

    fn installed(text: &str) -> Result<Edited, Trouble> {
        editor(Client::Cursor).edit(text, Wanted::Installed, false)
    }

    fn text(edited: Result<Edited, Trouble>) -> String {
        match edited {
            Ok(Edited::To(_, text)) => text,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn what_is_there_stays_as_it_is_written() {
        let before = "{\n    // mine\n    \"b\": 1,   /* odd */\n    \"mcpServers\": {\n        \"x\": { \"command\":\"x\" }, // of x\n    },\n\n    \"a\": [1,2],\n}\n";
        let after = text(installed(before));
        insta::assert_snapshot!(after, @r#"
        {
            // mine
            "b": 1,   /* odd */
            "mcpServers": {
                "x": { "command":"x" }, // of x
                "backlog": {
                    "command": "/opt/backlog",
                    "args": ["mcp", "serve"],
                },
            },

            "a": [1,2],
        }
        "#);
        assert_eq!(installed(&after), Ok(Edited::AsWanted));
        let removed = editor(Client::Cursor).edit(&after, Wanted::Removed, false);
        assert_eq!(removed, Ok(Edited::To(Kind::Removed, before.to_owned())));
    }

    #[test]
    fn every_form_of_file_is_given_back_as_it_was() {
        for before in [
            "{\n  \"a\": 1\n}\n",
            "{\n\t\"a\": 1,\n\t\"mcpServers\": {\n\t\t\"x\": {\n\t\t\t\"command\": \"x\"\n\t\t}\n\t}\n}",
            "{\r\n  \"a\": 1,\r\n  \"mcpServers\": {\r\n    \"x\": {}\r\n  }\r\n}\r\n",
            "\u{feff}{\n  \"a\": 1\n}\n",
            "{\n  \"a\": 1 // last\n}\n// end\n",
            "// first\n{\n  \"mcpServers\": {\n    // none yet\n  }\n}\n",
        ] {
            let after = text(installed(before));
            let removed = editor(Client::Cursor).edit(&after, Wanted::Removed, false);
            assert_eq!(text(removed), before, "{after}");
        }
    }

    #[test]
    fn a_file_that_says_nothing_becomes_what_mcp_config_prints() {
        for client in Client::ALL {
            let entry = Entry::of(client, PROGRAM);
            for nothing in ["", "\n"] {
                let edited = editor(client).edit(nothing, Wanted::Installed, false);
                assert_eq!(text(edited).trim(), entry.text().trim(), "{client:?}");
            }
        }
    }

    #[test]
    fn an_entry_of_another_backlog_is_updated_and_keeps_what_was_added_to_it() {
        let before = r#"{"mcpServers": {"backlog": {"command": "/old/backlog", "args": ["mcp", "serve", "--read-only"], "env": {"A": "b"}}}}"#;
        let edited = installed(before);
        let expected = before.replace("/old/backlog", PROGRAM);
        assert_eq!(edited, Ok(Edited::To(Kind::Updated, expected)));
        let before = r#"{"mcp": {"backlog": {"command": ["/old/backlog", "mcp", "serve"]}}}"#;
        let edited = editor(Client::Opencode).edit(before, Wanted::Installed, false);
        assert_eq!(text(edited), before.replace("/old/backlog", PROGRAM));
    }

    #[test]
    fn what_is_not_ours_is_a_conflict_and_stays_when_ours_is_removed() {
        let before = r#"{"mcpServers": {"backlog": {"url": "https://example.org"}}}"#;
        assert_eq!(installed(before), Err(Trouble::Foreign));
        let editor = editor(Client::Cursor);
        assert_eq!(
            editor.edit(before, Wanted::Removed, true),
            Ok(Edited::AsWanted)
        );
        let forced = text(editor.edit(before, Wanted::Installed, true));
        assert!(
            forced.contains(PROGRAM) && !forced.contains("example"),
            "{forced}"
        );
        for wrong in [
            "[]",
            "1",
            r#"{"mcpServers": []}"#,
            r#"{"mcpServers": null}"#,
        ] {
            assert!(
                matches!(installed(wrong), Err(Trouble::Conflict(_))),
                "{wrong}"
            );
        }
    }

    #[test]
    fn what_cannot_be_read_is_refused_with_its_place() {
        for (text, place) in [
            ("{\n  \"a\": 1\n  \"b\": 2\n}", "line 2, column 9"),
            ("{\n  'a': 1\n}", "line 2, column 3"),
            ("{\n  \"a\": ", "line 2, column 8"),
        ] {
            let Err(trouble) = installed(text) else {
                panic!("{text} was read")
            };
            assert!(
                trouble.message().starts_with(place),
                "{}",
                trouble.message()
            );
        }
        // JSON readers take the last of two; a change of the first would be lost.
        let twice = r#"{"mcpServers": {"x": 1}, "mcpServers": {"y": 2}}"#;
        assert!(matches!(installed(twice), Err(Trouble::Conflict(_))));
    }
}
