//! Calls that take long, and tell how far they have come.

use super::{CallError, Client, RequestId, StreamError, Unavailable};
use crate::rpc::StreamRpc;

impl Client {
    /// Makes a write that tells how far it has come, and returns its last
    /// answer. Where the daemon is lost on the way it is made again with the
    /// same request id: done once, and told anew.
    ///
    /// # Errors
    /// As [`Client::call`].
    pub async fn call_long<R: StreamRpc>(
        &self,
        request: R,
        mut told: impl FnMut(&R::Response),
    ) -> Result<R::Response, CallError> {
        let message: bytes::Bytes = request.encode_to_vec().into();
        let request_id = RequestId::unique();
        let mut patience = self.patience();
        loop {
            let mut answers = self
                .open_as::<R>(message.clone(), &request_id, &mut patience)
                .await?;
            let mut last = R::Response::default();
            loop {
                match answers.next().await {
                    Ok(Some(answer)) => {
                        told(&answer);
                        last = answer;
                    }
                    Ok(None) => return Ok(last),
                    Err(StreamError::Refused(refusal)) => return Err(refusal.into()),
                    Err(StreamError::CutOff) => break,
                }
            }
            self.forget(&answers.connection).await;
            patience.pause(Unavailable::lost).await?;
        }
    }
}
