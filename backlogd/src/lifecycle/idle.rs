//! Leaving when nobody needs the daemon.

use std::{sync::Arc, time::Duration};

use super::state::{Leave, State};
use crate::store::Store;

/// While a lease lives the daemon stays, and looks again this often: its end
/// is the daemon's to see.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// Looks again at the earliest moment at which it may have been idle enough.
pub(super) async fn watch(store: Store, state: Arc<State>) {
    let Some(timeout) = state.idle_timeout else {
        return;
    };
    loop {
        let idle = state.idle_for();
        let pause = if idle < timeout {
            (timeout - idle).max(Duration::from_millis(10))
        } else if store
            .read(|db| db.count_leases())
            .await
            .is_ok_and(|(leases, _)| leases > 0)
        {
            LOOK_EVERY
        } else {
            state.leave(Leave::Idle);
            return;
        };
        tokio::time::sleep(pause).await;
    }
}
