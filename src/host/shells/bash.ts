/**
 * bash, 4.4 and later (3.2 of macOS: meant to work, untested).
 *
 * - `exit` is a function of ours: it notes the status and interrupts the main shell, which unwinds functions, loops and
 *   redirections and comes back to the prompt. In a subshell it is the builtin.
 * - `set -e` would end an interactive bash for good, so an ERR trap does the same as `exit` first. It is inherited by
 *   functions (`set -E`). A user's own ERR trap is chained in front of it by a function `trap`; being inherited too, it also
 *   fires inside functions. `-e`, `-x` and `-v` hold for commands and are off at the prompt, where they would end the shell
 *   at a typing error and trace our hooks.
 * - `interactive` is off inside a dot script, so job notices stay out of a command's stderr; they go to the terminal.
 */
import { commandText, posixTypedLine, quoteOnOneLine, quotePosix, type ShellKind } from './shell-kind.ts';

export const bash: ShellKind = {
  commandLine: (start) => [
    start.shellPath,
    ...(start.noProfile ? ['--noprofile'] : []),
    '--rcfile',
    `${start.directory}/bash.rc`,
    '-i',
  ],
  environment: () => ({}),
  startFiles: (start) => ({
    'bash.rc': `${start.noProfile ? '' : loginProfile}. ${quotePosix(`${start.directory}/bash.hooks`)}\n`,
    'bash.hooks': `__pss=${quotePosix(start.directory)} __pss_token=${start.markToken}\n${hooks}`,
  }),
  commandFiles: (number, text, args) => ({
    [`c${number}`]: commandText(`set -- ${args.map(quoteOnOneLine).join(' ')}; `, text),
  }),
  typedLine: posixTypedLine,
};

/** What `bash --login` reads; done here because bash reads either these or `--rcfile`. */
const loginProfile = `\
[ ! -r /etc/profile ] || . /etc/profile
if [ -r ~/.bash_profile ]; then . ~/.bash_profile
elif [ -r ~/.bash_login ]; then . ~/.bash_login
elif [ -r ~/.profile ]; then . ~/.profile
fi
`;

/** A dollar before a brace, which a template cannot hold. */
const $ = '$';

const hooks = String.raw`
unalias exit trap 2>/dev/null
shopt -q expand_aliases && __pss_aliases=1
shopt -u expand_aliases
shopt -s execfail

__pss_number= __pss_last=0 __pss_status= __pss_options= __pss_int_trap= __pss_started=

__pss_mark() {
  builtin printf '\036%s%s%08d\036' "$__pss_token" "$1" "$2" >"$__pss/out"
  builtin printf '\036%s%s%08d\036' "$__pss_token" "$1" "$2" >"$__pss/err"
}

__pss_begin() {
  (( $1 > __pss_last )) || return 1
  __pss_last=$1 __pss_number=$1 __pss_status=
  __pss_hook
  builtin printf 'begin %s\n' "$1" >>"$__pss/control"
  __pss_mark + "$1"
  local options=$__pss_options
  __pss_options=
  if [[ $options == *v* ]]; then set -v; fi
  if [[ $options == *x* ]]; then set -x; fi
  if [[ $options == *e* ]]; then set -e; fi
  return 0
}

__pss_end() { __pss_finish "$?"; }

__pss_finish() {
  [[ -n $__pss_number ]] || return 0
  { __pss_options+=$-; set +exv; } 2>/dev/null
  local status=${$}{__pss_status:-$1}
  __pss_mark - "$__pss_number"
  builtin printf 'end %s %s\n' "$__pss_number" "$status" >>"$__pss/control"
  __pss_number=
  if [[ -n $__pss_int_trap ]]; then eval "$__pss_int_trap"; __pss_int_trap=; fi
}

# a command that comes to the prompt without __pss_end was cut off: never a success
__pss_prompt() {
  local code=$?
  (( code )) || code=130
  __pss_finish "$code"
  if [[ -z $__pss_started ]]; then
    __pss_started=1
    builtin printf 'ready\n' >>"$__pss/control"
  fi
}

# first in PROMPT_COMMAND, whatever the user made of it; it may be readonly (some administrators log with it)
__pss_hook() {
  [[ "${$}{PROMPT_COMMAND[*]-}" == *__pss_prompt* ]] && return 0
  [[ "$(builtin declare -p PROMPT_COMMAND 2>/dev/null)" == 'declare -'*r*' PROMPT_COMMAND='* ]] && return 0
  PROMPT_COMMAND=__pss_prompt${$}{PROMPT_COMMAND:+$'\n'$PROMPT_COMMAND}
}

# true in the main shell while a command runs, false in its subshells
__pss_is_command() { [[ -n $__pss_number && ${$}{BASHPID:-$(command sh -c 'echo $PPID')} == "$$" ]]; }

# ends the command: SIGINT unwinds to the prompt. A user's INT trap must not catch it; it is put back by __pss_finish
__pss_unwind() {
  __pss_status=$1
  __pss_int_trap=$(builtin trap -p INT)
  builtin trap - INT
  builtin kill -INT "$$"
  builtin : # inside a trap, bash looks for the interrupt only before a next command
}

exit() {
  { local __pss_previous=$?; __pss_options+=$-; set +exv; } 2>/dev/null
  if ! __pss_is_command; then builtin exit "${$}{@:-$__pss_previous}"; return; fi
  if (( $# == 0 )); then set -- "$__pss_previous"; fi
  if [[ ! $1 =~ ^[+-]?[0-9]+$ ]]; then
    builtin printf '%s\n' "exit: $1: numeric argument required" >&2
    set -- 2
  fi
  case $1 in -*) set -- $(( -(10#${$}{1#-}) & 255 )) ;; *) set -- $(( 10#${$}{1#+} & 255 )) ;; esac
  __pss_unwind "$1"
}

__pss_fail() { return "$1"; }

__pss_errexit() {
  if [[ $- == *e* ]] && __pss_is_command; then
    __pss_options+=e
    set +e
    __pss_unwind "$1"
  fi
}

# the ERR trap: the user's action (not for our own typed line, whose command reported already), then ours
__pss_err_trap() {
  local action=
  if [[ -n $1 ]]; then
    builtin printf -v action 'if [[ $BASH_COMMAND != *__pss/c* ]]; then __pss_fail "$__pss_failed" || eval %q; fi; ' "$1"
  fi
  builtin trap '__pss_failed=$?; '"$action"'__pss_errexit "$__pss_failed"' ERR
}

trap() {
  case " $* " in *' ERR '*|*' err '*|*' SIGERR '*) ;; *) builtin trap "$@"; return ;; esac
  case $1 in -p|-l|*__pss_errexit*) builtin trap "$@"; return ;; esac
  local signal status=0 action=$1
  if [[ $action == -- ]]; then shift; action=$1; fi
  shift
  for signal; do
    case $signal in
      ERR|err|SIGERR) if [[ $action == - ]]; then __pss_err_trap ''; else __pss_err_trap "$action"; fi ;;
      *) builtin trap -- "$action" "$signal" || status=$? ;;
    esac
  done
  return "$status"
}

__pss_profile_trap=$(builtin trap -p ERR)
__pss_err_trap ''
if [[ -n $__pss_profile_trap ]]; then eval "$__pss_profile_trap"; fi
unset __pss_profile_trap
set -E
__pss_hook
HISTIGNORE=${$}{HISTIGNORE:+$HISTIGNORE:}' __pss_begin *'
[[ -z ${$}{__pss_aliases-} ]] || shopt -s expand_aliases
unset __pss_aliases
`;
