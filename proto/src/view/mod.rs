//! The JSON shapes of the command line and of HTTP. Their names are a
//! contract: scripts read them.
//!
//! Each noun's shape is made from its message by `From`. Empty optional fields
//! are left out; a required one is always there. Lists are in objects, with a
//! `page` where there is more to say than the list itself.

mod activity;
mod actor;
mod attachment;
mod backup;
mod command;
mod comment;
mod config;
mod daemon;
mod demo;
mod dependency;
mod diff;
mod doc;
mod done;
mod export;
mod failure;
mod finding;
mod health;
mod label;
mod lease;
mod list;
mod looping;
mod mcp;
mod memory;
mod names;
mod plan;
mod prime;
mod project;
mod queue;
mod report;
mod schemas;
mod search;
mod setup;
mod skills;
mod sync;
mod task;
mod time;
mod trash;
mod version;
mod web;
mod workspace;

pub use activity::{Event, Verification};
pub use actor::Actor;
pub use attachment::{Attachment, FetchedAttachment};
pub use backup::{Backup, RestoredWorkspace};
pub use command::{Command, Commands, Parameter, PrintsWith};
pub use comment::Comment;
pub use config::{
    ConfigPath, ConfigPaths, ProfileEntry, Profiles, Setting, SettingScope, Settings,
};
pub use daemon::{DaemonLog, DaemonState, DaemonStatus, NoDaemon};
pub use demo::Demo;
pub use dependency::{DependencyNode, DependencyTree};
pub use diff::{Diff, VersionText, unified, unified_lines};
pub use doc::{Doc, DocVersion};
pub use done::Done;
pub use export::{
    Export, ExportedAttachment, ExportedDoc, ExportedPlan, ExportedProject, ExportedTask,
    ImportCount, Imported, Renumbered, WrittenExport,
};
pub use failure::{Failure, FailureDetail};
pub use finding::{FindingProblem, FindingsImport};
pub use health::{Health, HealthIssue, HealthSeverity};
pub use label::Label;
pub use lease::{Attempt, ClaimedTask, Lease, outcome_name};
pub use list::{
    Attachments, Attempts, Comments, DocVersions, Docs, Events, Labels, Log, Memories, Page, Plans,
    Projects, TaskRefs, Tasks, Trash, Versions,
};
pub use looping::{
    LoopEnded, LoopEvent, LoopHeld, LoopOutcome, LoopPausing, LoopStarted, LoopSummary, LoopSwept,
    LoopTask, LoopWaiting,
};
pub use mcp::McpConfig;
pub use memory::Memory;
pub use names::{
    ACTOR_KINDS, ENTITY_KINDS, SORT_ORDERS, TASK_SORTS, TASK_STATUSES, TASK_TYPES, actor_kind_name,
    entity_name, parse_actor_kind, parse_entity, parse_priority, parse_status, parse_type,
    status_name, type_name, words,
};
pub use plan::{Plan, PlanVersion};
pub use prime::Prime;
pub use project::{Project, ProjectRef, TaskCounts};
pub use queue::{
    Explanation, HeldTask, Obstacle, Overview, Queue, QueueCounts, WaitingClaim, obstacle_name,
};
pub use report::{
    ActorWork, Analysis, Audit, AuditCount, AuditIssue, ClosedBy, CycleTimeBucket, DurationStats,
    ReportDay, ReportItem, ReportItems, StatusCounts, TypeCycleTime, severity_name,
};
pub use schemas::{SchemaEntry, Schemas};
pub use search::{Hit, Hits};
pub use setup::{Setup, SetupClient, SetupListing, SetupPart};
pub use skills::{InstalledFile, InstalledSkills};
pub use sync::Synced;
pub use task::{Task, task_ref};
pub use time::time;
pub use trash::TrashItem;
pub use version::Version;
pub use web::{WebServer, WebToken};
pub use workspace::{InitializedWorkspace, Workspace};

use std::fmt::Write as _;

/// What is left out where it is empty.
fn filled(text: String) -> Option<String> {
    Some(text).filter(|text| !text.is_empty())
}

/// Hexadecimal, lower case.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    bytes
        .iter()
        .fold(String::with_capacity(2 * bytes.len()), |mut text, byte| {
            // Writing to a string does not fail.
            let _ = write!(text, "{byte:02x}");
            text
        })
}

#[cfg(test)]
mod tests;
