//! Whom tasks are assigned to: any text, mostly an actor, and people ask for
//! actors by their names.

use rusqlite::named_params;

use super::{Reader, Result};
use crate::domain::task::TaskFilter;

impl Reader<'_> {
    /// The assignees that a filter means: what it says, and where that is a
    /// name without a kind, the actors of that name.
    pub(super) fn assignees(&self, filter: &TaskFilter) -> Result<Vec<String>> {
        let given = filter.assignee.as_str();
        let mut meant = vec![given.to_owned()];
        if given.contains(':') {
            return Ok(meant);
        }
        for kind in ["human", "ai"] {
            let actor = format!("{kind}:{given}");
            // Of one alone a page is the beginning of an index.
            if filter.include_archived || self.is_assignee(&actor)? {
                meant.push(actor);
            }
        }
        if meant.len() == 2 && !filter.include_archived && !self.is_assignee(given)? {
            meant.swap_remove(0);
        }
        Ok(meant)
    }

    fn is_assignee(&self, who: &str) -> Result<bool> {
        Ok(self
            .conn
            .prepare_cached(
                "SELECT EXISTS (SELECT 1 FROM task
                 WHERE assignee = :who AND assignee <> ''
                   AND deleted_at IS NULL AND archived_at IS NULL)",
            )?
            .query_row(named_params! {":who": who}, |row| row.get(0))?)
    }
}
