#!/usr/bin/env bash
# The same bytes from every build and any number of threads: each sample is evaluated by
# every program given, with 1 and 2 threads, and compared with the first.
#
#   tests/determinism.sh PROGRAM PROGRAM...
set -uo pipefail
cd "$(dirname "$0")/.."
SAMPLES=${SAMPLES:-datasets/samples}
export LC_ALL=C.UTF-8
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# Everything that the program says about a sample, in one stream.
everything() { # PROGRAM SAMPLE THREADS
    local format unit
    for format in json csv table; do
        "$1" evaluate "$2" --format=$format --threads="$3" --color=never
        echo "status $?"
    done
    unit=$(awk -F'[,;\t]' 'NR == 2 { print $1 }' "$2/units.csv")
    "$1" explain "$2" "$unit" --threads="$3" --color=never
    echo "status $?"
}

failed=0
for sample in "$SAMPLES"/*/; do
    sample=${sample%/}
    reference=$scratch/reference
    everything "$1" "$sample" 1 >"$reference" 2>&1
    if ! grep -q '^status [01]$' "$reference"; then
        echo "not ok - ${sample##*/} is evaluated at all"
        tail -n 5 "$reference" | sed 's/^/# /'
        failed=1
    fi
    for program in "$@"; do
        for threads in 1 2; do
            name="${sample##*/}: $program, $threads threads"
            if everything "$program" "$sample" $threads 2>&1 | cmp -s - "$reference"; then
                echo "ok - $name"
            else
                echo "not ok - $name"
                everything "$program" "$sample" $threads 2>&1 | diff "$reference" - | head -n 10 |
                    sed 's/^/# /'
                failed=1
            fi
        done
    done
done
exit $failed
