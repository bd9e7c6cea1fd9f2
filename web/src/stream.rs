//! A body that is written while it is sent.

use std::{
    convert::Infallible,
    pin::Pin,
    task::{Context, Poll},
};

use axum::body::Body;
use bytes::Bytes;
use http_body::Frame;
use tokio::sync::mpsc;

/// Writes the body; dropping it ends the body. Knows by `closed()` that the
/// reader has left.
pub(crate) type Writer = mpsc::Sender<Bytes>;

/// A body and what writes it. Few pieces wait between them, so that a reader
/// that is slow slows down the writer.
pub(crate) fn pipe() -> (Writer, Body) {
    const WAITING: usize = 4;
    let (writer, reader) = mpsc::channel(WAITING);
    (writer, Body::new(Piped(reader)))
}

struct Piped(mpsc::Receiver<Bytes>);

impl http_body::Body for Piped {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let piece = self.0.poll_recv(context);
        piece.map(|bytes| bytes.map(|bytes| Ok(Frame::data(bytes))))
    }
}
