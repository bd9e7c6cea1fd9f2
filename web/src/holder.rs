//! Who listens on a port, as far as the system tells.

use std::{fs, net::SocketAddr, path::Path};

/// `node, process 4711`; `None` where that cannot be found out: it belongs to
/// another user, or the system has no `/proc`.
pub(crate) fn of(address: SocketAddr) -> Option<String> {
    let table = match address {
        SocketAddr::V4(_) => "/proc/net/tcp",
        SocketAddr::V6(_) => "/proc/net/tcp6",
    };
    let socket = format!(
        "socket:[{}]",
        listening(&fs::read_to_string(table).ok()?, address.port())?
    );
    fs::read_dir("/proc").ok()?.flatten().find_map(|process| {
        let pid: u32 = process.file_name().to_str()?.parse().ok()?;
        holds(&process.path(), &socket).then(|| {
            let name = fs::read_to_string(process.path().join("comm")).unwrap_or_default();
            match name.trim() {
                "" => format!("process {pid}"),
                name => format!("{name}, process {pid}"),
            }
        })
    })
}

/// The inode of the socket that listens on the port.
/// <https://www.kernel.org/doc/html/latest/networking/proc_net_tcp.html>
fn listening(table: &str, port: u16) -> Option<&str> {
    const LISTENS: &str = "0A";
    table.lines().skip(1).find_map(|line| {
        let mut fields = line.split_whitespace();
        let (_, local) = fields.nth(1)?.rsplit_once(':')?;
        let is_it = u16::from_str_radix(local, 16).ok()? == port && fields.nth(1)? == LISTENS;
        is_it.then(|| fields.nth(5)).flatten()
    })
}

fn holds(process: &Path, socket: &str) -> bool {
    fs::read_dir(process.join("fd"))
        .into_iter()
        .flatten()
        .flatten()
        .any(|open| fs::read_link(open.path()).is_ok_and(|target| target == Path::new(socket)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_socket_that_listens_is_found_among_those_that_talk() {
        let table = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n   \
             0: 0100007F:1F90 0100007F:D431 01 00000000:00000000 00:00000000 00000000  1000        0 11 1 0\n   \
             1: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 22 1 0\n";
        assert_eq!(listening(table, 8080), Some("22"));
        assert_eq!(listening(table, 8081), None);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn this_process_is_found() {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
        let holder = of(listener.local_addr().expect("an address")).expect("it is ours");
        assert!(
            holder.ends_with(&format!("process {}", std::process::id())),
            "{holder}"
        );
    }
}
