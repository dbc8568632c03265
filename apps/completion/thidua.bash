# bash completion of thidua(1)

_thidua_options() { # VERB: its options, those that take a value end in =
    local reports='--format= --output= --csv-style= --rules= --policy= --year= --threads= --color= --quiet'
    case $1 in
    evaluate | award)
        echo "$reports --cluster= --strike= --certificate= --time-limit= --method= --lang= --help" \
            "--version"
        ;;
    batch)
        echo "$reports --output-dir= --summary-format= --summary= --resume --time-limit= --method=" \
            "--decimal-mark= --group --block-bytes= --lang= --help --version"
        ;;
    whatif)
        echo "$reports --cluster= --time-limit= --set= --cap= --drop= --na-policy= --unit=" \
            "--method= --rule-set= --level= --scenarios= --weights= --sweep= --sweep-all --flip=" \
            "--reach= --to= --to-award= --sample= --exact --seed= --spread= --limit= --noise= --state=" \
            "--no-awards --importance --method-check --part= --lang= --help --version"
        ;;
    explain) echo "$reports --strike= --time-limit= --lang= --help --version" ;;
    verify) echo "--rules= --policy= --year= --threads= --quiet --lang= --help --version" ;;
    check | diff) echo "$reports --lang= --help --version" ;;
    generate)
        echo "--rules= --clusters-from= --channels= --code= --n-units= --cluster-min=" \
            "--cluster-max= --n-criteria= --year= --seed= --missing-share= --na-share=" \
            "--inflation= --near-ties= --refuse-missing= --quiet --lang= --help --version"
        ;;
    *) echo "--lang= --help --version" ;;
    esac
}

# Values of an option; paths go to COMPREPLY at once.
_thidua_value() { # OPTION WORD
    local choices=
    case $1 in
    --format | --summary-format) choices='table csv json' ;;
    --csv-style) choices='rfc vn' ;;
    --decimal-mark) choices='comma point' ;;
    --lang) choices='vi en' ;;
    --color) choices='auto always never' ;;
    --na-policy) choices='exclude full zero redistribute' ;;
    --method)
        choices="official weighted-sum geometric-mean topsis topsis-min-max vikor promethee-ii"
        choices+=" copeland borda"
        ;;
    --rules | --policy | --rule-set | --scenarios) _thidua_files "$2" json && return ;;
    --certificate) _thidua_files "$2" json && return ;;
    --weights) _thidua_files "$2" csv && return ;;
    --output | -o | --output-dir | --summary | --clusters-from | --state) _thidua_files "$2" && return ;;
    esac
    mapfile -t COMPREPLY < <(compgen -W "$choices" -- "$2")
}

_thidua_files() { # WORD [ENDING...]: folders, and files with one of the endings
    local word=$1 file ending
    shift
    COMPREPLY=()
    while IFS= read -r file; do
        if [ -d "$file" ]; then
            COMPREPLY+=("$file/")
        elif [ $# -eq 0 ]; then
            COMPREPLY+=("$file")
        else
            for ending; do
                [[ $file == *."$ending" ]] && COMPREPLY+=("$file")
            done
        fi
    done < <(compgen -f -- "$word")
    type compopt >/dev/null 2>&1 && compopt -o filenames -o nospace 2>/dev/null
    return 0
}

_thidua() {
    local verbs='evaluate award batch whatif check explain verify diff generate help version'
    local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]} verb='' i
    COMPREPLY=()
    for ((i = 1; i < COMP_CWORD; i++)); do
        case " $verbs " in
        *" ${COMP_WORDS[i]} "*) verb=${COMP_WORDS[i]} && break ;;
        esac
    done
    # The shell splits --option=value at the sign.
    if [ "$word" = = ]; then
        _thidua_value "$before" ''
    elif [ "$before" = = ] && [ "$COMP_CWORD" -ge 2 ]; then
        _thidua_value "${COMP_WORDS[COMP_CWORD - 2]}" "$word"
    elif [[ $word == --*=* ]]; then
        _thidua_value "${word%%=*}" "${word#*=}"
        COMPREPLY=("${COMPREPLY[@]/#/${word%%=*}=}")
    elif [[ $before == -o ]] || [[ " $(_thidua_options "$verb")" == *" $before= "* ]]; then
        _thidua_value "$before" "$word"
    elif [[ $word == -* ]]; then
        mapfile -t COMPREPLY < <(compgen -W "$(_thidua_options "$verb")" -- "$word")
        [[ ${COMPREPLY[0]-} == *= ]] && compopt -o nospace 2>/dev/null
    elif [ -z "$verb" ] || [ "$verb" = help ]; then
        mapfile -t COMPREPLY < <(compgen -W "$verbs" -- "$word")
    elif [ "$verb" = batch ]; then
        _thidua_files "$word"
    elif [ "$verb" != version ]; then
        _thidua_files "$word" csv json
    fi
    return 0
}

complete -F _thidua thidua
