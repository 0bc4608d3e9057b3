/**
 * One cmdlet, from raw words to exit code: bind, run, render. Everything it may touch comes in through `Surroundings`.
 */
import { createInterface } from 'node:readline/promises';
import { text as readAll } from 'node:stream/consumers';
import type { Clock } from '../common/clock.ts';
import type { Cmdlet, CmdletContext } from '../cmdlets/cmdlet.ts';
import { createError } from '../powershell/error-ids.ts';
import { PSSessionError, toErrorRecord } from '../powershell/error-record.ts';
import { type BoundParameters, bindParameters, withPipelineSessions } from '../powershell/parameter-binder.ts';
import { parseSessionReferences } from '../powershell/session-reference.ts';
import type { AgentMethods } from '../protocol/agent-methods.ts';
import type { ProtocolClient } from '../protocol/client.ts';
import { explainFailure } from '../protocol/explain-failure.ts';
import type { Scope } from '../protocol/model.ts';
import { colorLevel, paintFor } from '../render/color.ts';
import { renderErrorRecord, renderMessage, type MessageKind } from '../render/error-record.ts';
import { chooseFormat, isJson } from '../render/output-format.ts';
import { renderObjects } from '../render/render-objects.ts';
import type { Console } from './console.ts';
import { exitCodeFor } from './exit-code.ts';
import { usageText } from './help-text.ts';

export interface Surroundings {
  readonly console: Console;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  readonly client: ProtocolClient<AgentMethods>;
  dialAgent(): ReturnType<CmdletContext['dialAgent']>;
  /** Read when a cmdlet asks for it: it costs a look at /proc. */
  scope(): Scope;
  readFile(path: string): Promise<string>;
  newId(): string;
  /** Aborts at the first Ctrl-C. */
  readonly signal: AbortSignal;
  /** Called at each Ctrl-C after the first. */
  onInsist(listener: () => void): Disposable;
}

/** Runs the cmdlet and writes what it says. @returns the exit code */
export async function runCmdlet(cmdlet: Cmdlet, words: readonly string[], surroundings: Surroundings): Promise<number> {
  const run = new CmdletRun(cmdlet, surroundings);
  return run.run(words);
}

class CmdletRun {
  readonly #statuses: (number | null)[] = [];
  readonly #errorIds: string[] = [];
  #isUsageError = false;
  #bound: BoundParameters | undefined;
  #answerForAll: boolean | undefined;

  constructor(
    readonly cmdlet: Cmdlet,
    readonly surroundings: Surroundings,
  ) {}

  async run(words: readonly string[]): Promise<number> {
    const { console, signal } = this.surroundings;
    try {
      const bound = await this.#bind(words);
      const format = chooseFormat(bound.common.Output, this.surroundings.environment, console.isStdoutTerminal);
      this.#bound = bound;
      for (const warning of bound.warnings) this.#message('WARNING', warning);
      const objects = this.cmdlet.run(this.#context(), bound);
      const text = renderObjects(objects, {
        format,
        isTerminal: console.isStdoutTerminal,
        terminalColumns: console.windowSize()?.columns,
        colorLevel: colorLevel(this.surroundings.environment, console.isStdoutTerminal),
        nowMs: this.surroundings.clock.now(),
      });
      await writeJoined(console.stdout, text);
    } catch (error) {
      if (isBrokenPipe(error)) return 0;
      if (!signal.aborted) await this.#terminatingError(error);
    }
    await this.#flushed;
    return exitCodeFor({
      relaysCommand: this.cmdlet.relaysCommand,
      statuses: this.#statuses,
      errorIds: this.#errorIds,
      isUsageError: this.#isUsageError,
      isInterrupted: signal.aborted && this.#statuses.length === 0,
    });
  }

  async #bind(words: readonly string[]): Promise<BoundParameters> {
    const { console } = this.surroundings;
    try {
      const bound = bindParameters(this.cmdlet, words, { pipelineInput: console.hasPipelineInput });
      if (!bound.awaitsPipeline) return bound;
      const input = await readAll(console.stdin);
      const references = parseSessionReferences(input);
      if (!references.ok) throw createError('pipelineInputNotBound', { line: references.part });
      return withPipelineSessions(this.cmdlet, bound, references.references);
    } catch (error) {
      this.#isUsageError = error instanceof PSSessionError;
      throw error;
    }
  }

