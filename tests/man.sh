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
described() { # WORD
    if grep -qF -- "$1" <<<"$text"; then
        echo "ok - $1 is described"
    else
        echo "not ok - $1 is not in ${pages[*]}"
    fi
}
for option in $("$THIDUA" --help --lang=en | grep -oE -- '--[a-z][a-z-]+' | sort -u); do
    described "$option"
done
