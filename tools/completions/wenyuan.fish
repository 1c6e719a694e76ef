# Completion of wenyuan for fish.

function __wenyuan_is
    set -l words (commandline -opc)
    test (count $words) -gt 1; and contains -- $words[2] $argv
end

complete -c wenyuan -f
complete -c wenyuan -n __fish_use_subcommand -a index -d 'bring an index up to date'
complete -c wenyuan -n __fish_use_subcommand -a search -d 'find paragraphs'
complete -c wenyuan -n __fish_use_subcommand -a stats -d 'what an index holds'
complete -c wenyuan -n __fish_use_subcommand -a check -d 'verify every byte of an index'
complete -c wenyuan -n __fish_use_subcommand -a analyze -d 'terms that the index sees'
complete -c wenyuan -n __fish_use_subcommand -a help -d 'show help'
complete -c wenyuan -s h -l help -d 'show help'
complete -c wenyuan -n __fish_use_subcommand -s V -l version -d 'show the version'

complete -c wenyuan -n '__wenyuan_is index' -F
complete -c wenyuan -n '__wenyuan_is index analyze' -l analyzer -x -a 'icu whitespace' -d 'how text is cut'
complete -c wenyuan -n '__wenyuan_is index' -s m -l memory -x -d 'MiB for what is not yet on disk'
complete -c wenyuan -n '__wenyuan_is index' -s t -l threads -x -d 'threads that analyze text'
complete -c wenyuan -n '__wenyuan_is index' -l prune -d 'remove reports whose file is gone'
complete -c wenyuan -n '__wenyuan_is index' -l no-sync -d 'do not wait for the disk'
complete -c wenyuan -n '__wenyuan_is index' -s q -l quiet -d 'no progress bar, no summary'

complete -c wenyuan -n '__wenyuan_is search stats check' -a '(__fish_complete_directories)'
complete -c wenyuan -n '__wenyuan_is search' -s n -l limit -x -d 'hits to show'
complete -c wenyuan -n '__wenyuan_is search' -s o -l offset -x -d 'hits to skip first'
complete -c wenyuan -n '__wenyuan_is search' -s y -l year -x -d 'only these years, A..B'
complete -c wenyuan -n '__wenyuan_is search' -s c -l count -d 'only the number of paragraphs'
complete -c wenyuan -n '__wenyuan_is search' -s v -l verbose -d 'also score and id'
complete -c wenyuan -n '__wenyuan_is search' -l with -x -a '(__fish_complete_directories)' -d 'search this index too'
complete -c wenyuan -n '__wenyuan_is search' -l color -x -a 'auto always never' -d 'mark matches with colour'
complete -c wenyuan -n '__wenyuan_is search stats check analyze' -s j -l json -d 'JSON output'
