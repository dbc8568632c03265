#!/usr/bin/env bash
# Runs every test of a build and counts single checks; `make test` calls it.
#
#   BUILD=build tests/run.sh [PATTERN]
#
# PATTERN, a shell pattern, picks suites by name: tests/run.sh 'unit/*'. Logs are kept
# under $BUILD/logs. The last line is "N passed, N failed".
set -uo pipefail
cd "$(dirname "$0")/.."

export BUILD=${BUILD:-build}
export THIDUA=${THIDUA:-$BUILD/thidua}
export SAMPLES=${SAMPLES:-datasets/samples}
export LC_ALL=C.UTF-8 TZ=UTC PYTHONDONTWRITEBYTECODE=1
export OMP_WAIT_POLICY=passive # suites run beside each other
unset NO_COLOR OMP_NUM_THREADS COLUMNS THIDUA_LANG
pattern=${1:-*}
. tests/lib/tally.sh

# shellcheck disable=SC2053
suite() {
    [[ $1 == $pattern ]] || return 0
    tally_later "$@"
}

export CMOCKA_MESSAGE_OUTPUT=TAP
for source in tests/unit/test_*.c; do
    [ -e "$source" ] || continue
    name=$(basename "$source" .c)
    suite "unit/$name" "$BUILD/tests/unit/$name"
done

suite golden tests/golden/run.sh

for source in tests/fuzz/*.c; do
    name=$(basename "$source" .c)
    [ "$name" = driver ] && continue
    suite "fuzz/$name" "$BUILD/tests/fuzz/$name" "tests/fuzz/corpus/$name"
done

for script in tests/oracle/test_*.py tests/property/test_*.py; do
    [ -e "$script" ] || continue
    name=${script#tests/}
    suite "${name%.py}" python3 "$script"
done

suite batch python3 tests/batch/test_batch.py
suite stream python3 tests/batch/test_stream.py
suite fault tests/fault/run.sh
suite install tests/install/run.sh
suite completion tests/completion.sh
suite man tests/man.sh
suite docs python3 tests/docs.py
suite readme tests/readme.sh
suite layering tests/check-deps.sh --tap
suite runner tests/lib/tally-test.sh

tally_wait
tally_end
