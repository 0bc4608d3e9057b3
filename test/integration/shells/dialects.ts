/** The same small programs in each shell's words. */
import type { ShellName } from '../../../src/host/shell-start.ts';

export interface Dialect {
  readonly setState: string;
  readonly showState: string;
  readonly catFirstArgument: string;
  readonly printArguments: string;
  readonly exitInFunctionInLoops: string;
  readonly statusOfSubstitution: string;
  readonly syntaxError: string;
  readonly lineNumber: string;
  /** Says `go` when it runs in the foreground. */
  readonly sleeper: string;
  readonly busyLoops: string;
  readonly sleepingLoops: string;
  readonly lateChild: string;
  readonly stubbornChild: string;
  readonly isSet: (name: string) => string;
  /** Of a command that the shell cannot parse. */
  readonly syntaxStatus: number;
}

/** In one process, so that Ctrl-C cannot fall between the word and the sleep. */
const sleeper = `sh -c 'echo go; exec sleep 60'`;

const posix: Dialect = {
  sleeper,
  setState: 'cd /usr; word=kept; greet() { echo "hello $1"; }; umask 027; set -f',
  showState: 'pwd; echo "$word"; greet you; umask; case $- in *f*) echo noglob ;; esac',
  catFirstArgument: 'cat "$1"',
  printArguments: `printf '<%s>' "$@"`,
  exitInFunctionInLoops:
    'leave() { exit 5; echo no; }; for i in 1 2; do while :; do leave; echo no; done; done; echo no',
  statusOfSubstitution: 'echo "[$(echo in; exit 4)]"; (exit 9)',
  syntaxError: 'echo before\nif true; then echo',
  lineNumber: 'echo $LINENO\necho $LINENO',
  busyLoops: 'echo go; echo on >&2; while :; do while :; do :; done; done; echo NO',
  sleepingLoops: `while :; do for i in 1 2 3; do ${sleeper}; done; done; echo NO`,
  lateChild: `(read -r line <"$1"; echo "late $line"; echo oops >&2) & echo now`,
  stubbornChild: `(trap '' HUP TERM; setsid sh -c 'trap "" HUP TERM; echo "$$" >"$1"; sleep 600; sleep 600' sh "$1") & echo now`,
  isSet: (name) => `echo "[$${name}]"`,
  syntaxStatus: 2,
};

export const dialects: Readonly<Record<ShellName, Dialect>> = {
  bash: posix,
  // Debian's dash has the line number in its messages only
  sh: {
    ...posix,
    lineNumber: 'echo ${LINENO:-1}\necho ${LINENO:-$(no-such-command 2>&1 | cut -d: -f2 | tr -d " ")}',
  },
  zsh: { ...posix, syntaxStatus: 126 },
  fish: {
    sleeper,
    setState: "cd /usr; set -g word kept; function greet; echo hello $argv[1]; end; umask 027; set -g noglob ''",
    showState: 'pwd; echo $word; greet you; umask; echo noglob$noglob',
    catFirstArgument: 'cat $argv[1]',
    printArguments: `printf '<%s>' $argv`,
    exitInFunctionInLoops:
      'function leave; exit 5; echo no; end; for i in 1 2; while true; leave; echo no; end; end; echo no',
    statusOfSubstitution: 'echo "["(echo in)"]"; sh -c "exit 9"',
    syntaxError: 'echo before\necho (',
    lineNumber: 'status line-number\nstatus line-number',
    busyLoops: 'echo go; echo on >&2; while true; while true; end; end; echo NO',
    sleepingLoops: `while true; for i in 1 2 3; ${sleeper}; end; end; echo NO`,
    lateChild: `sh -c 'read -r line <"$1"; echo "late $line"; echo oops >&2' sh $argv[1] &; echo now`,
    stubbornChild: `sh -c 'trap "" HUP TERM; setsid sh -c "trap \\"\\" HUP TERM; echo \\$\\$ >$1; sleep 600; sleep 600"' sh $argv[1] &; echo now`,
    isSet: (name) => `echo "[$${name}]"`,
    syntaxStatus: 1,
  },
};
