//! Telling coding agents of this queue, in the files they read: what would
//! change in each, and changing it. Knows no terminal; what is asked and told
//! is the command's business.
//!
//! Whatever else is in a file stays as it is, comments and blanks included; a
//! file that cannot be read as what it should be is never touched.

mod edit;
mod file;
mod hooks;
mod jsonc;
mod listing;
mod owner;
mod skills;
mod step;
mod toml;

pub use edit::{Editor, Kind, Trouble, Wanted};
pub use listing::{Listing, listings};
pub use skills::SkillStep;
pub use step::{Change, FileStep, Outcome};

/// What can be set up in a client.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    Mcp,
    Skills,
    Hooks,
}

impl Part {
    pub const ALL: [Self; 3] = [Self::Mcp, Self::Skills, Self::Hooks];

    pub fn name(self) -> &'static str {
        match self {
            Self::Mcp => "mcp",
            Self::Skills => "skills",
            Self::Hooks => "hooks",
        }
    }
}
