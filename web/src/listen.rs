//! Where to listen.
//!
//! `localhost` is two addresses, and a browser may take either: where one of
//! them belongs to somebody else, the port is taken.

use std::{
    io::{self, ErrorKind},
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener, ToSocketAddrs as _},
};

use crate::holder;

/// How many ports after the first are tried.
const NEXT: u16 = 100;

/// Where to listen.
#[derive(Debug, Clone)]
pub struct Place {
    /// A name or address of this machine; `None`: what only this machine reaches.
    pub host: Option<String>,
    /// On which port.
    pub port: Port,
}

/// On which port to listen.
#[derive(Debug, Clone, Copy)]
pub enum Port {
    /// On that one, or the next that is free.
    From(u16),
    /// On that one; 0 for any.
    Only(u16),
}

/// Why nobody can listen there.
#[derive(Debug, thiserror::Error)]
pub enum ListenError {
    /// Somebody else does.
    #[error("port {port} is taken{}", .holder.as_ref().map(|holder| format!(" by {holder}")).unwrap_or_default())]
    Taken {
        /// The port.
        port: u16,
        /// Who has it, where that is known.
        holder: Option<String>,
    },
    /// Other machines could call, and nobody chose a token.
    #[error("--listen {0} lets other machines call, and needs a token of your own")]
    NoToken(String),
    /// The name is of no machine.
    #[error("{host:?} cannot be listened on: {error}")]
    Name {
        /// The name.
        host: String,
        /// Why.
        error: io::Error,
    },
    /// Anything else.
    #[error("cannot listen on {address}: {error}")]
    Io {
        /// Where.
        address: SocketAddr,
        /// Why.
        error: io::Error,
    },
    /// The token cannot be made or kept.
    #[error("cannot keep a token for this run: {0}")]
    Token(io::Error),
}

/// What was opened.
pub(crate) struct Listening {
    pub(crate) listeners: Vec<TcpListener>,
    pub(crate) port: u16,
    /// The first choice and who has it, where it was not to be had.
    pub(crate) instead_of: Option<(u16, Option<String>)>,
}

impl Place {
    /// The addresses that are meant, and whether one of them may be missing.
    fn addresses(&self) -> Result<Vec<(IpAddr, bool)>, ListenError> {
        let Some(host) = &self.host else {
            // Not every machine has IPv6.
            return Ok(vec![
                (Ipv4Addr::LOCALHOST.into(), false),
                (Ipv6Addr::LOCALHOST.into(), true),
            ]);
        };
        let name = host.trim_matches(['[', ']']);
        let found = (name, 0)
            .to_socket_addrs()
            .map_err(|error| ListenError::Name {
                host: host.clone(),
                error,
            })?;
        let mut addresses: Vec<(IpAddr, bool)> = found.map(|found| (found.ip(), false)).collect();
        addresses.dedup();
        Ok(addresses)
    }

    /// Whether no other machine can call.
    pub(crate) fn is_local(&self) -> Result<bool, ListenError> {
        Ok(self
            .addresses()?
            .iter()
            .all(|(address, _)| address.is_loopback()))
    }

    pub(crate) fn open(&self) -> Result<Listening, ListenError> {
        let addresses = self.addresses()?;
        let (first, last) = match self.port {
            Port::Only(port) => (port, port),
            Port::From(port) => (port, port.saturating_add(NEXT)),
        };
        let mut taken = None;
        for port in first..=last {
            match bind(&addresses, port) {
                Ok((listeners, port)) => {
                    return Ok(Listening {
                        listeners,
                        port,
                        instead_of: taken,
                    });
                }
                Err(ListenError::Taken { port, holder }) => {
                    taken.get_or_insert((port, holder));
                }
                Err(error) => return Err(error),
            }
        }
        let (port, holder) = taken.unwrap_or((first, None));
        Err(ListenError::Taken { port, holder })
    }
}

fn bind(addresses: &[(IpAddr, bool)], port: u16) -> Result<(Vec<TcpListener>, u16), ListenError> {
    // The port that the system gave on one address may be taken on the other.
    const TRIES: usize = 16;
    let mut outcome = bind_once(addresses, port);
    for _ in 1..TRIES {
        match outcome {
            Err(ListenError::Taken { .. }) if port == 0 => outcome = bind_once(addresses, port),
            _ => break,
        }
    }
    outcome
}

fn bind_once(
    addresses: &[(IpAddr, bool)],
    mut port: u16,
) -> Result<(Vec<TcpListener>, u16), ListenError> {
    let mut listeners = Vec::new();
    for &(ip, may_be_missing) in addresses {
        let address = SocketAddr::new(ip, port);
        let bound = TcpListener::bind(address).and_then(|listener| {
            listener.set_nonblocking(true)?;
            Ok((listener.local_addr()?.port(), listener))
        });
        match bound {
            Ok((given, listener)) => {
                port = given;
                listeners.push(listener);
            }
            Err(error) if error.kind() == ErrorKind::AddrInUse => {
                let holder = holder::of(address);
                return Err(ListenError::Taken { port, holder });
            }
            Err(_) if may_be_missing && !listeners.is_empty() => {}
            Err(error) => return Err(ListenError::Io { address, error }),
        }
    }
    Ok((listeners, port))
}
