//! What a client itself says of our server, asked by its own command. That
//! starts the server, so it takes the client's time and has a limit.

use std::{env, path::Path, process::Stdio, time::Duration};

use rustix::process::{Pid, Signal, kill_process_group};
use tokio::{process::Command, runtime, task::JoinSet, time::timeout};

use crate::clients::{Client, SERVER, on_path};

/// Clients ask every server that they know, one by one some of them.
const LIMIT: Duration = Duration::from_secs(30);

/// A client's answer.
#[derive(Debug)]
pub struct Listing {
    pub client: Client,
    /// What was asked: `claude mcp list`.
    pub command: String,
    /// It knows the server, and does not say that it cannot use it.
    pub works: bool,
    /// Its words on the server, or what came instead.
    pub says: String,
}

/// Asks those of the clients that are installed and can list their servers,
/// all at the same time, from the directory `dir`.
pub fn listings(clients: &[Client], dir: &Path) -> Vec<Listing> {
    let runtime = runtime::Builder::new_current_thread().enable_all().build();
    let Ok(runtime) = runtime else {
        return Vec::new();
    };
    let mut answers = runtime.block_on(async {
        let mut asked = JoinSet::new();
        for client in clients.iter().copied().filter(|it| it.lists_servers()) {
            let program = client.programs().iter().find_map(|name| on_path(name));
            if let Some(program) = program {
                let mut command = Command::new(program);
                command.args(["mcp", "list"]).current_dir(dir);
                asked.spawn(ask(client, command));
            }
        }
        asked.join_all().await
    });
    answers.sort_by_key(|answer| Client::ALL.iter().position(|it| *it == answer.client));
    answers
}

async fn ask(client: Client, mut command: Command) -> Listing {
    let answer = |works, says: String| Listing {
        client,
        command: format!("{} mcp list", client.name()),
        works,
        says,
    };
    let started = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .env("NO_COLOR", "1")
        .process_group(0)
        .spawn();
    let child = match started {
        Ok(child) => child,
        Err(error) => return answer(false, format!("it cannot be started: {error}")),
    };
    // It goes with all that it started.
    let group = child
        .id()
        .and_then(|id| i32::try_from(id).ok())
        .and_then(Pid::from_raw);
    let ended = timeout(limit(), child.wait_with_output()).await;
    if let Some(group) = group {
        let _ = kill_process_group(group, Signal::KILL);
    }
    match ended {
        Err(_) => answer(false, format!("no answer within {} s", limit().as_secs())),
        Ok(Err(error)) => answer(false, format!("no answer: {error}")),
        Ok(Ok(output)) => {
            let text = [output.stdout, output.stderr].concat();
            match line_of(&String::from_utf8_lossy(&text)) {
                Some(line) if client == Client::Gemini && line.ends_with("Disabled") => {
                    answer(false, format!("{line}: it has to trust this folder first"))
                }
                Some(line) => answer(is_good(&line), line),
                None if output.status.success() => {
                    answer(false, "the server is not in its list".to_owned())
                }
                None => answer(false, format!("it failed: {}", output.status)),
            }
        }
    }
}

/// The line about our server, without colours and drawing.
fn line_of(text: &str) -> Option<String> {
    let plain = anstream::adapter::strip_str(text).to_string();
    plain.lines().find_map(|line| {
        let is_of_ours = |word: &str| word.trim_end_matches(':') == SERVER;
        let words: Vec<&str> = line.split_whitespace().collect();
        // Before the name there is at most a sign or two.
        let at = words.iter().position(|word| is_of_ours(word))?;
        let is_named = words[..at]
            .iter()
            .all(|word| !word.chars().any(char::is_alphanumeric));
        is_named.then(|| words[at..].join(" "))
    })
}

/// Whether the line says nothing bad. Clients use other words each.
fn is_good(line: &str) -> bool {
    const BAD: [&str; 8] = [
        "✗",
        "✘",
        "fail",
        "error",
        "disconnected",
        "disabled",
        "pending",
        "needs",
    ];
    // A path may be called anything.
    let words = line.split_whitespace().filter(|word| !word.contains('/'));
    let words = words.collect::<Vec<_>>().join(" ").to_lowercase();
    !BAD.iter().any(|bad| words.contains(bad))
}

/// For tests alone: half a minute is long.
fn limit() -> Duration {
    env::var("BACKLOG_TEST_LISTING_MS")
        .ok()
        .and_then(|given| given.parse().ok())
        .map_or(LIMIT, Duration::from_millis)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_client_has_its_own_words_for_a_server_that_works() {
        for (text, works) in [
            (
                "Checking MCP server health...\n\nbacklog: /opt/backlog mcp serve - ✔ Connected\n",
                true,
            ),
            (
                "backlog: /opt/backlog mcp serve - ✗ Failed to connect\n",
                false,
            ),
            (
                "backlog: /opt/backlog mcp serve - ⏸ Pending approval\n",
                false,
            ),
            (
                "Name     Command       Args       Env  Cwd  Status   Auth\nbacklog  /opt/backlog  mcp serve  -    -    enabled  Unsupported\n",
                true,
            ),
            (
                "\u{1b}[90m│\u{1b}[39m\n●  ✓ backlog \u{1b}[90mconnected\n│      /opt/backlog mcp serve\n",
                true,
            ),
            (
                "✓ backlog: /opt/backlog mcp serve (stdio) - Connected\n",
                true,
            ),
            (
                "✗ backlog: /opt/backlog mcp serve (stdio) - Disconnected\n",
                false,
            ),
        ] {
            let line = line_of(text).expect(text);
            assert!(line.starts_with("backlog"), "{line}");
            assert_eq!(is_good(&line), works, "{text}");
        }
        assert_eq!(line_of("No MCP servers configured.\nmy backlog: x\n"), None);
    }
}
