/**
 * Error records: the only form in which an error crosses a border, be it a socket, a pipe or the terminal.
 *
 * Inside one process the same facts travel as {@link PSSessionError}; `toErrorRecord` is the one place where a thrown
 * value becomes a record.
 */

/** PowerShell's error categories, in the order of its ErrorCategory enumeration. */
export const errorCategories = [
  'NotSpecified',
  'OpenError',
  'CloseError',
  'DeviceError',
  'DeadlockDetected',
  'InvalidArgument',
  'InvalidData',
  'InvalidOperation',
  'InvalidResult',
  'InvalidType',
  'MetadataError',
  'NotImplemented',
  'NotInstalled',
  'ObjectNotFound',
  'OperationStopped',
  'OperationTimeout',
  'SyntaxError',
  'ParserError',
  'PermissionDenied',
  'ResourceBusy',
  'ResourceExists',
  'ResourceUnavailable',
  'ReadError',
  'WriteError',
  'FromStdErr',
  'SecurityError',
  'ProtocolError',
  'ConnectionError',
  'AuthenticationError',
  'LimitsExceeded',
  'QuotaExceeded',
  'NotEnabled',
] as const;

/** What kind of failure an error record tells of; scripts may switch on it. */
export type ErrorCategory = (typeof errorCategories)[number];

/** One error as plain data; survives `JSON.stringify` and `JSON.parse` unchanged. */
export interface ErrorRecord {
  /** A sentence for people. Not part of the contract with scripts. */
  readonly message: string;
  /** The FullyQualifiedErrorId without the cmdlet's part; may itself hold a comma (`CannotConnect,PSSessionOpenFailed`). */
  readonly errorId: string;
  readonly category: ErrorCategory;
  /** The object that the error is about, by the name the user knows it by. */
  readonly targetName?: string | undefined;
  /** The type of that object: `PSSession`, `String`, `Int32` … */
  readonly targetType?: string | undefined;
  /** The cmdlet that wrote the record, as `Verb-Noun`. */
  readonly activity?: string | undefined;
  /** The computer where the error arose, when that is not this one. */
  readonly computerName?: string | undefined;
  /** The .NET exception PowerShell would name in CategoryInfo, else the JavaScript error's name. */
  readonly exceptionType?: string | undefined;
  /** What to do next, where the message itself is a fixed text that does not say it. */
  readonly recommendedAction?: string | undefined;
}

/** One line of the error table. */
export interface ErrorTemplate {
  readonly id: string;
  readonly category: ErrorCategory;
  /** Placeholders are `{name}`; their values are given to `createError` (error-ids.ts). */
  readonly message: string;
  /** The .NET exception that PowerShell names in CategoryInfo. */
  readonly exceptionType?: string;
}

/** The object that an error is about. */
export interface ErrorTarget {
  readonly name: string;
  readonly type: string;
}

/** Everything a {@link PSSessionError} can say beyond its message. */
export interface ErrorDetails {
  readonly target?: ErrorTarget | undefined;
  readonly computerName?: string | undefined;
  readonly exceptionType?: string | undefined;
  readonly recommendedAction?: string | undefined;
  /** Set on an error that came in as a record, so that passing it on does not rename the cmdlet. */
  readonly activity?: string | undefined;
  /** The error underneath; stays on this side of the border. */
  readonly cause?: unknown;
}

/** An expected failure. Everything else that is thrown is a bug and is answered as `InternalError`. */
export class PSSessionError extends Error {
  override readonly name: string = 'PSSessionError';
  readonly id: string;
  readonly category: ErrorCategory;
  readonly target: ErrorTarget | undefined;
  readonly details: ErrorDetails;

  constructor(id: string, category: ErrorCategory, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.id = id;
    this.category = category;
    this.target = details.target;
    this.details = details;
  }

  /** Makes a throwable error from a record that came over the wire. */
  static fromRecord(record: ErrorRecord): PSSessionError {
    const { targetName, targetType } = record;
    return new PSSessionError(record.errorId, record.category, record.message, {
      target: targetName === undefined ? undefined : { name: targetName, type: targetType ?? 'Object' },
      activity: record.activity,
      computerName: record.computerName,
      exceptionType: record.exceptionType,
      recommendedAction: record.recommendedAction,
    });
  }
}

/**
 * Turns anything that was thrown into an error record.
 *
 * A {@link PSSessionError} keeps its id; an abort becomes `PipelineStopped`; anything else is a bug of ours and becomes
 * `InternalError`, whose stack the caller logs.
 *
 * @param activity the cmdlet at work; a record that already names one keeps it.
 */
export function toErrorRecord(error: unknown, activity?: string): ErrorRecord {
  if (error instanceof PSSessionError) {
    return withoutUndefined({
      message: error.message,
      errorId: error.id,
      category: error.category,
      targetName: error.target?.name,
      targetType: error.target?.type,
      activity: error.details.activity ?? activity,
      computerName: error.details.computerName,
      exceptionType: error.details.exceptionType,
      recommendedAction: error.details.recommendedAction,
    });
  }
  if (isAbort(error)) {
    return withoutUndefined({
      message: 'The command was stopped.',
      errorId: 'PipelineStopped',
      category: 'OperationStopped',
      activity,
      exceptionType: 'PipelineStoppedException',
    });
  }
  return withoutUndefined({
    message: `This is a bug in pssession: ${error instanceof Error ? error.message : String(error)}`,
    errorId: 'InternalError',
    category: 'NotSpecified',
    activity,
    exceptionType: error instanceof Error ? error.name : typeof error,
  });
}

/**
 * The id as PowerShell prints it: the record's own part, a comma, and the class of the cmdlet.
 *
 * @see reference/messages.md section 1
 */
export function fullyQualifiedErrorId(record: ErrorRecord): string {
  if (record.activity === undefined || !record.activity.includes('-')) return record.errorId;
  return `${record.errorId},Microsoft.PowerShell.Commands.${record.activity.replaceAll('-', '')}Command`;
}

function isAbort(error: unknown): boolean {
  return error instanceof Error && (error.name === 'AbortError' || ('code' in error && error.code === 'ABORT_ERR'));
}

/** Absent and undefined are the same after JSON; make them the same before it too. */
function withoutUndefined(record: ErrorRecord): ErrorRecord {
  return Object.fromEntries(
    Object.entries(record).filter(([, value]) => value !== undefined),
  ) as unknown as ErrorRecord;
}
