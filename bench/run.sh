#!/usr/bin/env bash
# Times the program alone: whole runs, then its parts: `make bench`, about a minute and a half.
#
#   BUILD=build bench/run.sh [RUNS]        default 21 runs of each job
#
# Prints tables in Markdown, with the machine above them, and keeps them in $BUILD/bench/alone.md, from
# where `make bench-peers` takes them to RESULTS.md.
set -euo pipefail
cd "$(dirname "$0")/.."
BUILD=${BUILD:-build}
THIDUA=${THIDUA:-$BUILD/thidua}
runs=${1:-21}
data=$BUILD/bench/data
mkdir -p "$data"

# A rule set of 100 leaves, four functions in turn, 1,000 points in all.
write_rules() {
    awk 'BEGIN {
        print "{\"thidua\": \"rule-set/1\", \"code\": \"bench-100\", \"name\": \"Bench\", \"status\": \"illustration\","
        print " \"valid\": {\"from\": \"2025-01-01\", \"to\": \"2025-12-31\"}, \"scale\": 1000, \"criteria\": ["
        for (g = 1; g <= 10; g++) {
            printf "%s {\"code\": \"g%d\", \"max\": 100, \"children\": [\n", (g > 1 ? "," : ""), g
            for (i = 1; i <= 10; i++) {
                j = (g - 1) * 10 + i
                printf "  %s{\"code\": \"c%d\", \"max\": 10, ", (i > 1 ? "," : ""), j
                if (j % 4 == 0) printf "\"direct\": true"
                else if (j % 4 == 1) printf "\"bands\": {\"of\": \"p%d\", \"table\": {\">=95\": 10," \
                    " \"[90, 95)\": 8.75, \"[80, 90)\": 7.5, \"<80\": 2.25}}", j
                else if (j % 4 == 2) printf "\"ratio\": {\"actual\": \"a%d\", \"target\": \"t%d\"}", j, j
                else printf "\"deduct\": {\"n%d\": 0.5}, \"clamp\": {\"min\": 0}", j
                print "}"
            }
            print " ]}"
        }
        print "]}"
    }' >"$data/rules.json"
}

# 168 units in 12 clusters; the same numbers on every machine.
write_units() {
    awk 'function random(n) { seed = (seed * 16807) % 2147483647; return seed % n }
    BEGIN {
        seed = 7
        printf "cluster,unit"
        for (j = 1; j <= 100; j++) {
            if (j % 4 == 0) printf ",c%d", j
            else if (j % 4 == 1) printf ",p%d", j
            else if (j % 4 == 2) printf ",a%d,t%d", j, j
            else printf ",n%d", j
        }
        print ""
        for (u = 1; u <= 168; u++) {
            printf "cum-%02d,xa-%03d", (u - 1) % 12 + 1, u
            for (j = 1; j <= 100; j++) {
                if (j % 4 == 0) printf ",%.2f", random(1001) / 100
                else if (j % 4 == 1) printf ",%.1f", 70 + random(301) / 10
                else if (j % 4 == 2) printf ",%d,%d", random(120) + 10, random(100) + 20
                else printf ",%d", random(6)
            }
            print ""
        }
    }' >"$data/units.csv"
}

machine() {
    echo "- processor: $(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1), $(nproc) cores seen"
    echo "- memory: $(awk '/^MemTotal/ { printf "%.0f GB", $2 / 1048576 }' /proc/meminfo)"
    echo "- system: $(. /etc/os-release && echo "$PRETTY_NAME"), Linux $(uname -r)"
    echo "- compiler: $($(sed 's/^ccache //; s/ .*//' "$BUILD/flags") --version | head -n 1), $(grep -oE -- '-O[0-9a-z]+' "$BUILD/flags" | tail -n 1)"
    echo "- program: $("$THIDUA" --version | head -n 1)"
    echo "- load before the first run: $(cut -d' ' -f1 /proc/loadavg)"
}

# The largest rate of reading and of multiply-adds, beside which all else is to be seen.
limits() {
    "$BUILD/bench/limits" | awk -F'\t' '
        /^instruction/ { set = $3; next }
        { row = $1 (/^read cache/ ? "" : ", " $2 " thread" ($2 > 1 ? "s" : "")); print "- " row ": " $3 " " $4 (/^multiply/ ? " (" set ")" : "") }'
}

# One row: what is timed, and how long it takes.
job() { # NAME COMMAND...
    local name=$1 median fastest slowest spread peak
    shift
    read -r median fastest slowest spread peak < <("$BUILD/bench/timer" "$runs" "$@")
    printf '| %s | %s | %s | %s | %s | %s |\n' "$name" \
        "$(ms "$median")" "$(ms "$spread")" "$(ms "$fastest")" "$(ms "$slowest")" "$peak"
}
ms() { awk -v s="$1" 'BEGIN { printf "%.1f", 1000 * s }'; }

# The decision of all awards alone, over generated units under the ladder of a province.
awards() { # UNITS
    local folder=$data/awards-$1
    rm -rf "$folder"
    "$THIDUA" generate "$folder" --n-units="$1" --n-criteria=4 --cluster-min=5 --cluster-max=17 \
        --seed=3 --na-share=0 --inflation=0 --quiet
    sed -i "s|\"rules\": \"rules.json\",|&\n  \"policy\": \"$PWD/criteria/policies/province-2025.json\",|" \
        "$folder/evaluation.json"
    echo "- $("$BUILD/bench/award" 5 "$folder")"
    rm -rf "$folder"
}

