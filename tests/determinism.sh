#!/usr/bin/env bash
# The same bytes from every build, any number of threads and any instruction set: each sample is
# evaluated by every program given, with 1 and 2 threads, and compared with the first. The first is
# also run on processors without AVX-512 and without any AVX, which QEMU stands for.
#
#   tests/determinism.sh PROGRAM PROGRAM...
set -uo pipefail
cd "$(dirname "$0")/.."
. tests/lib/country.sh
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

# One large file, through blocks of some clusters.
country() { # PROGRAM THREADS
    rm -f "$scratch/country"
    "$1" batch "$scratch/wide.csv" --rules "$scratch/rules.json" --threads="$2" -o "$scratch/country" \
        --block-bytes=65536 --quiet
    echo "status $?"
    cat "$scratch/country"
}

# Stands for the program on another processor.
on_processor() { # NAME CPU PROGRAM
    printf '#!/bin/sh\nexec qemu-x86_64 -cpu %s "%s" "$@"\n' "$2" "$3" >"$scratch/$1"
    chmod +x "$scratch/$1"
    programs+=("$scratch/$1")
}

# PROGRAM THREADS...: emulation is slow, and two threads are enough there.
threads_of() {
    case $1 in
    "$scratch"/*) echo 2 ;;
    *) echo "${@:2}" ;;
    esac
}

programs=("$@")
if [ "$(uname -m)" = x86_64 ] && command -v qemu-x86_64 >/dev/null; then
    on_processor with-avx2 Haswell,-pcid,-x2apic,-tsc-deadline,-hle,-rtm,-invpcid "$1"
    on_processor without-avx Nehalem "$1"
fi
set -- "${programs[@]}"

failed=0
write_country "$scratch" 200
country "$1" 1 >"$scratch/lines"
if [ "$(wc -l <"$scratch/lines")" -lt 2000 ]; then
    echo "not ok - country is evaluated at all"
    failed=1
fi
for program in "$@"; do
    for threads in $(threads_of "$program" 1 2); do
        name="country: ${program##*/tmp.*/}, $threads threads"
        if country "$program" $threads | cmp -s - "$scratch/lines"; then
            echo "ok - $name"
        else
            echo "not ok - $name"
            failed=1
        fi
    done
done
batch "$1" 1 >"$scratch/batch" 2>/dev/null
for program in "$@"; do
    for threads in $(threads_of "$program" 1 2 7); do
        if batch "$program" $threads 2>/dev/null | cmp -s - "$scratch/batch"; then
            echo "ok - batch: ${program##*/tmp.*/}, $threads threads"
        else
            echo "not ok - batch: ${program##*/tmp.*/}, $threads threads"
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
        for threads in $(threads_of "$program" 1 2); do
            name="${sample##*/}: ${program##*/tmp.*/}, $threads threads"
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
