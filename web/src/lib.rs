//! The HTTP API and the dashboard's server: `backlog web`.
//!
//! It is a client of the daemon like any other, with the JSON shapes of
//! [`backlog_api::view`]. It opens no database, and no rule of the queue is
//! here. What is here is everything that speaks for letting a browser come
//! near: who may call ([`guard`]), how much at once ([`request`]), and what
//! is told to those who may not ([`problem`]).
//!
//! [`table`] is the one list of routes: what is served and what
//! `/api/openapi.json` says of it are made from the same entries.

#![warn(missing_docs)]

mod answer;
mod app;
mod assets;
mod guard;
mod headers;
mod holder;
mod listen;
mod markdown;
mod openapi;
mod pace;
mod problem;
mod request;
mod routes;
mod serve;
mod stream;
mod table;
mod token;
mod value;

pub use self::{
    app::Site,
    listen::{ListenError, Place, Port},
    serve::{Served, open},
    token::{KeepError, kept},
};