whole_runs() {
    local province=datasets/samples/hcmc-2025
    local hundred=("$data/units.csv" --rules "$data/rules.json" --year 2025)
    echo "| job ($runs runs, milliseconds) | median | quartiles' distance | fastest | slowest | peak MB |"
    echo "|---|---|---|---|---|---|"
    job "start and stop (\`--version\`)" "$THIDUA" --version
    job "sample province, table" "$THIDUA" evaluate "$province"
    job "sample province, json" "$THIDUA" evaluate "$province" --format=json
    job "168 units x 100 criteria, table" "$THIDUA" evaluate "${hundred[@]}"
    job "168 units x 100 criteria, json" "$THIDUA" evaluate "${hundred[@]}" --format=json
    job "168 units x 100 criteria, json, 1 thread" "$THIDUA" evaluate "${hundred[@]}" --format=json --threads=1
}

# One row of bench/stages: the three stages in nanoseconds per unit, and the whole.
stages_row() { # NAME RUNS FOLDER
    "$BUILD/bench/stages" "$2" "$3" | awk -v name="$1" '
        function number(text) { sub(/^.*, +/, "", text); return text }
        / per unit,/ {
            threads = $1; split($0, part, / ns per unit/)
            sub(/:$/, "", $3); cost[$3] = number(part[1])
        }
        /together/ { match($0, /[0-9.]+ million/)
            printf "| %s, %s thread%s | %s | %s | %s | %s |\n", name, threads, (threads > 1 ? "s" : ""),
                cost["prepare"], cost["evaluate"], cost["award"], substr($0, RSTART, RLENGTH) }'
}

# One row of bench/outline per number of threads.
outline_rows() { # UNITS RUNS FOLDER
    "$BUILD/bench/outline" "$2" "$3" - | awk -v units="$1" '
        { delete value; for (i = 1; i <= NF; i++) { split($i, pair, "="); value[pair[1]] = pair[2] } }
        /^load=/ { load = value["load"] }
        /^threads=/ { printf "| %s | %s | %.1f | %.3f ms (%.3f to %.3f) | %.0f %% | %s | %s |\n", units, value["threads"],
            value["ns_per_unit"], 1e3 * value["median"], 1e3 * value["fastest"], 1e3 * value["slowest"],
            100 * value["of_read"], load, value["peak_mb"] }'
}

by_size() {
    local size folder
    echo "| units x 20 criteria | threads | ns per unit | all | of reading | loading, s | peak MB |"
    echo "|---|---|---|---|---|---|---|"
    for size in 1000 10000 100000 1000000; do
        folder=$data/units-$size
        [ -f "$folder/year/clusters.csv" ] || "$BUILD/bench/make_data" "$folder" "$size" y
        outline_rows "$size" $((size < 1000000 ? runs : 5)) "$folder/year"
    done
}

by_stage() {
    local size stages=$data/stages
    echo "| prepare, evaluate, award apart; ns per unit | prepare | evaluate | award | units a second |"
    echo "|---|---|---|---|---|"
    for size in 1000 10000 100000; do
        stages_row "$size units x 20 criteria" 3 "$data/units-$size/year"
    done
    rm -rf "$stages"
    "$THIDUA" generate "$stages" --rules criteria/sets/quang-tri-police-2025.json --n-units 20000 \
        --year 2025 --quiet
    stages_row "20000 units x 230 criteria" 7 "$stages"
    echo
    echo "- loading the 20,000 units: $("$BUILD/bench/load" 5 "$stages")"
    rm -rf "$stages"
}

what_if() {
    local question
    for question in scenario weights; do
        echo "- $("$BUILD/bench/whatif" "$question" 51 datasets/samples/hcmc-2025)"
    done
    # Random weights over many clusters: the kernel of plain sums.
    rm -rf "$data/clusters"
    "$THIDUA" generate "$data/clusters" --n-units=100000 --n-criteria=20 --cluster-min=5 \
        --cluster-max=25 --seed=4 --na-share=0 --inflation=0 --quiet
    echo "- $("$BUILD/bench/whatif" sample 5 "$data/clusters") (clusters of 5 to 25 units, 20 criteria)"
    rm -rf "$data/clusters"
}

kernels() {
    echo "| kernel | way | ns per element (fastest to slowest) | times faster than its plain twin |"
    echo "|---|---|---|---|"
    "$BUILD/bench/kernels" | awk -F'\t' '{ printf "| %s | %s | %s (%s to %s) | %s |\n", $1, $2, $3, $4, $5, $6 }'
}

everything() {
    printf '## Alone\n\n'
    machine
    limits
    printf '\n### Whole runs\n\n'
    whole_runs
    printf '\n### Points, ranks and awards in one pass, values in memory\n\n'
    by_size
    printf '\n### Stage by stage\n\n'
    by_stage
    printf '\n### All awards alone\n\n'
    awards 3321
    awards 200000
    printf '\n### What-if alone\n\n'
    what_if
    printf '\n### Kernels\n\n'
    kernels
}

write_rules
write_units
everything | tee "$BUILD/bench/alone.md.new"
mv "$BUILD/bench/alone.md.new" "$BUILD/bench/alone.md"
