#!/usr/bin/env bash
# Instructions that the program itself executes for small fixed inputs, on one thread, against a table
# kept here: a guard against slow code that needs no idle machine.
#
#   BUILD=build tests/instructions.sh            TAP lines; more or fewer by 5 % is a failed check
#   BUILD=build tests/instructions.sh --accept   writes the table anew
#
# Counted by callgrind inside $BUILD/thidua alone: what libc and other libraries execute
# depends on their version, and their fastest string functions on the processor. callgrind knows no
# AVX-512, so the program takes its AVX2 kernels; a machine without AVX2, or another compiler than
# the table's, would count other code, and is passed over.
set -euo pipefail
cd "$(dirname "$0")/.."
. tests/lib/country.sh
table=tests/instructions.tsv
BUILD=${BUILD:-build}
band=5 # percent
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
export LC_ALL=C OMP_NUM_THREADS=1
unset LANG LANGUAGE GLIBC_TUNABLES

province=datasets/samples/hcmc-2025
police=$scratch/police
country=$scratch/country

# NAME|ARGUMENTS of the program. Each takes a second or two here, some 20 ms elsewhere.
cases() {
    cat <<CASES
start and stop|--version
check of a province|check $province
evaluation of a province, json|evaluate $province --format=json
awards of a province|award $province
explanation of a unit|explain $province $unit
scenario|whatif $province --cap I=350
sweep|whatif $province --sweep II --cluster 3
sweep of all weights|whatif $province --sweep-all
flip|whatif $province --flip $unit
200 random weights, all clusters|whatif $province --sample 200
importance|whatif $province --importance --cluster 3
seven methods|whatif $province --method-check --cluster 3
batch of the samples|batch datasets/samples --output-dir $scratch/batch
200 units under 230 criteria, csv|evaluate $police --format=csv
5,000 units under 20 criteria, csv|evaluate $country --format=csv
stream of 4,000 units under 21 criteria|batch $scratch/wide.csv --rules $scratch/rules.json -o $scratch/stream
generation of 2,000 units|generate $scratch/made --n-units=2000 --n-criteria=10 --seed=5
CASES
}

prepare_inputs() {
    unit=$(awk -F'[,;\t]' 'NR == 3 { print $1 }' $province/units.csv)
    "$BUILD/thidua" generate "$police" --rules criteria/sets/quang-tri-police-2025.json \
        --n-units=200 --year=2025 --seed=11 --quiet
    "$BUILD/thidua" generate "$country" --n-units=5000 --n-criteria=20 --cluster-min=5 \
        --cluster-max=25 --seed=12 --quiet
    write_country "$scratch" 200
}

# Instructions of one run inside the program. A line of calls= is followed by what the callee took.
count() { # PLACE ARGUMENT...
    local place=$1 status=0
    shift
    valgrind -q --tool=callgrind --callgrind-out-file="$place.callgrind" \
        "$BUILD/thidua" "$@" >"$place.stdout" 2>"$place.stderr" </dev/null || status=$?
    [ "$status" -le 1 ] || { head -n 5 "$place.stderr" >&2; return 1; }
    awk -v program="/${BUILD##*/}/thidua" '
        # "(3) /path/of/object" at first, "(3)" from then on.
        function object(text,   id) {
            sub(/^c?ob=/, "", text)
            id = text; sub(/ .*/, "", id)
            if (sub(/^[^ ]+ /, "", text)) name[id] = text
            return name[id]
        }
        /^ob=/ { path = object($0); ours = substr(path, length(path) - length(program) + 1) == program; next }
        /^cob=/ { object($0); next }
        /^calls=/ { getline; next }
        /^[0-9+*-]/ && ours { sum += $2 }
        END { printf "%.0f\n", sum }' "$place.callgrind"
}

# The compiler, how it optimizes, and the machine: "gcc 12.2.0 -O2, x86_64".
settings() {
    local compiler
    compiler=$(sed 's/^ccache //; s/ .*//' "$BUILD/flags")
    echo "$compiler $("$compiler" -dumpfullversion -dumpversion)" \
        "$(grep -oE -- '-O[0-9a-z]+' "$BUILD/flags" | tail -n 1), $(uname -m)"
}

# Prints COUNT<tab>NAME per case. As many at a time as there are processors: counts do not mind.
count_all() {
    local name arguments n=0
    while IFS='|' read -r name arguments; do
        [ $((n++)) -lt "$(nproc)" ] || wait -n || true
        # shellcheck disable=SC2086
        { count "$scratch/$n" $arguments >"$scratch/$n.count" || rm -f "$scratch/$n.count"; } &
    done < <(cases)
    wait
    n=0
    while IFS='|' read -r name arguments; do
        n=$((n + 1))
        [ -f "$scratch/$n.count" ] || { echo "not ok - $name does not run"; return 1; }
        printf '%s\t%s\n' "$(cat "$scratch/$n.count")" "$name"
    done < <(cases)
}

# Joins the table and new counts into TAP lines.
compare() { # NEW
    awk -F'\t' -v band=$band '
        FNR == NR { if (!/^#/) old[$2] = $1; next }
        !($2 in old) { print "not ok - " $2 ": " $1 " instructions, not in the table"; bad = 1; next }
        { change = 100 * ($1 / old[$2] - 1)
          text = sprintf("%s: %d instructions, was %d (%+.1f %%)", $2, $1, old[$2], change)
          wrong = change > band || change < -band
          if (wrong) bad = 1
          print (wrong ? "not ok - " : "ok - ") text
          if (wrong) print "# beyond " band " %; when this is meant: make instructions, and commit '"$table"'"
          delete old[$2] }
        END { for (name in old) { print "not ok - " name ": in the table, no longer counted"; bad = 1 }
              exit bad + 0 }' "$table" "$1"
}

grep -qw avx2 /proc/cpuinfo || { echo "ok - instructions # SKIP this machine has no AVX2"; exit 0; }
settings=$(settings)
if [ "${1:-}" != --accept ]; then
    of_table=$(sed -n 's/^# //p;q' "$table")
    if [ "$of_table" != "$settings" ]; then
        echo "ok - instructions # SKIP $table is of $of_table, this is $settings"
        exit 0
    fi
fi
prepare_inputs
count_all >"$scratch/new" || { cat "$scratch/new"; exit 1; }
if [ "${1:-}" = --accept ]; then
    { echo "# $settings"; cat "$scratch/new"; } >"$table"
else
    compare "$scratch/new"
fi
