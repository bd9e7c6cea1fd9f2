//! The skills that come with the program: texts for agents, in the Agent
//! Skills format, and putting them where agents look.

mod bundled;
mod plan;
mod record;

pub use bundled::{SKILLS, Skill};
pub use plan::{Change, Plan, Wanted};
