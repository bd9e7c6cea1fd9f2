//! Calls that a client makes twice because the first answer was lost.
//!
//! The daemon keeps the answer of each request id. Here is only which id a
//! call gets: it is made of the session and of all that the call says, and its
//! answer counts for a minute. Nothing is remembered, so that a server that was
//! started anew in the same session knows the call too.

use backlog_api::{client::RequestId, rpc::Rpc, view};
use sha2::{Digest as _, Sha256};

/// How long an identical call is taken for a repetition.
const WINDOW: jiff::SignedDuration = jiff::SignedDuration::from_secs(60);

/// The id of a session's call. `key`: what its caller knows it by, whatever
/// else it says, for as long as answers are kept.
pub(crate) fn request_id<R: Rpc>(session: &str, request: &R, key: Option<&str>) -> RequestId {
    match key {
        Some(key) => RequestId::new(format!("key:{key}")),
        None => {
            let since = (jiff::Timestamp::now() - WINDOW).as_nanosecond();
            let since = i64::try_from(since).unwrap_or(0);
            RequestId::new(format!("same:{}", digest(session, request))).since(since)
        }
    }
}

/// The same, where no answer of before counts.
pub(crate) fn anew(id: RequestId) -> RequestId {
    let now = jiff::Timestamp::now().as_nanosecond();
    id.since(i64::try_from(now).unwrap_or(i64::MAX))
}

fn digest<R: Rpc>(session: &str, request: &R) -> String {
    let mut digest = Sha256::new();
    for part in [session.as_bytes(), R::PATH.as_bytes()] {
        digest.update((part.len() as u64).to_be_bytes());
        digest.update(part);
    }
    digest.update(request.encode_to_vec());
    view::hex(&digest.finalize())
}

#[cfg(test)]
mod tests {
    use backlog_api::v1::{CreateCommentRequest, CreateProjectRequest};

    use super::*;

    fn comment(body: &str) -> CreateCommentRequest {
        CreateCommentRequest {
            task: "TASK-1".to_owned(),
            body: body.to_owned(),
        }
    }

    #[test]
    fn a_call_is_known_by_its_session_and_all_that_it_says() {
        let known = digest("s", &comment("x"));
        assert_eq!(digest("s", &comment("x")), known);
        for other in [
            digest("t", &comment("x")),
            digest("s", &comment("y")),
            digest("s", &CreateProjectRequest::default()),
        ] {
            assert_ne!(other, known);
        }
    }

    #[test]
    fn a_key_is_the_same_for_every_session() {
        let first = request_id("s", &comment("x"), Some("k"));
        assert_eq!(request_id("t", &comment("y"), Some("k")), first);
    }
}
