/** The commands of one session: which have run, which runs, how they ended. Part of the session's record on disk. */
import type { Positions } from '../protocol/model.ts';
import { limits } from '../common/limits.ts';
import type { DeliveryCursor } from './delivery-cursor.ts';
import type { CommandRecord, SessionRecord } from './session-record.ts';

export class CommandLog {
  constructor(readonly record: Pick<SessionRecord, 'commands' | 'nextCommand'>) {}

  get last(): CommandRecord | undefined {
    return this.record.commands.at(-1);
  }

  get running(): CommandRecord | undefined {
    return this.last?.ended === undefined ? this.last : undefined;
  }

  byId(id: string): CommandRecord | undefined {
    return this.record.commands.find((command) => command.id === id);
  }

  byNumber(number: number): CommandRecord | undefined {
    return this.record.commands.find((command) => command.number === number);
  }

  begin(command: { id: string; label: string; from: Positions; startedAt: number }): CommandRecord {
    const begun = { number: this.record.nextCommand, ...command };
    this.record.nextCommand += 1;
    this.record.commands.push(begun);
    this.record.commands.splice(0, this.record.commands.length - limits.commandsKept);
    return begun;
  }

  /** @returns false when it was over or is not known. */
  end(number: number, status: number | null, at: number): boolean {
    const command = this.byNumber(number);
    if (command === undefined || command.ended !== undefined) return false;
    command.ended = { status, at };
    return true;
  }

  /** False when a receiver has had the last command to its end. */
  hasUnreceived({ out, err }: DeliveryCursor): boolean {
    if (this.last === undefined) return false;
    const { number, ended } = this.last;
    return ended === undefined || out.endedCommand < number || err.endedCommand < number;
  }
}
