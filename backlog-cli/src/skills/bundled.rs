//! The skills themselves, as they are under `backlog-cli/skills/`.

/// A skill: a directory of that name.
#[derive(Debug)]
pub struct Skill {
    pub name: &'static str,
    /// Paths within it, and what is there.
    pub files: &'static [(&'static str, &'static str)],
}

macro_rules! skill {
    ($name:literal: $($file:literal),+) => {
        Skill {
            name: $name,
            files: &[$(($file, include_str!(concat!("../../skills/", $name, "/", $file)))),+],
        }
    };
}

/// Every skill, the one that the others build on first.
pub const SKILLS: &[Skill] = &[
    skill!("backlog": "SKILL.md", "references/commands.md"),
    skill!("backlog-loop": "SKILL.md"),
    skill!("backlog-goal": "SKILL.md", "references/receipts.md"),
    skill!("backlog-enhance-tasks": "SKILL.md"),
    skill!("backlog-memory": "SKILL.md"),
];

#[cfg(test)]
mod tests {
    use std::{collections::BTreeSet, fs, path::Path};

    use super::*;

    #[test]
    fn every_file_of_a_skill_is_in_the_program() {
        fn files(dir: &Path, below: &Path, found: &mut BTreeSet<String>) {
            for entry in fs::read_dir(dir).expect("a directory").flatten() {
                let path = entry.path();
                if path.is_dir() {
                    files(&path, below, found);
                } else {
                    let path = path.strip_prefix(below).expect("below it");
                    found.insert(path.to_string_lossy().into_owned());
                }
            }
        }
        let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("skills");
        let mut there = BTreeSet::new();
        files(&dir, &dir, &mut there);
        let bundled: BTreeSet<String> = SKILLS
            .iter()
            .flat_map(|skill| {
                let path = |(file, _): &(&str, &str)| format!("{}/{file}", skill.name);
                skill.files.iter().map(path)
            })
            .collect();
        assert_eq!(bundled, there);
    }

    /// <https://agentskills.io/specification>: the front matter, and a body that
    /// an agent can afford to read.
    #[test]
    fn every_skill_keeps_to_the_format() {
        for skill in SKILLS {
            let (_, text) = skill.files[0];
            let (front, body) = text
                .strip_prefix("---\n")
                .and_then(|rest| rest.split_once("\n---\n"))
                .expect(skill.name);
            assert!(front.starts_with(&format!("name: {}\n", skill.name)));
            let description = front.split_once("description: \"").expect(skill.name).1;
            assert!(
                (1..=1_025).contains(&description.chars().count()),
                "{}",
                skill.name
            );
            assert!(body.lines().count() < 500, "{}", skill.name);
            // Three bytes a token is a low guess for English.
            assert!(body.len() / 3 < 5_000, "{}", skill.name);
            for word in ["gpt", "sonnet", "opus", "--profile"] {
                assert!(
                    !text.to_lowercase().contains(word),
                    "{}: {word}",
                    skill.name
                );
            }
        }
    }
}
