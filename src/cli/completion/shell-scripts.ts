/**
 * What a shell is told once, so that it asks `rt complete` at every press of the key.
 *
 * The scripts know no command and no flag: they stay right whatever version of rt answers. A line of the answer is a
 * word, a tab and what it is about; the line `:files` leaves the word to the shell.
 */

export type Shell = 'bash' | 'zsh' | 'fish';

// Bash splits words at = and : too; they are joined again for rt, and the joined part is taken off its answers.
const BASH = `# Completion of rt for bash. In ~/.bashrc: eval "$(rt completion bash)"
_rt_complete() {
  local word about joins='' current="\${COMP_WORDS[COMP_CWORD]}"
  local -a typed=()
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD}"; do
    if (( \${#typed[@]} > 0 )) && [[ $joins == yes || $word == [=:]* ]]; then
      typed[\${#typed[@]}-1]+=$word
    else
      typed+=("$word")
    fi
    if [[ $word == *[=:] ]]; then joins=yes; else joins=''; fi
  done
  [[ $current == [=:]* ]] && current=''
  local joined="\${typed[\${#typed[@]}-1]%"$current"}"
  COMPREPLY=()
  while IFS=$'\\t' read -r word about; do
    if [[ $word == :files ]]; then
      compopt -o default 2>/dev/null || COMPREPLY=($(compgen -f -- "$current"))
      return
    fi
    COMPREPLY+=("\${word#"$joined"}")
  done < <("\${COMP_WORDS[0]}" complete -- "\${typed[@]}" 2>/dev/null)
}
complete -F _rt_complete rt
`;

const ZSH = `#compdef rt
# Completion of rt for zsh. In ~/.zshrc, behind compinit: eval "$(rt completion zsh)"
# Or as a file named _rt in a folder of $fpath.
_rt() {
  local line
  local -a answers candidates
  answers=("\${(@f)$("\${words[1]}" complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)}")
  if [[ \${answers[1]} == :files ]]; then
    [[ $PREFIX == --*=* ]] && compset -P '*='
    _files
    return
  fi
  for line in $answers; do
    candidates+=("\${\${line%%$'\\t'*}//:/\\\\:}:\${line#*$'\\t'}")
  done
  _describe -t values rt candidates
}
if [[ \${funcstack[1]} == _rt ]]; then _rt "$@"; else compdef _rt rt; fi
`;

const FISH = `# Completion of rt for fish. In ~/.config/fish/config.fish: rt completion fish | source
function __rt_complete
  set -l typed (commandline -opc) (commandline -ct)
  set -l answers ($typed[1] complete -- $typed[2..-1] 2>/dev/null)
  if test "$answers[1]" = :files
    __fish_complete_path (commandline -ct)
  else if set -q answers[1]
    printf '%s\\n' $answers
  end
end
complete -c rt -f -a '(__rt_complete)'
`;

export const SHELL_SCRIPTS: Readonly<Record<Shell, string>> = { bash: BASH, zsh: ZSH, fish: FISH };
