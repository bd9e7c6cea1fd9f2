//! Calls that are answered by a stream.

use std::marker::PhantomData;

use bytes::Bytes;
use tonic::Streaming;

use super::{
    CallError, Client, Refusal, RequestId, Unavailable, call::was_cut_off, connect::Connection,
    patience::Patience, stuck,
};
use crate::rpc::StreamRpc;

impl Client {
    /// Makes a call that is answered by a stream. What breaks the stream later
    /// is [`StreamError::CutOff`]: the caller knows from where to call again.
    ///
    /// # Errors
    /// As [`Self::call`].
    pub async fn open<R: StreamRpc>(
        &self,
        request: R,
    ) -> Result<Responses<R::Response>, CallError> {
        let message = request.encode_to_vec().into();
        self.open_as::<R>(message, &RequestId::unique(), &mut self.patience())
            .await
    }

    pub(super) async fn open_as<R: StreamRpc>(
        &self,
        message: Bytes,
        request_id: &RequestId,
        patience: &mut Patience,
    ) -> Result<Responses<R::Response>, CallError> {
        loop {
            let connection = self.connection(patience).await?;
            let request = self.request(message.clone(), request_id)?;
            let call = connection.clone().streaming(R::PATH, request);
            match stuck::watch(call, &self.workspace, &connection).await {
                Ok(stream) => {
                    return Ok(Responses {
                        stream,
                        connection,
                        message: PhantomData,
                    });
                }
                Err(status) if was_cut_off(&status) => {
                    self.forget(&connection).await;
                    patience.pause(|| Unavailable::cut_off(&status)).await?;
                }
                Err(status) => return Err(Refusal::from(&status).into()),
            }
        }
    }
}

/// The answers of a call, as they come.
pub struct Responses<T> {
    stream: Streaming<Bytes>,
    pub(super) connection: Connection,
    message: PhantomData<fn() -> T>,
}

/// Why a stream ended early.
#[derive(Debug, thiserror::Error)]
pub enum StreamError {
    /// The daemon refused to go on.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The daemon is gone, or leaves: call again.
    #[error("the daemon was lost in the middle of a stream")]
    CutOff,
}

impl<T: prost::Message + Default> Responses<T> {
    /// The next answer; `None` at the end.
    ///
    /// # Errors
    /// See [`StreamError`].
    pub async fn next(&mut self) -> Result<Option<T>, StreamError> {
        match self.stream.message().await {
            Ok(None) => Ok(None),
            Ok(Some(bytes)) => T::decode(bytes)
                .map(Some)
                .map_err(|error| Refusal::unreadable(&error).into()),
            Err(status) if was_cut_off(&status) => Err(StreamError::CutOff),
            Err(status) => Err(Refusal::from(&status).into()),
        }
    }
}
