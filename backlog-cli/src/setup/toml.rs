//! TOML, changed in one place and nowhere else: Codex's servers. Where the
//! parser says what stands, the text is cut and joined; only servers that are
//! written in one line are written anew.

use std::ops::Range;

use toml_edit::{Document, DocumentMut, Item, Table, TableLike, Value};

use crate::clients::{Entry, SERVER};

use super::{
    edit::{Edited, Kind, Trouble, Wanted},
    owner::{self, Runs},
};

const SERVERS: &str = "mcp_servers";

/// Our server among `mcp_servers`.
pub fn server(
    text: &str,
    entry: &Table,
    program: &str,
    wanted: Wanted,
    force: bool,
) -> Result<Edited, Trouble> {
    let document = parse(text)?;
    let found = match document.as_table().get(SERVERS) {
        Some(servers) => servers
            .as_table_like()
            .ok_or_else(|| Trouble::Conflict(format!("'{SERVERS}' is there and is no table")))?
            .get(SERVER),
        None => None,
    };
    let runs = found.map(|there| owner::of_server(&words(there), program));
    let (kind, changed) = match (wanted, runs) {
        (Wanted::Installed, Some(Runs::This)) | (Wanted::Removed, None | Some(Runs::Other)) => {
            return Ok(Edited::AsWanted);
        }
        (Wanted::Installed, None) => (Kind::Added, with(text, entry)),
        (Wanted::Installed, Some(Runs::Another)) => (Kind::Updated, run_this(text, found, program)),
        (Wanted::Installed, Some(Runs::Other)) if force => {
            let without = without(text, &document);
            (Kind::Replaced, without.and_then(|text| with(&text, entry)))
        }
        (Wanted::Installed, Some(Runs::Other)) => return Err(Trouble::Foreign),
        (Wanted::Removed, Some(Runs::This | Runs::Another)) => {
            (Kind::Removed, without(text, &document))
        }
    };
    // That nothing else has changed is looked at, not believed.
    changed
        .filter(|changed| rest(text) == rest(changed))
        .map(|changed| Edited::To(kind, changed))
        .ok_or_else(|| Trouble::Conflict(format!("'{SERVERS}' is written in an unusual way")))
}

fn parse(text: &str) -> Result<Document<&str>, Trouble> {
    Document::parse(text).map_err(|error| {
        let offset = error.span().map_or(0, |span| span.start);
        let problem = error.message().lines().collect::<Vec<_>>().join("; ");
        Trouble::at(text, offset, &problem)
    })
}

/// With our table at the end, behind the last comment; or, where the servers
/// are written in one line, among them.
fn with(text: &str, entry: &Table) -> Option<String> {
    let block = Entry::Toml(entry.clone()).text();
    let end = match text {
        "" => "",
        text if text.ends_with('\n') => "\n",
        _ => "\n\n",
    };
    let mut appended = format!("{end}{block}");
    if text.contains("\r\n") {
        appended = appended.replace('\n', "\r\n");
    }
    let appended = format!("{text}{appended}");
    if parse(&appended).is_ok() {
        return Some(appended);
    }
    among(text, |servers| {
        let mut entry = entry.clone().into_inline_table();
        entry.fmt();
        servers.insert(SERVER, Item::Value(Value::InlineTable(entry)));
    })
}

/// Without our table; what stands above it is somebody's own, and stays.
fn without(text: &str, document: &Document<&str>) -> Option<String> {
    let servers = document.as_table().get(SERVERS)?;
    let Some(ours) = servers
        .as_table()
        .and_then(|servers| servers.get(SERVER)?.as_table())
    else {
        return among(text, |servers| {
            servers.remove(SERVER);
        });
    };
    let mut heads = Vec::new();
    collect(text, ours, &mut heads);
    if heads.is_empty() {
        return among(text, |servers| {
            servers.remove(SERVER);
        });
    }
    let mut all = Vec::new();
    collect(text, document.as_table(), &mut all);
    let end = document
        .trailing()
        .span()
        .map_or(text.len(), |span| span.start);
    let mut changed = text.to_owned();
    heads.sort_by_key(|head| std::cmp::Reverse(head.start));
    for head in heads {
        let next = all
            .iter()
            .filter(|other| other.start > head.start)
            .map(|other| other.above)
            .min();
        changed.replace_range(head.start..next.unwrap_or(end), "");
        // The empty line that set it off.
        let before = &changed[..head.start];
        let blank = ["\r\n\r\n", "\n\n"]
            .into_iter()
            .find(|it| before.ends_with(it));
        if let Some(blank) = blank {
            let half = blank.len() / 2;
            changed.replace_range(head.start - half..head.start, "");
        }
    }
    Some(changed)
}

/// Where the head of a table begins, and what is written above it.
struct Head {
    start: usize,
    above: usize,
}

/// The heads of a table and of all below it.
fn collect(text: &str, table: &Table, heads: &mut Vec<Head>) {
    // A table that only others name has the place of its name.
    let is_head = |span: &Range<usize>| text[span.clone()].starts_with('[');
    if let Some(Range { start, .. }) = table.span().filter(is_head) {
        let above = table.decor().prefix().and_then(|prefix| prefix.span());
        heads.push(Head {
            start,
            above: above
                .filter(|it| !it.is_empty())
                .map_or(start, |it| it.start),
        });
    }
    for (_, item) in table {
        match item {
            Item::Table(table) => collect(text, table, heads),
            Item::ArrayOfTables(tables) => {
                tables.iter().for_each(|table| collect(text, table, heads));
            }
            Item::None | Item::Value(_) => {}
        }
    }
}

