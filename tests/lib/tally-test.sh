#!/usr/bin/env bash
# The runner itself: a suite that fails, dies or stays silent must never count as passed.
set -uo pipefail
cd "$(dirname "$0")/../.."

expect() { # NAME WANTED SCRIPT
    local got
    got=$(
        BUILD=$scratch
        . tests/lib/tally.sh
        "${kind:-tally_suite}" case bash -c "$3" >/dev/null
        tally_wait >/dev/null
        tally_end
        echo "status $?"
    )
    if [ "${got//$'\n'/, }" = "$2" ]; then
        echo "ok - $1"
    else
        printf 'not ok - %s\n# got: %s\n# wanted: %s\n' "$1" "${got//$'\n'/, }" "$2"
    fi
}

scratch=$(mktemp -d)
export BUILD=$scratch
trap 'rm -rf "$scratch"' EXIT

expect "all pass" "2 passed, 0 failed, status 0" 'echo "1..2"; echo "ok 1 - a"; echo "ok 2 - b"'
expect "one fails" "1 passed, 1 failed, status 1" 'echo "ok 1"; echo "not ok 2"; exit 1'
expect "fails but exits 0" "0 passed, 1 failed, status 1" 'echo "not ok 1"'
expect "dies before its plan" "1 passed, 1 failed, status 1" 'echo "1..3"; echo "ok 1"; kill -SEGV $$'
expect "stops early, exits 0" "1 passed, 1 failed, status 1" 'echo "1..3"; echo "ok 1"'
expect "silent" "0 passed, 1 failed, status 1" ':'
expect "exits 3 after passing" "1 passed, 1 failed, status 1" 'echo "ok 1"; exit 3'
expect "skips are not counted" "1 passed, 0 failed, status 0" 'echo "ok 1"; echo "not ok 2 # SKIP b"'
expect "no program" "0 passed, 1 failed, status 1" 'exec ./no-such-program'

kind=tally_later
expect "later, one fails" "1 passed, 1 failed, status 1" 'echo "ok 1"; echo "not ok 2"; exit 1'
expect "later, dies before its plan" "0 passed, 1 failed, status 1" 'echo "1..1"; kill -SEGV $$'
several() { # all of them, in order
    . tests/lib/tally.sh
    for n in 1 2 3 4 5; do
        tally_later "n$n" bash -c "sleep 0.$((6 - n)); echo ok"
    done
    tally_wait
}
if [ "$(several | tr -s ' \n' ' ')" = "ok 1 n1 ok 1 n2 ok 1 n3 ok 1 n4 ok 1 n5 " ]; then
    echo "ok - later, all are told of in order"
else
    echo "not ok - later, all are told of in order"
fi
kind=tally_check
expect "check passes" "1 passed, 0 failed, status 0" ':'
expect "check fails" "0 passed, 1 failed, status 1" 'exit 7'
kind=tally_nested
expect "nested count" "12 passed, 3 failed, status 1" 'echo "12 passed, 3 failed"; exit 1'
expect "nested without count" "0 passed, 1 failed, status 1" 'echo "ok 1"'
