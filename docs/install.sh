#!/bin/sh
# Installs Backlog from a release: takes the archive for this machine, compares
# it with the release's SHA256SUMS, and puts `backlog` into ~/.local/bin. Needs
# curl or wget, tar, and sha256sum or shasum; no root.
#
#   BACKLOG_VERSION        v2.1.0; without it the newest release
#   BACKLOG_INSTALL_DIR    where to; without it ~/.local/bin
#   BACKLOG_DOWNLOAD_BASE  the address of the release's files, where they are
#                          not the project's own
set -eu

# Filled in when a release is made.
RELEASES='@RELEASES@'

main() {
    platform=$(platform)
    archive=backlog-$platform.tar.gz
    base=$(base)
    dir=${BACKLOG_INSTALL_DIR:-$HOME/.local/bin}
    work=$(mktemp -d)
    new=$dir/.backlog.new.$$
    trap 'rm -rf "$work" "$new"' EXIT
    trap 'exit 130' INT TERM

    download "$base/SHA256SUMS" "$work/SHA256SUMS"
    expected=$(sed -n "s/^\([0-9a-f]\{64\}\) [ *]$archive\$/\1/p" "$work/SHA256SUMS")
    [ -n "$expected" ] || fail "the release has no $archive"
    download "$base/$archive" "$work/$archive"
    found=$(sum "$work/$archive")
    [ "$found" = "$expected" ] ||
        fail "$archive is not what SHA256SUMS says (it is $found); nothing was installed"

    tar -xzf "$work/$archive" -C "$work"
    mkdir -p "$dir"
    # In two steps, so that a running program is never half replaced; and tried
    # where it will be, since nothing may run in some temporary directories.
    cp "$work/backlog-$platform/backlog" "$new"
    "$new" version >/dev/null ||
        fail "the program does not run on this machine; nothing was installed"
    mv -f "$new" "$dir/backlog"
    echo "Installed $("$dir/backlog" version) as $dir/backlog"
    case :$PATH: in
    *":$dir:"*) ;;
    *) echo "$dir is not in your PATH yet: export PATH=\"$dir:\$PATH\"" ;;
    esac
}

platform() {
    system=$(uname -s)
    machine=$(uname -m)
    case $system in
    Linux) system=linux ;;
    Darwin) system=macos ;;
    *) fail "there is no release for $system; build it: cargo install --locked --path backlog-cli" ;;
    esac
    case $machine in
    x86_64 | amd64) machine=amd64 ;;
    aarch64 | arm64) machine=arm64 ;;
    *) fail "there is no release for $machine; build it: cargo install --locked --path backlog-cli" ;;
    esac
    echo "$system-$machine"
}

base() {
    if [ -n "${BACKLOG_DOWNLOAD_BASE:-}" ]; then
        echo "${BACKLOG_DOWNLOAD_BASE%/}"
        return
    fi
    case $RELEASES in
    @*) fail "this copy belongs to no release: take install.sh from one, or set BACKLOG_DOWNLOAD_BASE" ;;
    esac
    if [ -n "${BACKLOG_VERSION:-}" ]; then
        echo "$RELEASES/download/v${BACKLOG_VERSION#v}"
    else
        echo "$RELEASES/latest/download"
    fi
}

download() {
    if command -v curl >/dev/null; then
        curl --fail --silent --show-error --location --output "$2" "$1" || fail "cannot get $1"
    elif command -v wget >/dev/null; then
        wget --quiet --output-document "$2" "$1" || fail "cannot get $1"
    else
        fail "neither curl nor wget is here"
    fi
}

sum() {
    if command -v sha256sum >/dev/null; then
        sha256sum "$1" | cut -d ' ' -f 1
    elif command -v shasum >/dev/null; then
        shasum -a 256 "$1" | cut -d ' ' -f 1
    else
        fail "neither sha256sum nor shasum is here, so that the archive cannot be verified"
    fi
}

fail() {
    echo "error: $*" >&2
    exit 1
}

# Last, so that a script which was cut off on its way does nothing.
main
