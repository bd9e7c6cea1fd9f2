//! A session as a whole: seen at work, or over. Both may be said as often as one
//! likes, so no answer is kept for a repetition.

use backlog_api::v1;
use tonic::Status;

use super::Api;
use crate::{
    domain::{Refusal, lease::is_fresh},
    store::Caller,
};

/// Renews the session's leases where one has not most of its time left. How
/// many it has.
pub(super) async fn renew(api: &Api, caller: Caller) -> Result<i32, Status> {
    let session = named(&caller)?;
    let leases = api.read(move |db| db.session_leases(&session)).await?;
    if leases.iter().all(|(left, ttl)| is_fresh(*left, *ttl)) {
        return Ok(i32::try_from(leases.len()).unwrap_or(i32::MAX));
    }
    let renewed: v1::RenewSessionResponse = api
        .store
        .write(caller, None, |tx| {
            Ok(v1::RenewSessionResponse {
                leases: tx.renew_session()?,
            })
        })
        .await?;
    Ok(renewed.leases)
}

/// Leaves the session's leases the grace and no more. How many there are.
pub(super) async fn end(api: &Api, caller: Caller) -> Result<i32, Status> {
    named(&caller)?;
    let ended: v1::EndSessionResponse = api
        .store
        .write(caller, None, |tx| {
            Ok(v1::EndSessionResponse {
                leases: tx.end_session()?,
            })
        })
        .await?;
    Ok(ended.leases)
}

/// Without a session all leases of an actor would be meant.
fn named(caller: &Caller) -> Result<String, Refusal> {
    if caller.session.is_empty() {
        return Err(Refusal::invalid("session", "no session was named"));
    }
    Ok(caller.session.clone())
}
