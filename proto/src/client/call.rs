//! Calls with one answer, and what goes with a call of any kind.

use std::pin::Pin;

use bytes::Bytes;
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use prost::Message as _;
use tonic::{Code, Request, Status, metadata::MetadataValue};

use super::{
    CallError, Caller, Client, Refusal, RequestId, Unavailable,
    patience::{Patience, RETRY_FOR},
    stuck,
};
use crate::{metadata, rpc::Rpc, version::ClientVersion};

/// Metadata values are printable ASCII; anything else travels percent-encoded,
/// as gRPC does with its own messages.
const ENCODED: &AsciiSet = &CONTROLS.add(b'%');

impl Client {
    /// Makes a call, and makes it again with the same request id while the
    /// daemon is being started or replaced.
    ///
    /// # Errors
    /// [`CallError::Refused`] where the daemon answered with a refusal,
    /// [`CallError::Unavailable`] where none could be reached or started.
    pub async fn call<R: Rpc>(&self, request: R) -> Result<R::Response, CallError> {
        let answer = self
            .call_encoded(R::PATH, request.encode_to_vec().into())
            .await?;
        decode::<R>(answer)
    }

    /// As [`Self::call`], with the message encoded by the caller: one piece of
    /// code for all calls, where `call` would be compiled anew for each.
    ///
    /// # Errors
    /// As [`Self::call`].
    pub fn call_encoded(
        &self,
        path: &'static str,
        message: Bytes,
    ) -> Pin<Box<dyn Future<Output = Result<Bytes, CallError>> + Send + '_>> {
        Box::pin(async move {
            let answer = self.repeat(path, message, RequestId::unique()).await?;
            Ok(answer.message)
        })
    }

    /// As [`Self::call_encoded`], of a write that was perhaps made before under
    /// this request id: then it is answered as it was then.
    ///
    /// # Errors
    /// As [`Self::call`].
    pub fn call_encoded_as(
        &self,
        path: &'static str,
        message: Bytes,
        request_id: RequestId,
    ) -> Pin<Box<dyn Future<Output = Result<Answered, CallError>> + Send + '_>> {
        Box::pin(self.repeat(path, message, request_id))
    }

    async fn repeat(
        &self,
        path: &'static str,
        message: Bytes,
        request_id: RequestId,
    ) -> Result<Answered, CallError> {
        let mut patience = self.patience();
        let mut is_first_try = true;
        loop {
            let connection = self.connection(&mut patience).await?;
            let request = self.request(message.clone(), &request_id)?;
            let call = connection.clone().unary(path, request);
            match stuck::watch(call, &self.workspace, &connection).await {
                Ok(answer) => {
                    // Later it may be our own first try that was answered.
                    let was_made_before = answer.metadata().contains_key(metadata::REPEATED);
                    return Ok(Answered {
                        message: answer.into_inner(),
                        repeated: was_made_before && is_first_try,
                    });
                }
                Err(status) if was_cut_off(&status) => {
                    is_first_try = false;
                    self.forget(&connection).await;
                    patience.pause(|| Unavailable::cut_off(&status)).await?;
                }
                Err(status) => return Err(Refusal::from(&status).into()),
            }
        }
    }

    pub(super) fn request<M>(
        &self,
        message: M,
        request_id: &RequestId,
    ) -> Result<Request<M>, CallError> {
        let mut request = Request::new(message);
        let mut set = |key: &'static str, value: &str| {
            let encoded = utf8_percent_encode(value, ENCODED).to_string();
            let encoded = MetadataValue::try_from(encoded)
                .map_err(|_| Refusal::invalid(format!("{value:?} cannot be sent as {key}")))?;
            request.metadata_mut().insert(key, encoded);
            Ok::<_, CallError>(())
        };
        let Caller {
            actor,
            session,
            lease,
        } = &self.options.caller;
        if let Some(actor) = actor {
            set(metadata::ACTOR, actor)?;
        }
        if let Some(session) = session {
            set(metadata::SESSION, session)?;
        }
        if let Some(lease) = lease {
            set(metadata::LEASE, lease)?;
        }
        set(metadata::REQUEST_ID, &request_id.id)?;
        if let Some(since) = request_id.since {
            set(metadata::REQUEST_SINCE, &since.to_string())?;
        }
        set(metadata::CLIENT, &ClientVersion::current().to_string())?;
        Ok(request)
    }

    pub(super) fn patience(&self) -> Patience {
        Patience::new(self.hurry.unwrap_or(RETRY_FOR))
    }
}

/// The answer to a write that may have been made before.
#[derive(Debug)]
pub struct Answered {
    /// The answer, encoded.
    pub message: Bytes,
    /// It is the one that an earlier call got.
    pub repeated: bool,
}

/// The answer to a request, from its bytes.
///
/// # Errors
/// Where the daemon answered with something else.
pub fn decode<R: Rpc>(answer: Bytes) -> Result<R::Response, CallError> {
    R::Response::decode(answer).map_err(|error| Refusal::unreadable(&error).into())
}

/// Whether the answer never came, as opposed to being a refusal: such a
/// status was made on this side of the socket, from the error in `source`.
pub(super) fn was_cut_off(status: &Status) -> bool {
    status.code() == Code::Unavailable || std::error::Error::source(status).is_some()
}
