/**
 * zsh, tried with 5.9.
 *
 * - Our hooks come in through ZDOTDIR: a directory of ours whose start files read the user's, in zsh's order. The user's own
 *   ZDOTDIR is back in place from the end of .zshrc on, so zsh itself reads the user's .zlogin.
 * - `exit` is a function of ours: it notes the status and interrupts the shell, which comes back to the prompt.
 * - `set -e` is caught by a ZERR trap. A ZERR (ERR) trap of the user's own takes its place: `set -e` and a failure then end
 *   the session, with the right status. (A function `trap` could chain them as in bash, but would break `trap … EXIT`,
 *   which in zsh belongs to the function that sets it.)
 */
import {
  commandText,
  posixTypedLine,
  quoteOnOneLine,
  quotePosix,
  type ShellKind,
  type ShellStart,
} from './shell-kind.ts';

export const zsh: ShellKind = {
  commandLine: (start) => [start.shellPath, start.noProfile ? '-d' : '-l', '-i'],
  environment: (start) => ({ ZDOTDIR: start.directory }),
  startFiles: (start) => ({
    '.zshenv': startFile(start, '.zshenv'),
    '.zprofile': startFile(start, '.zprofile'),
    '.zshrc': startFile(start, '.zshrc') + lastStartFile,
    'zsh.hooks': `__pss=${quotePosix(start.directory)} __pss_token=${start.markToken}\n${hooks}`,
  }),
  commandFiles: (number, text, args) => ({
    [`c${number}`]: commandText(`set -- ${args.map(quoteOnOneLine).join(' ')}; `, text),
  }),
  typedLine: posixTypedLine,
};

/** Reads the user's file of that name with the user's ZDOTDIR, which the file may change. */
function startFile(start: ShellStart, name: string): string {
  const original = start.environment['ZDOTDIR'];
  const first =
    name === '.zshenv'
      ? `__pss_own=$ZDOTDIR\n${original === undefined ? '' : `__pss_user=${quotePosix(original)}\n`}`
      : '';
  const read = start.noProfile
    ? ''
    : `if [[ -n \${__pss_user-} ]]; then ZDOTDIR=$__pss_user; else unset ZDOTDIR; fi
[[ ! -r \${ZDOTDIR:-$HOME}/${name} ]] || . "\${ZDOTDIR:-$HOME}/${name}"
__pss_user=\${ZDOTDIR-}
`;
  return `${first}${read}ZDOTDIR=$__pss_own\n`;
}

const lastStartFile = `\
. "$ZDOTDIR/zsh.hooks"
[[ "\${HISTFILE-}" != "$__pss_own"/* ]] || HISTFILE=\${__pss_user:-$HOME}/\${HISTFILE##*/}
if [[ -n \${__pss_user-} ]]; then ZDOTDIR=$__pss_user; else unset ZDOTDIR; fi
unset __pss_own __pss_user
`;

/** A dollar before a brace, which a template cannot hold. */
const $ = '$';

const hooks = String.raw`
unalias exit 2>/dev/null
__pss_aliases=${$}{options[aliases]}
setopt no_aliases

__pss_number= __pss_last=0 __pss_status= __pss_options= __pss_int_trap= __pss_started=

function __pss_mark {
  builtin printf '\036%s%s%08d\036' "$__pss_token" "$1" "$2" >|"$__pss/out"
  builtin printf '\036%s%s%08d\036' "$__pss_token" "$1" "$2" >|"$__pss/err"
}

function __pss_begin {
  (( $1 > __pss_last )) || return 1
  __pss_last=$1 __pss_number=$1 __pss_status=
  __pss_hook
  builtin printf 'begin %s\n' "$1" >>|"$__pss/control"
  __pss_mark + "$1"
  local options=$__pss_options
  __pss_options=
  if [[ "$options" == *v* ]]; then set -v; fi
  if [[ "$options" == *x* ]]; then set -x; fi
  if [[ "$options" == *e* ]]; then set -e; fi
  return 0
}

function __pss_end { __pss_finish "$?"; }

function __pss_finish {
  [[ -n "$__pss_number" ]] || return 0
  { __pss_options="$__pss_options$-"; set +exv; } 2>/dev/null
  local code="${$}{__pss_status:-$1}"
  __pss_mark - "$__pss_number"
  builtin printf 'end %s %s\n' "$__pss_number" "$code" >>|"$__pss/control"
  __pss_number=
  if [[ -n "$__pss_int_trap" ]]; then builtin eval "$__pss_int_trap"; __pss_int_trap=; fi
}

# a command that comes to the prompt without __pss_end was cut off: never a success, though zsh may say 0
function __pss_prompt {
  local -i code=$?
  (( code )) || code=130
  __pss_finish "$code"
  if [[ -z "$__pss_started" ]]; then
    __pss_started=1
    builtin printf 'ready\n' >>|"$__pss/control"
  fi
}

# the typed lines stay out of the history
function __pss_history { [[ "$1" != ' __pss_begin '* ]]; }

function __pss_hook {
  if [[ "${$}{precmd_functions[(r)__pss_prompt]-}" != __pss_prompt ]]; then
    precmd_functions=(__pss_prompt "${$}{precmd_functions[@]}")
  fi
  if [[ "${$}{zshaddhistory_functions[(r)__pss_history]-}" != __pss_history ]]; then
    zshaddhistory_functions+=(__pss_history)
  fi
  [[ -n "${$}{functions[TRAPZERR]-}" ]] || [[ -n "$(builtin trap | command grep -E ' (ZERR|ERR)$')" ]] || __pss_arm
}

function __pss_arm { builtin trap '__pss_errexit "$?"' ZERR; }

# ends the command: SIGINT unwinds to the prompt. A user's INT trap must not catch it; it is put back by __pss_finish
function __pss_unwind {
  __pss_status=$1
  __pss_int_trap=
  if [[ -n "${$}{functions[TRAPINT]-}" ]]; then
    __pss_int_trap="function TRAPINT { ${$}{functions[TRAPINT]}
}"
  else
    builtin trap >|"$__pss/traps"
    local -a words
    words=(${$}{(z)"$(<"$__pss/traps")"})
    local -i at
    for (( at = 1; at + 3 <= ${$}{#words}; at++ )); do
      [[ "${$}{words[at]} ${$}{words[at+1]} ${$}{words[at+3]}" != 'trap -- INT' ]] || __pss_int_trap="builtin trap -- ${$}{words[at+2]} INT"
    done
  fi
  builtin trap - INT
  builtin kill -INT "$$"
}

function exit {
  { local -i previous=$?; __pss_options="$__pss_options$-"; set +exv; } 2>/dev/null
  if [[ -z "$__pss_number" ]] || (( ZSH_SUBSHELL )); then builtin exit "${$}{1-$previous}"; fi
  __pss_unwind "$(( (${$}{1-$previous}) & 255 ))"
}

function __pss_errexit {
  if [[ -n "$__pss_number" && $- == *e* ]] && (( ! ZSH_SUBSHELL )); then
    __pss_options="${$}{__pss_options}e"
    set +e
    __pss_unwind "$1"
  fi
}

__pss_hook
[[ "$__pss_aliases" != on ]] || setopt aliases
unset __pss_aliases
`;
