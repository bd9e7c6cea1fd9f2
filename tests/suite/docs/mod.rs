//! What is written for users: its links lead somewhere, its commands exist, and
//! those of the pages that teach are run as they stand.

mod commands;
mod links;
mod pages;
mod shell;

use std::{
    fs,
    path::{Path, PathBuf},
};

use comrak::{Arena, Options, nodes::NodeValue, parse_document};

/// A document of this repository.
struct Page {
    /// From the repository's top.
    name: String,
    text: String,
}

/// A fenced block.
struct Block {
    /// What stands behind the fence: `sh`, `sh no-run`, `text`.
    info: String,
    body: String,
    line: usize,
}

impl Page {
    #[track_caller]
    fn read(name: &str) -> Self {
        let text = fs::read_to_string(top().join(name));
        Self {
            name: name.to_owned(),
            text: text.unwrap_or_else(|error| panic!("{name}: {error}")),
        }
    }

    /// README.md, CHANGELOG.md and all of docs/.
    fn all() -> Vec<Self> {
        let mut pages = vec![Self::read("README.md"), Self::read("CHANGELOG.md")];
        let entries = fs::read_dir(top().join("docs")).expect("docs");
        for entry in entries.flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            if name.ends_with(".md") {
                pages.push(Self::read(&format!("docs/{name}")));
            }
        }
        pages
    }

    fn blocks(&self) -> Vec<Block> {
        let arena = Arena::new();
        let root = parse_document(&arena, &self.text, &options());
        let nodes = root.descendants();
        nodes
            .filter_map(|node| {
                let node = node.data.borrow();
                let NodeValue::CodeBlock(block) = &node.value else {
                    return None;
                };
                Some(Block {
                    info: block.info.clone(),
                    body: block.literal.clone(),
                    line: node.sourcepos.start.line,
                })
            })
            .collect()
    }
}

impl Block {
    fn is_shell(&self) -> bool {
        self.info.split(' ').next() == Some("sh")
    }

    /// Whether a reader would run it as it stands; else it says `no-run`.
    fn is_run(&self) -> bool {
        self.info == "sh"
    }
}

/// The repository.
fn top() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// Markdown as the pages are shown.
fn options() -> Options<'static> {
    let mut options = Options::default();
    options.extension.table = true;
    options
}
