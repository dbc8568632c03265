#!/usr/bin/env bash
# The same bytes from every build, any number of threads and any instruction set: each sample is
# evaluated by every program given, with 1 and 2 threads, and compared with the first. The first is
# also run on processors without AVX-512 and without any AVX, which QEMU stands for.
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

# One large file, through blocks of some clusters: rows of straight lines.
write_country() {
    local i max
    {
        echo '{"thidua": "rule-set/1", "code": "lines", "name": "Lines", "status": "illustration",'
        echo ' "valid": {"from": "2025-01-01", "to": "2025-12-31"}, "scale": 100, "decimals": 6,'
        echo ' "criteria": ['
        for i in {1..21}; do
            max=$((i < 20 ? 5 : 23 - i)) # 100 in all
            [ "$i" -eq 1 ] || echo ,
            printf '{"code": "c%d", "max": %d, "normalize": {"method": "min-max", "if_constant": 0},\n' $i $max
            printf ' "piecewise": {"of": "c%d", "through": [[0, 0], [%d, %d]]}}' $i $((80 + i)) $max
        done
        echo ']}'
    } >"$scratch/lines.json"
    awk 'function random(n) { seed = (seed * 16807) % 2147483647; return seed % n }
        BEGIN {
            seed = 11
            printf "cluster,unit"
            for (j = 1; j <= 21; j++) printf ",c%d", j
            print ""
            for (c = 1; c <= 200; c++) {
                n = 1 + random(40)
                for (u = 1; u <= n; u++) {
                    printf "c%d,u%d-%d", c, c, u
                    for (j = 1; j <= 21; j++) printf ",%.2f", random(12501) / 100 - 5
                    print ""
                }
            }
        }' >"$scratch/country.csv"
}

country() { # PROGRAM THREADS
    rm -f "$scratch/country"
    "$1" batch "$scratch/country.csv" --rules "$scratch/lines.json" --threads="$2" -o "$scratch/country" \
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
write_country
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
