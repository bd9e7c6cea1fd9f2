//! Ties each request message to its call, so that a client can write
//! `client.call(GetTaskRequest { … })` and the compiler knows the rest.

use crate::v1;

/// A request of a unary call. Implemented for every one by `build.rs`.
pub trait Rpc: prost::Message + Clone + Default + 'static {
    /// What comes back.
    type Response: prost::Message + Default + 'static;
    /// The HTTP/2 path, `/backlog.v1.TaskService/GetTask`.
    const PATH: &'static str;
}

/// A request of a call that is answered by a stream. Implemented for every one
/// by `build.rs`.
pub trait StreamRpc: prost::Message + Clone + Default + 'static {
    /// What comes back, many times.
    type Response: prost::Message + Default + 'static;
    /// The HTTP/2 path.
    const PATH: &'static str;
}

/// A request that is sent in many messages and answered by a stream.
/// Implemented for every one by `build.rs`.
pub trait UploadRpc: prost::Message + Clone + Default + 'static {
    /// What comes back, many times.
    type Response: prost::Message + Default + 'static;
    /// The HTTP/2 path.
    const PATH: &'static str;
}

include!(concat!(env!("OUT_DIR"), "/backlog.v1.rpc.rs"));
