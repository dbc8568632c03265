#!/usr/bin/env bash
# Who may include whom. The layers look downward only, and each outside library has a
# home; CONTRIBUTING.md says why.
#
#   tests/check-deps.sh           prints each breach, fails when there is one
#   tests/check-deps.sh --tap     the same as TAP lines, and plants breaches to be found
set -uo pipefail
here=$(cd "$(dirname "$0")/.." && pwd)

# For "FILE includes HEADER": the first row whose two patterns match decides. Patterns are
# regular expressions on whole paths; HEADER keeps its <> when it is a system header.
# The programs may see engine/base/errors.h for one reason: the one table of words.
rules() {
    cat <<'RULES'
tests/.*                                 .*                               allow
apps/example/.*                          <thidua\.h>                      allow
.*                                       <gsl/.*>                         home gsl
.*                                       <(cjson/)?cJSON.*>               home cjson
.*                                       <unicode/.*>                     home icu
.*                                       <nettle/.*>                      home nettle
.*                                       <omp\.h>                         home omp
.*                                       <glpk\.h>                        home glpk
.*                                       <gmp\.h>                         home gmp
.*                                       <.*>                             libc
engine/kernels/.*                        engine/kernels/.*                allow
engine/base/.*                           engine/(base/.*|thidua\.h)       allow
engine/kernels/.*                        .*                               deny
engine/base/.*                           .*                               deny
engine/thidua\.h                         .*                               deny
engine/.*                                (engine|criteria|datasets)/.*    allow
criteria/.*                              (criteria|engine/base)/.*        allow
criteria/.*                              engine/thidua\.h                 allow
datasets/.*                              (datasets|criteria|engine/base)/.* allow
datasets/.*                              engine/thidua\.h                 allow
apps/.*                                  (apps/.*|engine/thidua\.h)       allow
apps/.*                                  engine/base/errors\.h            allow
bench/.*                                 (bench|engine/kernels)/.*        allow
bench/kernels\.c                         engine/base/columns\.h           allow
bench/.*                                 engine/thidua\.h                 allow
.*                                       .*                               deny
RULES
}

# The files that may include an outside library, or call it where it needs no header.
homes() {
    cat <<'HOMES'
gsl    (engine|engine/whatif|datasets)/([a-z_]*_)?(statistics|sampling|random|generate)[a-z_]*\.c
cjson  criteria/json\.c|apps/report/[a-z_]*json[a-z_]*\.c|apps/cli/(diff|batch_journal)[a-z_]*\.[ch]
icu    datasets/names\.c
nettle engine/base/files\.c
omp    engine/base/threads\.c
glpk   engine/(award|whatif)/[a-z_]+\.c
gmp    engine/whatif/exact[a-z_]*\.[ch]
HOMES
}

# C17 and POSIX headers.
libc='assert|complex|ctype|dirent|dlfcn|errno|fcntl|fenv|float|fnmatch|getopt|glob|inttypes|iso646'
libc+='|libgen|limits|locale|math|poll|pthread|pwd|sched|setjmp|signal|stdalign|stdarg|stdatomic'
libc+='|stdbool|stddef|stdint|stdio|stdlib|stdnoreturn|string|strings|tgmath|threads|time|uchar'
libc+='|unistd|wchar|wctype|immintrin|arm_neon|langinfo|endian|sys/[a-z]+'

