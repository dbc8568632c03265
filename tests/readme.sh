#!/usr/bin/env bash
# The examples of README.md, copied from the page: each must run as it stands there.
set -uo pipefail
cd "$(dirname "$0")/.."
THIDUA=${THIDUA:-${BUILD:-build}/thidua}
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
failed=0

# Lines of the shell blocks; the program that is tested, and output folders of our own.
examples() {
    awk '/^```sh$/ { inside = 1; next } /^```/ { inside = 0 } inside && /^build\/thidua/' README.md
}

while IFS= read -r line; do
    command=${line//build\/thidua/$THIDUA}
    command=${command//out\//$scratch/}
    status=0
    bash -c "$command" >/dev/null 2>"$scratch/said" </dev/null || status=$?
    if [ "$status" -le 1 ]; then
        echo "ok - ${line%% #*}"
    else
        echo "not ok - ${line%% #*} (exit status $status)"
        sed 's/^/# /' "$scratch/said"
        failed=1
    fi
done < <(examples)
exit $failed
