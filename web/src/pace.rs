//! A connection whose other end must take what it asked for.
//!
//! Who stops reading, or reads drop by drop, would keep an answer in memory,
//! and the task that writes it, for as long as it likes. What was not taken in
//! time is thrown away with the connection, also by the kernel.

use std::{
    io::{self, IoSlice},
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use rustix::net::sockopt::set_socket_send_buffer_size;
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::TcpStream,
    time::{Instant, Sleep},
};

/// How long it may take to take a byte: 4 kB a second. Slower is as good as not
/// at all.
const A_BYTE: Duration = Duration::from_nanos(1_000_000_000 / (4 << 10));

/// What may be on its way to the other end.
const BUFFER: usize = 64 << 10;

/// A connection whose other end must take what it asked for.
pub(crate) struct Paced {
    stream: TcpStream,
    patience: Patience,
    waiting: Option<Waiting>,
}

struct Waiting {
    since: Instant,
    over: Pin<Box<Sleep>>,
}

/// For how long the other end may take nothing: each byte it takes gives some
/// of what is spent back.
struct Patience {
    most: Duration,
    left: Duration,
}

impl Patience {
    fn spend(&mut self, waited: Duration, taken: usize) {
        let earned = A_BYTE.saturating_mul(u32::try_from(taken).unwrap_or(u32::MAX));
        self.left = (self.left.saturating_sub(waited) + earned).min(self.most);
    }
}

impl Paced {
    pub(crate) fn new(stream: TcpStream, patience: Duration) -> Self {
        // Linux asks for more once a third of the buffer is free. It lets that
        // grow to megabytes, which a slow line does not take within a patience.
        let _ = set_socket_send_buffer_size(&stream, BUFFER);
        Self {
            stream,
            patience: Patience {
                most: patience,
                left: patience,
            },
            waiting: None,
        }
    }

    /// What an attempt to write came to, and whether there may be another.
    fn judge(
        &mut self,
        context: &mut Context<'_>,
        outcome: Poll<io::Result<usize>>,
    ) -> Poll<io::Result<usize>> {
        match outcome {
            Poll::Ready(Ok(taken)) => {
                let waited = self.waiting.take().map(|waiting| waiting.since.elapsed());
                self.patience.spend(waited.unwrap_or_default(), taken);
                outcome
            }
            Poll::Ready(Err(_)) => outcome,
            Poll::Pending => {
                let left = self.patience.left;
                let waiting = self.waiting.get_or_insert_with(|| Waiting {
                    since: Instant::now(),
                    over: Box::pin(tokio::time::sleep(left)),
                });
                if waiting.over.as_mut().poll(context).is_pending() {
                    return Poll::Pending;
                }
                // Else the system would go on offering what was written so far.
                let _ = self.stream.set_zero_linger();
                Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
            }
        }
    }
}

impl AsyncRead for Paced {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, into)
    }
}

impl AsyncWrite for Paced {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let outcome = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.judge(context, outcome)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        pieces: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let outcome = Pin::new(&mut self.stream).poll_write_vectored(context, pieces);
        self.judge(context, outcome)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn drops_cost_more_than_they_earn_and_a_slow_line_does_not() {
        let second = Duration::from_secs(1);
        let left = |taken_a_second: usize| {
            let mut patience = Patience {
                most: 10 * second,
                left: 10 * second,
            };
            for _ in 0..600 {
                patience.spend(second, taken_a_second);
            }
            patience.left
        };
        assert!(left(100) < second);
        assert_eq!(left(8 << 10), 10 * second);
    }
}
