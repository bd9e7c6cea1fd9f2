//! Leaving when nobody needs the daemon.

use std::{sync::Arc, time::Duration};

use super::state::{Leave, State};

/// Looks again at the earliest moment at which it may have been idle enough.
pub(super) async fn watch(state: Arc<State>) {
    let Some(timeout) = state.idle_timeout else {
        return;
    };
    loop {
        let idle = state.idle_for();
        if idle >= timeout {
            state.leave(Leave::Idle);
            return;
        }
        tokio::time::sleep((timeout - idle).max(Duration::from_millis(10))).await;
    }
}
