#!/usr/bin/env bash
# Golden cases: commands whose output must not change by a byte unless somebody says so.
#
#   tests/golden/run.sh [--update] [CASE...]
#
# A case is a folder cases/NAME with
#   cmd     shell lines; run by bash from the root of the project with
#             $THIDUA   the program
#             $SAMPLES  datasets/samples
#             $CASE     the folder of the case, for input files of its own
#             $SCRATCH  an empty folder; its path reads SCRATCH in what is compared
#   out     standard output
#   err     standard error; when absent, it is not compared
#   status  exit status, 0 when absent
# --update writes out and status (and err where the case has one) from what the program
# prints now: read the change before you commit it.
set -uo pipefail
cd "$(dirname "$0")/../.."

THIDUA=${THIDUA:-${BUILD:-build}/thidua}
SAMPLES=${SAMPLES:-datasets/samples}
export THIDUA SAMPLES CASE SCRATCH LC_ALL=C.UTF-8 TZ=UTC
unset NO_COLOR OMP_NUM_THREADS COLUMNS THIDUA_LANG

update=false
if [ "${1:-}" = --update ]; then
    update=true
    shift
fi
if [ $# -gt 0 ]; then
    cases=("${@/#/tests/golden/cases/}")
else
    cases=(tests/golden/cases/*/)
fi

got=$(mktemp -d)
trap 'rm -rf "$got" "$SCRATCH"' EXIT
SCRATCH=$(mktemp -d)

run_case() {
    rm -rf "$SCRATCH"
    mkdir "$SCRATCH"
    timeout 120 bash -o pipefail "$CASE/cmd" >"$got/out" 2>"$got/err" </dev/null
    echo $? >"$got/status"
    sed -i "s|$SCRATCH|SCRATCH|g" "$got/out" "$got/err"
}

update_case() {
    cp "$got/out" "$CASE/out"
    if [ -e "$CASE/err" ]; then cp "$got/err" "$CASE/err"; fi
    if [ "$(cat "$got/status")" = 0 ]; then
        rm -f "$CASE/status"
    else
        cp "$got/status" "$CASE/status"
    fi
}

# Prints what differs, with a few lines of each; silent when all is as recorded.
compare_case() {
    local name wanted
    for name in out err status; do
        wanted=$CASE/$name
        if [ ! -e "$wanted" ]; then
            case $name in
            out) echo "there is no $wanted; write it with: tests/golden/run.sh --update" && continue ;;
            err) continue ;;
            status) wanted=$got/zero && echo 0 >"$wanted" ;;
            esac
        fi
        diff -u --label "$CASE/$name" --label now "$wanted" "$got/$name" | head -n 40
    done
}

failed=0
for CASE in "${cases[@]}"; do
    CASE=${CASE%/}
    name=${CASE##*/}
    if [ ! -e "$CASE/cmd" ]; then
        echo "not ok - $name: no file $CASE/cmd"
        failed=1
        continue
    fi
    run_case
    if $update; then
        update_case
    fi
    differences=$(compare_case)
    if [ -z "$differences" ]; then
        echo "ok - $name"
    else
        echo "not ok - $name"
        { cat "$CASE/cmd"; echo "$differences"; tail -n 5 "$got/err"; } | sed 's/^/#   /'
        failed=1
    fi
done
exit $failed
