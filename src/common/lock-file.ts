/**
 * A lock between processes of one account: a file that names its owner by pid, start time and boot. A lock whose owner is
 * gone is taken over; two that try at once cannot both succeed.
 */
import { linkSync, readFileSync, renameSync, unlinkSync, writeFileSync } from 'node:fs';
import { isAlive, type ProcessFacts, type ProcessIdentity } from './process-identity.ts';

export type LockOutcome =
  { readonly kind: 'acquired'; readonly lock: Disposable } | { readonly kind: 'held'; readonly owner: ProcessIdentity };

export function acquireLock(path: string, self: ProcessIdentity, facts: ProcessFacts): LockOutcome {
  const own = `${path}.${self.pid}`;
  writeFileSync(own, JSON.stringify(self), { mode: 0o600 });
  try {
    for (;;) {
      try {
        linkSync(own, path); // fails when the lock is there: never overwrites
        return { kind: 'acquired', lock: { [Symbol.dispose]: () => release(path, self) } };
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      }
      const owner = readOwner(path);
      if (owner !== undefined && isAlive(owner, facts)) return { kind: 'held', owner };
      removeStale(path, self, facts);
    }
  } finally {
    unlinkSync(own);
  }
}

function readOwner(path: string): ProcessIdentity | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as ProcessIdentity;
  } catch {
    return undefined; // gone, or torn by a power failure: nobody's
  }
}

/** Moves the lock aside and looks once more: somebody else may have replaced the stale one in between. */
function removeStale(path: string, self: ProcessIdentity, facts: ProcessFacts): void {
  const aside = `${path}.${self.pid}.stale`;
  try {
    renameSync(path, aside);
  } catch {
    return; // somebody else removed it
  }
  const owner = readOwner(aside);
  if (owner !== undefined && isAlive(owner, facts)) {
    try {
      linkSync(aside, path);
    } catch {
      // a third process holds the lock by now; the one moved aside finds out when it releases
    }
  }
  unlinkSync(aside);
}

function release(path: string, self: ProcessIdentity): void {
  const owner = readOwner(path);
  if (owner?.pid === self.pid && owner.startTime === self.startTime) unlinkSync(path);
}
