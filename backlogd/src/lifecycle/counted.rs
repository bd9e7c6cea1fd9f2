//! Counting a call until the last byte of its answer is sent: a stream is a
//! call for as long as it lives.

use std::{
    pin::Pin,
    task::{Context, Poll},
};

use bytes::Bytes;
use http_body::{Body as HttpBody, Frame, SizeHint};
use tonic::{Status, body::Body};

use super::state::CallGuard;

/// An answer's body with the call it belongs to.
struct Counted {
    body: Body,
    _call: CallGuard,
}

/// The answer, which ends the call when it is sent or dropped.
pub(super) fn counted(answer: http::Response<Body>, call: CallGuard) -> http::Response<Body> {
    answer.map(|body| Body::new(Counted { body, _call: call }))
}

impl HttpBody for Counted {
    type Data = Bytes;
    type Error = Status;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Status>>> {
        Pin::new(&mut self.body).poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
