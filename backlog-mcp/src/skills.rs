//! The skills that come with the program, as the protocol's Skills extension
//! serves them: `skills/list` and `skills/get` tell what each consists of, its
//! files are read as resources, `skill://NAME/PATH`. They stand beside the
//! tools and need neither workspace nor daemon.
//! <https://modelcontextprotocol.io/seps/2640-skills-extension>

use rmcp::model::{
    JsonObject, Resource, ResourceContents, SKILL_MD, Skill, SkillFrontmatter, SkillResource,
    SkillResources,
};
use serde_json::Value;

use crate::resources::contents;

/// A skill as the program has it: a directory of that name.
#[derive(Debug, Clone, Copy)]
pub struct BundledSkill {
    /// Its name.
    pub name: &'static str,
    /// Paths within it, and what is there. One is `SKILL.md`.
    pub files: &'static [(&'static str, &'static str)],
}

/// All skills that are served.
pub(crate) struct Skills {
    skills: Vec<Skill>,
    /// By address.
    files: Vec<(String, &'static str)>,
}

impl Skills {
    /// One whose front matter says more than [`front_matter`] reads is left
    /// out: what is told of it has to be what its author wrote.
    pub(crate) fn new(bundled: &[BundledSkill]) -> Self {
        let mut served = Self {
            skills: Vec::new(),
            files: Vec::new(),
        };
        for skill in bundled {
            let address = |path: &str| format!("skill://{}/{path}", skill.name);
            let text = skill.files.iter().find(|(path, _)| *path == SKILL_MD);
            let Some(front) = text.and_then(|(_, text)| front_matter(text)) else {
                continue;
            };
            let manifest = skill
                .files
                .iter()
                .map(|(path, text)| SkillResource::from_bytes(address(path), text.as_bytes()));
            served.skills.push(Skill::new(
                address(SKILL_MD),
                front,
                SkillResources::Files(manifest.collect()),
            ));
            let files = skill.files.iter();
            served
                .files
                .extend(files.map(|(path, text)| (address(path), *text)));
        }
        served
    }

    /// Every one.
    pub(crate) fn all(&self) -> &[Skill] {
        &self.skills
    }

    /// The one whose `SKILL.md` has that address.
    pub(crate) fn get(&self, uri: &str) -> Option<&Skill> {
        self.skills.iter().find(|skill| skill.uri == uri)
    }

    /// What a client that knows nothing of skills finds in the list of
    /// resources.
    pub(crate) fn listed(&self) -> impl Iterator<Item = Resource> {
        self.skills.iter().map(|skill| {
            Resource::new(&skill.uri, skill.name())
                .with_description(&skill.frontmatter.description)
                .with_mime_type("text/markdown")
        })
    }

    /// A file of one of them.
    pub(crate) fn read(&self, uri: &str) -> Option<ResourceContents> {
        let (_, text) = self.files.iter().find(|(address, _)| address == uri)?;
        Some(contents(uri, (*text).to_owned()))
    }
}

/// The front matter of a `SKILL.md`: a field a line, its value plain or quoted
/// as JSON does it. That is the part of YAML that our skills keep to.
fn front_matter(text: &str) -> Option<SkillFrontmatter> {
    let (front, _) = text.strip_prefix("---\n")?.split_once("\n---\n")?;
    let fields = front.lines().map(|line| {
        let (name, value) = line.split_once(": ")?;
        let value = match value.strip_prefix('"') {
            Some(_) => serde_json::from_str(value).ok()?,
            None => Value::from(value),
        };
        Some((name.to_owned(), value))
    });
    let fields: JsonObject = fields.collect::<Option<_>>()?;
    serde_json::from_value(fields.into()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn front_matter_is_told_as_it_was_written() {
        let front = front_matter(
            "---\nname: a-b\ndescription: \"Do: \\\"it\\\"\"\nlicense: MIT\n---\n\n# A\n",
        );
        let told = serde_json::to_value(front.expect("it is plain")).expect("it is JSON");
        let written =
            serde_json::json!({"name": "a-b", "description": "Do: \"it\"", "license": "MIT"});
        assert_eq!(told, written);
    }

    #[test]
    fn front_matter_that_is_not_understood_is_none() {
        for text in [
            "# A\n",
            "---\nname: a\n",
            "---\nname: a\n---\n",
            "---\nname: a\ndescription: \"cut off\n---\n",
            "---\nname: a\ndescription: b\nmetadata:\n  x: y\n---\n",
        ] {
            assert_eq!(front_matter(text), None, "{text}");
        }
    }
}
