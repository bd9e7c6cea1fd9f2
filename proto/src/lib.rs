//! The API of Backlog and what every client of it shares.
//!
//! - [`v1`]: generated from `backlog/v1/*.proto`;
//! - [`discover`]: which workspace a command means;
//! - [`config`]: `config.toml`, the workspace's and the user's;
//! - [`client`]: calling the daemon, and starting it where there is none;
//! - [`view`]: the JSON shapes of the command line and of HTTP;
//! - [`input`]: the JSON shapes of what is read;
//! - [`schema`]: JSON Schema of both;
//! - [`date`], [`duration`], [`visible`]: how people write time, and how they
//!   are shown text.
//!
//! Nothing here knows SQL or a terminal.

#![warn(missing_docs)]

pub mod client;
pub mod config;
pub mod date;
pub mod discover;
pub mod duration;
pub mod input;
pub mod metadata;
pub mod reason;
pub mod rendezvous;
pub mod rpc;
pub mod schema;
pub mod version;
pub mod view;
pub mod visible;
pub mod workspace;

/// Messages, clients and servers of package `backlog.v1`.
#[allow(missing_docs, clippy::all, reason = "generated code")]
pub mod v1 {
    tonic::include_proto!("backlog.v1");

    /// The package's descriptors, for gRPC reflection.
    pub const FILE_DESCRIPTOR_SET: &[u8] =
        include_bytes!(concat!(env!("OUT_DIR"), "/backlog.v1.bin"));
}
