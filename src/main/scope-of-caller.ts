/** The scope a CLI runs in: `PSSESSION_SCOPE`, else the terminal session's leader (design §4). */
import { readProcessStat, readIdentity, type ProcessFacts } from '../common/process-identity.ts';
import type { Scope } from '../protocol/model.ts';

export interface Caller {
  readonly environment: NodeJS.ProcessEnv;
  readonly pid: number;
  readonly userName: string;
  readonly hostName: string;
}

export function scopeOfCaller({ environment, pid, userName, hostName }: Caller, facts: ProcessFacts): Scope {
  const named = environment['PSSESSION_SCOPE'];
  const account = `${userName}@${hostName}`;
  if (named !== undefined && named !== '')
    return { id: `name:${named}`, description: `${account} (${named})`, leader: null };
  const leaderPid = readProcessStat(pid)?.sessionId;
  const leader = leaderPid === undefined || leaderPid === 0 ? undefined : readIdentity(leaderPid, facts);
  if (leader === undefined) return { id: 'no-terminal', description: account, leader: null };
  return { id: `leader:${leader.pid}:${leader.startTime}`, description: `${account} (process ${leader.pid})`, leader };
}
