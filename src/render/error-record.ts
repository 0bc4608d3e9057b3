/** Error records and messages → text for standard error. */
import { fullyQualifiedErrorId, type ErrorRecord } from '../powershell/error-record.ts';
import type { Paint } from './color.ts';
import { safeJson } from './json.ts';
import { printableLine, printableText } from './printable.ts';

/** How an error record is written. */
export interface ErrorRenderOptions {
  /** One JSON object a line instead of text. */
  readonly asJson: boolean;
  /** Adds CategoryInfo and FullyQualifiedErrorId. */
  readonly isVerbose: boolean;
  readonly paint: Paint;
}

/**
 * Renders one error record: `Disconnect-PSSession : message`, in red on a terminal.
 *
 * @returns text that ends with a line break.
 * @see reference/messages.md section 1
 */
export function renderErrorRecord(record: ErrorRecord, options: ErrorRenderOptions): string {
  if (options.asJson) return `${safeJson(jsonRecord(record))}\n`;
  const computer = record.computerName === undefined ? '' : `[${printableLine(record.computerName)}] `;
  const head = record.activity === undefined ? 'pssession' : printableLine(record.activity);
  const lines = [`${head} : ${computer}${printableText(record.message)}`];
  if (record.recommendedAction !== undefined) lines.push(`  ${printableText(record.recommendedAction)}`);
  if (options.isVerbose) {
    lines.push(`    + CategoryInfo          : ${printableLine(categoryInfo(record))}`);
    lines.push(`    + FullyQualifiedErrorId : ${printableLine(fullyQualifiedErrorId(record))}`);
  }
  return `${options.paint.error(lines.join('\n'))}\n`;
}

/** Messages beside errors; PowerShell names their kind in capitals. */
export type MessageKind = 'WARNING' | 'VERBOSE' | 'DEBUG';

/** Renders a warning or a message: `WARNING: text`. @returns text that ends with a line break. */
export function renderMessage(kind: MessageKind, text: string, paint: Paint): string {
  return `${paint.warning(`${kind}: ${printableText(text)}`)}\n`;
}

/** `Category: (target:type) [activity], exception`. */
function categoryInfo(record: ErrorRecord): string {
  const target = `${record.targetName ?? ''}:${record.targetType ?? ''}`;
  return `${record.category}: (${target}) [${record.activity ?? ''}], ${record.exceptionType ?? 'Exception'}`;
}

/** The record with the property names of PowerShell's ErrorRecord, flat, so that `jq .ErrorId` is all it takes. */
function jsonRecord(record: ErrorRecord): Readonly<Record<string, unknown>> {
  return {
    Message: record.message,
    ErrorId: record.errorId,
    FullyQualifiedErrorId: fullyQualifiedErrorId(record),
    Category: record.category,
    TargetName: record.targetName ?? null,
    TargetType: record.targetType ?? null,
    Activity: record.activity ?? null,
    ExceptionType: record.exceptionType ?? null,
    PSComputerName: record.computerName ?? null,
    RecommendedAction: record.recommendedAction ?? null,
  };
}
