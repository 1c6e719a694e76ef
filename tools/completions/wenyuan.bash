# Completion of wenyuan for bash.

_wenyuan()
{
    local cur prev words cword
    if declare -F _init_completion > /dev/null; then
        _init_completion || return
    else
        cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]}
        words=("${COMP_WORDS[@]}") cword=$COMP_CWORD
    fi
    if ((cword == 1)); then
        mapfile -t COMPREPLY < <(compgen -W 'index search stats check analyze help --help --version' -- "$cur")
        return
    fi
    case $prev in
    --analyzer) mapfile -t COMPREPLY < <(compgen -W 'icu whitespace' -- "$cur"); return ;;
    --color) mapfile -t COMPREPLY < <(compgen -W 'auto always never' -- "$cur"); return ;;
    --with) mapfile -t COMPREPLY < <(compgen -d -- "$cur"); return ;;
    --memory | --threads | --limit | --offset | --year | -[mtnoy]) return ;;
    esac
    local options=
    case ${words[1]} in
    index) options='--analyzer --memory --threads --prune --no-sync --quiet --help' ;;
    search) options='--limit --offset --year --count --json --verbose --with --color --help' ;;
    stats | check) options='--json --help' ;;
    analyze) options='--analyzer --json --help' ;;
    help)
        mapfile -t COMPREPLY < <(compgen -W 'index search stats check analyze' -- "$cur")
        return
        ;;
    esac
    if [[ $cur == -* ]]; then
        mapfile -t COMPREPLY < <(compgen -W "$options" -- "$cur")
    elif [[ ${words[1]} == index && cword -gt 2 ]]; then
        mapfile -t COMPREPLY < <(compgen -f -- "$cur")
    elif [[ ${words[1]} == index || ${words[1]} == stats || ${words[1]} == check ]] ||
        [[ ${words[1]} == search && cword -eq 2 ]]; then
        mapfile -t COMPREPLY < <(compgen -d -- "$cur")
    fi
}
complete -o filenames -F _wenyuan wenyuan