  #context(): CmdletContext {
    const { surroundings } = this;
    const { console } = surroundings;
    const common = this.#bound?.common ?? {};
    return {
      client: surroundings.client,
      dialAgent: () => surroundings.dialAgent(),
      scope: surroundings.scope(),
      clock: surroundings.clock,
      signal: surroundings.signal,
      onInsist: (listener) => surroundings.onInsist(listener),
      get stdin() {
        return console.stdin;
      },
      hasPipelineInput: console.hasPipelineInput,
      stdout: console.stdout,
      stderr: console.stderr,
      writeError: (error) => this.#error(error),
      writeWarning: (message) => {
        if (!isSilent(common.WarningAction)) this.#message('WARNING', message);
      },
      writeHint: (message) => {
        if (console.isStderrTerminal) this.#text(`${message}\n`);
      },
      writeVerbose: (message) => {
        if (common.Verbose === true) this.#message('VERBOSE', message);
      },
      writeDebug: (message) => {
        if (common.Debug === true) this.#message('DEBUG', message);
      },
      shouldProcess: (action, target) => this.#shouldProcess(action, target),
      readFile: (path) => surroundings.readFile(path),
      newId: () => surroundings.newId(),
      reportStatus: (status) => void this.#statuses.push(status),
    };
  }

  #error(reported: unknown): void {
    const error = explainFailure(reported);
    const action = this.#bound?.common.ErrorAction;
    if (action === 'Stop') throw error;
    this.#errorIds.push(toErrorRecord(error).errorId);
    if (!isSilent(action)) this.#record(error);
  }

  async #terminatingError(thrown: unknown): Promise<void> {
    const error = explainFailure(thrown);
    const { errorId } = toErrorRecord(error);
    this.#errorIds.push(errorId);
    this.#record(error);
    if (this.#isUsageError) this.#text(usageText(this.cmdlet, this.surroundings.console.windowSize()?.columns ?? 80));
    await this.#flushed;
  }

  #record(error: unknown): void {
    const { console, environment } = this.surroundings;
    const common = this.#bound?.common;
    const asJson = common?.Output !== undefined && isJson(common.Output);
    const isVerbose = common?.Verbose === true;
    const level = colorLevel(environment, console.isStderrTerminal);
    const record = toErrorRecord(error, this.cmdlet.name);
    this.#later(async () => renderErrorRecord(record, { asJson, isVerbose, paint: await paintFor(level) }));
  }

  #message(kind: MessageKind, message: string): void {
    const level = colorLevel(this.surroundings.environment, this.surroundings.console.isStderrTerminal);
    this.#later(async () => renderMessage(kind, message, await paintFor(level)));
  }

  #text(text: string): void {
    this.#later(() => Promise.resolve(text));
  }

  /** Messages keep their order although colour is loaded on the way. */
  #flushed: Promise<void> = Promise.resolve();

  #later(render: () => Promise<string>): void {
    this.#flushed = this.#flushed
      .then(async () => write(this.surroundings.console.stderr, await render()))
      .catch(() => undefined); // standard error is closed: nobody is there to be told
  }

  async #shouldProcess(action: string, target: string): Promise<boolean> {
    const common = this.#bound?.common;
    const sentence = `Performing the operation "${action}" on target "${target}".`;
    if (common?.WhatIf === true) {
      await write(this.surroundings.console.stderr, `What if: ${sentence}\n`);
      return false;
    }
    if (common?.Confirm !== true) return true;
    if (this.#answerForAll !== undefined) return this.#answerForAll;
    return this.#ask(sentence);
  }

  async #ask(sentence: string): Promise<boolean> {
    const { console } = this.surroundings;
    if (!console.isStdinTerminal) {
      throw createError('confirmationImpossible', { sentence });
    }
    const question = `Confirm\nAre you sure you want to perform this action?\n${sentence}\n[Y] Yes  [A] Yes to All  [N] No  [L] No to All  [?] Help (default is "Y"): `;
    using reader = disposable(createInterface({ input: console.stdin, output: console.stderr }));
    for (;;) {
      const answer = (await reader.question(question, { signal: this.surroundings.signal })).trim().toLowerCase();
      if (answer === '' || answer === 'y' || answer === 'yes') return true;
      if (answer === 'n' || answer === 'no') return false;
      if (answer === 'a') return (this.#answerForAll = true);
      if (answer === 'l') return (this.#answerForAll = false);
    }
  }
}

function disposable<T extends { close(): void }>(closable: T): T & Disposable {
  return Object.assign(closable, { [Symbol.dispose]: () => closable.close() });
}

function isSilent(action: string | undefined): boolean {
  return action === 'SilentlyContinue' || action === 'Ignore';
}

const joinedCharacters = 64 * 1024;

/** Writes parts as they come; those that come during a write go out together with the next one. */
async function writeJoined(stream: NodeJS.WritableStream, parts: AsyncIterable<string>): Promise<void> {
  let waiting = '';
  let writing: Promise<void> | undefined;
  const flush = async (): Promise<void> => {
    while (waiting !== '') {
      const text = waiting;
      waiting = '';
      await write(stream, text);
    }
    writing = undefined;
  };
  try {
    for await (const part of parts) {
      waiting += part;
      writing ??= flush();
      writing.catch(() => undefined); // thrown where it is awaited
      if (waiting.length > joinedCharacters) await writing;
    }
  } finally {
    await writing;
  }
}

function write(stream: NodeJS.WritableStream, text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    stream.write(text, (error) => (error === null || error === undefined ? resolve() : reject(error)));
  });
}

function isBrokenPipe(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EPIPE';
}
