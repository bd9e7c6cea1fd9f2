//! A disk so small that it fills up.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use crate::{Daemon, Home, tool};

/// A home whose `work` directory is a disk of its own. Linux, and root only.
pub struct SmallDisk {
    home: Home,
}

impl SmallDisk {
    /// A disk of that many KiB; `None` where the test shall be skipped, which
    /// has been said.
    pub fn mounted(kib: usize) -> Option<Self> {
        let home = Home::new();
        let mut mount = Command::new("mount");
        mount
            .args(["-t", "tmpfs", "-o", &size(kib), "tmpfs"])
            .arg(home.work());
        if !tool::is_root() || !runs(&mut mount) {
            tool::skip("only root can mount a small disk, and not everywhere");
            return None;
        }
        Some(Self { home })
    }

    /// The home.
    pub fn home(&self) -> &Home {
        &self.home
    }

    /// Makes the disk larger or smaller, with all that is on it.
    ///
    /// # Panics
    /// Where the system refuses.
    pub fn resize(&self, kib: usize) {
        let mut remount = Command::new("mount");
        remount
            .args(["-o", &format!("remount,{}", size(kib))])
            .arg(self.home.work());
        assert!(runs(&mut remount), "the disk becomes larger");
    }

    /// From now on nothing can be written to it.
    ///
    /// # Panics
    /// Where the system refuses.
    pub fn protect(&self) {
        self.remount("remount,ro");
    }

    /// It can be written to again.
    ///
    /// # Panics
    /// Where the system refuses.
    pub fn unprotect(&self) {
        self.remount("remount,rw");
    }

    fn remount(&self, options: &str) {
        let mut remount = Command::new("mount");
        remount.args(["-o", options]).arg(self.home.work());
        assert!(runs(&mut remount), "{options}");
    }

    /// Fills what is free with a file, which it returns.
    ///
    /// # Panics
    /// Where the disk has no end.
    pub fn fill(&self) -> PathBuf {
        const LARGEST: usize = 64 << 20;
        let path = self.home.work().join("ballast");
        let full = fs::write(&path, vec![b'x'; LARGEST]).expect_err("the disk is small");
        assert_eq!(full.kind(), std::io::ErrorKind::StorageFull, "{full}");
        path
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        for daemon in Daemon::below(self.home.path()) {
            daemon.end();
        }
        unmount(&self.home.work());
    }
}

fn unmount(path: &Path) {
    if !runs(Command::new("umount").arg(path)) {
        runs(Command::new("umount").arg("--lazy").arg(path));
    }
}

fn size(kib: usize) -> String {
    format!("size={kib}k")
}

fn runs(command: &mut Command) -> bool {
    command
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}
