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
    local format unit item question
    for format in json csv table; do
        "$1" evaluate "$2" --format=$format --threads="$3" --color=never
        echo "status $?"
    done
    unit=$(awk -F'[,;\t]' 'NR == 2 { print $1 }' "$2/units.csv")
    "$1" explain "$2" "$unit" --threads="$3" --color=never
    echo "status $?"
    item=$([ "${2##*/}" = two-clusters ] && echo A || echo I) # the first group of its table
    for question in "--cap=$item=10" "--sweep=$item" "--flip=$unit" "--reach=$unit" \
        "--sample=1500 --limit=$item>=10%" --importance --method-check; do
        # shellcheck disable=SC2086
        "$1" whatif "$2" $question --format=json --threads="$3"
        echo "status $?"
    done
}

# The same of the samples in one run, file by file.
batch() { # PROGRAM THREADS
    rm -rf "$scratch/results"
    "$1" batch "$SAMPLES" --output-dir="$scratch/results" --threads="$2" --summary-format=json
    echo "status $?"
    (cd "$scratch/results" && find . -name '*.json' | LC_ALL=C sort | xargs sha256sum)
}

failed=0
batch "$1" 1 >"$scratch/batch" 2>/dev/null
for program in "$@"; do
    for threads in 1 2 7; do
        if batch "$program" $threads 2>/dev/null | cmp -s - "$scratch/batch"; then
            echo "ok - batch: $program, $threads threads"
        else
            echo "not ok - batch: $program, $threads threads"
            failed=1
        fi
    done
done
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
