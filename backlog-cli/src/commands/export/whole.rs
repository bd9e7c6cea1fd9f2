//! Putting together what an export sends in pieces.

use backlog_api::v1::{self, exported_item::Item};

/// A thing with all that belongs to it.
pub enum Whole {
    Project {
        project: v1::Project,
        labels: Vec<v1::Label>,
    },
    Task {
        task: Box<v1::Task>,
        plans: Vec<(v1::Plan, Vec<v1::PlanVersion>)>,
        comments: Vec<v1::Comment>,
    },
    Doc {
        doc: v1::Doc,
        versions: Vec<v1::DocVersion>,
    },
    Memory(v1::Memory),
    Attachment {
        attachment: v1::Attachment,
        data: Vec<u8>,
    },
}

/// The thing whose pieces are coming.
#[derive(Default)]
pub struct Gathering(Option<Whole>);

impl Gathering {
    /// Adds a piece; returns the thing before, where this begins the next one.
    pub fn add(&mut self, item: v1::ExportedItem) -> Option<Whole> {
        let next = match (item.item?, &mut self.0) {
            (Item::Label(label), Some(Whole::Project { labels, .. })) => {
                labels.push(label);
                return None;
            }
            (Item::Plan(plan), Some(Whole::Task { plans, .. })) => {
                plans.push((plan, Vec::new()));
                return None;
            }
            (Item::PlanVersion(version), Some(Whole::Task { plans, .. })) => {
                plans.last_mut()?.1.push(version);
                return None;
            }
            (Item::Comment(comment), Some(Whole::Task { comments, .. })) => {
                comments.push(comment);
                return None;
            }
            (Item::DocVersion(version), Some(Whole::Doc { versions, .. })) => {
                versions.push(version);
                return None;
            }
            (Item::Chunk(chunk), Some(Whole::Attachment { data, .. })) => {
                data.extend(chunk);
                return None;
            }
            (Item::Project(project), _) => Whole::Project {
                project,
                labels: Vec::new(),
            },
            (Item::Task(task), _) => Whole::Task {
                task: Box::new(task),
                plans: Vec::new(),
                comments: Vec::new(),
            },
            (Item::Doc(doc), _) => Whole::Doc {
                doc,
                versions: Vec::new(),
            },
            (Item::Memory(entry), _) => Whole::Memory(entry),
            (Item::Attachment(attachment), _) => Whole::Attachment {
                attachment,
                data: Vec::new(),
            },
            // A piece of something that this program does not know.
            _ => return None,
        };
        self.0.replace(next)
    }

    /// The last thing.
    pub fn end(&mut self) -> Option<Whole> {
        self.0.take()
    }
}
