#!/usr/bin/env bash
# The man pages: without a warning from mandoc, and every verb and option that the program
# knows is described.
set -uo pipefail
cd "$(dirname "$0")/.."
THIDUA=${THIDUA:-${BUILD:-build}/thidua}

pages=(apps/man/*.[0-9])
for page in "${pages[@]}"; do
    if said=$(mandoc -T lint -W warning "$page" 2>&1); then
        echo "ok - lint $page"
    else
        echo "not ok - lint $page"
        sed 's/^/# /' <<<"$said"
    fi
done

text=$(mandoc -T ascii "${pages[@]}" | sed 's/.\x08//g')
described() { # WORD OF-WHAT
    if grep -qF -- "$1" <<<"$text"; then
        echo "ok - $2: $1 is described"
    else
        echo "not ok - $2: $1 is not in ${pages[*]}"
    fi
}
for verb in "" $("$THIDUA" --help --lang=en | awk '/^  [a-z]/ { print $1 }'); do
    # shellcheck disable=SC2086
    for option in $("$THIDUA" help $verb --lang=en | grep -oE -- '--[a-z][a-z-]+' | sort -u); do
        described "$option" "${verb:-thidua}"
    done
    [ -z "$verb" ] || described "thidua $verb" synopsis
done
for code in $("$THIDUA" --help --lang=en | tr '\n' ' ' | sed 's/.*Exit status://' | grep -oE '\<[0-9]+\>'); do
    if grep -qE "^ +$code +[A-Za-z]" <<<"$text"; then
        echo "ok - exit status $code is described"
    else
        echo "not ok - exit status $code is not in ${pages[*]}"
    fi
done
