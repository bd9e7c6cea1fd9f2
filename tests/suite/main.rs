//! What Backlog promises, through the real binary. A module for each promise.

mod already;
mod attachments;
mod bad_input;
mod commands;
mod completion;
mod concurrency;
mod config;
mod cost;
#[cfg(target_os = "linux")]
mod detached;
mod discovery;
mod docs;
mod doctor;
mod documented;
mod due_dates;
mod files;
mod findings;
mod full_disk;
mod hints;
mod hooks;
mod hostile_text;
#[cfg(target_os = "linux")]
mod lifecycle;
mod limits;
mod long;
mod looping;
mod mcp;
mod missing;
mod prime;
mod profiles;
mod queue;
mod reading;
mod reference;
mod reflection;
mod release;
mod reports;
mod schema;
mod script;
mod search;
mod setup;
mod skills;
mod sync;
mod transfer;
mod versions;
mod web;
mod writers;
