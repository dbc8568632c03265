#!/usr/bin/env bash
# A fresh machine: makes a minimal Debian in a folder, clones the project into it, and types
# the commands of README.md there. Needs root and debootstrap; not part of `make test`.
#
#   tests/debootstrap.sh [options]
#     --from REPO     what to clone (default: this project; uncommitted changes are not seen)
#     --root DIR      where the machine goes (default: a new folder, removed at the end)
#     --keep          do not remove it; a second run with --root DIR uses its base again
#     --suite NAME    default bookworm (Debian 12)
#     --mirror URL    default: the first mirror of this machine's own apt sources
#     --log FILE      default out/debootstrap.log
#
# The commands are the lines of the first ```sh block of README.md. The last line printed is
# that of the last command, `make test`: N passed, N failed.
set -euo pipefail
cd "$(dirname "$0")/.."

from=$PWD root='' keep=false suite=bookworm mirror='' log=out/debootstrap.log
while [ $# -gt 0 ]; do
    case $1 in
    --keep) keep=true && shift && continue ;;
    --from | --root | --suite | --mirror | --log) [ $# -ge 2 ] || { echo "$1 needs a value" >&2; exit 2; } ;;
    -h | --help) sed -n '2,/^set /{/^set /d;s/^# \{0,1\}//;p}' "$0" && exit 0 ;;
    *) echo "unknown option $1; see $0 --help" >&2 && exit 2 ;;
    esac
    printf -v "${1#--}" %s "$2"
    shift 2
done

[ "$(id -u)" = 0 ] || { echo "debootstrap needs root: sudo $0" >&2; exit 3; }
command -v debootstrap >/dev/null || { echo "missing: apt-get install debootstrap" >&2; exit 3; }
git -C "$from" rev-parse -q --verify HEAD >/dev/null || { echo "$from has no commit to clone" >&2; exit 3; }

if [ -z "$mirror" ]; then
    mirror=$(apt-get indextargets --format '$(REPO_URI) $(RELEASE)' 'Created-By: Packages' |
        awk -v suite="$suite" '$2 == suite { print $1; exit }')
    [ -n "$mirror" ] || { echo "no mirror of $suite in apt's sources; give --mirror" >&2; exit 3; }
fi
if [ -z "$root" ]; then root=$(mktemp -d /var/tmp/thidua-machine-XXXXXX); else mkdir -p "$root"; fi
root=$(cd "$root" && pwd)
mkdir -p "$(dirname "$log")"
exec > >(tee "$log") 2>&1

mounted=false
finish() {
    if $mounted; then umount "$root/proc" || umount -l "$root/proc"; fi
    if $keep; then
        echo "kept: $root" >>"$log"
    elif ! grep -q " $root/" /proc/mounts; then
        rm -rf --one-file-system "$root"
    fi
}
trap finish EXIT

if [ -e "$root/etc/debian_version" ]; then
    rm -rf "$root/root/thidua"
else
    echo "== debootstrap $suite from $mirror into $root"
    debootstrap --variant=minbase --include=git "$suite" "$root" "$mirror" >"$root.log" 2>&1 ||
        { tail -n 20 "$root.log"; exit 1; }
    rm -f "$root.log"
fi
cp /etc/resolv.conf "$root/etc/resolv.conf"

# Some programs look at /proc; a container may forbid to mount it, and most need none.
if mount -t proc proc "$root/proc" 2>/dev/null; then mounted=true; else echo "== without /proc"; fi

inside() {
    chroot "$root" env -i HOME=/root PATH=/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 TERM=dumb \
        bash -c "$1"
}

echo "== clone $(git -C "$from" rev-parse --short HEAD)"
git -C "$from" bundle create -q "$root/root/thidua.bundle" HEAD
inside 'cd /root && git clone -q thidua.bundle thidua && cd thidua && git checkout -q --detach'

commands=$(awk '/^```sh$/ { if (!seen++) show = 1; next } /^```/ { show = 0 } show' README.md)
while read -r command; do
    case $command in '' | \#* | git\ clone* | cd\ *) continue ;; esac
    echo "== $command"
    start=$SECONDS
    inside "cd /root/thidua && $command" </dev/null
    echo "== $((SECONDS - start)) s" >>"$log"
done <<<"$commands"
