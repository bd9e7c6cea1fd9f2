//! Processes that keep leases alive: renewed while they live, let go when they
//! do not.

use backlog_api::v1;

use crate::{
    domain::lease::is_fresh,
    process,
    store::{self, Caller, Store},
};

/// Looks at them once.
pub(super) async fn look(store: &Store) -> store::Result<()> {
    for (attempt, holder, left, ttl) in store.read(|db| db.process_leases()).await? {
        let lives = process::lives(holder);
        if lives && is_fresh(left, ttl) {
            continue;
        }
        store
            .write(Caller::daemon(), None, move |tx| {
                if lives {
                    tx.keep_alive(attempt, None)?;
                } else {
                    tx.let_go(attempt, None)?;
                }
                Ok(v1::RenewLeaseResponse::default())
            })
            .await?;
    }
    Ok(())
}
