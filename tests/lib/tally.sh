# Sourced by tests/run.sh and .ci/run: runs suites that print TAP lines and counts their
# checks. A suite is any command that prints "ok ..." or "not ok ..." per check, "# ..."
# lines of explanation after a failed one, and optionally the plan "1..N". A suite that
# dies, prints nothing, or falls short of its plan counts as one more failed check.

tally_passed=0
tally_failed=0
tally_logs=${BUILD:-build}/logs

# A command within its time; a function of the calling script without a limit.
tally_limit() {
    if declare -F "$1" >/dev/null; then
        "$@"
    else
        timeout "${SUITE_SECONDS:-900}" "$@"
    fi
}

# tally_suite NAME COMMAND...
tally_suite() {
    local name=$1 status=0
    shift
    tally_run "$name" "$@" || status=$?
    tally_judge "$name" "$status"
}

# tally_later NAME COMMAND...: the same beside others, as many at a time as there are processors; they
# are told of in order by tally_wait.
tally_names=()
tally_later() {
    local name=$1
    shift
    while [ "$(jobs -pr | wc -l)" -ge "$(nproc)" ]; do
        wait -n || true
    done
    tally_names+=("$name")
    mkdir -p "$tally_logs"
    {
        local status=0
        tally_run "$name" "$@" || status=$?
        echo "$status" >"$(tally_log "$name").status"
    } &
}

tally_wait() {
    local name status
    wait
    for name in "${tally_names[@]}"; do
        read -r status <"$(tally_log "$name").status"
        rm -f "$(tally_log "$name").status"
        tally_judge "$name" "$status"
    done
    tally_names=()
}

tally_log() { echo "$tally_logs/${1//\//-}.log"; }

# tally_run NAME COMMAND...: returns what the command did, which goes to the log of that name.
tally_run() {
    local log
    log=$(tally_log "$1")
    shift
    mkdir -p "$tally_logs"
    tally_limit "$@" >"$log" 2>&1 </dev/null
}

# tally_judge NAME STATUS: counts and shows what a suite left in its log.
tally_judge() {
    local name=$1 status=$2 log passed failed planned seen
    log=$(tally_log "$name")
    read -r passed failed planned seen < <(tally_count "$log")
    if [ "$failed" -gt 0 ]; then
        tally_show "$log"
    fi
    local trouble=
    if [ "$seen" -eq 0 ]; then
        trouble="no check was run (exit status $status)"
    elif [ "$planned" -gt "$seen" ]; then
        trouble="$planned checks planned, $seen run (exit status $status)"
    elif [ "$status" -ne 0 ] && [ "$failed" -eq 0 ]; then
        trouble="exit status $status"
    fi
    if [ -n "$trouble" ]; then
        failed=$((failed + 1))
        printf 'not ok - %s: %s\n' "$name" "$trouble"
        tail -n 15 "$log" | cut -c1-200 | sed 's/^/#   /'
    fi
    tally_add "$name" "$passed" "$failed"
}

# tally_check NAME COMMAND...: one check, by exit status, which is returned.
tally_check() {
    local name=$1 log
    shift
    log=$tally_logs/${name//[\/ ]/-}.log
    mkdir -p "$tally_logs"
    if tally_limit "$@" >"$log" 2>&1 </dev/null; then
        tally_add "$name" 1 0
    else
        printf 'not ok - %s (exit status %s)\n' "$name" $?
        tail -n 25 "$log" | cut -c1-200 | sed 's/^/#   /'
        tally_add "$name" 0 1
        return 1
    fi
}

# tally_nested NAME COMMAND...: a command that ends with "N passed, N failed" itself.
tally_nested() {
    local name=$1 log passed failed
    shift
    log=$tally_logs/${name//[\/ ]/-}.log
    mkdir -p "$tally_logs"
    "$@" 2>&1 </dev/null | tee "$log" || true
    read -r passed failed < <(sed -nE 's/^([0-9]+) passed, ([0-9]+) failed$/\1 \2/p' "$log" |
        tail -n 1) || {
        echo "not ok - $name: no count at its end"
        passed=0 failed=1
    }
    tally_add "$name" "$passed" "$failed"
}

# tally_add NAME PASSED FAILED: counts from elsewhere.
tally_add() {
    tally_passed=$((tally_passed + $2))
    tally_failed=$((tally_failed + $3))
    if [ "$3" -eq 0 ]; then
        printf 'ok   %6d  %s\n' "$2" "$1"
    else
        printf 'FAIL %6d  %s, %d failed\n' "$2" "$1" "$3"
    fi
}

# Passed, failed, planned and seen checks of a log; skipped ones are only seen.
tally_count() {
    awk '
        /^1\.\.[0-9]+/ { planned += substr($1, 4) }
        /^(not )?ok( |$)/ { seen++; if (/# SKIP/) next; if ($1 == "ok") passed++; else failed++ }
        END { print passed + 0, failed + 0, planned + 0, seen + 0 }' "$1"
}

# The failed checks of a log, each with the first lines of its explanation; the rest of a
# long log stays in its file.
tally_show() {
    awk -v file="$1" '
        /^(not )?ok( |$)/ { show = ($1 == "not" && !/# SKIP/) ? 14 : 0 }
        show-- > 0 { print substr($0, 1, 200); if (++n == 60) { print "# ... more in " file; exit } }
        ' "$1"
}

# Prints the closing line; fails when a check failed.
tally_end() {
    printf '%d passed, %d failed\n' "$tally_passed" "$tally_failed"
    [ "$tally_failed" -eq 0 ]
}
