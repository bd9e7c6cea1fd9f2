//! What agents are told of the server.

use backlog_tests::{Home, backlog_bin};
use serde_json::{Value, json};

#[test]
fn each_client_gets_its_own_form_with_the_path_of_this_program() {
    let home = Home::new();
    let program = backlog_bin().canonicalize().expect("it is there");
    let program = program.to_str().expect("text");
    let args = json!(["mcp", "serve"]);
    for (client, path, command) in [
        ("claude", "/mcpServers/backlog", json!(program)),
        ("cursor", "/mcpServers/backlog", json!(program)),
        ("gemini", "/mcpServers/backlog", json!(program)),
        ("vscode", "/servers/backlog", json!(program)),
        ("opencode", "/mcp/backlog", json!([program, "mcp", "serve"])),
    ] {
        let printed = home.run(["mcp", "config", client]).ok();
        let document: Value =
            serde_json::from_str(&printed.stdout()).expect("JSON and nothing else");
        let server = document.pointer(path).expect(client);
        assert_eq!(server["command"], command, "{client}");
        if client != "opencode" {
            assert_eq!(server["args"], args, "{client}");
        }
        assert!(printed.stderr().contains("For one project:"), "{client}");
    }
    let codex = home.run(["mcp", "config", "codex"]).ok().stdout();
    assert!(codex.starts_with("[mcp_servers.backlog]\n"), "{codex}");
    assert!(
        codex.contains(&format!("command = \"{program}\"")),
        "{codex}"
    );
    // What the command was told goes with it, from wherever the agent starts it.
    let told = ["--db", "queue.db", "--as", "ai:x"];
    for client in ["claude", "codex", "opencode", "vscode", "gemini", "cursor"] {
        let printed = home.run(["mcp", "config", client].iter().chain(&told)).ok();
        let path = home.work().join("queue.db");
        let words = format!("{:?}, \"--as\", \"ai:x\"", path.to_str().expect("text"));
        let flat: String = printed.stdout().split_whitespace().collect();
        let words: String = words.split_whitespace().collect();
        assert!(
            flat.contains(&format!("\"serve\",\"--db\",{words}")),
            "{client}: {flat}"
        );
    }
    home.run(["mcp", "config", "emacs"]).refused(2, "emacs");
}
