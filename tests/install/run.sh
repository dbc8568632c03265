#!/usr/bin/env bash
# Installs into an empty folder and uses what is there: program, samples beside their rule
# sets, a program of somebody else's built by pkg-config with either library, man pages,
# and uninstall, which leaves no file behind.
set -uo pipefail
cd "$(dirname "$0")/../.."

BUILD=${BUILD:-build}
CC=${CC:-gcc}
read -ra flags <<<"${CFLAGS:-} ${LDFLAGS:-}"
stage=$(mktemp -d)
trap 'rm -rf "$stage"' EXIT
export PKG_CONFIG_PATH=$stage/usr/lib/pkgconfig PKG_CONFIG_SYSROOT_DIR=$stage
unset MAKEFLAGS MAKELEVEL MFLAGS

check() { # NAME COMMAND...
    local name=$1 said
    shift
    if said=$("$@" 2>&1); then
        echo "ok - $name"
    else
        printf 'not ok - %s\n' "$name"
        tail -n 12 <<<"$said" | sed 's/^/# /'
    fi
}

installed() { [ -s "$stage/usr/$1" ]; }

# Finished, with or without findings, and with something to say.
evaluates() { # SAMPLE
    local status=0
    "$stage/usr/bin/thidua" evaluate "$1" --format=json >"$stage/out.json" || status=$?
    [ "$status" -le 1 ] && [ -s "$stage/out.json" ]
}

# The linker must find our library under the stage and all others where they always are.
build_example() { # NAME EXTRA...
    local name=$1
    shift
    # shellcheck disable=SC2046
    "$CC" -std=c17 -Wall -Wextra -Wpedantic -Werror "${flags[@]}" \
        -o "$stage/$name" apps/example/standings.c $(pkg-config --cflags thidua) "$@"
}
shared() { build_example shared $(pkg-config --libs thidua); }
static() {
    build_example static "$stage/usr/lib/libthidua.a" \
        $(PKG_CONFIG_SYSROOT_DIR='' pkg-config --static --libs thidua | sed 's/-lthidua//')
}
use_shared() { LD_LIBRARY_PATH=$stage/usr/lib "$stage/shared" "$sample"; }
use_static() { "$stage/static" "$sample"; }
same_answer() { [ "$(use_shared)" = "$(use_static)" ]; }
soname() { [ "$(readlink "$stage/usr/lib/libthidua.so")" = libthidua.so.0 ]; }

# No internal name leaks out of the shared library.
only_public_names() {
    local name
    nm -D --defined-only "$stage/usr/lib/libthidua.so" | awk '$2 == "T" { print $3 }' |
        while read -r name; do grep -q "\<$name(" engine/thidua.h || { echo "$name"; exit 1; }; done
}
header_alone() { echo '#include <thidua.h>' | "$CC" -std=c17 -Wall -Wextra -Wpedantic -Werror \
    -I"$stage/usr/include" -fsyntax-only -x c -; }
version_agrees() { [ "$(pkg-config --modversion thidua)" = "$(sed -n \
    's/^#define TD_VERSION "\(.*\)"/\1/p' engine/thidua.h)" ]; }

make_it() { make --no-print-directory BUILD="$BUILD" CC="$CC" CFLAGS="${CFLAGS:-}" \
    LDFLAGS="${LDFLAGS:-}" DESTDIR="$stage" PREFIX=/usr "$1"; }
nothing_left() { [ -z "$(find "$stage/usr" ! -type d)" ]; }

check "make install" make_it install
for file in bin/thidua include/thidua.h lib/libthidua.a lib/libthidua.so \
    lib/pkgconfig/thidua.pc share/man/man1/thidua.1 share/man/man5/thidua-rules.5 \
    share/bash-completion/completions/thidua share/thidua/criteria/rule-set.schema.json; do
    check "installed $file" installed "$file"
done
check "soname" soname
check "version of thidua.pc" version_agrees
check "thidua.h needs nothing else" header_alone
check "only public names are exported" only_public_names
sample=
for folder in "$stage"/usr/share/thidua/datasets/samples/*/; do
    sample=${folder%/}
    check "evaluate the installed sample ${sample##*/}" evaluates "$sample"
done
check "example, shared library" shared
check "example runs, shared" use_shared
check "example, static library" static
check "example runs, static" use_static
check "both give the same answer" same_answer
check "make uninstall" make_it uninstall
check "uninstall leaves no file" nothing_left
