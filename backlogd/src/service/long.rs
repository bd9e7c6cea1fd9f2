//! Large writes, which tell how far they have come.

use tokio::sync::mpsc;
use tonic::{
    Response, Status,
    codegen::{BoxStream, tokio_stream::wrappers::ReceiverStream},
};

use super::{Api, call::Call};
use crate::{
    lifecycle::StreamGuard,
    store::{Answer, Result, WriteTx},
};

/// Answers that may wait for a client to read them.
const WAITING: usize = 8;

/// Tells the caller of a write how far it has come.
pub(super) struct Told<T>(mpsc::Sender<Result<T, Status>>);

impl<T> Told<T> {
    /// Tells it, unless the caller has not read what it was told before.
    pub(super) fn tell(&self, answer: T) {
        // The last place is kept for the end.
        if self.0.capacity() > 1 {
            let _ = self.0.try_send(Ok(answer));
        }
    }
}

/// Runs a write; what it returns is the last answer, once it is on disk. It
/// goes on where its caller leaves or the daemon is asked to: who asks again
/// with the same request id gets its answer. One that is not to be kept is
/// tried and undone.
pub(super) fn write<T: Answer + Send + 'static>(
    api: &Api,
    call: Call,
    keep: bool,
    write: impl FnOnce(&mut WriteTx<'_>, &Told<T>) -> Result<T> + Send + 'static,
) -> Response<BoxStream<T>> {
    let (answers, receiver) = mpsc::channel(WAITING);
    let told = Told(answers.clone());
    let api = api.clone();
    // Ends with the write.
    tokio::spawn(async move {
        let _counted = StreamGuard::new(api.daemon.clone());
        let outcome = api
            .store
            .write_alone(call.caller, call.key, keep, move |tx| write(tx, &told))
            .await;
        let _ = answers.try_send(outcome.map_err(Status::from));
    });
    Response::new(Box::pin(ReceiverStream::new(receiver)))
}
