//! What comes with a call beside its message: who makes it, and which
//! repetition of which request it is.

use backlog_api::{
    metadata, reason,
    rpc::{Rpc, StreamRpc, UploadRpc},
    version::{API, ClientVersion},
};
use percent_encoding::percent_decode_str;
use prost::Message;
use sha2::{Digest as _, Sha256};
use tonic::{Code, Request, Status, Streaming};

use super::error;
use crate::{
    domain::{Actor, ActorKind, Moment, Refusal, lease::LeaseToken, text},
    store::{Answer, Caller, RequestKey},
};

/// The process at the other end of the connection, by the kernel's word.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Peer {
    pub(crate) uid: u32,
    pub(crate) pid: Option<i32>,
}

/// A call that may write.
pub(super) struct Call {
    pub(super) caller: Caller,
    pub(super) key: Option<RequestKey>,
}

/// A message's call as an answer that can be kept.
impl<M: Message + Default> Answer for M {
    fn to_bytes(&self) -> Vec<u8> {
        self.encode_to_vec()
    }

    fn from_bytes(bytes: &[u8]) -> Option<Self> {
        Self::decode(bytes).ok()
    }
}

/// The message of a call that only reads.
pub(super) fn reading<R>(request: Request<R>) -> Result<R, Status> {
    check_client(&request)?;
    Ok(request.into_inner())
}

/// The message of a call that writes, and who makes it.
pub(super) fn writing<R: Rpc>(request: Request<R>) -> Result<(Call, R), Status> {
    written(request, R::PATH)
}

/// As [`writing`], of a call that tells how far it has come.
pub(super) fn writing_long<R: StreamRpc>(request: Request<R>) -> Result<(Call, R), Status> {
    written(request, R::PATH)
}

fn written<R: Message>(request: Request<R>, path: &str) -> Result<(Call, R), Status> {
    let mut receiving = Receiving::of(&request, path)?;
    receiving.add(request.get_ref());
    Ok((receiving.finish(), request.into_inner()))
}

/// The messages to come of a call that writes, and who makes it.
pub(super) fn receiving<R: UploadRpc>(
    request: Request<Streaming<R>>,
) -> Result<(Receiving, Streaming<R>), Status> {
    Ok((Receiving::of(&request, R::PATH)?, request.into_inner()))
}

/// A call whose messages are being received: all of them make its key.
pub(super) struct Receiving {
    caller: Caller,
    request_id: Option<String>,
    since: Option<Moment>,
    digest: Sha256,
}

impl Receiving {
    fn of<R>(request: &Request<R>, path: &str) -> Result<Self, Status> {
        check_client(request)?;
        let peer = request.extensions().get::<Peer>().copied();
        Ok(Self {
            caller: caller(request, peer)?,
            request_id: text_of(request, metadata::REQUEST_ID)?
                .map(|id| text::required_line("request_id", &id))
                .transpose()?,
            since: text_of(request, metadata::REQUEST_SINCE)?
                .map(|text| moment("request_since", &text))
                .transpose()?,
            digest: Sha256::new_with_prefix(path),
        })
    }

    /// Adds a message; with it, its bytes.
    pub(super) fn add(&mut self, message: &impl Message) -> usize {
        let bytes = message.encode_to_vec();
        self.digest.update((bytes.len() as u64).to_be_bytes());
        self.digest.update(&bytes);
        bytes.len()
    }

    /// The call, now that all of it is here.
    pub(super) fn finish(self) -> Call {
        let digest = self.digest.finalize().into();
        Call {
            caller: self.caller,
            key: self
                .request_id
                .map(|id| RequestKey::new(id, digest, self.since)),
        }
    }
}

/// The message of a call that only reads, and who makes it: what is mine
/// depends on who I am.
pub(super) fn reading_as<R>(request: Request<R>) -> Result<(Caller, R), Status> {
    check_client(&request)?;
    let peer = request.extensions().get::<Peer>().copied();
    Ok((caller(&request, peer)?, request.into_inner()))
}

fn caller<R>(request: &Request<R>, peer: Option<Peer>) -> Result<Caller, Status> {
    Ok(Caller {
        actor: actor(request, peer)?,
        session: match text_of(request, metadata::SESSION)? {
            Some(session) => text::line("session", &session)?,
            None => String::new(),
        },
        uid: peer.map(|peer| peer.uid),
        pid: peer.and_then(|peer| peer.pid),
        lease: text_of(request, metadata::LEASE)?
            .map(|token| LeaseToken::parse(&token))
            .transpose()?,
    })
}

/// Refuses a program that speaks another API. One that does not say is let in:
/// any gRPC client may call.
fn check_client<R>(request: &Request<R>) -> Result<(), Status> {
    let Some(given) = text_of(request, metadata::CLIENT)? else {
        return Ok(());
    };
    let client: ClientVersion = given
        .parse()
        .map_err(|error| Refusal::invalid("client", format!("{}: {error}", metadata::CLIENT)))?;
    if (client.api_min..=client.api_max).contains(&API) {
        return Ok(());
    }
    Err(error::status(
        Code::FailedPrecondition,
        reason::CLIENT_UNSUPPORTED,
        format!(
            "backlog {} speaks API v{} to v{}, this daemon (backlog {}) speaks v{API}",
            client.program,
            client.api_min,
            client.api_max,
            backlog_api::version::program(),
        ),
        [],
    ))
}

fn actor<R>(request: &Request<R>, peer: Option<Peer>) -> Result<Actor, Status> {
    if let Some(given) = text_of(request, metadata::ACTOR)? {
        return Ok(given.parse::<Actor>()?);
    }
    let user = peer.and_then(|peer| nix::unistd::User::from_uid(peer.uid.into()).ok().flatten());
    let name = match (&user, peer) {
        (Some(user), _) => user.name.clone(),
        (None, Some(peer)) => format!("uid-{}", peer.uid),
        (None, None) => {
            return Err(Refusal::invalid("actor", "no actor was named: set backlog-actor").into());
        }
    };
    Ok(Actor::new(ActorKind::Human, &name)?)
}

fn moment(field: &'static str, given: &str) -> Result<Moment, Refusal> {
    let nanos = given.parse().map_err(|_| {
        Refusal::invalid(field, format!("{given:?} is no moment in Unix nanoseconds"))
    })?;
    Ok(Moment(nanos))
}

/// A metadata value, percent-decoded.
fn text_of<R>(request: &Request<R>, key: &'static str) -> Result<Option<String>, Status> {
    let Some(value) = request.metadata().get(key) else {
        return Ok(None);
    };
    let decoded = percent_decode_str(std::str::from_utf8(value.as_bytes()).unwrap_or("%FF"))
        .decode_utf8()
        .map_err(|_| Refusal::invalid("metadata", format!("{key} is not percent-encoded UTF-8")))?;
    Ok(Some(decoded.into_owned()))
}
