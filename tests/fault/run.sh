#!/usr/bin/env bash
# Runs the program while its n-th allocation fails, for many n: it must end with an exit code of
# the contract, never by a signal, and never leave an output file behind that is not whole.
# TD_FAULT_STEP: every how many allocations (1: all of them; slow).
set -u
cd "$(dirname "$0")/../.."
THIDUA=${THIDUA:-build/thidua}
step=${TD_FAULT_STEP:-37}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
${CC:-gcc} -O1 -shared -fPIC tests/fault/failing_malloc.c -o "$work/failing.so" || exit 1

n_tests=0
failed=0

# one ARGUMENTS...: all allocations from n on fail, or only the n-th
one() {
    local name=$1 mode=$2 bad="" n=1 rc misses=0
    shift 2
    "$THIDUA" "$@" -o "$work/whole" >/dev/null 2>&1
    while [ $misses -lt 3 ] && [ $n -lt 200000 ]; do
        rm -f "$work/out"
        env TD_FAIL_AT=$n ${mode:+TD_FAIL_ONCE=1} LD_PRELOAD="$work/failing.so" OMP_NUM_THREADS=1 \
            "$THIDUA" "$@" -o "$work/out" >/dev/null 2>"$work/err"
        rc=$?
        case $rc in
        0 | 1 | 2 | 3 | 4 | 5 | 70) ;;
        *) bad="$bad $n:exit=$rc" ;;
        esac
        # check writes what it found also when it fails; the others write nothing then
        if [ -e "$work/out" ] && [ $rc -gt 1 ] && [ "$1" != check ]; then
            bad="$bad $n:output-of-a-failure"
        elif [ -e "$work/out" ] && [ $rc -le 1 ] && ! cmp -s "$work/whole" "$work/out"; then
            bad="$bad $n:other-output"
        fi
        if [ $rc -le 1 ] && [ -e "$work/out" ]; then misses=$((misses + 1)); else misses=0; fi
        n=$((n + step))
    done
    n_tests=$((n_tests + 1))
    if [ -z "$bad" ]; then
        echo "ok $n_tests - $name survives failing allocations up to number $n"
    else
        failed=$((failed + 1))
        echo "not ok $n_tests - $name:$(echo "$bad" | cut -c1-300)"
    fi
}

# A batch writes its summary whatever fails, and results whole or not at all.
batch() {
    local bad="" n=1 rc misses=0
    rm -rf "$work/whole" && "$THIDUA" batch "$1" --output-dir="$work/whole" >/dev/null 2>&1
    while [ $misses -lt 3 ] && [ $n -lt 200000 ]; do
        rm -rf "$work/results"
        env TD_FAIL_AT=$n TD_FAIL_ONCE=1 LD_PRELOAD="$work/failing.so" OMP_NUM_THREADS=1 \
            "$THIDUA" batch "$1" --output-dir="$work/results" >/dev/null 2>&1
        rc=$?
        case $rc in
        0 | 1 | 2 | 3 | 4 | 5 | 70) ;;
        *) bad="$bad $n:exit=$rc" ;;
        esac
        for file in "$work/results"/*/*.json "$work/results"/*.json; do
            case $file in
            *.faults.json | *\**) ;;
            *) cmp -s "$file" "$work/whole/${file#"$work/results/"}" || bad="$bad $n:other-output" ;;
            esac
        done
        [ -z "$(find "$work/results" -name '*.??????' 2>/dev/null)" ] || bad="$bad $n:temporary-file"
        "$THIDUA" batch "$1" --output-dir="$work/results" --resume >/dev/null 2>&1
        diff -rq -x '*.journal' "$work/whole" "$work/results" >/dev/null || bad="$bad $n:resumed-otherwise"
        if [ $rc -le 1 ]; then misses=$((misses + 1)); else misses=0; fi
        n=$((n + step))
    done
    n_tests=$((n_tests + 1))
    if [ -z "$bad" ]; then
        echo "ok $n_tests - batch survives failing allocations up to number $n"
    else
        failed=$((failed + 1))
        echo "not ok $n_tests - batch:$(echo "$bad" | cut -c1-300)"
    fi
}

sample=datasets/samples/two-clusters
one "evaluate, memory exhausted" "" evaluate $sample --format=json
one "evaluate, one allocation fails" once evaluate $sample --format=json
one "explain, one allocation fails" once explain $sample u1 --format=json
one "check, one allocation fails" once check $sample --format=json
one "whatif --method-check, one allocation fails" once whatif $sample --method-check --format=json
one "whatif, one allocation fails" once whatif $sample --set A=20 --set B=55 --drop C1 \
    --unit u1:tre=1 --format=json
one "whatif with scenarios, one allocation fails" once whatif $sample \
    --scenarios=tests/golden/cases/whatif-scenarios/scenarios.json --format=json
one "whatif with weights, one allocation fails" once whatif $sample \
    --weights=tests/golden/cases/whatif-weights/weights.csv --format=json
one "whatif --sample, one allocation fails" once whatif $sample --sample 40 --spread 20 \
    --noise=normal:1% --format=json
# --flip is not among them: GLPK ends the process when memory runs out, having no error to return.
one "whatif --sweep, one allocation fails" once whatif $sample --sweep=A --format=json
one "whatif --reach, one allocation fails" once whatif $sample --reach=u2 --to-award=bk-tinh --format=json
mkdir "$work/in" && cp -r $sample "$work/in/a" && cp -r $sample "$work/in/b"
batch "$work/in"
echo "1..$n_tests"
[ $failed -eq 0 ]