/// Changes servers that are no tables with heads of their own.
fn among(text: &str, change: impl FnOnce(&mut dyn TableLike)) -> Option<String> {
    let mut document: DocumentMut = text.parse().ok()?;
    change(document.get_mut(SERVERS)?.as_table_like_mut()?);
    let changed = document.to_string();
    Some(if text.contains("\r\n") {
        changed.replace("\r\n", "\n").replace('\n', "\r\n")
    } else {
        changed
    })
}

fn run_this(text: &str, found: Option<&Item>, program: &str) -> Option<String> {
    let span = found?.as_table_like()?.get("command")?.span()?;
    let mut changed = text.to_owned();
    changed.replace_range(span, Value::from(program).to_string().trim());
    Some(changed)
}

/// What the file says beside our server.
fn rest(text: &str) -> Option<serde_json::Value> {
    let mut value: serde_json::Value = toml_edit::de::from_str(text).ok()?;
    if let Some(servers) = value.get_mut(SERVERS).and_then(|it| it.as_object_mut()) {
        servers.remove(SERVER);
        if servers.is_empty() {
            value.as_object_mut()?.remove(SERVERS);
        }
    }
    Some(value)
}

/// The words that a server's table starts.
fn words(entry: &Item) -> Vec<String> {
    let Some(entry) = entry.as_table_like() else {
        return Vec::new();
    };
    let command = entry.get("command").and_then(Item::as_str);
    let args = entry.get("args").and_then(Item::as_array);
    let args = args.into_iter().flatten().filter_map(Value::as_str);
    command.into_iter().chain(args).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clients::Client;
    use crate::setup::Editor;

    const PROGRAM: &str = "/opt/backlog";

    fn edit(text: &str, wanted: Wanted) -> Result<Edited, Trouble> {
        let editor = Editor::Server {
            entry: Entry::of(Client::Codex, PROGRAM),
            program: PROGRAM.to_owned(),
        };
        editor.edit(text, wanted, false)
    }

    fn text(edited: Result<Edited, Trouble>) -> String {
        match edited {
            Ok(Edited::To(_, text)) => text,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn the_table_comes_last_and_goes_without_a_trace() {
        for before in [
            "",
            "model = \"x\" # which\n\n[mcp_servers.x]\ncommand = \"x\"\n# [mcp_servers.y]\n# command = \"y\"\n",
            "a = 1\r\n\r\n[b]\r\nc = 2\r\n",
            "[mcp_servers]\nx = { command = \"x\" }\n",
            "[[things]]\na = 1\n\n[[things]]\na = 2\n",
            "\u{feff}a = 1\n",
        ] {
            let after = text(edit(before, Wanted::Installed));
            assert!(after.starts_with(before), "{after}");
            assert!(after.contains("[mcp_servers.backlog]"), "{after}");
            assert_eq!(edit(&after, Wanted::Installed), Ok(Edited::AsWanted));
            assert_eq!(text(edit(&after, Wanted::Removed)), before, "{after}");
        }
    }

    #[test]
    fn what_came_after_it_and_what_stands_above_it_stay() {
        let before = "# my queue\n[mcp_servers.backlog]\ncommand = \"/old/backlog\" # here\nargs = [\"mcp\", \"serve\"]\n\n[mcp_servers.backlog.env]\nA = \"b\"\n\n# of z\n[z]\na = 1\n# end\n";
        let updated = text(edit(before, Wanted::Installed));
        assert_eq!(updated, before.replace("/old/backlog", PROGRAM));
        let removed = text(edit(before, Wanted::Removed));
        assert_eq!(removed, "# my queue\n\n# of z\n[z]\na = 1\n# end\n");
    }

    #[test]
    fn servers_in_one_line_are_kept_so() {
        let before = "mcp_servers = { x = { command = \"x\" } }\n";
        let after = text(edit(before, Wanted::Installed));
        assert!(
            after.lines().count() == 1 && after.contains(PROGRAM),
            "{after}"
        );
        assert_eq!(edit(&after, Wanted::Installed), Ok(Edited::AsWanted));
        let removed = text(edit(&after, Wanted::Removed));
        assert!(
            !removed.contains("backlog") && removed.contains("\"x\""),
            "{removed}"
        );
    }

    #[test]
    fn what_is_not_ours_or_cannot_be_read_is_refused() {
        let other = "[mcp_servers.backlog]\nurl = \"https://example.org\"\n";
        assert_eq!(edit(other, Wanted::Installed), Err(Trouble::Foreign));
        assert_eq!(edit(other, Wanted::Removed), Ok(Edited::AsWanted));
        let wrong = edit("a = 1\nb = = 2\n", Wanted::Installed);
        let Err(trouble) = wrong else {
            panic!("{wrong:?}")
        };
        assert!(
            trouble.message().starts_with("line 2, column 5"),
            "{}",
            trouble.message()
        );
        let list = edit("mcp_servers = 3\n", Wanted::Installed);
        assert!(matches!(list, Err(Trouble::Conflict(_))));
    }
}
