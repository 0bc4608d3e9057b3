/**
 * What a session keeps on disk beside its output: `session.json` in its directory, replaced atomically.
 */
import { readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import { writeFileAtomic } from '../common/atomic-file.ts';
import { positions, sessionState } from '../protocol/model.ts';

/** A command of the session. `status` null: ended in a way nobody can know. Absent: it runs. */
const commandRecord = v.object({
  number: v.number(),
  id: v.string(),
  label: v.string(),
  /** Its output begins at or after these positions. */
  from: positions,
  startedAt: v.number(),
  /** Its receiver was told how it ended. */
  isReported: v.optional(v.boolean()),
  ended: v.optional(v.object({ status: v.nullable(v.number()), at: v.number() })),
});
export type CommandRecord = v.InferOutput<typeof commandRecord>;

const generation = v.object({ segment: v.number(), position: v.number() });

const sessionRecord = v.object({
  version: v.literal(1),
  instanceId: v.string(),
  name: v.string(),
  createdAt: v.number(),
  configurationName: v.string(),
  shell: v.picklist(['bash', 'zsh', 'sh', 'fish']),
  idleTimeoutMs: v.number(),
  maxIdleTimeoutMs: v.number(),
  outputBufferingMode: v.picklist(['Drop', 'Block']),
  outputBufferBytes: v.number(),
  cancelTimeoutMs: v.number(),
  segmentBytes: v.number(),
  markToken: v.string(),
  generations: v.object({ out: v.array(generation), err: v.array(generation) }),
  state: sessionState,
  nextCommand: v.number(),
  commands: v.array(commandRecord),
});
export type SessionRecord = v.InferOutput<typeof sessionRecord>;

const fileOf = (directory: string) => join(directory, 'session.json');

/** @param durable true for what must outlive a power failure: states and deadlines. */
export function writeSessionRecord(directory: string, record: SessionRecord, options: { durable: boolean }): void {
  writeFileAtomic(fileOf(directory), `${JSON.stringify(record, undefined, 1)}\n`, options);
}

export type RecordReading =
  | { readonly kind: 'read'; readonly record: SessionRecord }
  | { readonly kind: 'absent' }
  /** Set aside as `copy`; never silently emptied. */
  | { readonly kind: 'unreadable'; readonly path: string; readonly copy: string; readonly reason: string };

export function readSessionRecord(directory: string): RecordReading {
  const path = fileOf(directory);
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { kind: 'absent' };
    return { kind: 'unreadable', path, copy: path, reason: (error as Error).message };
  }
  try {
    return { kind: 'read', record: v.parse(sessionRecord, JSON.parse(text)) };
  } catch (error) {
    const copy = `${path}.unreadable`;
    renameSync(path, copy);
    return { kind: 'unreadable', path, copy, reason: (error as Error).message };
  }
}
