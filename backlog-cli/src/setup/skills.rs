//! The skills of one directory, as a part that clients share.

use std::{io, path::PathBuf};

use crate::skills::{Change, Plan, SKILLS, Skill, Wanted as WantedSkills};

use super::{Kind, Wanted};

/// The skills in one directory.
#[derive(Debug)]
pub struct SkillStep {
    pub dir: PathBuf,
    /// Files that change, and how, all together; `None` where none does.
    pub kind: Option<Kind>,
    pub changing: usize,
    /// Files that somebody changed, and that stay.
    pub left_alone: usize,
    /// Files there are or would be.
    pub files: usize,
    plan: Plan,
}

impl SkillStep {
    /// Looks at what is there. Changes nothing.
    pub fn make(dir: PathBuf, wanted: Wanted) -> io::Result<Self> {
        let skills: Vec<&'static Skill> = SKILLS.iter().collect();
        let plan = Plan::make(
            &dir,
            WantedSkills {
                skills: &skills,
                installed: wanted == Wanted::Installed,
                force: false,
            },
        )?;
        let count = |changes: &[Change]| {
            let is_one = |change: &Change| changes.contains(change);
            plan.steps
                .iter()
                .filter(|step| is_one(&step.change))
                .count()
        };
        let (written, updated, removed) = (
            count(&[Change::Written]),
            count(&[Change::Updated, Change::Replaced]),
            count(&[Change::Removed]),
        );
        let kind = match wanted {
            Wanted::Removed => (removed > 0).then_some(Kind::Removed),
            Wanted::Installed if updated > 0 => Some(Kind::Updated),
            Wanted::Installed if written + removed > 0 => Some(Kind::Added),
            Wanted::Installed => None,
        };
        Ok(Self {
            dir,
            kind,
            changing: written + updated + removed,
            left_alone: count(&[Change::LeftAlone]),
            files: plan.steps.len(),
            plan,
        })
    }

    /// Does it.
    pub fn carry_out(self) -> io::Result<()> {
        self.plan.carry_out()
    }
}
