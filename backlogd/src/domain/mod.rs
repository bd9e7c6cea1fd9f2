//! The things a queue is made of and the rules about them. No input or
//! output, no SQL, no wire types; a value of these types is a valid one.

pub mod activity;
pub mod actor;
pub mod attachment;
pub mod clock;
pub mod comment;
pub mod dependency;
pub mod doc;
pub mod excerpt;
pub mod finding;
pub mod foreign;
pub mod holdback;
pub mod id;
pub mod label;
pub mod lease;
pub mod memory;
pub mod page;
pub mod plan;
pub mod project;
pub mod queue;
pub mod refusal;
pub mod report;
pub mod scope;
pub mod search;
pub mod task;
pub mod text;
pub mod transfer;
pub mod trash;
pub mod version;
mod words;

pub use self::{
    activity::{Change, Changes, Entity},
    actor::{Actor, ActorKind},
    clock::Moment,
    id::Id,
    refusal::{Refusal, Refused},
};
