//! Which JSON Schemas there are.

use schemars::JsonSchema;
use serde::Serialize;

use crate::schema::{self, Direction};

/// Every JSON Schema there is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Schemas {
    /// The schemas: what is written, by name, then what is read.
    pub schemas: Vec<SchemaEntry>,
}

/// A JSON Schema by its name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct SchemaEntry {
    /// Its name.
    pub name: &'static str,
    /// Printed with `--json` (`written`), or given in a file (`read`).
    #[schemars(extend("enum" = ["written", "read"]))]
    pub direction: &'static str,
    /// What it is the schema of.
    pub about: String,
}

impl Schemas {
    /// All there are.
    #[must_use]
    pub fn all() -> Self {
        let schemas = schema::entries().map(|entry| SchemaEntry {
            name: entry.name,
            direction: match entry.direction {
                Direction::Written => "written",
                Direction::Read => "read",
            },
            about: entry.about(),
        });
        Self {
            schemas: schemas.collect(),
        }
    }
}
