/**
 * fish, tried with 3.6.
 *
 * - Our hooks are read by `-C`, after the user's configuration.
 * - `exit` is a function of ours: it notes the status and interrupts the shell, which comes back to the prompt. In a command
 *   substitution fish's own `exit` ends the whole shell; ours ends the command there too.
 * - What fish cannot parse it reports on the terminal; a command that ended with 1 is parsed again, with its stderr.
 * - fish has no `set -e` and no subshells.
 */
import { commandText, type ShellKind } from './shell-kind.ts';

export const fish: ShellKind = {
  commandLine: (start) => [
    start.shellPath,
    // fish 4 asks the terminal questions that nobody answers while nobody is attached; older ones ignore the name
    '--features=no-query-term',
    start.noProfile ? '--no-config' : '-l',
    '-i',
    '-C',
    `source ${quoteFish(`${start.directory}/fish.hooks`)}`,
  ],
  environment: () => ({}),
  startFiles: (start) => ({
    'fish.hooks': `set -g __pss ${quoteFish(start.directory)}\nset -g __pss_token ${start.markToken}\n${hooks}`,
  }),
  commandFiles: (number, text, args) => ({
    [`c${number}`]: commandText(`set argv ${args.map(quoteFish).join(' ')}; `, text),
  }),
  typedLine: (number, hasInput) => {
    const input = hasInput ? `$__pss/i${number}` : '/dev/null';
    return ` __pss_begin ${number}; and source $__pss/c${number} <${input} >$__pss/out 2>$__pss/err; __pss_end`;
  },
};

/** One word on one line. */
function quoteFish(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'").replaceAll('\n', "'\\n'")}'`;
}

const hooks = String.raw`
set -g __pss_number 0
set -g __pss_last 0
set -g __pss_status ''
set -g __pss_started ''

function __pss_mark
    builtin printf '\x1e%s%s%08d\x1e' $__pss_token $argv[1] $argv[2] >$__pss/out
    builtin printf '\x1e%s%s%08d\x1e' $__pss_token $argv[1] $argv[2] >$__pss/err
end

function __pss_begin
    builtin test $argv[1] -gt $__pss_last; or return 1
    set -g __pss_last $argv[1]
    set -g __pss_number $argv[1]
    set -g __pss_status ''
    builtin printf 'begin %s\n' $argv[1] >>$__pss/control
    __pss_mark + $argv[1]
end

function __pss_end
    __pss_finish $status
end

function __pss_finish
    builtin test $__pss_number != 0; or return 0
    builtin test -z "$__pss_status"; or set argv $__pss_status
    # 'source' says on the terminal what it could not parse; say it where the command's errors go
    if builtin test "$argv[1]" = 1
        set -l fish (status fish-path)
        $fish --no-config --no-execute $__pss/c$__pss_number 2>$__pss/err
    end
    __pss_mark - $__pss_number
    builtin printf 'end %s %s\n' $__pss_number $argv[1] >>$__pss/control
    set -g __pss_number 0
end

# a command that comes to the prompt without __pss_end was cut off: never a success, though fish may say 0
function __pss_prompt --on-event fish_prompt
    set -l code $status
    builtin test $code != 0; or set code 130
    __pss_finish $code
    if builtin test -z "$__pss_started"
        set -g __pss_started 1
        builtin printf 'ready\n' >>$__pss/control
    end
end

function exit
    set -l code $status
    builtin test (builtin count $argv) -eq 0; or set code $argv[1]
    if builtin test $__pss_number = 0
        builtin exit $code
    else if not builtin string match -qr '^-?[0-9]+$' -- $code
        builtin printf 'exit: %s: invalid integer\n' $code >&2
        set code 2
    end
    set -g __pss_status (builtin math "($code % 256 + 256) % 256")
    command kill -INT $fish_pid
end
`;
