#!/usr/bin/env bash
# Searches for inputs that break a target: libFuzzer from the kept corpus, FUZZ_SECONDS each.
# `make fuzz` builds the targets and calls this. New inputs stay under $BUILD/found; what
# broke a target is kept there too, and named.
#
#   BUILD=build/fuzz FUZZ_SECONDS=20 tests/fuzz/run.sh TARGET...
set -uo pipefail
cd "$(dirname "$0")/../.."
BUILD=${BUILD:-build/fuzz}
seconds=${FUZZ_SECONDS:-20}
export TMPDIR=${TMPDIR:-$([ -w /dev/shm ] && echo /dev/shm || echo /tmp)}
export UBSAN_OPTIONS=print_stacktrace=1 OMP_NUM_THREADS=1

search() { # TARGET
    local target=$1 found=$BUILD/found/$1
    mkdir -p "$found" "$BUILD/broken"
    local seeds=("tests/fuzz/corpus/$target")
    [ "$target" = rules ] && [ -d criteria/sets ] && seeds+=(criteria/sets)
    [ "$target" = policy ] && seeds+=(criteria/policies)
    if "$BUILD/tests/fuzz/$target" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 \
        -max_len=16384 -print_final_stats=1 -artifact_prefix="$BUILD/broken/$target-" \
        "$found" "${seeds[@]}" >"$found.log" 2>&1; then
        echo "ok - fuzz $target: $(awk '/number_of_executed_units/ { print $2 }' "$found.log") inputs in $seconds s"
    else
        echo "not ok - fuzz $target"
        grep -vE '^#[0-9]' "$found.log" | tail -n 40 | sed 's/^/# /'
    fi
}

# As many at a time as there are processors.
mkdir -p "$BUILD/found"
for target in "$@"; do
    while [ "$(jobs -pr | wc -l)" -ge "$(nproc)" ]; do
        wait -n
    done
    search "$target" >"$BUILD/found/$target.tap" &
done
wait
failed=0
for target in "$@"; do
    cat "$BUILD/found/$target.tap"
    ! grep -q '^not ok' "$BUILD/found/$target.tap" || failed=1
done
exit $failed
