#!/usr/bin/env bash
# The bash completion, asked as a shell asks it.
set -uo pipefail
cd "$(dirname "$0")/.."
THIDUA=${THIDUA:-${BUILD:-build}/thidua}
script=$(ls apps/completion/thidua* 2>/dev/null | head -n 1)

# The program by its name, as a user has it.
PATH=$(cd "$(dirname "$THIDUA")" && pwd):$PATH
# shellcheck disable=SC1090
if . "$script" 2>/dev/null && spec=$(complete -p thidua 2>/dev/null); then
    echo "ok - $script completes thidua"
else
    echo "not ok - $script completes thidua"
    exit 1
fi
function=$(sed -n 's/.* -F \([^ ]*\) .*/\1/p' <<<"$spec")

complete_words() { # WORD... : the last one is being typed
    COMP_WORDS=(thidua "$@")
    COMP_CWORD=$#
    COMP_LINE="thidua $*"
    COMP_POINT=${#COMP_LINE}
    COMPREPLY=()
    "$function" thidua "${!#}" "${COMP_WORDS[COMP_CWORD - 1]}" 2>&1
}

offers() { # WANTED WORD...
    local wanted=$1
    shift
    complete_words "$@"
    if printf '%s\n' "${COMPREPLY[@]}" | sed 's/ *$//' | grep -qxF -- "$wanted"; then
        echo "ok - thidua $* -> $wanted"
    else
        echo "not ok - thidua $* -> $wanted"
        echo "# offered: ${COMPREPLY[*]}"
    fi
}

silent() { # WORD...
    complete_words "$@"
    if [ ${#COMPREPLY[@]} -eq 0 ]; then
        echo "ok - thidua $* -> nothing"
    else
        echo "not ok - thidua $* -> nothing"
        echo "# offered: ${COMPREPLY[*]}"
    fi
}

for verb in $("$THIDUA" --help --lang=en | awk '/^  [a-z]/ { print $1 }'); do
    offers "$verb" ""
done
offers evaluate ev
silent frobnicate
offers criteria/ check criteria
offers datasets/samples/two-clusters/ explain datasets/samples/two
offers datasets/samples/two-clusters/rules.json evaluate --rules = datasets/samples/two-clusters/r

# Every option of every verb, and of choices each one.
for verb in evaluate award batch whatif check explain diff generate; do
    help=$("$THIDUA" help "$verb" --lang=en)
    for option in $(grep -oE -- '^ +(-., )?--[a-z-]+=?' <<<"$help" | grep -oE -- '--[a-z-]+=?'); do
        offers "$option" "$verb" "${option%=}"
    done
    while read -r option choices; do
        for choice in ${choices//|/ }; do
            offers "$choice" "$verb" "$option" = "${choice:0:1}"
        done
    done < <(awk '/--[a-z-]+=/ { match($0, /--[a-z-]+/); option = substr($0, RSTART, RLENGTH) }
        /^ +[a-z]+(\|[a-z]+)+$/ { print option, $1 }' <<<"$help")
done
