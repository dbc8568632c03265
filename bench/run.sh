#!/usr/bin/env bash
# Times whole runs of the program, start-up and reading included: `make bench`.
#
#   BUILD=build bench/run.sh [RUNS]        default 21 runs of each job
#
# Prints a table in Markdown, with the machine above it, ready for RESULTS.md.
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
    echo "- compiler: $($(cut -d' ' -f1 "$BUILD/flags") --version | head -n 1), $(grep -oE -- '-O[0-9a-z]+' "$BUILD/flags" | tail -n 1)"
    echo "- program: $("$THIDUA" --version | head -n 1)"
    echo "- load before the first run: $(cut -d' ' -f1 /proc/loadavg)"
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

write_rules
write_units
province=datasets/samples/hcmc-2025
hundred=("$data/units.csv" --rules "$data/rules.json" --year 2025)

machine
echo
echo "| job ($runs runs, milliseconds) | median | quartiles' distance | fastest | slowest | peak MB |"
echo "|---|---|---|---|---|---|"
job "start and stop (\`--version\`)" "$THIDUA" --version
job "sample province, table" "$THIDUA" evaluate "$province"
job "sample province, json" "$THIDUA" evaluate "$province" --format=json
job "168 units x 100 criteria, table" "$THIDUA" evaluate "${hundred[@]}"
job "168 units x 100 criteria, json" "$THIDUA" evaluate "${hundred[@]}" --format=json
job "168 units x 100 criteria, json, 1 thread" "$THIDUA" evaluate "${hundred[@]}" --format=json --threads=1

# The decision of all awards alone, over generated units under the ladder of a province.
awards() { # UNITS
    local folder=$data/awards-$1
    "$THIDUA" generate "$folder" --n-units="$1" --n-criteria=4 --cluster-min=5 --cluster-max=17 \
        --seed=3 --na-share=0 --inflation=0 --quiet
    sed -i "s|\"rules\": \"rules.json\",|&\n  \"policy\": \"$PWD/criteria/policies/province-2025.json\",|" \
        "$folder/evaluation.json"
    echo "- $("$BUILD/bench/award" 5 "$folder")"
    rm -rf "$folder"
}

echo
echo "All awards decided, without reading and scoring, median (fastest to slowest) of 5:"
echo
awards 3321
awards 1000000

echo
echo "What-if on the sample province, computing only, median (fastest to slowest) of 51:"
echo
for question in scenario weights; do
    echo "- $("$BUILD/bench/whatif" "$question" 51 "$province")"
done

# Random weights over many clusters: the kernel of plain sums.
"$THIDUA" generate "$data/clusters" --n-units=100000 --n-criteria=20 --cluster-min=5 \
    --cluster-max=25 --seed=4 --na-share=0 --inflation=0 --quiet
echo
echo "Random weights over clusters of 5 to 25 units, 20 criteria, computing only, of 5:"
echo
echo "- $("$BUILD/bench/whatif" sample 5 "$data/clusters")"
rm -rf "$data/clusters"

# Scoring and ranking alone, under the largest table.
stages=$data/stages
"$THIDUA" generate "$stages" --rules criteria/sets/quang-tri-police-2025.json --n-units 20000 \
    --year 2025 --quiet
echo
echo "20,000 units x 230 criteria, without reading, median (fastest to slowest) of 21:"
echo
"$BUILD/bench/stages" 21 "$stages" | sed 's/^/- /'
rm -rf "$stages"
