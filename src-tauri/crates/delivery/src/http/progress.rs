//! How far an exchange has got, told by whoever takes the step.

use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use placet_review::Phase;

/// How much of a body is handed to the connection at once, in bytes: it is asked for more when there is room.
const PIECE: usize = 64 * 1024;

tokio::task_local! {
    /// The exchange that is going on. Whoever looks a host up is told its name and nothing else, and whoever begins a
    /// handshake no more, but both are asked in the task of the request that needs the connection.
    static OF_THIS_TASK: Progress;
}

/// How far one exchange has got, and the port that it goes to. Clones tell of the same exchange.
#[derive(Clone)]
pub(super) struct Progress {
    phase: Arc<AtomicUsize>,
    port: u16,
}

impl Progress {
    pub(super) fn towards(port: u16) -> Self {
        Self { phase: Arc::default(), port }
    }

    /// Of the exchange that this task makes, if it makes one.
    pub(super) fn of_this_task() -> Option<Self> {
        OF_THIS_TASK.try_with(Self::clone).ok()
    }

    pub(super) fn port(&self) -> u16 {
        self.port
    }

    /// Makes the exchange.
    pub(super) async fn during<T>(&self, exchange: impl Future<Output = T>) -> T {
        OF_THIS_TASK.scope(self.clone(), exchange).await
    }

    /// The step begins. Never goes back: the connection that an exchange asked for may come to stand after it was
    /// served by another one.
    pub(super) fn begins(&self, phase: Phase) {
        self.phase.fetch_max(phase as usize, Ordering::AcqRel);
    }

    pub(super) fn phase(&self) -> Phase {
        Phase::ALL[self.phase.load(Ordering::Acquire)]
    }
}

/// A body on its way out. The connection asks for it only once it has taken the headers.
pub(super) struct Sending {
    left: Bytes,
    progress: Progress,
}

impl Sending {
    pub(super) fn new(body: Bytes, progress: Progress) -> Self {
        Self { left: body, progress }
    }
}

impl Body for Sending {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        self.progress.begins(Phase::SentHeaders);
        let piece = self.left.len().min(PIECE);
        let piece = self.left.split_to(piece);
        if self.left.is_empty() {
            self.progress.begins(Phase::SentBody);
        }
        Poll::Ready((!piece.is_empty()).then(|| Ok(Frame::data(piece))))
    }

    fn is_end_stream(&self) -> bool {
        // Also a body without a byte is asked for, so that it is known to be sent.
        self.left.is_empty() && self.progress.phase() >= Phase::SentBody
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.left.len() as u64)
    }
}
