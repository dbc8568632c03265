#!/usr/bin/env bash
# The sources compile for arm64 without warnings, and the kernels give the same there: their unit
# tests run under emulation.
#
#   BUILD=build tests/arm64.sh     TAP lines
#
# Debian's cross compiler brings libc and OpenMP. Of the other libraries only headers are used, those
# of this machine, which do not depend on its architecture; so only tests that need none of them are
# linked, against a few lines that stand for cmocka (tests/lib/plain).
set -uo pipefail
cd "$(dirname "$0")/.."
folder=${BUILD:-build}/arm64
cc=aarch64-linux-gnu-gcc
flags=(-std=gnu17 -D_GNU_SOURCE -I. -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror
    -ffp-contract=off -fopenmp -O2 -isystem "$folder/include" -isystem "$folder/include/cjson")
failed=0

# TEST: the sources it needs besides itself.
tests=(
    "kernels: engine/kernels/*.c"
    "columns: engine/share.c engine/base/columns.c engine/base/decimal.c engine/base/nearest.c"
    "decimal: engine/base/decimal.c engine/base/nearest.c"
)

check() { # NAME COMMAND...
    local name=$1 said
    shift
    if said=$("$@" 2>&1); then
        echo "ok - $name"
    else
        echo "not ok - $name"
        head -n 20 <<<"$said" | sed 's/^/# /'
        failed=1
        return 1
    fi
}

# All of /usr/include would bring this machine's libc.
link_headers() {
    local name found
    rm -rf "$folder/include"
    mkdir -p "$folder/include"
    for name in gsl cjson unicode nettle glpk.h gmp.h; do
        for found in /usr/include/$name "/usr/include/$(gcc -print-multiarch)/$name"; do
            [ ! -e "$found" ] || ln -s "$found" "$folder/include/$name"
        done
    done
}

compile() { # FILES on stdin, NUL after each
    xargs -0 -P "$(nproc)" -n 8 "$cc" "${flags[@]}" -fsyntax-only
}

run_test() { # NAME SOURCES
    local program=$folder/test_$1
    # shellcheck disable=SC2086
    check "arm64, test_$1 is built" "$cc" "${flags[@]}" -Itests/lib/plain -static -o "$program" \
        "tests/unit/test_$1.c" $2 -lm || return
    qemu-aarch64 "$program" | sed -E "s/^((not )?ok)( [0-9]+)? - /\1 - arm64, /; /^1\.\./d"
    [ "${PIPESTATUS[0]}" -eq 0 ] || failed=1
}

link_headers
while read -r part; do
    check "arm64, $part" compile < <(find "$part" -name '*.c' ! -path 'apps/example/*' -print0)
done <<'PARTS'
engine
criteria
datasets
apps
bench
PARTS
for row in "${tests[@]}"; do
    run_test "${row%%: *}" "${row#*: }"
done
exit $failed
