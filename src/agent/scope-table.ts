/**
 * The scopes of this computer's account and what each knows: one Id per session it has seen, and which sessions are its
 * own (made, connected or received there). Saved at every change, because Ids are never reused in a scope.
 */
import { readFileSync, renameSync } from 'node:fs';
import { v4 as uuid } from 'uuid';
import * as v from 'valibot';
import { writeFileAtomic } from '../common/atomic-file.ts';
import type { Holder, Scope } from '../protocol/model.ts';
import { scope as scopeSchema } from '../protocol/model.ts';

const knownSession = v.object({ instanceId: v.string(), id: v.number(), computerName: v.string(), isOwn: v.boolean() });
export type KnownSession = v.InferOutput<typeof knownSession>;

const scopeRecord = v.object({ scope: scopeSchema, nextId: v.number(), sessions: v.array(knownSession) });
const agentFile = v.object({ version: v.literal(1), agentId: v.string(), scopes: v.array(scopeRecord) });
type ScopeRecord = v.InferOutput<typeof scopeRecord>;

export class ScopeTable {
  readonly agentId: string;
  /** Set when the saved state could not be read and was set aside. */
  readonly problem: string | undefined;
  readonly #path: string;
  readonly #scopes: Map<string, ScopeRecord>;
  #isDirty = false;

  constructor(path: string) {
    this.#path = path;
    const saved = read(path);
    this.agentId = saved.file?.agentId ?? uuid();
    this.problem = saved.problem;
    this.#scopes = new Map(saved.file?.scopes.map((record) => [record.scope.id, record]));
    if (saved.file === undefined) this.#save();
  }

  get scopes(): Scope[] {
    return [...this.#scopes.values()].map(({ scope }) => scope);
  }

  /** The scope as a session's host knows it. */
  holderOf(scope: Scope): Holder {
    return { id: `${this.agentId}/${scope.id}`, description: scope.description, since: 0 };
  }

  /** The session with the Id it has in this scope; a new one gets the next. `flush` saves. */
  know(scope: Scope, instanceId: string, computerName: string): KnownSession {
    const record = this.#record(scope);
    const known = record.sessions.find((session) => session.instanceId === instanceId);
    if (known !== undefined) return known;
    const session = { instanceId, id: record.nextId, computerName, isOwn: false };
    record.nextId += 1;
    record.sessions.push(session);
    this.#isDirty = true;
    return session;
  }

  /** Takes the next Id before its session exists; a failed attempt uses it up (R31). */
  reserveId(scope: Scope): number {
    const record = this.#record(scope);
    const id = record.nextId;
    record.nextId += 1;
    this.#save();
    return id;
  }

  addOwn(scope: Scope, session: Omit<KnownSession, 'isOwn'>): void {
    const record = this.#record(scope);
    record.sessions = record.sessions.filter(({ instanceId }) => instanceId !== session.instanceId);
    record.sessions.push({ ...session, isOwn: true });
    this.#save();
  }

  own(scope: Scope): KnownSession[] {
    return this.#scopes.get(scope.id)?.sessions.filter(({ isOwn }) => isOwn) ?? [];
  }

  known(scope: Scope): KnownSession[] {
    return this.#scopes.get(scope.id)?.sessions ?? [];
  }

  /** Forgets sessions that no longer exist anywhere; Ids stay used. `flush` saves. */
  forget(instanceId: string): void {
    for (const record of this.#scopes.values()) {
      const before = record.sessions.length;
      record.sessions = record.sessions.filter((session) => session.instanceId !== instanceId);
      this.#isDirty ||= record.sessions.length !== before;
    }
  }

  /** Saves what `know` and `forget` changed. */
  flush(): void {
    if (this.#isDirty) this.#save();
  }

  remove(scope: Scope): void {
    if (this.#scopes.delete(scope.id)) this.#save();
  }

  #record(scope: Scope): ScopeRecord {
    let record = this.#scopes.get(scope.id);
    if (record === undefined) {
      record = { scope, nextId: 1, sessions: [] };
      this.#scopes.set(scope.id, record);
    }
    return record;
  }

  #save(): void {
    this.#isDirty = false;
    const file = { version: 1, agentId: this.agentId, scopes: [...this.#scopes.values()] };
    writeFileAtomic(this.#path, `${JSON.stringify(file)}\n`, { durable: false });
  }
}

function read(path: string): { file?: v.InferOutput<typeof agentFile>; problem?: string } {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw error;
  }
  try {
    return { file: v.parse(agentFile, JSON.parse(text)) };
  } catch (error) {
    const copy = `${path}.unreadable`;
    renameSync(path, copy);
    return {
      problem: `${path} could not be read (${(error as Error).message}); it was set aside as ${copy}, and Ids begin anew`,
    };
  }
}