# Prints "FILE:LINE: what" per breach under the folder $1; the number of lines looked at goes
# to the last line as "# includes N".
breaches() {
    cd "$1" || return 2
    find apps bench criteria datasets engine tests \( -name '*.[ch]' -o -name '*.def' \) \
        -exec grep -HnE '^[ \t]*#[ \t]*include\>|\<omp_[a-z_]+ *\(' {} + 2>/dev/null | LC_ALL=C sort |
        awk -v rules="$(rules)" -v homes="$(homes)" -v libc="^<($libc)[.]h>$" '
        BEGIN {
            n = split(rules, row, "\n")
            for (i = 1; i <= n; i++) {
                split(row[i], cell, " +")
                who[i] = "^(" cell[1] ")$"; what[i] = "^(" cell[2] ")$"
                verdict[i] = cell[3]; home[i] = cell[4]
            }
            count = split(homes, row, "\n")
            for (i = 1; i <= count; i++) { split(row[i], cell, " +"); house[cell[1]] = cell[2] }
        }
        function breach(text) { print file ":" line ": " text }
        function at_home(name) { return file ~ "^(" house[name] ")$" }
        {
            match($0, /^[^:]*:[0-9]+:/)
            split(substr($0, 1, RLENGTH), cell, ":")
            file = cell[1]; line = cell[2]; text = substr($0, RLENGTH + 1)
        }
        text !~ /^[ \t]*#[ \t]*include/ {
            if (text !~ /^ *(\*|\/\*|\/\/)/ && file !~ /^tests\// && !at_home("omp"))
                breach("calls omp_*; that is for engine/base/threads.c alone")
            next
        }
        {
            looked++
            sub(/^[ \t]*#[ \t]*include[ \t]*/, "", text)
            header = text
            if (header ~ /^</) sub(/>.*/, ">", header)
            else if (header ~ /^"/) { sub(/^"/, "", header); sub(/".*/, "", header) }
            else { breach("includes by a macro: " header); next }
            if (header !~ /[\/>]/) { breach("includes \"" header "\"; write it from the root"); next }
            for (i = 1; i <= n; i++) if (file ~ who[i] && header ~ what[i]) break
            if (verdict[i] == "deny")
                breach("may not include " header)
            else if (verdict[i] == "home" && !at_home(home[i]))
                breach("may not include " header "; its home is " house[home[i]])
            else if (verdict[i] == "libc" && header !~ libc)
                breach("includes " header ", which is neither C nor POSIX")
        }
        END { print "# includes " looked + 0 }'
}

# Plants one file per breach in an empty tree and expects exactly that file to be named.
planted() {
    local file include wanted tree found n=0
    tree=$(mktemp -d)
    while read -r file include wanted; do
        rm -rf "${tree:?}"/*
        mkdir -p "$tree"/{apps,bench,criteria,datasets,engine,tests} "$tree/$(dirname "$file")"
        if [ "${include#omp_}" != "$include" ]; then
            echo "int n = $include();" >"$tree/$file"
        else
            echo "#  include $include /* planted */" >"$tree/$file"
        fi
        found=$( (breaches "$tree") | grep -v '^#')
        n=$((n + 1))
        case $wanted:$found in
        breach:"$file:1: "* | fine:) echo "ok - planted: $file, $include is ${wanted/breach/a breach}" ;;
        *) echo "not ok - planted: $file, $include should be: $wanted"; echo "# found: $found" ;;
        esac
    done <<'PLANTED'
engine/kernels/rank.c "engine/base/errors.h" breach
engine/kernels/rank.c "engine/thidua.h" breach
engine/kernels/rank.c "engine/kernels/rank.h" fine
engine/kernels/rank.c <math.h> fine
engine/base/arena.c "criteria/rules.h" breach
engine/base/arena.c "engine/rank.h" breach
engine/rank.c "criteria/rules.h" fine
engine/rank.c "apps/cli/options.h" breach
engine/rank.c "tests/lib/files.h" breach
engine/rank.c <gsl/gsl_rng.h> breach
engine/rank.c <omp.h> breach
engine/rank.c <glpk.h> breach
engine/award/exact.c <glpk.h> fine
engine/whatif/exact.c <gmp.h> fine
engine/whatif/sweep.c <gmp.h> breach
engine/award/exact.c "engine/award/award.h" fine
engine/award/exact.c "apps/report/text.h" breach
engine/rank.c omp_get_thread_num breach
engine/base/threads.c omp_get_max_threads fine
engine/base/threads.c <omp.h> fine
engine/sampling.c <gsl/gsl_rng.h> fine
engine/thidua.h "engine/base/errors.h" breach
criteria/json.c <cjson/cJSON.h> fine
criteria/rules_read.c <cjson/cJSON.h> breach
criteria/rules.h "datasets/dataset.h" breach
criteria/functions/ratio.c "engine/score.h" breach
criteria/functions/ratio.c "criteria/function.h" fine
datasets/names.c <unicode/unorm2.h> fine
datasets/csv.c <unicode/unorm2.h> breach
datasets/csv.c "engine/score.h" breach
datasets/csv.c "csv.h" breach
apps/cli/main.c "engine/thidua.h" fine
apps/cli/main.c "criteria/rules.h" breach
apps/cli/main.c <glib.h> breach
bench/pipeline.c "engine/kernels/rank.h" fine
bench/pipeline.c "criteria/rules.h" breach
bench/pipeline.c "engine/base/columns.h" breach
bench/kernels.c "engine/base/columns.h" fine
tests/unit/test_rules.c "criteria/rules.h" fine
apps/example/leaders.c <thidua.h> fine
apps/cli/main.c <thidua.h> breach
PLANTED
    rm -rf "$tree"
    [ "$n" -gt 0 ]
}

found=$(breaches "$here")
if [ "${1:-}" != --tap ]; then
    grep -v '^#' <<<"$found" && exit 1
    exit 0
fi
planted
if grep -q '^# includes [1-9]' <<<"$found" && ! grep -qv '^#' <<<"$found"; then
    echo "ok - the tree (${found##*# })"
else
    while read -r line; do
        case $line in \#*) ;; *) echo "not ok - $line" ;; esac
    done <<<"$found"
fi
