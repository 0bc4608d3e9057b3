/** What the account gives to its daemon and to new shells. */
import { userInfo } from 'node:os';

export interface Account {
  readonly uid: number;
  readonly userName: string;
  readonly home: string;
  readonly shellPath: string;
  /** The environment of new shells: that of a fresh login, not that of whoever started the daemon. */
  readonly shellEnvironment: Readonly<Record<string, string>>;
}

const inherited = ['PATH', 'LANG', 'LC_ALL', 'LC_CTYPE', 'TZ', 'TMPDIR', 'XDG_RUNTIME_DIR', 'PSSESSION_HOME'];

export function accountFrom(environment: NodeJS.ProcessEnv): Account {
  const user = userInfo();
  const home = environment['HOME'] || user.homedir;
  const shellPath = environment['SHELL'] || user.shell || '/bin/sh';
  const passed = inherited.flatMap((name) =>
    environment[name] === undefined ? [] : [[name, environment[name]] as const],
  );
  return {
    uid: user.uid,
    userName: user.username,
    home,
    shellPath,
    shellEnvironment: {
      ...Object.fromEntries(passed),
      HOME: home,
      USER: user.username,
      LOGNAME: user.username,
      SHELL: shellPath,
      TERM: 'xterm-256color',
    },
  };
}
