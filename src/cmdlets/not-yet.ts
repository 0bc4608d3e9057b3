import { createError } from '../powershell/error-ids.ts';

/**
 * The `run` of a cmdlet that is declared and not written yet.
 *
 * @throws NotImplemented
 */
export function notYet(cmdlet: string, advice: string): () => AsyncIterable<object> {
  return () => {
    throw createError('cmdletNotImplemented', { cmdlet, advice });
  };
}
