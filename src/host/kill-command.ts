/** Insists on the end of a command: kills what it started and leaves the shell alone, which goes back to its prompt. */
import type { ProcessFacts } from '../common/process-identity.ts';
import { heldStreams, readRole } from './holders.ts';
import { findSessionProcesses, signalProcess } from './process-tree.ts';

export async function killCommand(
  session: { directory: string; instanceId: string },
  facts: ProcessFacts,
): Promise<void> {
  const roles = (['wrapper', 'shell', ...heldStreams] as const).flatMap(
    (role) => readRole(session.directory, role)?.identity ?? [],
  );
  const kept = new Set(roles.map(({ pid }) => pid));
  const wrapperPid = readRole(session.directory, 'wrapper')?.identity.pid;
  for (const one of await findSessionProcesses(session.instanceId, roles, facts)) {
    const isTerminalHolder = one.parentPid === wrapperPid;
    if (!kept.has(one.pid) && !isTerminalHolder) signalProcess(one, 'SIGKILL', facts);
  }
}
