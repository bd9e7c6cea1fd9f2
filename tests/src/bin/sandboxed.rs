//! Runs a command where Unix sockets cannot be made: `sandboxed socket|bind
//! COMMAND…`. As the sandboxes of coding agents do it: a filter of system
//! calls, which the command's children inherit.

#[cfg(target_os = "linux")]
fn main() {
    use std::{collections::BTreeMap, env, os::unix::process::CommandExt as _, process::Command};

    use rustix::io::Errno;
    use seccompiler::{
        BpfProgram, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompFilter,
        SeccompRule, apply_filter,
    };

    let mut arguments = env::args_os().skip(1);
    let what = arguments.next().expect("socket or bind");
    let program = arguments.next().expect("a command");
    let of_unix_sockets = || {
        let family = SeccompCondition::new(0, SeccompCmpArgLen::Dword, SeccompCmpOp::Eq, 1)
            .expect("AF_UNIX is 1");
        vec![SeccompRule::new(vec![family]).expect("one condition")]
    };
    let (socket, bind) = match env::consts::ARCH {
        "x86_64" => (41, 49),
        "aarch64" => (198, 200),
        other => panic!("which numbers do system calls have on {other}?"),
    };
    let rules = match what.to_str() {
        Some("socket") => BTreeMap::from([(socket, of_unix_sockets())]),
        Some("bind") => BTreeMap::from([(bind, Vec::new())]),
        _ => panic!("socket or bind"),
    };
    let filter: BpfProgram = SeccompFilter::new(
        rules,
        SeccompAction::Allow,
        SeccompAction::Errno(Errno::PERM.raw_os_error().unsigned_abs()),
        env::consts::ARCH.try_into().expect("a known machine"),
    )
    .and_then(TryInto::try_into)
    .expect("a filter");
    apply_filter(&filter).expect("the kernel takes filters");
    let error = Command::new(program).args(arguments).exec();
    panic!("{error}");
}

#[cfg(not(target_os = "linux"))]
fn main() {
    panic!("filters of system calls are Linux's");
}
