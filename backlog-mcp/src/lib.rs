//! The MCP server: what agents know of Backlog.
//!
//! [`serve`] speaks the Model Context Protocol over standard input and output
//! and calls the daemon for all that it says and does. A file of `tools` is a
//! group of tools; what models read is put into words in `text`. No rule of
//! the queue is here: the daemon decides, this tells.

#![warn(missing_docs)]

mod arguments;
mod call;
mod catalog;
mod completion;
mod documents;
mod identity;
mod instructions;
mod leases;
mod options;
mod problem;
mod prompts;
mod repeats;
mod reply;
mod resources;
mod schema;
mod server;
mod skills;
mod subscriptions;
mod text;
mod tools;
mod transport;
mod unanswered;

pub use self::{
    options::{Opened, Options, Toolset, Trouble},
    server::serve,
    skills::BundledSkill,
};
