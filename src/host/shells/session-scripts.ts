/**
 * The small sh scripts behind every session, written into its directory and run there. Portable sh; the Linux branches are
 * tested, the macOS ones are not.
 *
 * ```
 * wrapper ──┬─ holder out, err, tty          each: `split`, else `cat`: FIFO → spool/
 *           └─ script(1), holds the terminal
 *                └─ launch, becomes the shell
 * ```
 *
 * - The wrapper keeps `out`, `err` and `terminal.out` open for writing, so a holder sees its end of file exactly when the
 *   wrapper, the shell and everybody they started are gone: it drains the FIFO and ends by itself.
 * - `life` (fd 3) is held open by wrapper and script only: its reader sees EOF when the session's shell is gone.
 * - `drain` (fd 7) is held open by wrapper and holders only: EOF there means that the spool is complete.
 * - `pids/<role>` identifies a process by three lines: pid, start time, boot id; the shell's has a fourth, its terminal.
 */
import { quotePosix } from './shell-kind.ts';

export interface LaunchFacts {
  readonly commandLine: readonly string[];
  /** Set for the shell only, over what it inherits. */
  readonly environment: Readonly<Record<string, string>>;
  readonly workingDirectory: string;
  readonly columns: number;
  readonly rows: number;
  /** Octal, as `umask` takes it. */
  readonly umask: string;
}

/** `identify ROLE` writes the identity of the shell that calls it; exec keeps pid and start time. */
const identify = `\
umask 077
identify() {
  if [ -r /proc/self/stat ]; then
    read -r stat <"/proc/$$/stat"
    read -r boot </proc/sys/kernel/random/boot_id
    role=$1
    set -- \${stat##*) }
    shift 19
    start=$1
  else
    role=$1
    start=$(TZ=UTC LC_ALL=C ps -o lstart= -p $$ | tr -s ' ' | sed 's/^ //;s/ $//')
    boot=$(sysctl -n kern.bootsessionuuid)
  fi
  printf '%s\\n' "$$" "$start" "$boot" "$(if [ "$role" = shell ]; then tty; fi)" >"pids/$role.$$"
  mv -f "pids/$role.$$" "pids/$role"
}
`;

/** `$1` stream, `$2` FIFO, `$3` number of the first segment. */
export function holderScript(segmentBytes: number): string {
  return `${identify}
exec <"$2"
identify "$1"
# GNU split writes through: what it reads is in the file at once. Others (uutils) buffer; cat never does, but never rotates.
case $(split --version 2>/dev/null) in
  *'GNU coreutils'*) exec split -b ${segmentBytes} -a 9 --numeric-suffixes="$3" - "spool/$1." ;;
esac
exec cat >>"spool/$1.$(printf %09d "$3")"
`;
}

export const wrapperScript = `${identify}
exec 2>>wrapper.log 4<>out 5<>err 6<>terminal.out 7<>drain
for stream in out err tty; do
  fifo=$stream
  [ "$stream" != tty ] || fifo=terminal.out
  sh holder.sh "$stream" "$fifo" 0 >/dev/null 3>&- 4>&- 5>&- 6>&- &
done
identify wrapper
# script(1) runs its command with $SHELL; launch.sh puts the account's back
SHELL=/bin/sh
export SHELL
# in the foreground: a background job of a script would start the shell with SIGINT ignored
case $(script --version 2>/dev/null) in
  *util-linux*) script -qefc 'exec sh launch.sh' /dev/null <>terminal.in >terminal.out 4>&- 5>&- 6>&- 7>&- ;;
  *) script -q /dev/null sh launch.sh <>terminal.in >terminal.out 4>&- 5>&- 6>&- 7>&- ;;
esac
echo "ended $?" >>control
`;

export function launchScript(facts: LaunchFacts): string {
  const variables = Object.entries(facts.environment).map(
    ([name, value]) => `${name}=${quotePosix(value)}\nexport ${name}`,
  );
  return `${identify}
exec 3>&-
# script(1) turns echo off because its own stdin is no terminal
stty sane echo rows ${facts.rows} cols ${facts.columns}
identify shell
umask ${facts.umask}
cd ${quotePosix(facts.workingDirectory)} || exit 1
unset OLDPWD
${variables.join('\n')}
exec ${facts.commandLine.map(quotePosix).join(' ')}
`;
}
