//! The harness: scratch homes and workspaces, the real binary, bounded waits.
//!
//! Every [`Home`] has its own HOME and XDG directories and no variable of the
//! surrounding shell. When it is dropped, the daemons of its workspaces are
//! ended, by the lock they hold, and the directory is removed.

pub mod binary;
pub mod crowd;
pub mod daemon;
pub mod database;
pub mod disk;
pub mod home;
pub mod mcp;
pub mod output;
#[cfg(target_os = "linux")]
pub mod process;
pub mod proof;
pub mod realistic;
pub mod tool;
pub mod wait;
pub mod web;

pub use self::{
    binary::backlog_bin,
    daemon::Daemon,
    home::Home,
    mcp::Mcp,
    output::Ran,
    wait::{eventually, until},
    web::Web,
};
