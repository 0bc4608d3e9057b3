/**
 * The plain sh: dash (tried with 0.5.12), busybox ash (1.35), and bash called as sh (5.2).
 *
 * - Our hooks come in through ENV, and read the profile files first, as `sh -l` would.
 * - dash has no prompt command: the hook sits in PS1, which is expanded in a subshell; what must be remembered is assigned
 *   in an arithmetic expansion beside it.
 * - A special builtin cannot be a function, so `exit` is an alias; it notes the status and interrupts the shell.
 * - `set -e`: dash has no ERR trap, and nothing brings an interactive dash back once it ends itself. A failure under
 *   `set -e` therefore ends the session; the EXIT trap still reports the command's end with its exact status. (bash called as
 *   sh has the trap, and keeps the session.)
 */
import { commandText, posixTypedLine, quotePosix, type ShellKind } from './shell-kind.ts';

export const sh: ShellKind = {
  commandLine: (start) => [start.shellPath, '-i'],
  environment: (start) => ({ ENV: `${start.directory}/sh.rc` }),
  startFiles: (start) => ({
    'sh.rc': `${start.noProfile ? 'unset ENV\n' : loginProfile}. ${quotePosix(`${start.directory}/sh.hooks`)}\n`,
    'sh.hooks': `__pss=${quotePosix(start.directory)} __pss_token=${start.markToken}\n${hooks}`,
  }),
  commandFiles: (number, text, args) => {
    const set = `set -- ${args.map(quotePosix).join(' ')}`;
    if (!args.some((argument) => argument.includes('\n'))) return { [`c${number}`]: commandText(`${set}; `, text) };
    // sh cannot write a line end without one: a file of its own keeps the text's line numbers
    return { [`a${number}`]: Buffer.from(`${set}\n`), [`c${number}`]: commandText(`. "$__pss/a${number}"; `, text) };
  },
  typedLine: posixTypedLine,
};

/** What a login sh reads, then what ENV names by then. */
const loginProfile = `\
__pss_env=$ENV
unset ENV
[ ! -r /etc/profile ] || . /etc/profile
[ ! -r "$HOME/.profile" ] || . "$HOME/.profile"
[ -z "\${ENV-}" ] || [ "$ENV" = "$__pss_env" ] || [ ! -r "$ENV" ] || . "$ENV"
unset __pss_env
`;

/** A dollar before a brace, which a template cannot hold. */
const $ = '$';

const hooks = String.raw`
unalias exit 2>/dev/null

__pss_number=0 __pss_last=0 __pss_reported=-1 __pss_zero=0 __pss_status= __pss_options= __pss_traps=

__pss_mark() {
  printf '\036%s%s%08d\036' "$__pss_token" "$1" "$2" >|"$__pss/out"
  printf '\036%s%s%08d\036' "$__pss_token" "$1" "$2" >|"$__pss/err"
}

__pss_begin() {
  [ "$1" -gt "$__pss_last" ] || return 1
  __pss_last=$1 __pss_number=$1 __pss_status=
  __pss_restore
  __pss_hook
  printf 'begin %s\n' "$1" >>"$__pss/control"
  __pss_mark + "$1"
  set -- "$__pss_options"
  __pss_options=
  case $1 in *v*) set -v ;; esac
  case $1 in *x*) set -x ;; esac
  case $1 in *e*) set -e ;; esac
  return 0
}

__pss_end() { __pss_finish "$?"; }

__pss_finish() {
  [ "$__pss_number" != 0 ] || return 0
  { __pss_options=$__pss_options$-; set +exv; } 2>/dev/null
  __pss_report "$1"
  __pss_number=0
  __pss_reported=0
  __pss_restore
}

__pss_report() {
  __pss_mark - "$__pss_number"
  printf 'end %s %s\n' "$__pss_number" "${$}{__pss_status:-$1}" >>"$__pss/control"
}

# in the prompt's subshell: writes what __pss_end did not come to, and keeps $?
__pss_prompt() {
  case $__pss_reported in
    -1) printf 'ready\n' >>"$__pss/control" ;;
    "$__pss_number") ;;
    # cut off before __pss_end: never a success
    *) __pss_report "$(($1 ? $1 : 130))" ;;
  esac
  return "$1"
}

__pss_hook() {
  case $PS1 in
    *__pss_prompt*) ;;
    *) PS1='$(__pss_prompt "$?")${$}{__pss_zero#$((0*(__pss_reported=__pss_number)))}'$PS1 ;;
  esac
}

# the traps that __pss_unwind found
__pss_restore() {
  if [ -n "$__pss_traps" ]; then
    . "$__pss/traps"
    __pss_traps=
  fi
}

# true in the main shell while a command runs, false in its subshells
__pss_is_command() {
  [ "$__pss_number" != 0 ] || return 1
  if [ -r /proc/self/stat ]; then read -r __pss_pid __pss_rest </proc/self/stat; else __pss_pid=$(command sh -c 'echo $PPID'); fi
  [ "$__pss_pid" = "$$" ]
}

# ends the command: SIGINT unwinds to the prompt. A user's INT trap must not catch it
__pss_unwind() {
  __pss_status=$1
  trap >|"$__pss/traps"
  __pss_traps=1
  trap - INT
  kill -INT "$$"
  : # inside a trap, bash looks for the interrupt only before a next command
}

__pss_exit() {
  { set -- "$?" "$@"; __pss_options=$__pss_options$-; set +exv; } 2>/dev/null
  if ! __pss_is_command; then exit "${$}{2-$1}"; fi
  shift "$(($# - 1))"
  case $1 in
    '' | *[!0-9]*)
      printf 'exit: Illegal number: %s\n' "$1" >&2
      set -- 2
      ;;
    # a leading zero would make it octal
    0*) set -- "$(printf %s "$1" | sed 's/^0*\(.\)/\1/')" ;;
  esac
  __pss_unwind "$(($1 & 255))"
}
alias exit=__pss_exit

if [ -n "${$}{BASH_VERSION-}" ]; then
  __pss_errexit() {
    case $- in *e*) ;; *) return 0 ;; esac
    if __pss_is_command; then
      __pss_options=${$}{__pss_options}e
      set +e
      __pss_unwind "$1"
    fi
  }
  trap '__pss_errexit "$?"' ERR
  set -E
fi
trap '__pss_finish "$?"' EXIT
__pss_number=0
__pss_hook
`;
