//! Sending more than fits one message, as one write.

use std::pin::Pin;

use bytes::Bytes;
use tonic::{Status, codegen::tokio_stream};

use super::{CallError, Client, Refusal, RequestId, Unavailable, call::was_cut_off, stuck};
use crate::rpc::UploadRpc;

impl Client {
    /// Sends all messages as one call and hands on its answers. Where it is
    /// cut off it is sent again from the beginning with the same request id, so
    /// `answered` may hear the same twice; the write is there once.
    ///
    /// # Errors
    /// As [`Self::call`].
    pub async fn upload<R: UploadRpc>(
        &self,
        messages: impl IntoIterator<Item = R>,
        mut answered: impl FnMut(R::Response) + Send,
    ) -> Result<(), CallError> {
        let messages = messages
            .into_iter()
            .map(|message| message.encode_to_vec().into())
            .collect();
        let mut unreadable = None;
        self.upload_encoded(R::PATH, messages, &mut |bytes| {
            match <R::Response as prost::Message>::decode(bytes) {
                Ok(answer) => answered(answer),
                Err(error) => unreadable = Some(Refusal::unreadable(&error)),
            }
        })
        .await?;
        unreadable.map_or(Ok(()), |refusal| Err(refusal.into()))
    }

    fn upload_encoded<'c>(
        &'c self,
        path: &'static str,
        messages: Vec<Bytes>,
        answered: &'c mut (dyn FnMut(Bytes) + Send),
    ) -> Pin<Box<dyn Future<Output = Result<(), CallError>> + Send + 'c>> {
        Box::pin(async move {
            let request_id = RequestId::unique();
            let mut patience = self.patience();
            loop {
                let connection = self.connection(&mut patience).await?;
                let request = self.request(tokio_stream::iter(messages.clone()), &request_id)?;
                let call = async {
                    let mut answers = connection.clone().exchange(path, request).await?;
                    while let Some(answer) = answers.message().await? {
                        answered(answer);
                    }
                    Ok::<_, Status>(())
                };
                match stuck::watch(call, &self.workspace, &connection).await {
                    Ok(()) => return Ok(()),
                    Err(status) if was_cut_off(&status) => {
                        self.forget(&connection).await;
                        patience.pause(|| Unavailable::cut_off(&status)).await?;
                    }
                    Err(status) => return Err(Refusal::from(&status).into()),
                }
            }
        })
    }
}
